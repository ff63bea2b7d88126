"""The commands that tell what was learnt: feedback, results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ilp_toolkit.cli.options import Lang
from ilp_toolkit.i18n import _, plural, use

from .assessment import Assessment
from .examiner import OverlayOption, Root, Work
from .key import Bench, Overlay
from .workspace import DEFAULT, ROOT, Workspace

__all__ = ["feedback", "results"]

Only = Annotated[
    str | None, typer.Option("--module", metavar="NN", help=_("Only this module: its number or its id."))
]


def feedback(
    module: Only = None, work: Work = DEFAULT, overlay: OverlayOption = None, root: Root = ROOT
) -> None:
    """Write one page a learner and module: what was answered, why it was wrong, where to read again."""
    from .feedback import write_feedback

    bench = _bench(work, overlay, root)
    with Assessment(bench.workspace.assessment) as record:
        pages = write_feedback(bench.workspace, record, bench, _modules(record, bench, module))
    words = plural("{n} page is in {folder}.", "{n} pages are in {folder}.", len(pages))
    typer.echo(words.format(n=len(pages), folder=bench.workspace.feedback))


def results(
    module: Only = None,
    *,
    names: Annotated[
        bool, typer.Option("--names", help=_("Put names into the tables for Excel; Moodle's never has any."))
    ] = False,
    moodle: Annotated[
        Path | None,
        typer.Option(
            "--moodle",
            metavar="FILE",
            help=_("A table of learner and idnumber (or email) as Moodle has them."),
        ),
    ] = None,
    provisional: Annotated[
        bool, typer.Option("--provisional", help=_("Give Moodle marks that are not final as well."))
    ] = False,
    work: Work = DEFAULT,
    overlay: OverlayOption = None,
    root: Root = ROOT,
    lang: Lang = None,
) -> None:
    """Write results for Excel and for Moodle's grade import; --lang ru writes as Russian Excel reads."""
    from .results import moodle_ids, write_results

    if lang:
        use(lang)
    bench = _bench(work, overlay, root)
    ids, kind = (None, None) if moodle is None else moodle_ids(moodle)
    with Assessment(bench.workspace.assessment) as record:
        done = write_results(
            bench.workspace, record, bench, _modules(record, bench, module), names=names, ids=ids,
            id_kind=kind or "idnumber", provisional=provisional,
        )  # fmt: skip
    for path in done.files:
        typer.echo(path)
    if done.provisional:
        words = plural("{n} mark is provisional.", "{n} marks are provisional.", done.provisional)
        typer.echo(words.format(n=done.provisional))
    if done.unsandboxed:
        words = plural(
            "{n} result comes from code that was run without a sandbox.",
            "{n} results come from code that was run without a sandbox.",
            done.unsandboxed,
        )
        typer.echo(words.format(n=done.unsandboxed))
    if done.left_out:
        typer.echo(_("Not final, so not in Moodle's file: {list}").format(list="; ".join(done.left_out)))


def _bench(work: Path, overlay: Path | None, root: Path) -> Bench:
    return Bench(Workspace(work.resolve()).checked(), Overlay.find(overlay, root=root), root)


def _modules(record: Assessment, bench: Bench, wanted: str | None) -> list[str]:
    """Return the modules that were handed in, or the one that is named."""
    if wanted is not None:
        return [bench.module(wanted).id]
    handed_in = sorted({attempt.module for attempt in record.attempts()})
    return [name for name in handed_in if bench.knows(name)]
