"""
Plain HTML for the course: markdown made safe, and a way to show it that loads no widget library.

A marker's kernel shows recorded answers with it; a learner's answer is data, so every text is escaped.
"""

from __future__ import annotations

import html
import json
from functools import cache
from typing import Any

from ...i18n import N_, _, number
from .look import CLASS, style_tag

__all__ = ["answer_html", "escape", "markdown", "show_html", "told"]

NOTHING = N_("No answer was recorded.")
_LONGEST = 20_000
"""Characters of an answer that are shown; more is cut, and said."""


def escape(text: object) -> str:
    """Escape a text for HTML."""
    return html.escape(str(text), quote=True)


def markdown(text: str, *, inline: bool = False) -> str:
    r"""
    Turn a trainer's markdown into HTML; HTML inside it is shown as text, never obeyed.

    Examples
    --------
    >>> markdown("Is it *lawful*? <script>")
    '<p>Is it <em>lawful</em>? &lt;script&gt;</p>\n'
    >>> markdown("one **word**", inline=True)
    'one <strong>word</strong>'
    """
    writer = _writer()
    return str(writer.renderInline(text) if inline else writer.render(text))


def told(body: str, kind: str = "") -> str:
    """Put HTML into the box in which the course tells something; `kind`: right, wrong, partly, caution."""
    return f'<div class="ilp-told {kind}" role="status">{body}</div>'


def show_html(body: str) -> None:
    """Show HTML in the notebook, in the look of the course; without a notebook nothing is shown."""
    from IPython.core.getipython import get_ipython
    from IPython.display import HTML, display

    if get_ipython() is not None:
        display(HTML(f'{style_tag()}<div class="{CLASS}">{body}</div>'))  # type: ignore[no-untyped-call]


def answer_html(head: str, answer: Any) -> str:
    """
    Return a recorded answer as plain HTML, every character of it escaped.

    Examples
    --------
    >>> answer_html("q1", "<b>yes</b>")
    '<p><strong>q1</strong></p><p>&lt;b&gt;yes&lt;/b&gt;</p>'
    """
    title = f"<p><strong>{escape(head)}</strong></p>"
    if answer is None:
        return f"{title}<p>{escape(_(NOTHING))}</p>"
    if isinstance(answer, str):
        return title + "".join(f"<p>{escape(line)}</p>" for line in _cut(answer).splitlines() if line.strip())
    if isinstance(answer, dict) and answer and all(isinstance(v, dict | str) for v in answer.values()):
        return title + _table(answer)
    text = json.dumps(answer, ensure_ascii=False, indent=None, default=str)
    return f"{title}<p><code>{escape(_cut(text))}</code></p>"


def _table(answer: dict[str, Any]) -> str:
    rows = []
    for name, value in answer.items():
        cells = value.items() if isinstance(value, dict) else [("", value)]
        told_cells = "; ".join(f"{column}: {cell}" if column else str(cell) for column, cell in cells)
        rows.append(f"<tr><td>{escape(_cut(str(name)))}</td><td>{escape(_cut(told_cells))}</td></tr>")
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    more = _("… and {n} more characters").format(n=number(len(text) - _LONGEST))
    return f"{text[:_LONGEST]} {more}"


@cache
def _writer() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")
