"""
Pages of the examiner's: one HTML file each, in the one identity, that asks for nothing and runs nothing.

Every text that comes from a person passes `text` (escaped) or `rich` (a trainer's markdown, HTML in it shown
as text); no template ever pastes a raw one.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from ilp_toolkit.i18n import current
from ilp_toolkit.views import style
from ilp_toolkit.views.widgets.plain import markdown

__all__ = ["page", "rich", "table", "tag", "text"]

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'"
)
_CSS = """\
main{max-width:60rem;margin:0 auto;padding:1rem 1.2rem 3rem;overflow-wrap:anywhere}
header p{color:var(--muted);margin:0}
.scroll{overflow-x:auto}
@media(max-width:520px){html{font-size:16px}main{padding:.6rem .8rem 2rem}th,td{padding-right:.6em}}
@page{size:A4;margin:16mm 14mm}
@media print{main{padding:0;max-width:none}.scroll{overflow:visible}}
"""


def text(value: object) -> str:
    """
    Escape a text for HTML.

    Examples
    --------
    >>> text('<b a="1">')
    '&lt;b a=&quot;1&quot;&gt;'
    """
    return html.escape(str(value), quote=True)


def tag(name: str, value: object) -> str:
    """
    Return an element that holds a text.

    Examples
    --------
    >>> tag("p", "1 < 2")
    '<p>1 &lt; 2</p>'
    """
    return f"<{name}>{text(value)}</{name}>"


def rich(value: str, *, inline: bool = True) -> str:
    """
    Turn a trainer's markdown into HTML; HTML inside it is shown as text, and no picture is fetched.

    Examples
    --------
    >>> rich("the *first* <question>")
    'the <em>first</em> &lt;question&gt;'
    """
    return markdown(value.replace("![", "!\\["), inline=inline)


def page(title: str, body: Iterable[str], *, css: str = "") -> str:
    """
    Return a whole page in the language in use.

    Parameters
    ----------
    title
        Plain text.
    body
        HTML in pieces, escaped already.
    css
        Rules beside those that every page shares.
    """
    styles = "\n".join((style.font_face_css(), style.css(), _CSS, css))
    return (
        f'<!doctype html>\n<html lang="{current()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{text(title)}</title><style>{styles}</style></head>\n"
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def table(
    heads: Iterable[str], rows: Iterable[Iterable[str]], *, numbers: Iterable[int] = (), caption: str = ""
) -> str:
    """
    Return a table that scrolls sideways where the screen is narrow.

    Parameters
    ----------
    heads, rows
        HTML, escaped already.
    numbers
        Which columns, from 0, hold figures.
    caption
        Plain text above it.
    """
    figures = set(numbers)

    def cells(values: Iterable[str], tag: str) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        return "".join(
            f"<{tag}{scope}{' class=number' if n in figures else ''}>{value}</{tag}>"
            for n, value in enumerate(values)
        )

    top = f"<caption>{text(caption)}</caption>" if caption else ""
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0"><table>{top}<thead><tr>{cells(heads, "th")}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
