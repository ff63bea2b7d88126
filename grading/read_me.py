"""
`READ ME FIRST.html`: the first thing that a learner opens on the stick, in two languages side by side.

The steps are drawn, not photographed: a drawing has no language, needs no second file and prints well.
"""

from __future__ import annotations

from collections.abc import Iterable

from ilp_toolkit import i18n
from ilp_toolkit.i18n import N_, _
from ilp_toolkit.views import style

from . import pages
from .pages import text

__all__ = ["page"]

_CSS = """\
main{max-width:56rem}
.step{display:grid;grid-template-columns:15rem 1fr;gap:0 1.6rem;align-items:start;
 border-top:1px solid var(--rule);padding:1.1rem 0}
.step h2{margin:0 0 .4em}.step svg{width:100%;height:auto;display:block}
@media(max-width:620px){.step{grid-template-columns:1fr}.step svg{max-width:15rem}}
.lang{border-top:.35rem solid var(--accent);margin-top:2.5rem;padding-top:.6rem}
code{background:var(--ground);padding:0 .25em;overflow-wrap:anywhere}
@media print{.step{break-inside:avoid}}
"""
_TITLE = N_("Read me first")
_LEAD = N_(
    "The course runs from this stick without the internet and without an administrator. Nothing is "
    "written on "
    "the stick: your work goes to your own documents."
)
_STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        N_("Open the folder of the stick"),
        (
            N_(
                "Put the stick in and open the folder `ilp-course`. A zip must be unpacked first: "
                "*Extract All*."
            ),
            N_("You may copy the folder to the computer; then the stick can go to the next learner."),
        ),
    ),
    (
        N_("Start"),
        (
            N_(
                "**Windows:** double-click `start-windows.cmd`. If Windows warns, choose *More info "
                "→ Run anyway*."
            ),
            N_("**Linux:** open a terminal in the folder and type `sh start-linux.sh`."),
        ),
    ),
    (
        N_("Wait once"),
        (
            N_(
                "The first start takes some minutes: programs are put into a folder of your own. "
                "Leave the black "
                "window open. Every later start takes seconds."
            ),
        ),
    ),
    (
        N_("Work"),
        (
            N_(
                "JupyterLab opens in the browser, on the index of the course. Open a lesson and "
                "choose *Run → Run "
                "All Cells*."
            ),
            N_(
                "Your work is in the folder `ILP-course` among your documents, or in your user folder where "
                "OneDrive keeps the documents. Start again from the stick and you go on where you were."
            ),
            N_("At the end: *File → Shut Down*, then close the black window."),
        ),
    ),
)
_HELP: tuple[str, ...] = (
    N_(
        "**“Python … was not found.”** Ask the trainer to put a portable Python into the folder "
        "`python`; nothing "
        "has to be installed."
    ),
    N_("**The first start failed.** Start again: it begins anew. The message names a file that says more."),
    N_("**On a phone:** the lessons to read are in the folder `phone`. **On paper:** the folder `handouts`."),
    N_("**To hand in:** the last cell of the exam makes one file; copy it to the trainer's stick."),
)


def page(platforms: Iterable[str], pythons: Iterable[str]) -> str:
    """
    Return the page.

    Parameters
    ----------
    platforms, pythons
        For which systems and versions of Python there are packages on the stick.
    """
    body = []
    for language in ("ru", "en"):
        with i18n.language(language):
            body.append(f'<section lang="{language}" class="lang"><h1>{text(_(_TITLE))}</h1>')
            body.append(f"<p>{pages.rich(_(_LEAD))}</p>")
            for n, ((name, lines), draw) in enumerate(zip(_STEPS, _DRAWINGS, strict=True), 1):
                told = "".join(f"<p>{pages.rich(_(line))}</p>" for line in lines)
                body.append(f'<div class="step">{draw}<div><h2>{n}. {text(_(name))}</h2>{told}</div></div>')
            trouble = _("If something goes wrong")
            body.append(f"<h2>{text(trouble)}</h2><ul>")
            body += [f"<li>{pages.rich(_(line))}</li>" for line in _HELP]
            body.append(f"</ul><p>{text(_fits(tuple(platforms), tuple(pythons)))}</p></section>")
    with i18n.language("ru"):
        title = f"{_(_TITLE)} · {_TITLE}"
        return pages.page(title, body, css=_CSS)


def _fits(platforms: tuple[str, ...], pythons: tuple[str, ...]) -> str:
    if not platforms:
        return _("There are no packages on this stick: the computer must have the toolkit already.")
    names = {"windows": "Windows 10/11", "linux": "Linux (glibc 2.28)"}
    said = _("Packages on this stick are for {systems}, 64 bit, with Python {versions}.")
    return said.format(systems=", ".join(names[name] for name in platforms), versions=", ".join(pythons))


def _drawing(*shapes: str) -> str:
    """Return a line drawing of 240 by 150; it repeats the heading beside it and says nothing of its own."""
    ink = f'fill="{style.PAPER}" stroke="{style.INK}" stroke-width="2.5" stroke-linejoin="round"'
    return f'<svg viewBox="0 0 240 150" aria-hidden="true"><g {ink}>{"".join(shapes)}</g></svg>'


def _window(content: str, *, head: str = style.ACCENT) -> str:
    return (
        f'<rect x="12" y="12" width="216" height="126" rx="4"/><rect x="12" y="12" width="216" '
        f'height="20" rx="4" '
        f'fill="{head}"/><circle cx="24" cy="22" r="3"/><circle cx="36" cy="22" r="3"/>{content}'
    )


def _label(x: int, y: int, words: str, colour: str = style.INK, size: int = 13) -> str:
    look = f'font-size="{size}" fill="{colour}" stroke="none" font-family="monospace"'
    return f'<text x="{x}" y="{y}" {look}>{words}</text>'


_POINTER = '<path d="M0 0 l0 24 6-6 5 11 5-2-5-11 8-1z" fill="{}" transform="translate({} {})"/>'
_DRAWINGS = (
    _drawing(
        '<rect x="20" y="52" width="92" height="46" rx="6"/><rect x="112" y="60" width="28" height="30"/>',
        '<path d="M120 68h5m-5 13h5" /><path d="M150 75h32m-9-9 9 9-9 9" fill="none"/>',
        f'<path d="M190 52h14l5 7h21v38h-40z" fill="{style.ACCENT_TINT}"/>',
        _label(32, 80, "USB", size=20),
    ),
    _drawing(
        _window(
            f'<rect x="28" y="46" width="184" height="24" fill="{style.ACCENT_TINT}" '
            f'stroke="{style.ACCENT}"/>'
            + _label(38, 63, "start-windows.cmd")
            + _label(38, 93, "start-linux.sh")
            + _label(38, 119, "READ ME FIRST.html", style.MUTED)
        ),
        _POINTER.format(style.PAPER, 184, 60),
    ),
    _drawing(
        _window(
            f'<rect x="13" y="32" width="214" height="105" fill="{style.INK}" stroke="none"/>'
            + _label(28, 58, "&gt; …", style.PAPER)
            + f'<rect x="28" y="74" width="184" height="14" fill="{style.INK}" stroke="{style.PAPER}"/>'
            + f'<rect x="30" y="76" width="112" height="10" fill="{style.PAPER}" stroke="none"/>'
            + _label(28, 116, "2–5 min", style.PAPER)
        )
    ),
    _drawing(
        _window(
            f'<rect x="12" y="32" width="52" height="106" fill="{style.GROUND}"/>'
            '<path d="M22 48h32m-32 14h26m-26 14h30m-30 14h24" fill="none"/>'
            f'<rect x="78" y="46" width="136" height="18" fill="{style.ACCENT_TINT}" '
            f'stroke="{style.ACCENT}"/>'
            '<path d="M86 55l9 0m-4-4 4 4-4 4M78 80h120m-120 12h92" fill="none"/>'
            f'<path d="M84 126v-14m16 14v-24m16 24v-18m16 18v-10" stroke="{style.ACCENT}" '
            f'stroke-width="9" fill="none"/>'
        )
    ),
)
