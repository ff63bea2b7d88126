"""A certificate as people see it: HTML with the signed JSON inside, and a PDF, both with a QR code."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ilp_toolkit.errors import FileError
from ilp_toolkit.i18n import _, date, number, plural
from ilp_toolkit.learning.certificate import embedded, pack
from ilp_toolkit.views import style

from .pages import page as whole_page
from .pages import text

__all__ = ["page", "qr_svg", "render"]

_TEMPLATE = Path(__file__).with_name("templates") / "certificate.typ"
_CSS = """\
main{max-width:46rem}
.whom{font-size:1.7rem;font-weight:700;margin:.2em 0}
.module{border-top:1px solid var(--rule);padding-top:.5rem;margin-top:.8rem;break-inside:avoid}
.module h2{font-size:1.1rem;margin:.2em 0}.module p,.module ul{margin:.2em 0}.level{color:var(--muted)}
.proof{display:flex;flex-wrap:wrap;gap:1.2rem;align-items:flex-start;border-top:2px solid var(--ink);
 margin-top:1.4rem;padding-top:1rem;break-inside:avoid}
.proof svg{width:48mm;height:48mm;flex:none}.proof div{flex:1 1 16rem;font-size:.8rem}
.proof p{margin:0 0 .5em}
"""


def page(envelope: Mapping[str, Any]) -> str:
    """
    Return a signed document as one HTML page, to read, to print and to verify.

    Parameters
    ----------
    envelope
        As `certificate.envelope_of` makes it.
    """
    content = _content(envelope)
    modules = []
    for module in content["modules"]:
        outcomes = "".join(
            f'<li><span class="level">{text(o["level"])}</span> · {text(o["text"])}</li>'
            for o in module["outcomes"]
        )
        facts = "".join(f"<p>{text(line)}</p>" for line in module["facts"])
        title = f"<h2>{text(module['title'])}</h2>"
        modules.append(f'<section class="module">{title}<ul>{outcomes}</ul>{facts}</section>')
    proof = "".join(f"<p>{text(line)}</p>" for line in content["proof"])
    body = [
        f"<header><p>{text(content['course'])}</p><h1>{text(content['title'])}</h1></header>",
        f'<p class="whom">{text(content["whom"])}</p><p>{text(content["says"])}</p>',
        *modules,
        f'<section class="proof">{qr_svg(pack(envelope))}<div>{proof}</div></section>',
        embedded(envelope),
    ]
    return whole_page(f"{content['title']} · {content['whom']}", body, css=_CSS)


def render(envelope: Mapping[str, Any]) -> bytes:
    """
    Return a signed document as a PDF; the same document gives the same bytes.

    Raises
    ------
    FileError
        If typst refuses it.
    """
    import typst

    fonts = sorted({str(path.parent) for path in style.font_files("ttf").values()})
    content = json.dumps(_content(envelope), ensure_ascii=False).encode()
    # typst's stub does not know that its input may be files in memory.
    compiled: Any = typst.compile
    try:
        made = compiled(
            {
                "main.typ": _TEMPLATE.read_bytes(),
                "certificate.json": content,
                "code.svg": qr_svg(pack(envelope), inline=False).encode(),
            },
            font_paths=fonts,
            ignore_system_fonts=True,
            timestamp=0,
        )
    except typst.TypstError as error:
        raise FileError(_("The PDF could not be made: {reason}.").format(reason=error)) from error
    return bytes(made)


def qr_svg(code: str, *, inline: bool = True) -> str:
    """Return a QR code as SVG, black on white, with the quiet zone that readers need."""
    import segno

    made = segno.make(code, error="m", micro=False)
    if inline:
        svg: str = made.svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
        label = text(_("QR code"))
        return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    out = io.BytesIO()
    made.save(out, kind="svg", border=4, dark="#000", light="#fff", scale=4)
    return out.getvalue().decode()


def _content(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """Return every text of a page, in the language in use."""
    statement, details = envelope["statement"], envelope["details"]
    transcript = statement["kind"] == "transcript"
    whom = f"{statement['name']} ({statement['learner']})" if statement["name"] else statement["learner"]
    says = _("has passed these modules: at least {share} per cent of the points, and every hurdle.")
    if transcript:
        says = _("handed in these modules. Passed means: at least {share} per cent, and every hurdle.")
    expires = statement["expires"]
    return {
        "course": details["course"],
        "title": _("Transcript") if transcript else _("Certificate"),
        "whom": whom,
        "says": says.format(share=details["rule"]),
        "modules": [_module(module, transcript=transcript) for module in details["modules"]],
        "proof": [
            _("Issued {date} by {issuer}").format(
                date=date(dt.date.fromisoformat(statement["issued"])), issuer=details["issuer"]
            ),
            *([_("Valid until {date}").format(date=date(dt.date.fromisoformat(expires)))] if expires else []),
            _("Number {serial} · key {key}").format(serial=statement["serial"], key=envelope["key"]),
            _("Marked with the ILP toolkit {version}.").format(version=details["toolkit"]),
            _(
                "To verify without internet: ilp verify-certificate FILE --issuer issuer.json. "
                "What is printed can be forged; what the command prints is what was signed."
            ),
        ],
        "language": details["language"],
        "font": style.FONT,
        "ink": style.INK,
        "muted": style.MUTED,
        "rule": style.RULE,
    }


def _module(module: Mapping[str, Any], *, transcript: bool) -> dict[str, Any]:
    hours = float(module["hours"])
    shown = number(hours, 0 if hours == int(hours) else 1)
    facts = [
        _("Version {version} ({build}) · {hours} h").format(
            version=module["version"], build=module["build"], hours=shown
        )
    ]
    hurdles = module["hurdles"]
    met = sum(hurdle["met"] for hurdle in hurdles)
    if hurdles:
        words = plural("{met} of {n} hurdle met", "{met} of {n} hurdles met", len(hurdles))
        facts[0] += " · " + words.format(met=met, n=len(hurdles))
    title = f"{module['number']} {module['title']}"
    if transcript:
        title += f" · {module['state']}"
        missed = [hurdle["item"] for hurdle in hurdles if not hurdle["met"]]
        if missed:
            facts.append(_("Hurdles not met: {items}").format(items=", ".join(missed)))
        people = module["people"]
        by = _("marked by the machine")
        if people:
            by = plural(
                "marked by the machine and {n} person", "marked by the machine and {n} people", people
            ).format(n=people)
        facts.append(
            _("Attempt {n} of {all}, {by}").format(n=module["attempt"], all=module["attempts"], by=by)
        )
        if module["provisional"]:
            facts.append(_("Provisional: code was not executed."))
    if module["unsandboxed"]:
        facts.append(_("Code was executed without a sandbox."))
    return {"title": title, "outcomes": module["outcomes"], "facts": facts}
