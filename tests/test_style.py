"""The one identity: contrasts, colours in grey, fonts with every letter, nothing set on import."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.i18n import language
from ilp_toolkit.views import style

LETTERS = {
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "tg": "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя",
    "ky": "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "uz": "абвгдеёжзийклмнопрстуфхцчшъэюяўқғҳ",
    "uz-latin": "abdefghijklmnopqrstuvxyzoʻgʻshchʼ",
    "tk": "abçdeäfghijžklmnňoöprsştuüwyýz",
    "en": "abcdefghijklmnopqrstuvwxyz",
    "es": "áéíóúüñ¿¡",
}
SIGNS = "0123456789.,:;!?()[]«»„“”‘’–—…%‰№§°×±−≈≠≤≥→←↑↓·•²³€₸₽$\u00a0\u202f"


def test_contrast_of_known_pairs_is_what_wcag_says() -> None:
    assert style.contrast("#000000", "#ffffff") == 21
    assert style.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert style.contrast("#ffffff", "#ffffff") == 1


@pytest.mark.parametrize("text", ["INK", "MUTED", "ACCENT", "CAUTION"])
@pytest.mark.parametrize("ground", ["PAPER", "GROUND", "ACCENT_TINT", "CAUTION_TINT"])
def test_text_is_readable_on_every_ground(text: str, ground: str) -> None:
    assert style.contrast(getattr(style, text), getattr(style, ground)) >= 4.5


@pytest.mark.parametrize("line", ["BOUNDARY", "HOT", "COLD", "ACCENT"])
def test_lines_that_carry_meaning_stand_out_from_the_paper(line: str) -> None:
    assert style.contrast(getattr(style, line), style.PAPER) >= 3


@pytest.mark.parametrize("colour", [*style.SEQUENCE, *style.DIVERGING, style.CONTEXT])
def test_numbers_inside_a_cell_are_readable_on_its_colour(colour: str) -> None:
    assert style.contrast(style.ink_on(colour), colour) >= 3


def grey(colour: str) -> float:
    """Lightness as a black-and-white printer keeps it."""
    return sum(w * int(colour[i : i + 2], 16) for w, i in zip((0.299, 0.587, 0.114), (1, 3, 5), strict=True))


def test_the_sequence_darkens_step_by_step_on_a_grey_printer() -> None:
    for few, more in itertools.pairwise(style.SEQUENCE):
        assert grey(few) - grey(more) >= 15


@given(st.integers(1, 9))
def test_a_shorter_sequence_keeps_the_order(count: int) -> None:
    colours = style.sequence(count)
    assert len(set(colours)) == count
    assert [grey(c) for c in colours] == sorted((grey(c) for c in colours), reverse=True)


def test_the_fonts_have_every_letter_of_the_region() -> None:
    for path in style.font_files("ttf").values():
        letters = set(TTFont(path).getBestCmap())
        for code, text in {**LETTERS, "signs": SIGNS}.items():
            missing = [c for c in text + text.upper() if ord(c) not in letters]
            assert not missing, f"{path.name} lacks {missing} of {code}"


def test_the_fonts_of_pages_are_those_of_figures_packed() -> None:
    for weight, packed in style.font_files("woff2").items():
        data = packed.read_bytes()
        with TTFont(style.font_files("ttf")[weight]) as font:
            tables = [tag for tag in font.keys() if tag != "GlyphOrder"]  # noqa: SIM118
        assert data[:4] == b"wOF2"
        assert int.from_bytes(data[12:14], "big") == len(tables)


def test_the_fonts_are_small_and_carry_their_licence() -> None:
    for kind in ("ttf", "woff2"):
        for weight, path in style.font_files(kind).items():
            assert weight in (400, 700)
            assert path.stat().st_size < 200_000
    licence = (path.parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_the_stylesheet_holds_every_role_and_asks_for_no_file() -> None:
    text = style.css()
    assert f"--accent:{style.ACCENT}" in text
    assert "url(" not in text
    assert "@import" not in text
    assert style.font_face_css().count("url(data:font/woff2;base64,") == 2


def test_every_role_that_the_stylesheets_use_is_defined() -> None:
    import re

    folder = style.font_files()[400].parents[1]
    for name in ("page.css", "map.css"):
        used = set(re.findall(r"var\((--[\w-]+)\)", (folder / name).read_text(encoding="utf-8")))
        assert used
        assert all(f"{role}:" in style.roles_css() for role in used), name


def test_a_number_has_no_more_digits_than_it_bears() -> None:
    assert style.figure_number(3) == "3"
    assert style.figure_number(2.0) == "2"
    assert style.figure_number(0.123456) == "0.123"
    assert style.figure_number(98765.4) == "98,765"
    with language("ru"):
        assert style.figure_number(1234.5, digits=1) == "1\u00a0234,5"


def test_the_style_ends_with_its_block() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    with style.matplotlib_style():
        assert mpl.rcParams["font.family"][0] == style.FONT
    assert dict(mpl.rcParams) == before


def test_importing_the_style_loads_no_drawing_library() -> None:
    code = (
        "import sys, ilp_toolkit.views.style; "
        "print([m for m in ('matplotlib', 'folium', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
