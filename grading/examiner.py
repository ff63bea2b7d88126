"""The commands of examiners: start, roster, cards, collect, mark, regrade, formgrader."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ilp_toolkit.i18n import _, number, plural

from .workspace import DEFAULT, ROOT, Workspace

if TYPE_CHECKING:
    from .marking import Summary
    from .regrade import Regraded

__all__ = ["cards", "collect", "formgrader", "mark", "regrade", "roster", "start"]

Work = Annotated[Path, typer.Option("--work", metavar="FOLDER", help=_("The workspace."), show_default=False)]
OverlayOption = Annotated[
    Path | None,
    typer.Option(
        "--overlay", metavar="FOLDER", help=_("The examiner's own items and salt; see ILP_EXAM_OVERLAY.")
    ),
]
Root = Annotated[Path, typer.Option("--root", help=_("The checkout."), show_default=False)]
People = Annotated[Path, typer.Argument(help=_("A table with a column of names: CSV or a spreadsheet."))]
Prefix = Annotated[str, typer.Option("--prefix", help=_("What pseudonyms begin with."))]


def start(
    work: Work = DEFAULT,
    people: Annotated[
        Path | None, typer.Option("--people", help=_("A list of learners, as for roster."))
    ] = None,
    prefix: Prefix = "ilp",
    overlay: OverlayOption = None,
    root: Root = ROOT,
) -> None:
    """Make a workspace: folders, a secret salt, nbgrader's settings and sources; or bring one up to date."""
    from .key import Bench, Overlay
    from .modules import load_all
    from .nbgrader_source import write_sources

    workspace = Workspace(work.resolve()).make()
    bench = Bench(workspace, Overlay.find(overlay, root=root), root)
    modules = [bench.module(module.id) for module in load_all(root) if module.part("exam")]
    write_sources(workspace, modules)
    typer.echo(_("Workspace: {folder}").format(folder=workspace.folder))
    msg = plural("{n} exam is ready to be marked.", "{n} exams are ready to be marked.", len(modules))
    typer.echo(msg.format(n=len(modules)))
    if people is not None:
        roster(people, work, prefix)
    elif not workspace.learners.is_file():
        typer.echo(_("Next: python -m grading roster people.csv --work {folder}").format(folder=work))


def roster(people: People, work: Work = DEFAULT, prefix: Prefix = "ilp") -> None:
    """Give learners pseudonyms; names go into roster.csv and nowhere else."""
    from .roster import enrol, read_people

    workspace = Workspace(work.resolve()).checked()
    everybody, added = enrol(workspace, read_people(people), prefix=prefix)
    msg = plural("{n} learner, {new} of them new.", "{n} learners, {new} of them new.", len(everybody))
    typer.echo(msg.format(n=len(everybody), new=len(added)))
    typer.echo(_("Who is who stands in {path} only.").format(path=workspace.roster))


def cards(
    work: Work = DEFAULT,
    names: Annotated[bool, typer.Option("--names", help=_("Print names on strips to be torn off."))] = False,
    again: Annotated[
        list[str] | None,
        typer.Option("--retake", help=_("A learner who gets a new card, with other data; may be repeated.")),
    ] = None,
    root: Root = ROOT,
) -> None:
    """Print the learners' course cards, each in its learner's language: cards.html and cards.pdf."""
    from .cards import write
    from .modules import find
    from .roster import Roster, retake
    from .roster import names as who

    workspace = Workspace(work.resolve()).checked()
    roster = Roster.load(workspace)
    if again:
        renewed = retake(workspace, again, [folder.name for folder in find(root)])
        chosen = tuple(learner for learner in renewed.learners if learner.id in again)
        roster = Roster(chosen, renewed.salt)
    for path in write(roster, workspace.folder / "cards", who(workspace) if names else None):
        typer.echo(path)


def collect(
    inbox: Annotated[Path, typer.Argument(help=_("The folder with what learners handed in."))],
    work: Work = DEFAULT,
    overlay: OverlayOption = None,
    root: Root = ROOT,
) -> None:
    """
    Take in what lies in a folder and mark nothing yet; the folder itself is not touched.

    Exit status: 0 all was accepted, 1 something was put aside, 2 it could not be done.
    """
    from .inbox import collect as collected
    from .key import Bench, Overlay
    from .marking import editions_given
    from .roster import Roster

    workspace = Workspace(work.resolve()).checked()
    bench = Bench(workspace, Overlay.find(overlay, root=root), root)
    done = collected(inbox, workspace, Roster.load(workspace), known=editions_given(workspace, bench))
    for one in done.accepted:
        typer.echo(
            _("Accepted: {name}").format(name=f"{one.module} · {one.learner} · {one.attempt} · {one.receipt}")
        )
    for aside in done.quarantined:
        typer.echo(_("Put aside: {name}. {why}").format(name=aside.name, why=aside.reason))
    if done.repeated:
        words = plural(
            "{n} file had been collected before.", "{n} files had been collected before.", len(done.repeated)
        )
        typer.echo(words.format(n=len(done.repeated)))
    raise typer.Exit(int(bool(done.quarantined)))


def mark(
    inbox: Annotated[Path, typer.Argument(help=_("The folder with what learners handed in."))],
    *,
    work: Work = DEFAULT,
    answers_only: Annotated[
        bool,
        typer.Option(
            "--answers-only", help=_("Execute nothing: marks of code are provisional. Works on Windows.")
        ),
    ] = False,
    no_sandbox: Annotated[
        bool,
        typer.Option(
            "--no-sandbox", help=_("Execute strangers' code without a sandbox; written into each mark.")
        ),
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=30, help=_("Notebooks executed at a time."))
    ] = 2,
    overlay: OverlayOption = None,
    root: Root = ROOT,
) -> None:
    """
    Mark what lies in a folder; an interrupted run is taken up where it ended.

    Exit status: 0 all is marked, 1 a person has to look at something, 2 it could not be done.
    """
    from .key import Bench, Overlay
    from .marking import Settings
    from .marking import mark as marked

    workspace = Workspace(work.resolve()).checked()
    bench = Bench(workspace, Overlay.find(overlay, root=root), root)
    settings = Settings(answers_only=answers_only, sandbox=not no_sandbox, workers=workers)
    ticker = _Ticker()
    try:
        summary = marked(inbox, workspace, bench, settings, progress=ticker)
    finally:
        ticker.end()
    _tell(summary)
    raise typer.Exit(summary.code)


def regrade(
    module: Annotated[str, typer.Argument(help=_("The module: its number or its id."))],
    *,
    item: Annotated[str | None, typer.Option("--item", help=_("Only this item."))] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Say what would change; change nothing."))
    ] = False,
    work: Work = DEFAULT,
    overlay: OverlayOption = None,
    root: Root = ROOT,
) -> None:
    """Score answers again after an item or its key was mended, and say what that changed."""
    from .key import Bench, Overlay
    from .regrade import regrade as again

    workspace = Workspace(work.resolve()).checked()
    bench = Bench(workspace, Overlay.find(overlay, root=root), root)
    _tell_regraded(again(workspace, bench, module, item=item, dry_run=dry_run))


def formgrader(
    work: Work = DEFAULT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help=_("Do not open a browser."))] = False,
    port: Annotated[
        int, typer.Option("--port", min=1024, max=65535, help=_("Port on this computer."))
    ] = 8888,
) -> None:
    """Open JupyterLab on the workspace: formgrader is in its menu Nbgrader."""
    import subprocess

    from .formgrader import command, environment

    workspace = Workspace(work.resolve()).checked()
    typer.echo(
        _("In the menu: Nbgrader → Formgrader. Points and comments given there are taken over by the next:")
    )
    typer.echo(f"python -m grading mark {workspace.inbox} --work {work}")
    called = command(workspace, port=port, browser=not no_browser)
    raise typer.Exit(
        subprocess.run(called, env=environment(workspace), cwd=workspace.folder, check=False).returncode
    )


class _Ticker:
    """One line on the screen that says how far marking is; nothing where nobody looks."""

    def __init__(self) -> None:
        self._live, self._last, self._told = sys.stderr.isatty(), 0.0, False

    def __call__(self, done: int, total: int, left: float) -> None:
        now = time.monotonic()
        if not self._live or (now - self._last < 0.2 and done < total):
            return
        self._last, self._told = now, True
        minutes = max(1, round(left / 60))
        if left < 90:
            when = plural("about {n} second left", "about {n} seconds left", round(left)).format(
                n=round(left)
            )
        else:
            when = plural("about {n} minute left", "about {n} minutes left", minutes).format(n=minutes)
        text = _("{done} of {total} marked · {when}").format(done=done, total=total, when=when)
        sys.stderr.write(f"\r{text:<70}")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._told:
            sys.stderr.write("\n")


def _tell(summary: Summary) -> None:
    """Print the table of attempts, and what a person has to look at."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    headings = (_("Module"), _("Learner"), _("Attempt"), _("Points"), _("of"), _("By hand"), _("Notes"))
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if 2 <= place <= 4 else "left", overflow="fold")
    for line in summary.lines:
        notes = [
            *([_("provisional")] if line.provisional else []),
            *([] if line.counts else [_("does not count")]),
            *line.flagged,
            *line.changed,
        ]
        table.add_row(
            line.module, line.learner, f"{line.attempt}{'*' if line.fresh else ''}", number(line.points, 2),
            number(line.out_of, 2), ", ".join(line.pending), "; ".join(notes),
        )  # fmt: skip
    wide = sys.stdout.isatty()
    Console(width=None if wide else 160, highlight=False, markup=False, emoji=False).print(table)
    fresh = sum(line.fresh for line in summary.lines)
    words = plural("{n} attempt marked in this run (*).", "{n} attempts marked in this run (*).", fresh)
    typer.echo(words.format(n=fresh))
    if summary.repeated:
        words = plural(
            "{n} file had been collected before.", "{n} files had been collected before.", summary.repeated
        )
        typer.echo(words.format(n=summary.repeated))
    if summary.by_hand:
        words = plural(
            "{n} mark given by hand was taken over.",
            "{n} marks given by hand were taken over.",
            summary.by_hand,
        )
        typer.echo(words.format(n=summary.by_hand))
    for name, why in summary.quarantined:
        typer.echo(_("Put aside: {name}. {why}").format(name=name, why=why))
    for name, why in summary.waiting:
        typer.echo(_("Not run, tried again by the next run: {name}. {why}").format(name=name, why=why))


def _tell_regraded(done: Regraded) -> None:
    words = plural(
        "{module}: {n} attempt was scored again.", "{module}: {n} attempts were scored again.", done.attempts
    )
    typer.echo(words.format(module=done.module, n=done.attempts))
    if not done.written:
        typer.echo(_("Nothing was written: this is what would change."))
    for change in done.changes:
        hand = _(" (a mark given by hand stands over it)") if change.by_hand else ""
        typer.echo(
            f"  {change.learner} · {change.attempt} · {change.item}: "
            f"{number(change.before, 2)} → {number(change.after, 2)}{hand}"
        )
    for learner, attempt, before, after in done.totals:
        typer.echo(
            _("  {learner} · {attempt} in all: {before} → {after}").format(
                learner=learner, attempt=attempt, before=number(before, 2), after=number(after, 2)
            )
        )
    if not done.changes:
        typer.echo(_("No points change."))
