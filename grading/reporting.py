"""The commands that tell what was learnt: feedback, results, class, items, similarity, written, certify."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ilp_toolkit.cli.options import Lang
from ilp_toolkit.errors import InputError
from ilp_toolkit.i18n import _, number, percent, plural, use

from .assessment import Assessment
from .examiner import OverlayOption, Root, Work
from .key import Bench, Overlay
from .workspace import DEFAULT, ROOT, Workspace

if TYPE_CHECKING:
    from .rubric import Agreed

__all__ = ["certify", "classroom", "feedback", "items", "results", "similarity", "written"]

Only = Annotated[
    str | None, typer.Option("--module", metavar="NN", help=_("Only this module: its number or its id."))
]
_PASSPHRASE = "ILP_ISSUER_PASSPHRASE"
"""The variable that holds the passphrase of the issuer's key where nobody sits who could be asked."""


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


def classroom(
    module: Annotated[str, typer.Argument(metavar="NN", help=_("The module: its number or its id."))],
    *,
    pre: Annotated[
        str | None, typer.Option("--pre", metavar="NN", help=_("The module whose exam was the pre-test."))
    ] = None,
    minimum: Annotated[
        int, typer.Option("--minimum", min=3, help=_("Numbers that stand for fewer learners are not shown."))
    ] = 3,
    work: Work = DEFAULT,
    overlay: OverlayOption = None,
    root: Root = ROOT,
    lang: Lang = None,
) -> None:
    """Write one page for the projector: which questions and errors, what was gained; nobody is in it."""
    from .classview import class_page, view
    from .roster import Roster

    if lang:
        use(lang)
    bench = _bench(work, overlay, root)
    workspace = bench.workspace
    with Assessment(workspace.assessment) as record:
        seen = view(
            record, bench, bench.module(module).id, learners=len(Roster.load(workspace)),
            policy=workspace.policy.attempts, minimum=minimum, pre=bench.module(pre).id if pre else None,
        )  # fmt: skip
    path = workspace.results / f"class.{seen.module}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(class_page(seen), encoding="utf-8", newline="\n")
    typer.echo(path)


def items(
    module: Annotated[str, typer.Argument(metavar="NN", help=_("The module: its number or its id."))],
    *,
    pool: Annotated[
        list[Path] | None,
        typer.Option("--pool", metavar="FOLDER", help=_("Another cohort's workspace; may be repeated.")),
    ] = None,
    work: Work = DEFAULT,
    overlay: OverlayOption = None,
    root: Root = ROOT,
    lang: Lang = None,
) -> None:
    """Analyse questions over cohorts: facility, discrimination (from 30 learners on), options, time."""
    from contextlib import ExitStack

    from .itemstats import analyse, report_page, sittings
    from .itemtimes import moments

    if lang:
        use(lang)
    bench = _bench(work, overlay, root)
    loaded = bench.module(module)
    cohorts = [bench.workspace, *(Workspace(folder.resolve()).checked() for folder in pool or [])]
    with ExitStack() as stack:
        records = [stack.enter_context(Assessment(cohort.assessment)) for cohort in cohorts]
        times = [moments(cohort, loaded.id) for cohort in cohorts]
        report = analyse(loaded, sittings(records, loaded.id, times))
    path = bench.workspace.results / f"analysis.{loaded.id}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report_page(report, loaded), encoding="utf-8", newline="\n")
    typer.echo(path)


def similarity(
    module: Annotated[str, typer.Argument(metavar="NN", help=_("The module: its number or its id."))],
    work: Work = DEFAULT,
    overlay: OverlayOption = None,
    root: Root = ROOT,
    lang: Lang = None,
) -> None:
    """Show pairs of submissions that stand out from the cohort, to be read by a person; no mark changes."""
    from .desk import Desk
    from .similarity import compare, documents, similarity_page

    if lang:
        use(lang)
    bench = _bench(work, overlay, root)
    name = bench.module(module).id
    with Assessment(bench.workspace.assessment) as record:
        desk = Desk(bench.workspace, record, bench, "not executed")
        cohorts = compare(*documents(bench.workspace, desk, bench, name))
    path = bench.workspace.results / f"similarity.{name}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(similarity_page(name, cohorts), encoding="utf-8", newline="\n")
    typer.echo(path)


def written(
    module: Annotated[str, typer.Argument(metavar="NN", help=_("The module: its number or its id."))],
    *,
    marker: Annotated[
        str | None,
        typer.Option("--marker", metavar="NAME", help=_("Who marks; without it: compare and settle.")),
    ] = None,
    take: Annotated[
        Path | None, typer.Option("--take", metavar="FILE", help=_("Take this marker's table back."))
    ] = None,
    third: Annotated[
        bool, typer.Option("--third", help=_("This marker decides where two others differ too far."))
    ] = False,
    work: Work = DEFAULT,
    overlay: OverlayOption = None,
    root: Root = ROOT,
    lang: Lang = None,
) -> None:
    """Hand written answers to blind markers, take their tables back, say how far they agree, enter marks."""
    from .rubric import hand_out, settle, take_in

    if lang:
        use(lang)
    bench = _bench(work, overlay, root)
    name = bench.module(module).id
    with Assessment(bench.workspace.assessment) as record:
        if marker is None:
            _tell_agreed(settle(record, bench, name))
        elif take is None:
            for path in hand_out(bench.workspace, record, bench, name, marker, third=third):
                typer.echo(path)
        else:
            n = take_in(bench.workspace, record, bench, name, take, marker=marker, third=third)
            typer.echo(plural("{n} answer was taken.", "{n} answers were taken.", n).format(n=n))


def _tell_agreed(done: Agreed) -> None:
    words = plural("{n} answer is marked by two.", "{n} answers are marked by two.", done.n)
    typer.echo(words.format(n=done.n))
    if done.waiting:
        words = plural("{n} waits for a second marker.", "{n} wait for a second marker.", done.waiting)
        typer.echo(words.format(n=done.waiting))
    for item, criterion, n, same, value, error in done.criteria:
        if not n:
            continue
        words = _("  {item} {criterion}: the same score on {same}, kappa {kappa}")
        told = _("not defined") if value is None else f"{number(value, 2)} ± {number(error or 0.0, 2)}"
        typer.echo(words.format(item=item, criterion=criterion, same=percent(same), kappa=told))
    if 0 < done.n < 30:
        typer.echo(_("With fewer than {n} answers kappa is a rough figure.").format(n=30))
    for one in done.differences:
        words = _("  A third look: {learner} · {item}: {first} and {second} of {out_of}")
        words = (
            words if not one.decided else _("  Decided: {learner} · {item}: {first} and {second} of {out_of}")
        )
        typer.echo(words.format(
            learner=one.learner, item=one.item, first=number(one.first, 2), second=number(one.second, 2),
            out_of=number(one.out_of, 2),
        ))  # fmt: skip
    words = plural("The marks of {n} answer stand.", "The marks of {n} answers stand.", done.recorded)
    typer.echo(words.format(n=done.recorded))


def certify(
    key: Annotated[Path, typer.Option("--key", metavar="FOLDER", help=_("The folder of the issuer's keys."))],
    *,
    new_key: Annotated[
        bool, typer.Option("--new-key", help=_("Make new keys in --key, for the issuer --issuer."))
    ] = False,
    issuer: Annotated[str, typer.Option("--issuer", metavar="NAME", help=_("Who certifies."))] = "",
    passphrase: Annotated[
        bool,
        typer.Option(
            "--passphrase",
            help=_(
                "Protect the key with a passphrase: the new one, or without --new-key the one that is there."
            ),
        ),
    ] = False,
    revoke: Annotated[
        list[str] | None,
        typer.Option("--revoke", metavar="NUMBER", help=_("Withdraw this certificate; may be repeated.")),
    ] = None,
    transcript: Annotated[
        bool, typer.Option("--transcript", help=_("Transcripts instead of certificates."))
    ] = False,
    module: Annotated[
        list[str] | None,
        typer.Option("--module", metavar="NN", help=_("A module that must be passed; may be repeated.")),
    ] = None,
    learner: Annotated[
        list[str] | None, typer.Option("--learner", help=_("Only this learner; may be repeated."))
    ] = None,
    names: Annotated[bool, typer.Option("--names", help=_("Put names on it, from the roster."))] = False,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="YYYY-MM-DD", help=_("Last day on which it holds."))
    ] = None,
    unsandboxed: Annotated[
        bool, typer.Option("--unsandboxed", help=_("Certify marks of code that ran without a sandbox, too."))
    ] = False,
    work: Work = DEFAULT,
    overlay: OverlayOption = None,
    root: Root = ROOT,
    lang: Lang = None,
) -> None:
    """Write signed certificates (no points) or transcripts that `ilp verify-certificate` reads."""
    import datetime as dt

    from .certificate import Key
    from .certificate import certify as certified
    from .roster import names as who

    if lang:
        use(lang)
    today = dt.date.today()
    own = Key(key, functools.cache(_passphrase))
    if new_key:
        word = _new_passphrase() if passphrase or os.environ.get(_PASSPHRASE) else ""
        made = Key.make(key, issuer, today=today, apart=(ROOT, root, work), passphrase=word)
        typer.echo(_("Made {secret}: keep it secret, and a copy of it locked away.").format(
            secret=made.folder / "issuer.key"
        ))  # fmt: skip
        if not word:
            typer.echo(
                _("No passphrase protects it: whoever copies the file can certify (see --passphrase).")
            )
        typer.echo(_("Publish {public}: whoever verifies needs it.").format(public=made.public))
        return
    if passphrase:
        word = _prompted(new=True) if own.protected else _new_passphrase()
        own.protect(word)
        typer.echo(_("The key is protected. Destroy copies that were made before."))
        return
    if revoke:
        every = own.revoke(revoke, today=today)
        words = plural(
            "{n} certificate is withdrawn: {path}", "{n} certificates are withdrawn: {path}", len(every)
        )
        typer.echo(words.format(n=len(every), path=own.revoked))
        return
    try:
        last = None if expires is None else dt.date.fromisoformat(expires)
    except ValueError:
        msg = _("`--expires` must be a date such as 2028-11-30, found {value}.")
        raise InputError(msg.format(value=repr(expires))) from None
    bench = _bench(work, overlay, root)
    with Assessment(bench.workspace.assessment) as record:
        pages, refused = certified(
            bench.workspace, record, bench, own, today=today, modules=module or (),
            learners=learner or (), kind="transcript" if transcript else "certificate", expires=last,
            unsandboxed=unsandboxed,
            names=who(bench.workspace) if names else None,
        )  # fmt: skip
    for path in pages:
        typer.echo(path)
    for name, reason in refused:
        typer.echo(_("None for {learner}: {reason}").format(learner=name, reason=reason))


def _passphrase() -> str:
    """Return the passphrase of the issuer's key: from the environment, or from whoever sits there."""
    return os.environ.get(_PASSPHRASE) or _prompted()


def _new_passphrase() -> str:
    return os.environ.get(_PASSPHRASE) or _prompted(new=True)


def _prompted(*, new: bool = False) -> str:
    if not sys.stdin.isatty():
        msg = _("The key needs a passphrase, and nobody can be asked here: set {name}.")
        raise InputError(msg.format(name=_PASSPHRASE))
    words = _("New passphrase of the issuer's key") if new else _("Passphrase of the issuer's key")
    return str(typer.prompt(words, hide_input=True, confirmation_prompt=new))


def _bench(work: Path, overlay: Path | None, root: Path) -> Bench:
    return Bench(Workspace(work.resolve()).checked(), Overlay.find(overlay, root=root), root)


def _modules(record: Assessment, bench: Bench, wanted: str | None) -> list[str]:
    """Return the modules that were handed in, or the one that is named."""
    if wanted is not None:
        return [bench.module(wanted).id]
    handed_in = sorted({attempt.module for attempt in record.attempts()})
    return [name for name in handed_in if bench.knows(name)]
