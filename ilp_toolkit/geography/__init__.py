"""
Geography: borders, a gazetteer, border posts and roads, as small files with their licences beside them.

Data alone, and the line that every map of them bears; `ilp_toolkit.collection.places` reads them. What each
file is made from stands in ``sources.toml``, what one may do with it in ``LICENCES.md``.
"""

from __future__ import annotations

from ..i18n import N_

__all__ = ["ATTRIBUTION", "DISCLAIMER", "ROADS_ATTRIBUTION"]

DISCLAIMER = N_(
    "The boundaries and names shown and the designations used on this map do not imply official endorsement "
    "or acceptance by the authors of this toolkit or by those who use it."
)
"""What every map with borders says; pass it through `ilp_toolkit.i18n._`."""
ATTRIBUTION = N_("Boundaries: Natural Earth. Places: GeoNames, CC BY 4.0.")
"""Whose data a map with borders and places shows."""
ROADS_ATTRIBUTION = N_("Roads: © OpenStreetMap contributors, ODbL 1.0.")
"""Whose data a map, a table or a distance along the roads shows: the licence asks that this be said."""
