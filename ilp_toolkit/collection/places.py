"""
Places: which area an incident lies in, by its point or by the name of a district.

Most registers hold a district or an address and no coordinates. Such an incident gets the name of its area
and nothing more: a point in the middle of a district would make hot spots where nothing happened. What a
name does not say clearly is listed for a human, whose decisions are kept and go before any likeness.

The wide world is here too: borders, places by their names in several scripts, border posts and main roads,
all without a network. Each has its file (`borders`, `gazetteer`, `resolving`, `posts`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import choices
from ..errors import ColumnsError, CrsError, FileError, InputError
from ..i18n import N_, _
from .areas import codes, other_names, read_areas
from .borders import borders, country_at
from .gazetteer import gazetteer
from .placenames import CUTOFF, Match, Matcher, words
from .posts import border_posts, roads
from .resolving import resolve
from .transliteration import plain

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd

__all__ = [
    "Located",
    "border_posts",
    "borders",
    "country_at",
    "decisions_template",
    "gazetteer",
    "locate",
    "read_areas",
    "resolve",
    "roads",
]

NONE = "-"
"""In a file of decisions: this wording means no area of the layer."""


REMEDIES = {
    "area_not_known": N_("Decide what these wordings mean in a copy of the review list."),
    "area_not_said": N_("These rows name no district and have no point: they stay without a place."),
    "outside_areas": N_("Look at these points: they lie in none of the areas."),
    "area_and_point_differ": N_("Look whether the name or the point is right; the name was taken."),
}
"""What to do about each finding of `locate`."""


@dataclass(frozen=True)
class Located:
    """Incidents with the areas they lie in, and what could not be decided."""

    table: gpd.GeoDataFrame
    """The incidents, in their order, with ``area`` (a name of the layer, or missing), ``area_score`` (0 to
    100: 100 for a point in the area, an equal name or a decision), ``area_wording`` (what the register said)
    and ``place_precision``. The geometry is what it was: an area gives no point."""
    review: pd.DataFrame
    """Wordings for a human: ``wording``, ``n``, ``candidate``, ``score``, ``second``, most frequent first."""
    report: pd.DataFrame
    """``check``, ``n``, ``share`` (0 to 1), ``first_row``, ``remedy``."""

    @property
    def choices(self) -> dict[str, Any]:
        """What was chosen: cutoff, address column, decisions used."""
        return choices.of(self.table)


def locate(
    incidents: gpd.GeoDataFrame,
    *,
    areas: gpd.GeoDataFrame | str | Path,
    decisions: Mapping[str, str | None] | str | Path | pd.DataFrame | None = None,
    cutoff: float = CUTOFF,
    address: str | None = None,
) -> Located:
    """
    Give each incident the name of the area it lies in.

    Parameters
    ----------
    incidents
        Incidents, as `read_incidents` returns them; only ``area``, an address column and the points are used.
    areas
        Areas, as `read_areas` returns them, or a file of them.
    decisions
        What a human decided: wording to name of an area, empty or "-" for none. A mapping, a TOML file, or a
        CSV file or table with the columns ``wording`` and ``area`` (there an empty area means: not decided
        yet). Decisions go before everything else.
    cutoff
        Likeness (0 to 100) from which a name is taken for an area's.
    address
        Column with addresses in which the area's name may stand, for rows without ``area`` and without a
        point. If not given, a column headed as an address or a place, if there is one.

    Returns
    -------
    Located
        The table, the wordings for a human to decide, and a report.

    Raises
    ------
    InputError
        If `decisions` names an area that the layer does not have, or cannot be read.
    CrsError
        If incidents with points cannot be laid over the areas.

    Notes
    -----
    A row that names its area gets it by the name. A row that does not gets it by its point, and one
    without a point by its address. A point on a border belongs to the area that comes first in the layer.
    Numbers, directions and sizes in a name must be the same: District 1 is never District 11. Two areas
    almost equally alike are never chosen between. An area gives no point: ``geometry`` stays empty where
    it was, and ``place_precision`` becomes ``area``.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> layer = gpd.GeoDataFrame({"area": ["Северный", "Южный"]}, geometry=[shapely.box(0, 1, 2, 2),
    ...                          shapely.box(0, 0, 2, 1)], crs="EPSG:32642")
    >>> rows = gpd.GeoDataFrame({"area": ["Severnyi r-n", "North district", "Wesst"]}, geometry=[None] * 3)
    >>> found = locate(rows, areas=layer)
    >>> found.table["area"].tolist()
    ['Северный', 'Северный', None]
    >>> found.review[["wording", "n"]].to_dict("records")
    [{'wording': 'Wesst', 'n': 1}]
    """
    layer = _layer(areas)
    known = layer["area"].dropna().astype(str)
    table, column = incidents.copy(), _address_column(incidents, address)
    inside, has_point = _areas_of_points(incidents, layer), _has_point(incidents)
    wordings = _wordings(incidents, column, has_point)
    also = {**other_names(layer), **codes(layer, wordings)}
    matcher = Matcher(known, also=also, cutoff=cutoff)
    decided = _read_decisions(decisions, {**also, **{name: name for name in known}})
    matches = {wording: _decide(wording, matcher, decided) for wording in set(wordings.dropna())}
    by_name = wordings.map(lambda wording: matches[wording].area, na_action="ignore")
    by_point = by_name.isna() & inside.notna() & ~wordings.map(plain, na_action="ignore").isin(list(decided))
    table["area"] = _text(inside.where(by_point, by_name))
    table["area_score"] = _scores(wordings, matches, by_point).where(table["area"].notna())
    table["area_wording"] = _text(wordings)
    table["place_precision"] = _precision(incidents, table["area"])
    review = _review(wordings[table["area"].isna()], matches, decided)
    report = _report(table, inside, has_point)
    used = {"cutoff": cutoff, "address_column": column, "decisions": len(decided), "areas": known.nunique()}
    return Located(choices.record(table, located=used), review, report)


def decisions_template(located: Located) -> pd.DataFrame:
    """
    Make the table in which a human decides what the unclear wordings mean.

    Parameters
    ----------
    located
        What `locate` returned.

    Returns
    -------
    DataFrame
        ``wording``, ``area`` (empty, to be filled with an area's name, or "-" for none), ``n``,
        ``candidate``, ``score``, ``second``. Saved as CSV and filled, `locate` takes it as ``decisions``.
    """
    template = located.review.copy()
    template.insert(1, "area", "")
    return template


def _layer(areas: gpd.GeoDataFrame | str | Path) -> gpd.GeoDataFrame:
    if isinstance(areas, str | Path) or "area" not in areas.columns:
        return read_areas(areas)
    return areas


def _address_column(incidents: pd.DataFrame, address: str | None) -> str | None:
    if address is not None:
        if address not in incidents.columns:
            msg = _("`address`: there is no column {name}; the table has {columns}.")
            columns = ", ".join(str(column) for column in incidents.columns)
            raise ColumnsError(msg.format(name=repr(address), columns=columns))
        return address
    headed = words("address")
    return next((str(column) for column in incidents.columns if plain(str(column)) in headed), None)


def _wordings(incidents: pd.DataFrame, address: str | None, has_point: pd.Series[bool]) -> pd.Series[Any]:
    """Return what each row says of its area: its own words, or its address where it has no point either."""
    areas, addresses = _said(incidents, "area"), _said(incidents, address)
    return areas.where(areas.notna() | has_point, addresses)


def _said(incidents: pd.DataFrame, column: str | None) -> pd.Series[Any]:
    import pandas as pd

    if column is None or column not in incidents.columns:
        return pd.Series([None] * len(incidents), index=incidents.index, dtype="object")
    text = incidents[column].astype("string").str.strip()
    return _text(text.where(text != ""))


def _decide(wording: str, matcher: Matcher, decided: Mapping[str, str | None]) -> Match:
    key = plain(wording)
    if key in decided:
        return Match(decided[key], 100.0, decided[key])
    return matcher.find(wording)


def _read_decisions(
    decisions: Mapping[str, str | None] | str | Path | pd.DataFrame | None, known: Mapping[str, str]
) -> dict[str, str | None]:
    if decisions is None:
        return {}
    pairs = list(decisions.items()) if isinstance(decisions, Mapping) else _pairs(decisions)
    by_plain = {plain(written): name for written, name in known.items()}
    read: dict[str, str | None] = {}
    for wording, area in pairs:
        meant = "" if area is None else str(area).strip()
        if meant in ("", NONE):
            read[plain(wording)] = None
        elif meant in known or plain(meant) in by_plain:
            read[plain(wording)] = known[meant] if meant in known else by_plain[plain(meant)]
        else:
            raise InputError(_unknown_area(wording, meant, known))
    return read


def _unknown_area(wording: str, meant: str, known: Mapping[str, str]) -> str:
    near = Matcher(known).match(meant).candidate
    msg = _("`decisions`: {wording} is decided as {area}, but the layer has no area of that name.")
    hint = _("Did you mean {name}?").format(name=near) if near else _("Take a name from the column `area`.")
    return msg.format(wording=repr(wording), area=repr(meant)) + " " + hint


def _pairs(decisions: str | Path | pd.DataFrame) -> list[tuple[str, str | None]]:
    import pandas as pd

    if isinstance(decisions, pd.DataFrame):
        table = decisions
    else:
        path = Path(decisions)
        try:
            if path.suffix.lower() == ".toml":
                read = tomllib.loads(path.read_text(encoding="utf-8-sig"))
                return [(str(key), str(value)) for key, value in dict(read.get("decisions", read)).items()]
            table = pd.read_csv(path, dtype=str, sep=None, engine="python", encoding="utf-8-sig")
        except (OSError, ValueError, pd.errors.ParserError) as error:
            msg = _("`decisions`: {name} cannot be read: {reason}. Save it as CSV or TOML in UTF-8.")
            raise FileError(msg.format(name=path.name, reason=error)) from error
    if not {"wording", "area"} <= set(table.columns):
        raise ColumnsError(_("`decisions` needs the columns `wording` and `area`."))
    filled = table.dropna(subset=["wording", "area"])
    pairs = zip(filled["wording"].astype(str), filled["area"].astype(str).str.strip(), strict=True)
    return [(wording, area) for wording, area in pairs if area]


def _has_point(incidents: gpd.GeoDataFrame) -> pd.Series[bool]:
    return ~(incidents.geometry.isna() | incidents.geometry.is_empty)


def _areas_of_points(incidents: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> pd.Series[Any]:
    import numpy as np
    import pandas as pd
    import shapely

    found = np.full(len(incidents), None, dtype=object)
    points, has_point = np.asarray(incidents.geometry.array, dtype=object), _has_point(incidents).to_numpy()
    if has_point.any():
        shapes = _on_the_crs_of(incidents, layer)
        rows, polygons = shapely.STRtree(shapes).query(points[has_point], predicate="intersects")
        order = np.lexsort((polygons, rows))
        first, positions = np.unique(rows[order], return_index=True)
        names = layer["area"].to_numpy(dtype=object)
        found[np.flatnonzero(has_point)[first]] = names[polygons[order][positions]]
    return pd.Series(found, index=incidents.index, dtype="object")


def _on_the_crs_of(incidents: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> np.ndarray[Any, Any]:
    import numpy as np

    if incidents.crs is None or layer.crs is None:
        msg = _("`{argument}` does not say its coordinate system. Set it: {argument}.set_crs(...).")
        raise CrsError(msg.format(argument="incidents" if incidents.crs is None else "areas"))
    same = layer if layer.crs == incidents.crs else layer.to_crs(incidents.crs)
    return np.asarray(same.geometry.array, dtype=object)


def _text(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.astype("object").where(values.notna(), None)


def _scores(
    wordings: pd.Series[Any], matches: Mapping[str, Match], by_point: pd.Series[bool]
) -> pd.Series[float]:
    scores = wordings.map(lambda wording: matches[wording].score, na_action="ignore").astype(float)
    return scores.where(~by_point, 100.0).round(1)


def _precision(incidents: gpd.GeoDataFrame, area: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    empty = ~_has_point(incidents)
    if "place_precision" in incidents.columns:
        before = incidents["place_precision"].astype("object")
    else:
        before = pd.Series("exact", index=incidents.index, dtype="object").where(~empty, "none")
    return before.where(~(empty & area.notna()), "area")


def _review(
    wordings: pd.Series[Any], matches: Mapping[str, Match], decided: Mapping[str, str | None]
) -> pd.DataFrame:
    import pandas as pd

    open_ = wordings.dropna()
    open_ = open_[~open_.map(plain).isin(list(decided))]
    rows = [
        (wording, int(n), match.candidate, round(match.score, 1), match.second)
        for wording, n in open_.value_counts().items()
        if (match := matches[str(wording)])
    ]
    review = pd.DataFrame(rows, columns=["wording", "n", "candidate", "score", "second"])
    return review.sort_values(["n", "wording"], ascending=[False, True], ignore_index=True)


def _report(table: gpd.GeoDataFrame, inside: pd.Series[Any], has_point: pd.Series[bool]) -> pd.DataFrame:
    import pandas as pd

    missing, said = table["area"].isna(), table["area_wording"].notna()
    found = {
        "area_not_known": missing & said & ~has_point,
        "area_not_said": missing & ~said & ~has_point,
        "outside_areas": missing & has_point & inside.isna(),
        "area_and_point_differ": said & ~missing & inside.notna() & (inside != table["area"]),
    }
    rows = table["source_row"] if "source_row" in table.columns else pd.Series(range(len(table)))
    lines = [
        (check, int(where.sum()), float(where.mean()), int(rows.iloc[where.argmax()]), _(REMEDIES[check]))
        for check, where in found.items()
        if where.any()
    ]
    return pd.DataFrame(lines, columns=["check", "n", "share", "first_row", "remedy"])
