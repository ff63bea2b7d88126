"""
`ilp check`: reads a file of incidents or links and says what is wrong with it, before anybody counts.

The exit status is for scripts: 0 nothing found, 1 findings, 2 the file cannot be used. Rejected rows are
written only where asked, without the columns about persons that the reader set aside.
"""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import i18n, progress
from ..errors import ColumnsError, FileError, InputError
from ..i18n import N_, _
from .options import Lang, as_options

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from ..collection.schema import Intake

__all__ = ["check", "columns_from"]

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NARROW = 60


def check(
    file: Annotated[Path, typer.Argument(help=_("The file of incidents."), show_default=False)],
    *,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--columns",
            metavar="ROLE=HEADER",
            help=_("What a column is, as date=Day; may be repeated. Or the path of a mapping file."),
        ),
    ] = None,
    crs: Annotated[
        str | None, typer.Option("--crs", metavar="CODE", help=_("Coordinate system, as EPSG:32642."))
    ] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help=_("Time zone, as Asia/Dushanbe."))
    ] = None,
    wall_clock: Annotated[
        bool, typer.Option("--wall-clock", help=_("Ignore offsets: the clock in the file is local."))
    ] = False,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="HEADER", help=_("A column about persons to keep; may be repeated.")),
    ] = None,
    layer: Annotated[
        str | None, typer.Option("--layer", metavar="NAME", help=_("Sheet, layer or member to read."))
    ] = None,
    rejected: Annotated[
        Path | None,
        typer.Option("--rejected", metavar="FILE", help=_("Write the rejected rows to this CSV file.")),
    ] = None,
    links: Annotated[
        bool, typer.Option("--links", help=_("The file holds links between persons or things, no incidents."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the report as JSON."))] = False,
    lang: Lang = None,
    quiet: Annotated[bool, typer.Option("--quiet", help=_("Print nothing."))] = False,
) -> None:
    """Read a file, print its report, and exit with 1 where something was found."""
    with i18n.language(lang or i18n.current()), progress.quiet() if quiet else nullcontext():
        if rejected is not None:
            _refuse_target(rejected, file)
        source = file if layer is None else f"{file}!{layer}"
        how: dict[str, Any] = {"crs": crs, "timezone": timezone, "wall_clock": wall_clock}
        if links:
            _refuse_for_links(how)
            how = {"links": True}
        intake = _read(source, columns=columns_from(columns), keep=keep or (), **how)
        if as_json:
            typer.echo(_as_json(intake))
        elif not quiet:
            _print(intake)
        if rejected is not None:
            n = _write_rejected(intake, rejected)
            if not quiet and not as_json:
                words = i18n.plural("{n} rejected row is in {file}.", "{n} rejected rows are in {file}.", n)
                none = _("No row was rejected; {file} holds the header only.")
                typer.echo((words if n else none).format(n=i18n.number(n), file=rejected.name))
    if len(intake.report):
        raise typer.Exit(1)


def columns_from(given: list[str] | None) -> dict[str, str] | Path | None:
    """
    Read what was given as ``--columns``: pairs of role and header, or the path of a mapping file.

    Raises
    ------
    ColumnsError
        If it is neither.

    Examples
    --------
    >>> columns_from(["date=Day", "area = Район", "latitude=Широта, град.,longitude=Долгота"])
    {'date': 'Day', 'area': 'Район', 'latitude': 'Широта, град.', 'longitude': 'Долгота'}
    """
    if not given:
        return None
    if len(given) == 1 and (given[0].lower().endswith((".toml", ".json")) or "=" not in given[0]):
        return _mapping_file(given[0])
    from ..collection.headers import ROLES

    # A comma parts two pairs only where a role follows: headers hold commas, too.
    between = re.compile(rf",(?=\s*(?:{'|'.join(ROLES)})\s*=)")
    pairs: dict[str, str] = {}
    for pair in (pair for text in given for pair in between.split(text)):
        role, equals, header = (part.strip() for part in pair.partition("="))
        if not equals or not role:
            msg = _("`--columns` takes role=header, as date=Day, or one mapping file; got {given}.")
            raise ColumnsError(msg.format(given=repr(pair)))
        pairs[role] = header
    return pairs


def _mapping_file(given: str) -> Path:
    path = Path(given)
    if not path.is_file():
        msg = _("`--columns` takes role=header, as date=Day, or one mapping file; there is no file {name}.")
        raise FileError(msg.format(name=path.name))
    return path


def _refuse_for_links(how: dict[str, Any]) -> None:
    given = [name for name, value in how.items() if value]
    if given:
        msg = _("`--{option}` says nothing of links. Leave it out, or leave out --links.")
        raise InputError(msg.format(option=given[0].replace("_", "-")))


def _read(source: Path | str, *, links: bool = False, **how: Any) -> Intake:
    from ..collection.links import read_links
    from ..collection.readers import read_incidents

    if links:
        return read_links(source, **how)
    return read_incidents(source, **how)


def _as_json(intake: Intake) -> str:
    report = json.loads(intake.report.to_json(orient="records"))
    counts = {"read": len(intake.table), "rejected": len(intake.rejected)}
    return json.dumps({**counts, "report": report, "choices": intake.choices}, ensure_ascii=False, indent=1)


def _print(intake: Intake) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    _print_facts(console, _facts(intake))
    console.print()
    if len(intake.report):
        _print_report(console, intake.report)
    else:
        console.print(_("Nothing was found that needs a look."))
    _print_mapping(console, intake)


def _print_facts(console: Console, facts: list[tuple[str, str]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", overflow="fold")
    table.add_column(overflow="fold")
    for name, value in facts:
        table.add_row(escape(name), escape(value))
    console.print(table)


def _facts(intake: Intake) -> list[tuple[str, str]]:
    told, choices = intake.table, intake.choices
    n, out = len(told), len(intake.rejected)
    rows = _("{all} in the file: {n} read, {out} rejected")
    facts = [
        (_("File"), _file_words(choices)),
        (_("Rows"), rows.format(all=i18n.number(n + out), n=i18n.number(n), out=i18n.number(out))),
    ]
    if "occurred_from" not in told:
        return [*facts, *_link_facts(intake)]
    facts += [
        (_("Dates"), _dates(told)),
        (_("Time zone"), _zone(choices)),
        (_("Places"), _places(told)),
        (_("Projection"), _projection(choices)),
        (_("Columns"), _columns(choices)),
        (_("Set aside"), ", ".join(map(str, choices.get("set_aside") or [])) or _("none")),
    ]
    return [(name, value) for name, value in facts if value]


def _link_facts(intake: Any) -> list[tuple[str, str]]:
    """Say of a file of links how many vertices it has, which way links go, and which column was what."""
    directions = {
        "directed": _("from source to target"),
        "undirected": _("both ways"),
        "mixed": _("some one way, some both"),
    }
    choices = intake.choices
    facts = [
        (_("Vertices"), i18n.number(len(intake.entities))),
        (_("Direction"), directions.get(str(choices.get("directed")), "")),
        (_("Columns"), _columns(choices)),
        (_("Set aside"), ", ".join(map(str, choices.get("set_aside") or [])) or _("none")),
    ]
    return [(name, value) for name, value in facts if value]


def _file_words(choices: dict[str, Any]) -> str:
    parts = [choices.get(key) for key in ("file", "format", "encoding")]
    words = [_short_list(part) if isinstance(part, list) else str(part) for part in parts if part]
    if choices.get("separator"):
        words.append(_("separator “{sign}”").format(sign=choices["separator"]))
    words += [str(choices[key]) for key in ("sheet", "layer") if choices.get(key)]
    return ", ".join(words)


def _short_list(names: list[str], most: int = 3) -> str:
    shown = ", ".join(map(str, names[:most]))
    more = len(names) - most
    return _("{names} and {n} more").format(names=shown, n=i18n.number(more)) if more > 0 else shown


def _dates(table: pd.DataFrame) -> str:
    starts = table["occurred_from"].dropna()
    if starts.empty:
        return _("none")
    write = i18n.month if (table["time_precision"] == "month").all() else i18n.date
    first, last = write(starts.min().date()), write(starts.max().date())
    return first if first == last else _("{first} to {last}").format(first=first, last=last)


def _zone(choices: dict[str, Any]) -> str:
    zone = choices.get("timezone")
    if zone is None:
        return _("not known; name it with --timezone")
    return _("{zone}, offsets ignored").format(zone=zone) if choices.get("wall_clock") else str(zone)


PRECISIONS = {
    "exact": N_("a point of their own"),
    "snapped": N_("a point moved to a shared place"),
    "area": N_("an area"),
    "none": N_("no point"),
}
"""What `place_precision` says, in words."""


def _places(table: pd.DataFrame) -> str:
    counts = table["place_precision"].value_counts()
    parts = [
        _("{n} with {what}").format(n=i18n.number(int(counts[key])), what=_(words))
        for key, words in PRECISIONS.items()
        if counts.get(key, 0)
    ]
    return ", ".join(parts)


def _projection(choices: dict[str, Any]) -> str:
    target, source = choices.get("crs"), choices.get("crs_source")
    if target is None:
        return _("none: no row has coordinates")
    if source in (None, target):
        return str(target)
    return _("{source} to {target}").format(source=source, target=target)


def _columns(choices: dict[str, Any]) -> str:
    return ", ".join(f"{role} = {header}" for role, header in (choices.get("columns") or {}).items())


def _print_report(console: Console, report: pd.DataFrame) -> None:
    if console.width < _NARROW:
        for row in _report_rows(report):
            line = _("{check}: {n} ({share}), first row {row}. {remedy}")
            told = line.format(check=row[0], n=row[1], share=row[2], row=row[3], remedy=row[4])
            console.print(told, markup=False)
        return
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(_("Check"), ratio=3, overflow="fold")
    for heading in (_("Rows"), _("Share"), _("First row")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(_("What to do"), ratio=4, overflow="fold")
    for row in _report_rows(report):
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)


def _report_rows(report: pd.DataFrame) -> list[tuple[str, str, str, str, str]]:
    import pandas as pd

    from ..collection.schema import check_label

    rows = []
    for check, n, share, first, remedy in report.astype(object).itertuples(index=False, name=None):
        where = "–" if pd.isna(first) else str(int(first))
        rows.append(
            (check_label(check), i18n.number(int(n)), _share(float(share)), where, as_options(str(remedy)))
        )
    return rows


def _share(share: float) -> str:
    return "<" + i18n.percent(0.01) if 0 < share < 0.005 else i18n.percent(share)


def _print_mapping(console: Console, intake: Intake) -> None:
    from ..collection.headers import mapping_text

    console.print()
    console.print(_("To read such files the same way again, keep this in a file and give it as --columns:"))
    console.print()
    console.print(mapping_text(intake).rstrip(), markup=False, soft_wrap=True)


def _refuse_target(target: Path, source: Path) -> None:
    if target.is_dir():
        raise InputError(_("`--rejected` takes a file, and {name} is a folder.").format(name=target.name))
    if not target.parent.is_dir():
        raise InputError(_("`--rejected`: there is no folder {name}.").format(name=target.parent.name))
    if target.exists() and source.exists() and target.samefile(source):
        msg = _("`--rejected` would write over the file that is read. Give it another name.")
        raise InputError(msg)


def _write_rejected(intake: Intake, target: Path) -> int:
    from ..collection.schema import without_set_aside

    rows = without_set_aside(intake)
    guarded = rows.astype("object").map(_guard)
    guarded.columns = [_guard(str(name)) for name in rows.columns]
    beside = target.with_name(target.name + ".part")
    try:
        guarded.to_csv(beside, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        msg = _("`--rejected`: {name} cannot be written ({reason}). Is it open in another program?")
        raise FileError(msg.format(name=target.name, reason=error.strerror or error)) from error
    return len(rows)


def _guard(cell: Any) -> Any:
    """Keep a spreadsheet from running a cell as a formula: an apostrophe makes it text."""
    if not isinstance(cell, str) or not cell.lstrip(" ").startswith(_FORMULA):
        return cell
    return cell if cell == "-" or _NUMBER.fullmatch(cell) else f"'{cell}"
