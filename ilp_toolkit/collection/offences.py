"""
Offences: from a register's wording to UNODC's classification, and how sensitive each one is.

A wording is mapped where a table of wordings says so and nowhere else: no likeness, no guessing. What the
table does not know stays without a code and is listed by `unmapped`, so that whoever knows the register adds
it. Sensitivity errs the other way: any wording that speaks of domestic or sexual violence, or of belief,
speech or assembly, is sensitive whether the table knows it or not.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from .. import choices, i18n
from ..errors import ColumnsError, FileError, InputError
from ..i18n import _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SENSITIVITIES", "Sensitivity", "classify", "sensitivity", "title", "unmapped"]

Sensitivity = Literal["none", "district", "no_hotspot"]
SENSITIVITIES: tuple[Sensitivity, ...] = ("none", "district", "no_hotspot")
"""From free to strict: no limit; nothing finer than a district may leave; no hot spots, ever."""

_NOT_SAID = {"", "unknown", "неизвестно", "не указано", "нет данных"}
_ARTICLE = re.compile(
    r"\b(?:ст|статья|статьи|ч|часть|части|п|пункт|пп|п\.п)\b\.?\s*\d+(?:[-.]\d+)*(?:\s*,\s*\d+(?:[-.]\d+)*)*"
    r"|\bук\s+(?:рк|кр|рт|рф|руз|ру|туркм\w*|республики\s+\w+)\b",
    re.IGNORECASE,
)


def classify(offence: pd.Series[Any], *, extra: str | Path | pd.DataFrame | None = None) -> pd.Series[Any]:
    """
    Give each offence its code in UNODC's crime classification.

    Parameters
    ----------
    offence
        Offences as the register words them.
    extra
        More wordings, which go before the table's own: a CSV file in UTF-8 or a table with the columns
        ``wording`` and ``iccs``, and ``sensitivity`` if wanted.

    Returns
    -------
    Series
        Codes as text ("0501") on the caller's index, missing where no single category is known.

    Raises
    ------
    InputError
        If `extra` cannot be used; the message says which row.

    Notes
    -----
    Case, ``ё``, accents, punctuation and references to articles of a code («ст. 188 УК РК») make no
    difference. A category that mixes several things ("Violence and sexual offences") has no code. Text such
    as "ICCS0501" is a code already.

    References
    ----------
    UNODC (2015), International Classification of Crime for Statistical Purposes, version 1.0.

    Examples
    --------
    >>> import pandas as pd
    >>> classify(pd.Series(["Burglary", "Кража (ст. 188 УК РК)", "Arma de fuego"])).tolist()
    ['0501', '0502', nan]
    """
    import pandas as pd

    table = _with_extra(extra)
    positions, wordings = pd.factorize(offence.astype("string"), use_na_sentinel=True)
    codes = [table.code(str(wording)) for wording in wordings]
    known = pd.Series([*codes, None], dtype="object").where(lambda code: code.notna(), float("nan"))
    return pd.Series(known.array[positions], index=offence.index, name="iccs", dtype="object")


def title(code: str) -> str:
    """
    Return the title of a code, in the language in use; the code itself where the list does not have it.

    Examples
    --------
    >>> title("0501")
    'Burglary'
    """
    known = _codes().get(code)
    if known is None:
        return code
    return known["title_ru"] if i18n.current() == "ru" else known["title_en"]


def unmapped(offence: pd.Series[Any], *, extra: str | Path | pd.DataFrame | None = None) -> pd.DataFrame:
    """
    List the wordings that have no code.

    Parameters
    ----------
    offence
        Offences as the register words them.
    extra
        As for `classify`.

    Returns
    -------
    DataFrame
        ``wording`` and ``n``, the most frequent first. Missing and "unknown" offences are not listed.

    Examples
    --------
    >>> import pandas as pd
    >>> unmapped(pd.Series(["Theft", "Other offense", "Other offense"]))
             wording  n
    0  Other offense  2
    """
    codes = classify(offence, extra=extra)
    words = offence.astype("string")[codes.isna().to_numpy()].dropna()
    words = words[~words.map(_plain).isin(_NOT_SAID)]
    counts = words.value_counts().rename_axis("wording").reset_index(name="n")
    result = counts.sort_values(["n", "wording"], ascending=[False, True], ignore_index=True)
    return choices.record(result, wordings_without_code=len(result))


def sensitivity(offence: str | None, *, extra: str | Path | pd.DataFrame | None = None) -> Sensitivity:
    """
    Say how finely an offence may be shown.

    Parameters
    ----------
    offence
        A code of the classification ("0301", "ICCS0301") or a register's wording.
    extra
        As for `classify`; it can make a wording stricter, never freer.

    Returns
    -------
    str
        ``none``; ``district``: domestic or sexual violence, nothing finer than a district may leave;
        ``no_hotspot``: belief, speech or assembly, no hot spots ever.

    Notes
    -----
    The strictest of three answers: the code (with its parents), the table of wordings, and words that betray
    the subject. Ask it of each distinct wording, not of each row. A register may carry the domestic nature
    of an assault in another column; this function cannot see that.

    Examples
    --------
    >>> sensitivity("0301"), sensitivity("Изнасилование"), sensitivity("Burglary")
    ('district', 'district', 'none')
    >>> sensitivity("Организация несанкционированного митинга")
    'no_hotspot'
    """
    if not isinstance(offence, str):
        return "none"
    code = _code_itself(offence)
    if code is not None:
        return _of_code(code)
    return _with_extra(extra).sensitivity(offence)


@dataclass(frozen=True)
class _Wordings:
    """A table of wordings: plain wording to code and sensitivity."""

    codes: dict[str, str]
    sensitivities: dict[str, Sensitivity]

    def code(self, wording: str) -> str | None:
        for form in (_plain(wording), _plain(_ARTICLE.sub(" ", wording))):
            if form in self.codes:
                return self.codes[form] or None
        return _code_itself(wording, bare=False)

    def sensitivity(self, wording: str) -> Sensitivity:
        forms = (_plain(wording), _plain(_ARTICLE.sub(" ", wording)))
        found = [self.sensitivities.get(form, "none") for form in forms]
        code = self.code(wording)
        return _strictest([*found, _of_code(code) if code else "none", _of_words(forms[0])])


@lru_cache(maxsize=8192)
def _plain(wording: str) -> str:
    # Accents go with the combining marks, so "ё" is "е" and "violación" is "violacion".
    letters = unicodedata.normalize("NFKD", wording.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    letters = re.sub(r"[\u02bb\u02bc\u2018\u2019'`´]", "", letters)
    return re.sub(r"[\W_]+", " ", letters).strip()


def _code_itself(text: str, *, bare: bool = True) -> str | None:
    prefix = r"(?:ICCS[ _-]?)?" if bare else r"ICCS[ _-]?"
    match = re.fullmatch(prefix + r"(\d{2,6})", text.strip())
    if match is None or (not bare and match[1] not in _codes()):
        return None
    return match[1]


def _of_code(code: str) -> Sensitivity:
    # A longer code than the list knows takes its parent's: 030111 is as sensitive as 0301.
    for length in range(len(code), 1, -1):
        known = _codes().get(code[:length])
        if known is not None and known["sensitivity"]:
            return cast(Sensitivity, known["sensitivity"])
    return "none"


def _of_words(plain: str) -> Sensitivity:
    text = f" {plain} "
    for phrase in _sensitive_words()["none"]:
        text = text.replace(f" {phrase}", " ")
    return _strictest(
        [
            level
            for level in SENSITIVITIES[1:]
            if any(f" {stem}" in text for stem in _sensitive_words()[level])
        ]
    )


def _strictest(found: list[Sensitivity]) -> Sensitivity:
    return max(found, key=SENSITIVITIES.index, default="none")


def _with_extra(extra: str | Path | pd.DataFrame | None) -> _Wordings:
    own = _own_wordings()
    if extra is None:
        return own
    codes, levels = _checked(_extra_rows(extra))
    merged = {
        wording: _strictest([levels.get(wording, "none"), own.sensitivities.get(wording, "none")])
        for wording in {*levels, *own.sensitivities}
    }
    return _Wordings({**own.codes, **codes}, merged)


def _extra_rows(extra: str | Path | pd.DataFrame) -> list[dict[str, str]]:
    if isinstance(extra, str | Path):
        try:
            with Path(extra).open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            msg = _("`extra` {name} cannot be read as CSV in UTF-8: {reason}.")
            raise FileError(msg.format(name=Path(extra).name, reason=error)) from error
    else:
        rows = extra.astype("string").fillna("").to_dict("records")
    for column in ("wording", "iccs"):
        if rows and column not in rows[0]:
            msg = _("`extra` has no column {column}; it needs `wording` and `iccs`.")
            raise ColumnsError(msg.format(column=column))
    return rows


def _checked(rows: list[dict[str, str]]) -> tuple[dict[str, str], dict[str, Sensitivity]]:
    codes: dict[str, str] = {}
    levels: dict[str, Sensitivity] = {}
    for number, row in enumerate(rows, start=2):
        wording, code = _plain(row["wording"] or ""), (row["iccs"] or "").strip()
        level = (row.get("sensitivity") or "none").strip()
        if code and code not in _codes():
            msg = _("`extra`, row {row}: {code} is no code of the classification that this package knows.")
            raise InputError(msg.format(row=number, code=repr(code)))
        if level not in SENSITIVITIES:
            msg = _("`extra`, row {row}: sensitivity must be one of {known}, got {level}.")
            raise InputError(msg.format(row=number, known=", ".join(SENSITIVITIES), level=repr(level)))
        codes[wording], levels[wording] = code, level
    return codes, levels


@lru_cache(maxsize=1)
def _own_wordings() -> _Wordings:
    rows = _vocabulary("offences.csv")
    return _Wordings(
        {_plain(row["wording"]): row["iccs"] for row in rows},
        {_plain(row["wording"]): cast(Sensitivity, row["sensitivity"] or "none") for row in rows},
    )


@lru_cache(maxsize=1)
def _codes() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in _vocabulary("iccs.csv")}


@lru_cache(maxsize=1)
def _sensitive_words() -> dict[str, tuple[str, ...]]:
    stems: dict[str, list[str]] = {level: [] for level in SENSITIVITIES}
    for row in _vocabulary("sensitive_words.csv"):
        stems[row["sensitivity"]].append(_plain(row["stem"]))
    return {level: tuple(found) for level, found in stems.items()}


def _vocabulary(name: str) -> list[dict[str, str]]:
    path = resources.files("ilp_toolkit") / "collection" / "vocabulary" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
