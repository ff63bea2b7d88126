"""`ilp verify-certificate`: says whether a certificate or transcript of the course holds, offline."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..i18n import N_, _, date, language
from ..i18n import current as spoken
from .options import Lang

if TYPE_CHECKING:
    from ..learning.certificate import Certificate

__all__ = ["verify_certificate"]

_KINDS = {"certificate": N_("Certificate"), "transcript": N_("Transcript")}


def verify_certificate(
    source: Annotated[
        str,
        typer.Argument(
            help=_("The .json or .html file, or the text of the QR code (ILP1:…)."), show_default=False
        ),
    ],
    *,
    issuer: Annotated[
        list[Path],
        typer.Option(
            "--issuer", metavar="FILE", help=_("issuer.json of an issuer you trust; may be repeated.")
        ),
    ],
    revoked: Annotated[
        list[Path] | None,
        typer.Option("--revoked", metavar="FILE", help=_("The issuer's list of withdrawn certificates.")),
    ] = None,
    lang: Lang = None,
) -> None:
    """Print what is signed; exit status 0: it holds, 1: it does not, 2: a file cannot be used."""
    from ..learning.certificate import CertificateError, Issuer, read, verify

    with language(lang or spoken()):
        issuers = [Issuer.load(path) for path in issuer]
        lists = [read(path) for path in revoked or []]
        try:
            envelope = read(source)
            made = verify(envelope, issuers, today=dt.date.today(), revocations=lists)
        except CertificateError as problem:
            typer.echo(_("It does not hold. {reason}").format(reason=problem))
            raise typer.Exit(1) from None
        _print(made)


def _print(made: Certificate) -> None:
    typer.echo(_("It holds: {kind} {serial}").format(kind=_(_KINDS[made.kind]), serial=made.serial))
    lines = [
        (_("Learner"), f"{made.name} ({made.learner})" if made.name else made.learner),
        (_("Issued"), date(made.issued)),
        (_("Valid until"), _("no date is set") if made.expires is None else date(made.expires)),
        (_("Issuer"), f"{made.issuer.name} · {made.issuer.id}"),
    ]
    for name, value in lines:
        typer.echo(f"  {name}: {_plain(value)}")
    shown = {str(m.get("id")): m for m in (made.details or {}).get("modules", []) if isinstance(m, dict)}
    for module in made.modules:
        _print_module(module, shown.get(module.partition("@")[0], {}))
    if made.details is None:
        typer.echo(_("Only the code was read: outcomes and hurdles stand in the file."))
    if not made.revocation_checked:
        typer.echo(_("Whether it was withdrawn was not looked up: give the issuer's list with --revoked."))


def _print_module(module: str, told: dict[str, Any]) -> None:
    typer.echo(
        f"  {_plain(module)}  {_plain(told.get('title', ''))}  {_plain(told.get('state', ''))}".rstrip()
    )
    for outcome in told.get("outcomes", []):
        typer.echo(f"    {_plain(outcome.get('level', ''))}: {_plain(outcome.get('text', ''))}")


def _plain(value: object) -> str:
    """Return a text without signs that steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in str(value))
