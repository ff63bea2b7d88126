"""
The one identity of pages, PDFs, figures, maps and notebooks: colours, sizes, fonts, numbers.

Colours are named by their role, so that a chart asks for `INK` or `ACCENT` and never for a code of its
own. Grey is context and the accent is the message; a sequence runs from light (little) to dark (much), so
that it survives a black-and-white printer. Importing this module loads no drawing library and sets nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ..i18n import date, month, number, percent

__all__ = [
    "ACCENT",
    "ACCENT_TINT",
    "BOUNDARY",
    "CATEGORIES",
    "CAUTION",
    "CAUTION_TINT",
    "COLD",
    "CONTEXT",
    "DIVERGING",
    "FONT",
    "FONT_STACK",
    "GROUND",
    "HOT",
    "INK",
    "MUTED",
    "NO_DATA",
    "PAPER",
    "RULE",
    "SEQUENCE",
    "SIZES",
    "STREET",
    "SUPPRESSED",
    "WATER",
    "contrast",
    "css",
    "date",
    "figure_number",
    "font_face_css",
    "font_files",
    "ink_on",
    "matplotlib_style",
    "month",
    "number",
    "percent",
    "roles_css",
    "sequence",
]

PAPER = "#ffffff"
"""Background of everything."""
INK = "#1b1f23"
"""Text, and lines that carry the message."""
MUTED = "#57606a"
"""Secondary text: subtitles, feet, axis labels."""
RULE = "#c9ced4"
"""Thin lines between things; never text."""
GROUND = "#f3f4f5"
"""Quiet surfaces: table heads, the land on a map."""
ACCENT = "#00538a"
"""The one accent: the message, links, focus."""
ACCENT_TINT = "#e8f1f7"
"""Background of the answer box."""
CAUTION = "#8a2c0a"
"""Warnings and handling markings; always with a word beside it."""
CAUTION_TINT = "#fdf1ea"
"""Background of a warning."""
CONTEXT = "#aab2ba"
"""Bars and lines that are context, not message."""
BOUNDARY = "#5b636b"
"""Outline of the study area."""
STREET = "#c3c8cd"
"""Streets and inner borders on a map."""
WATER = "#dde5ea"
"""Water on a map."""
NO_DATA = "#ffffff"
"""Places without data, hatched in `STREET`; zero is left unfilled on the ground instead."""
SUPPRESSED = "#969ea6"
"""Hatching of cells that are not shown because their counts are small."""

SEQUENCE = (
    "#fcefa0", "#e8dda0", "#cabf92", "#a39d85", "#7d7c78", "#62656f", "#46516c", "#233c6e", "#002859",
)  # fmt: skip
"""From little (light) to much (dark): cividis with its yellow end made paler, so that little looks little.
Readable with any colour vision and in grey."""
DIVERGING = ("#2166ac", "#67a9cf", "#e9ebed", "#ef8a62", "#b2182b")
"""Far below, below, near zero, above, far above: safe for colour-blind eyes; sign or pattern goes with it."""
COLD, HOT = DIVERGING[0], DIVERGING[-1]
CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#000000")
"""Okabe and Ito's colours for classes without an order; at most five together, labelled directly."""

FONT = "Noto Sans"
FONT_STACK = '"Noto Sans", "DejaVu Sans", "Segoe UI", Arial, sans-serif'
SIZES: dict[str, float] = {
    "screen_px": 18,
    "paper_pt": 10.5,
    "title_pt": 11.5,
    "figure_pt": 8.5,
    "small_pt": 7.5,
    "line_characters": 70,
}
"""Sizes that all renderers share: points on paper and in figures, pixels on screen."""

_FALLBACK = "DejaVu Sans"
_WEIGHTS = {400: "Regular", 700: "Bold"}


def sequence(count: int) -> list[str]:
    """
    Pick colours from the sequence, light to dark, as far apart as can be.

    Examples
    --------
    >>> sequence(3)
    ['#fcefa0', '#7d7c78', '#002859']
    """
    if count == 1:
        return [SEQUENCE[-3]]
    last = len(SEQUENCE) - 1
    return [SEQUENCE[round(i * last / (count - 1))] for i in range(count)]


def contrast(one: str, other: str) -> float:
    """
    Contrast ratio of two colours by WCAG 2: 4.5 and more is AA for text, 3 for large text and signs.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 2)


def ink_on(background: str) -> str:
    """Return the text colour, dark or white, that reads better on a background."""
    return INK if contrast(INK, background) >= contrast(PAPER, background) else PAPER


def figure_number(value: float, *, digits: int | None = None) -> str:
    """
    Write a number with no more digits than it bears, as people of the language do.

    Parameters
    ----------
    value
        Any finite number.
    digits
        Decimals; left out, whole numbers have none and others about three significant figures.

    Examples
    --------
    >>> figure_number(1234), figure_number(0.04567), figure_number(12.34)
    ('1,234', '0.0457', '12.3')
    """
    if digits is None:
        digits = 0
        size = abs(value)
        while digits < 6 and size and size != int(size) and size * 10**digits < 100:
            digits += 1
    return number(value, digits)


def font_files(kind: Literal["ttf", "woff2"] = "ttf") -> dict[int, Path]:
    """Return the font files by weight (400, 700): TTF for figures and PDF, WOFF2 for pages."""
    return {weight: _folder() / "fonts" / f"NotoSans-{name}.{kind}" for weight, name in _WEIGHTS.items()}


@cache
def font_face_css() -> str:
    """Return ``@font-face`` rules with the fonts inside, so that a page asks for no file."""
    rules = []
    for weight, path in font_files("woff2").items():
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        rules.append(
            f"@font-face{{font-family:'{FONT}';font-weight:{weight};font-style:normal;font-display:block;"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    return "\n".join(rules)


def css() -> str:
    """Return the stylesheet that every HTML page shares: roles as custom properties, then plain elements."""
    rules = (_folder() / "page.css").read_text(encoding="utf-8")
    return f"{roles_css()}\n{rules}"


def roles_css() -> str:
    """Return the roles alone, as custom properties (``var(--ink)``)."""
    roles = {
        "paper": PAPER,
        "ink": INK,
        "muted": MUTED,
        "rule": RULE,
        "ground": GROUND,
        "accent": ACCENT,
        "accent-tint": ACCENT_TINT,
        "caution": CAUTION,
        "caution-tint": CAUTION_TINT,
        "font": FONT_STACK,
        "size": f"{SIZES['screen_px']:g}px",
        "line": f"{SIZES['line_characters']:g}ch",
    }
    variables = "".join(f"--{name}:{value};" for name, value in roles.items())
    return f":root{{{variables}}}"


@contextmanager
def matplotlib_style() -> Iterator[None]:
    """
    Draw in the one identity inside a ``with`` block; settings outside it are not touched.

    Notes
    -----
    The family is made known to matplotlib the first time; that adds a name and changes no setting.
    """
    import matplotlib as mpl

    _register_fonts()
    with mpl.rc_context(_rc_params()):
        yield


@cache
def _register_fonts() -> None:
    from matplotlib import font_manager

    for path in font_files("ttf").values():
        font_manager.fontManager.addfont(str(path))


def _rc_params() -> Any:
    small, body = SIZES["small_pt"], SIZES["figure_pt"]
    return {
        "font.family": [FONT, _FALLBACK],
        "font.size": body,
        "text.color": INK,
        "axes.facecolor": PAPER,
        "axes.edgecolor": RULE,
        "axes.linewidth": 0.6,
        "axes.labelcolor": MUTED,
        "axes.labelsize": body,
        "axes.titlesize": SIZES["title_pt"],
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "xtick.color": RULE,
        "ytick.color": RULE,
        "xtick.labelcolor": MUTED,
        "ytick.labelcolor": MUTED,
        "xtick.labelsize": body,
        "ytick.labelsize": body,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "grid.color": RULE,
        "grid.linewidth": 0.5,
        "legend.frameon": False,
        "legend.fontsize": small,
        "figure.facecolor": PAPER,
        "figure.dpi": 110,
        "savefig.facecolor": PAPER,
        "savefig.dpi": 220,
        "hatch.linewidth": 0.6,
        "svg.fonttype": "path",
        "svg.hashsalt": "ilp",
        "pdf.fonttype": 42,
    }


def _folder() -> Path:
    return Path(__file__).parent


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
