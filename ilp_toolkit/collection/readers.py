"""
From any file of incidents to one table, with an account of every row.

The file is opened as text (`files`), its columns are recognised (`headers`), times become spans (`times`),
coordinates become points in metres (`points`), columns about persons are set aside (`identity`). Nothing is
dropped: a row without a usable date is among the rejected, with the reason; whatever else is odd is flagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .. import progress
from ..errors import ColumnsError
from ..i18n import N_, _, percent
from . import headers
from ._seizure_files import FILE_COLUMN
from .coordinates import known_crs
from .duplicates import earlier, repeated_rows, shared
from .findings import Findings, first_example
from .frames import as_text, incident_table, pick, rejected_table
from .identity import kept_columns, personal_columns
from .points import Points, is_snapped, place_roles, read_points
from .rawtable import RawTable
from .schema import Intake
from .shapes import NOTHING, Bools, Ints, filled, fingerprint, frugal_memory, mix, words_and_codes
from .times import Spans, read_spans, time_roles
from .zones import find_zone

__all__ = ["read_incidents"]

_REASONS = {
    "date_missing": N_("no date"),
    "date_unreadable": N_("the date cannot be read"),
    "year_only": N_("only the year is known"),
}
_CONSUMED = ("incident_id", "offence", "area")


def read_incidents(
    source: Any,
    *,
    columns: Mapping[Any, Any] | str | Path | None = None,
    crs: Any = None,
    timezone: str | None = None,
    wall_clock: bool = False,
    keep: str | Iterable[str] = (),
) -> Intake:
    """
    Read a file of incidents; lose nothing.

    Parameters
    ----------
    source
        A file (CSV, TSV, Excel, GeoPackage, GeoJSON, KML, Shapefile, Parquet; also inside gzip or zip), an
        open file, a table of pandas or geopandas, or a folder, an archive or a list of files with the same
        columns, which are joined (then ``source_file`` says where a row is from, and ``source_row`` counts
        within it).
    columns
        Which column is what, where the headers do not tell: role to column, or column to role (see
        `headers.ROLES`); None for a role leaves it unfilled. A file without a header has its columns
        numbered from 1. The path of a TOML or JSON file that holds the same under ``columns``, and ``crs``,
        ``timezone``, ``wall_clock`` and ``keep`` where wanted, does as well.
    crs
        Coordinate system of projected coordinates, such as "EPSG:32642". Where the coordinates are degrees
        it is the system to project to.
    timezone
        Zone of the clocks in the file, such as "Asia/Dushanbe"; offsets in the data are converted to it.
    wall_clock
        Whether offsets in the data are to be ignored: a ``Z`` on local time.
    keep
        Columns about persons to keep, by name.

    Returns
    -------
    Intake
        The table, the rejected rows, the report and the choices made.

    Raises
    ------
    FileError
        If the file cannot be opened or is not what its name says.
    ColumnsError
        If no column holds a date, or a column or role that was named does not exist.
    CrsError
        If projected coordinates come without a system, or do not lie where it is used.
    InputError
        If `timezone` is no zone.

    Notes
    -----
    The table is projected to metres: to the UTC zone of the median point, unless `crs` is such a system.
    Day and month are told apart over the whole column; where no row settles it the day comes first, unless
    the column uses AM and PM. Points are taken for snapped where half of them share their place with
    another row. All of it is in `Intake.choices`.

    Examples
    --------
    >>> import pandas as pd
    >>> register = pd.DataFrame({"Дата": ["12.01.2024"], "Время": ["20:15"], "Район": ["Сино"]})
    >>> intake = read_incidents(register, timezone="Asia/Dushanbe")
    >>> str(intake.table.occurred_from[0]), intake.table["area"][0]
    ('2024-01-12 20:15:00+05:00', 'Сино')
    """
    from ._incident_files import open_incidents

    wishes = _wishes(columns, crs, timezone, wall_clock, keep)
    with frugal_memory(), progress.steps(4) as step:
        step(_("Opening the file"))
        job = _Job(open_incidents(source), wishes)
        step(_("Reading dates and places"))
        job.recognise()
        job.read()
        step(_("Checking"))
        job.check()
        step(_("Building the table"))
        return job.intake()


@dataclass(frozen=True)
class _Wishes:
    """What the caller asked for, with what the mapping file says put in."""

    columns: Mapping[Any, Any] | None
    crs: Any
    zone: ZoneInfo | None
    wall_clock: bool
    keep: str | Iterable[str]


def _wishes(
    columns: Mapping[Any, Any] | str | Path | None,
    crs: Any,
    timezone: str | None,
    wall_clock: bool,
    keep: Any,
) -> _Wishes:
    if isinstance(columns, str | Path):
        mapping = headers.read_mapping(columns)
        columns = mapping.get("columns")
        crs = mapping.get("crs") if crs is None else crs
        timezone = mapping.get("timezone") if timezone is None else timezone
        wall_clock = wall_clock or bool(mapping.get("wall_clock", False))
        keep = keep or mapping.get("keep", ())
    return _Wishes(columns, crs, find_zone(timezone), wall_clock, keep)


@dataclass
class _Job:
    """One reading, step by step."""

    raw: RawTable
    wishes: _Wishes
    table: pa.Table = None
    roles: dict[str, str] = field(default_factory=dict)
    set_aside: dict[str, str] = field(default_factory=dict)
    choices: dict[str, Any] = field(default_factory=dict)

    def recognise(self) -> None:
        """Find out which column is what, and which are about persons."""
        self.table = self.raw.columns if self.raw.header else headers.name_layout(self.raw.columns)
        names = list(self.table.column_names)
        kept = kept_columns(self.wishes.keep, names)
        given = headers.given_columns(self.wishes.columns, names)
        found = headers.match_headers(self.table, given=given)
        start, end = time_roles(found)
        if not start and not end:
            raise ColumnsError(_no_date(names, self.raw))
        named = place_roles({role: column for role, column in given.items() if column})
        place = place_roles(found) if self._shapes() is None or named else []
        if not place and self._shapes() is None and not self.raw.header:
            _ask_for_place(self.table, found)
        used = {*start, *end, *place, "incident_id", "offence", "area", "address", "origin"}
        self.roles = {role: column for role, column in found.items() if role in used}
        personal = personal_columns(self.table, used=self.roles.values())
        self.set_aside = {name: category for name, category in personal.items() if name not in kept}

    def _shapes(self) -> np.ndarray[Any, np.dtype[np.object_]] | None:
        """Return the geometry of a map layer, None where no row has one."""
        shapes = self.raw.geometry
        return shapes if shapes is not None and any(shape is not None for shape in shapes) else None

    def read(self) -> None:
        """Read time, place, number, offence and origin."""
        wishes, n = self.wishes, self.table.num_rows
        self.findings = Findings(self.raw.source_row, n + len(self.raw.bad))
        self.spans = read_spans(self.table, self.roles, zone=wishes.zone, wall_clock=wishes.wall_clock)
        crs = known_crs(wishes.crs) if wishes.crs is not None else None
        shapes = None if place_roles(self.roles) else self._shapes()
        self.points = read_points(
            self.table,
            self.roles,
            crs=crs,
            layer_crs=self.raw.crs if shapes is not None else None,
            timezone=wishes.zone.key if wishes.zone else None,
            shapes=shapes,
        )
        self.unusable: Bools = np.logical_or.reduce(list(self.spans.unusable.values()))

    def check(self) -> None:
        """Note everything that is odd."""
        self._check_time()
        self._check_place()
        self.repeats = repeated_rows(self.table, self._check_ids())
        self.findings.flag("duplicate_row", self.repeats)
        self._check_snapping()
        totals = headers.totals_column(self.table, set(self.roles.values()))
        if totals is not None:
            self.findings.note("counts_rows", self.table.num_rows, columns=totals)
        if self.set_aside:
            self.findings.note("set_aside", len(self.set_aside), columns=", ".join(self.set_aside))
        bad = self.raw.bad
        if len(bad):
            self.findings.note("bad_record", len(bad), int(bad["source_row"].iloc[0]))
        for check, n, first_row, remedy in self.raw.notes:
            if check == "no_header":
                taken = ", ".join(f"{role} = {column}" for role, column in self.roles.items())
                self.findings.note(check, n, first_row, columns=taken)
            else:
                self.findings.add(check, n, first_row, remedy)

    def _check_time(self) -> None:
        spans, findings = self.spans, self.findings
        start, end = time_roles(self.roles)
        column = self.table.column(self.roles[(start or end)[0]])
        for check, rows in spans.unusable.items():
            findings.flag(check, rows, example=first_example(_some(column, rows)))
        order = _("month") if spans.month_first else _("day")
        for check, rows in spans.checks.items():
            findings.flag(check, rows & ~self.unusable, first=order)
        dated = self.table.num_rows - int(self.unusable.sum())
        if self.wishes.zone is None:
            offsets = spans.has_offsets and not self.wishes.wall_clock
            findings.note("offsets_in_utc" if offsets else "no_timezone", dated, example="Asia/Dushanbe")
        unread = headers.unread_clock(self.table, self.roles)
        if unread is not None:
            findings.note("time_unreadable", int(filled(self.table.column(unread)).sum()))
        if start == ["reported"]:
            findings.note("reported_only", dated)

    def _check_place(self) -> None:
        points, findings = self.points, self.findings
        names = place_roles(self.roles)
        column = self.table.column(self.roles[names[0]]) if names else None
        exchanged = points.checks.pop("swapped_file", None)
        if exchanged is not None:
            findings.note("swapped_file", int(exchanged.sum()))
        if points.system is not None and points.system.doubtful:
            findings.note("maybe_swapped", int((points.codes >= 0).sum()))
        for check, rows in points.checks.items():
            example = first_example(_some(column, rows)) if column is not None else ""
            findings.flag(check, rows, km=points.facts.get("far_km"), example=example)
        told = [rows for check, rows in points.checks.items() if check != "swapped_row"]
        missing = (points.codes < 0) & ~np.logical_or.reduce([*told, np.zeros(len(points.codes), dtype=bool)])
        if names or self._shapes() is not None:
            findings.flag("place_missing", missing)
        else:
            findings.note("place_missing", len(missing))

    def _check_ids(self) -> Bools:
        """Note missing and repeated numbers; return the rows that may repeat another in every column."""
        same = mix(mix(self.spans.begin.view(np.uint64)) + self.points.codes.view(np.uint64))
        if "incident_id" not in self.roles:
            self.findings.note("id_missing", self.table.num_rows)
            return shared(same)
        cells = self.table.column(self.roles["incident_id"])
        marks, known = fingerprint(cells), filled(cells)
        again = shared(marks)
        self.findings.flag("id_missing", ~known)
        self.findings.flag("repeated_id", earlier(marks, again & known))
        again[again] = shared(mix(marks[again] + same[again]))
        return again

    def _check_snapping(self) -> None:
        snapped, share = is_snapped(self.points.codes, self.repeats)
        self.snapped = snapped
        self.choices["snapped"] = snapped
        if snapped:
            n = int((self.points.codes >= 0).sum())
            self.findings.note("snapped_points", n, share=percent(share))

    def intake(self) -> Intake:
        """Build the two tables."""
        keep = ~self.unusable
        rejected, line = self._rejected()
        core = self._core(keep)
        rest = {
            name: self.table.column(name)
            for name in self.table.column_names
            if name not in self.set_aside and name not in [self.roles.get(role) for role in _CONSUMED]
        }
        spans, points = self.spans, self.points
        if not keep.all():
            rest = {name: column.filter(pa.array(keep)) for name, column in rest.items()}
            spans = Spans(spans.begin[keep], spans.end[keep], spans.grain[keep])
            points = Points(points.geometry[keep], points.crs, points.codes[keep])
        table = incident_table(core, spans, points, rest, self.wishes.zone)
        choices = self._choices(line)
        table.attrs["choices"] = choices
        return Intake(table, rejected, self.findings.report(), choices)

    def _rejected(self) -> tuple[pd.DataFrame, str]:
        reasons = [(rows, _(_REASONS[check])) for check, rows in self.spans.unusable.items()]
        return rejected_table(self.table, self.raw.source_row, reasons, self.raw.bad)

    def _core(self, keep: Bools) -> dict[str, Any]:
        """Return the columns of the contract that are neither time nor geometry."""
        source_row = self.raw.source_row[keep]
        placed = np.where(self.points.codes[keep] < 0, 0, 2 if self.snapped else 1)
        offence, iccs = self._offences(keep)
        return {
            "incident_id": self._ids(keep, source_row),
            "offence": offence,
            "iccs": iccs,
            "origin": self._origin(keep),
            "place_precision": pick(["none", "exact", "snapped"], placed),
            "area": self._area(keep),
            "source_row": pd.Series(source_row),
            "flags": pick(*self.findings.flags(keep)),
        }

    def _column(self, role: str, keep: Bools) -> pa.ChunkedArray:
        column = self.table.column(self.roles[role])
        return column if keep.all() else column.filter(pa.array(keep))

    def _area(self, keep: Bools) -> pd.Series[Any]:
        if "area" not in self.roles:
            return pick([None], np.zeros(int(keep.sum()), dtype=np.int64))
        words, codes = words_and_codes(self._column("area", keep))
        return pick([None if word.casefold() in NOTHING else word for word in words], codes)

    def _ids(self, keep: Bools, source_row: Ints) -> pd.Series[Any]:
        """Return the register's numbers; where there is none, one made from the row of the file."""
        cells = self._column("incident_id", keep) if "incident_id" in self.roles else None
        known = filled(cells) if cells is not None else np.zeros(len(source_row), dtype=bool)
        if cells is not None and known.all():
            return as_text(cells)
        parts = [pa.scalar("row"), pc.cast(pa.array(source_row), pa.string())]
        if FILE_COLUMN in self.raw.columns.column_names:
            files = self.table.column(FILE_COLUMN).combine_chunks().filter(pa.array(keep)).dictionary_encode()
            parts.insert(1, pc.cast(pc.add(files.indices, 1), pa.string()))
        made = pc.binary_join_element_wise(*parts, "-")
        return as_text(made if cells is None else pc.if_else(pa.array(known), cells.combine_chunks(), made))

    def _offences(self, keep: Bools) -> tuple[pd.Series[Any], pd.Series[Any]]:
        from .offences import classify

        words, codes = ["unknown"], np.zeros(int(keep.sum()), dtype=np.int64)
        if "offence" in self.roles:
            words, codes = words_and_codes(self._column("offence", keep))
            words = ["unknown" if word.casefold() in NOTHING else word for word in words]
        found = classify(pd.Series(words, dtype=object))
        known = [code if isinstance(code, str) else None for code in found]
        counts = np.bincount(codes, minlength=len(words))
        unmapped = [
            (n, w) for n, w, c in zip(counts, words, known, strict=True) if c is None and w != "unknown" and n
        ]
        frequent = [word for _n, word in sorted(unmapped, key=lambda pair: (-pair[0], pair[1]))]
        self.choices["unmapped_offences"] = frequent[:20]
        if "offence" in self.roles:
            self.findings.note(
                "offence_missing", int(sum(counts[i] for i, w in enumerate(words) if w == "unknown"))
            )
        self.findings.note(
            "offence_unmapped", int(sum(n for n, _w in unmapped)), example="; ".join(frequent[:5])
        )
        return pick(words, codes), pick(known, codes)

    def _origin(self, keep: Bools) -> pd.Series[Any]:
        words, codes = [""], np.zeros(int(keep.sum()), dtype=np.int64)
        if "origin" in self.roles:
            words, codes = words_and_codes(self._column("origin", keep))
        return pick([headers.origin_of(word) for word in words], codes)

    def _choices(self, line: str) -> dict[str, Any]:
        system, wishes = self.points.system, self.wishes
        return {
            **self.raw.choices,
            "header": self.raw.header,
            "columns": dict(self.roles),
            "timezone": wishes.zone.key if wishes.zone else None,
            "wall_clock": wishes.wall_clock,
            "month_first": self.spans.month_first,
            "crs": self.points.crs.to_string() if self.points.crs is not None else None,
            "crs_source": system.source.to_string() if system else None,
            "crs_given": None if wishes.crs is None else known_crs(wishes.crs).to_string(),
            "far_km": self.points.facts.get("far_km"),
            **self.choices,
            "set_aside": list(self.set_aside),
            "bad_line_column": line,
        }


def _some(column: pa.ChunkedArray, rows: Bools) -> list[str | None]:
    return [column[int(row)].as_py() for row in np.flatnonzero(rows)[:5]]


def _no_date(names: list[str], raw: RawTable) -> str:
    shown = [name if len(name) <= 30 else name[:29] + "…" for name in names]
    msg = _(
        "No column holds a date that was recognised. Name it with `columns=`, as {example}. Columns: {names}."
    )
    text = msg.format(example=f'{{"date": "{(shown or [""])[0]}"}}', names=_enumerated(shown))
    text += " " + _("A table of totals or of places is no list of incidents.")
    elsewhere = [remedy for check, _n, _row, remedy in raw.notes if check == "several_tables"]
    return " ".join([text, *elsewhere])


def _enumerated(names: list[str], most: int = 12) -> str:
    if len(names) <= most:
        return ", ".join(names)
    return _("{names} and {n} more").format(names=", ".join(names[:most]), n=len(names) - most)


def _ask_for_place(table: pa.Table, found: Mapping[str, str]) -> None:
    """Ask which columns are the coordinates, where a file without a header has some that could be."""
    numbers = headers.decimal_columns(table, set(found.values()))
    if len(numbers) >= 2:
        msg = _("The file has no header, and columns {numbers} could be coordinates. ")
        msg += _("Name them with `columns=`, for example {example}; None leaves a role unfilled.")
        example = f'{{"x": "{numbers[0]}", "y": "{numbers[1]}"}}'
        raise ColumnsError(msg.format(numbers=", ".join(numbers), example=example))
