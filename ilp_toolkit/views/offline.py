"""
A folium map that needs no network: everything it uses lies inside the page.

folium's own page asks seventeen addresses for scripts and styles that our maps do not use. This one holds
Leaflet (vendored beside this file) and nothing else, forbids the browser to fetch anything, and refuses to
be written while an address is left in it.
"""

from __future__ import annotations

import html
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium
from folium.template import Template

from ..errors import DisclosureError
from ..i18n import _, current
from . import style

__all__ = ["CSP", "OfflineMap", "check_offline", "to_html"]

CSP = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:; base-uri 'none'; form-action 'none'"
)
"""What a page may load: what lies inside it."""


_LEAFLET = {
    "zoomSnap": 0.25,
    "attributionControl": False,
    "preferCanvas": True,
    "fadeAnimation": False,
    "maxZoom": 22,
}


class OfflineMap(folium.Map):
    """
    A map page with its title, legend and foot, drawn by Leaflet from data inside the page.

    Parameters
    ----------
    payload
        What ``map.js`` draws (JSON values).
    legend
        HTML of the legend's list.
    texts
        ``title``, ``subtitle``, ``legend``, ``alt`` and ``foot``, in the language of the map.
    """

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        <meta http-equiv="Content-Security-Policy" content="{{ this.csp }}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <style>{{ this.styles }}</style>
        <script>{{ this.scripts }}</script>
        {% endmacro %}
        {% macro html(this, kwargs) %}
        <main class="sheet">
        {% if this.texts.title %}<header><h1>{{ this.texts.title|e }}</h1>
        {% if this.texts.subtitle %}<p>{{ this.texts.subtitle|e }}</p>{% endif %}</header>{% endif %}
        <div class="folium-map" id="{{ this.get_name() }}" role="application"
         aria-label="{{ this.texts.alt|e }}" aria-roledescription="{{ this.texts.role|e }}"></div>
        <footer><p>{{ this.texts.foot|e }}</p></footer>
        </main>
        <details class="legend" id="legend_{{ this.get_name() }}" open hidden>
        <summary>{{ this.texts.legend|e }}</summary>{{ this.legend }}</details>
        <script type="application/json" id="data_{{ this.get_name() }}">{{ this.data }}</script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {{ this.leaflet|tojson }});
        ilpMap({{ this.get_name() }}, "{{ this.get_name() }}");
        {% endmacro %}
        """
    )

    def __init__(self, payload: dict[str, Any], *, legend: str, texts: dict[str, str]) -> None:
        (south, west), (north, east) = payload["bounds"]
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        self.csp, self.scripts, self.styles = CSP, _scripts(), _styles()
        self.data, self.legend, self.texts, self.leaflet = _json(payload), legend, texts, _LEAFLET
        self.language = current()
        figure: Any = self.get_root()
        figure.title = html.escape(texts["title"] or texts["legend"])

    def _repr_html_(self, **kwargs: Any) -> str:
        page = html.escape(to_html(self), quote=True)
        return (
            f'<iframe srcdoc="{page}" title="{html.escape(self.texts["alt"], quote=True)}" '
            'style="width:100%;height:520px;border:0"></iframe>'
        )


def to_html(map: folium.Map) -> str:
    """
    Write a map as one HTML page that asks nothing of the network, the same bytes each time.

    Parameters
    ----------
    map
        A map from this module; what folium itself can add (circles, lines, polygons) may have been added.

    Returns
    -------
    str
        The whole page. It may stand in an ``<iframe srcdoc>`` or in a file of its own.

    Raises
    ------
    DisclosureError
        If something in the page would fetch an address: whoever opens it would be seen, and offline it
        would be blank.
    """
    text = map.get_root().render()
    for place, name in enumerate(dict.fromkeys(re.findall(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", text))):
        text = text.replace(name, f"ilp{place}")
    language = getattr(map, "language", current())
    text = text.replace("<html>", f'<html lang="{language}">', 1)
    check_offline(text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def check_offline(page: str) -> None:
    """
    Refuse a page that would fetch anything when it is opened.

    Parameters
    ----------
    page
        HTML text.

    Raises
    ------
    DisclosureError
        If an address is left in a tag, a style or a script; the message names the first one.
    """
    finder = _Addresses()
    finder.feed(page)
    finder.close()
    if finder.found:
        msg = _(
            "The page would fetch {count} addresses, the first is {address!r}. Take out the layer that "
            "brings it (tiles, plugins, icons), or put its file inside the page."
        ).format(count=len(finder.found), address=finder.found[0])
        raise DisclosureError(msg)


class _Addresses(HTMLParser):
    """Collects every address that a browser would fetch; links that a person clicks are none."""

    _FETCHING = frozenset({"src", "href", "srcset", "data", "poster", "xlink:href", "background", "action"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "style" or (tag == "script" and values.get("type") != "application/json"):
            self._inside = tag
        for name, value in values.items():
            if name == "style":
                self._styles(value)
            elif name == "srcdoc":
                check_offline(value)
            elif name in self._FETCHING and tag != "a" and not value.startswith(("data:", "#", "about:")):
                self.found.append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self._styles(data)
        elif self._inside == "script":
            text = data.replace(_vendored("leaflet.js"), "")
            self.found += re.findall(r"""["'`](?:https?:|wss?:)?//[^"'`\s]+""", text)

    def _styles(self, text: str) -> None:
        self.found += re.findall(r"@import[^;]+", text)
        self.found += [
            u for u in re.findall(r"""url\(\s*["']?([^"')]*)""", text) if not u.startswith(("data:", "#"))
        ]


@cache
def _scripts() -> str:
    own = (Path(__file__).parent / "map.js").read_text(encoding="utf-8")
    return f"{_vendored('leaflet.js')}\n{own}"


@cache
def _styles() -> str:
    # Leaflet's icons (layers button, marker pin) are not used; the rules that name their files are left out.
    leaflet = re.sub(r"[^{}]*\{[^{}]*url\([^{}]*\}", "", _vendored("leaflet.css"))
    own = (Path(__file__).parent / "map.css").read_text(encoding="utf-8")
    return "\n".join([style.font_face_css(), leaflet, style.roles_css(), own])


@cache
def _vendored(name: str) -> str:
    return (Path(__file__).parent / "vendor" / "leaflet" / name).read_text(encoding="utf-8").strip()


def _json(payload: dict[str, Any]) -> str:
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
