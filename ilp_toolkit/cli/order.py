"""
An order for a product: of which file, where to, as a draft or through the gate of a case, and what is told.

What the commands that make a product of one file have in common stands here; what each of them asks for, and
of which reader, is its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .. import i18n, progress
from ..collection.containers import check_there
from ..i18n import _

if TYPE_CHECKING:
    from ..direction.policy import Policy

__all__ = ["Making", "Order", "command_words", "fill", "taken"]


@dataclass(frozen=True)
class Order:
    """The options that every such command has."""

    file: Path | str
    out: Path
    policy: Path | None
    case: Path | None
    keys: Path | None
    audience: str
    handling: str | None
    quality: str
    purpose: str
    second_person: str
    lang: str | None
    quiet: bool


@dataclass(frozen=True)
class Making:
    """How products of one kind are made of a file."""

    read: Callable[..., Any]
    """The reader."""
    publish: Callable[..., Any]
    """Makes a draft of what was read."""
    release: Callable[..., Any]
    """Lets the product of a material of a case out."""
    steps: int
    """Steps of the work, for the bar."""
    page: str
    """Name of the page in the folder."""
    counted: str
    """What the record calls the rows that the product counts."""
    told: str
    """Sentence on the rows: ``{read}``, ``{rows}``, ``{rejected}`` and ``{n}``."""
    shown: int = 8
    """Findings of the reader that are printed; the product lists all."""
    more: str = ""
    """What is said where there are more; nothing where it is empty."""


@contextmanager
def taken(order: Order) -> Iterator[Policy]:
    """Take an order: in its language, with its limits; what cannot be filled is refused before long work."""
    with i18n.language(order.lang or i18n.current()), progress.quiet() if order.quiet else nullcontext():
        # What draws and counts takes seconds to load: a slip in a path is told before.
        check_there(order.file)
        from ..direction.policy import load
        from ..dissemination import gate

        limits = load(order.policy)
        gate.check_place(order.out)
        yield limits


def fill(order: Order, making: Making, *, request: Any, how: dict[str, Any], limits: Policy) -> None:
    """
    Make the product and tell what came of it.

    Parameters
    ----------
    order
        What was ordered.
    making
        The kind of product.
    request
        What it is asked for.
    how
        Options of the reader.
    limits
        The limits of a draft; a case has its own.
    """
    if order.case is None:
        intake = _draft(order, making, request=request, how=how, limits=limits)
    else:
        intake = _through_the_gate(order, making, request=request, how=how, case=order.case)
    if not order.quiet:
        _tell(intake, order.out, making)


def _draft(order: Order, making: Making, *, request: Any, how: dict[str, Any], limits: Policy) -> Any:
    # The reader shows progress of its own: two bars at once would fight for the line.
    intake = making.read(order.file, **how)
    with progress.steps(making.steps) as step:
        making.publish(intake, order.out, policy=limits, request=request, source=order.file, step=step)
    return intake


def _through_the_gate(order: Order, making: Making, *, request: Any, how: dict[str, Any], case: Path) -> Any:
    """Take the file into the case, and let its product out through the gate."""
    from ..collation.training import open_case

    opened = open_case(case, key_folder=order.keys)
    material = opened.collect(
        order.file, reader=making.read, handling=order.handling, quality=order.quality, **how
    )
    with progress.steps(making.steps) as step:
        making.release(
            material,
            order.out,
            audience=order.audience,
            author=request.author or opened.owner,
            request=request,
            purpose=order.purpose,
            second_person=order.second_person,
            step=step,
        )
    return material.intake


def _tell(intake: Any, out: Path, making: Making) -> None:
    from ..collection.schema import check_label
    from ..dissemination import gate

    record = json.loads((out / gate.MANIFEST).read_text(encoding="utf-8"))
    typer.echo(
        making.told.format(
            read=i18n.number(len(intake.table)),
            rows=i18n.number(len(intake.table) + len(intake.rejected)),
            rejected=i18n.number(len(intake.rejected)),
            n=i18n.number(int(record["rows"][making.counted])),
        )
    )
    for row in intake.report.head(making.shown).to_dict("records"):
        typer.echo(f"  {check_label(str(row['check']))}: {i18n.number(int(row['n']))}")
    if making.more and len(intake.report) > making.shown:
        typer.echo(f"  {making.more}")
    typer.echo(_("The product is in {folder}: open {page}.").format(folder=_relative(out), page=making.page))


def _relative(path: Path) -> str:
    """Return a path as it is seen from here, where it lies below."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def command_words() -> str:
    """Write the command as it was given, without folders: those are this machine's own."""
    import shlex
    import sys

    words = [_without_folder(word) for word in sys.argv[1:]]
    return " ".join(["ilp", *(shlex.quote(word) for word in words)])


def _without_folder(word: str) -> str:
    option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
    path = Path(value)
    # "Asia/Dushanbe" looks like a path and is none: only what is there, or is absolute, is one.
    is_path = path.is_absolute() or (path.name != value and (path.exists() or path.parent.exists()))
    return f"{option}{equals}{path.name}" if is_path else word
