"""
Countries by their names: in a dozen languages, as UN files write them, and as they were called once.

A name is resolved where, after folding (case, accents, punctuation, ``X, Republic of`` for ``Republic of
X``), it is exactly one that is known: by our own table of aliases first, then by CLDR's names in English
and Russian, then in the other languages. A name that is only *like* a known one is never taken for it: the
candidate is shown beside the row. A state that no longer exists has a code where one state continues all of
it, and none where several do. "Unknown" and "Other" are no countries.

Names and codes are those of the Unicode CLDR and ISO 3166; listing a code takes no position on any status.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from .. import choices, i18n
from ..errors import InputError
from ..i18n import N_, _
from .shapes import NOTHING
from .transliteration import plain, skeleton

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STATUSES", "Resolution", "Status", "code", "codes", "find", "name", "resolve", "unresolved"]

Status = Literal["exact", "part", "historic", "ambiguous", "close", "nothing", "unresolved"]

STATUSES: dict[str, str] = {
    "exact": N_("a name or code of the country"),
    "part": N_("a part of the country"),
    "historic": N_("a state that no longer exists"),
    "ambiguous": N_("either of several countries"),
    "close": N_("like the name of a country, not taken for it"),
    "nothing": N_("no country is named"),
    "unresolved": N_("not known"),
}
"""How a name was resolved: the code and its meaning."""

LANGUAGES = (
    *(
        "tg",
        "ky",
        "kk",
        "uz",
        "uz_Cyrl",
        "fa",
        "fa_AF",
        "ps",
        "tk",
        "az",
        "az_Cyrl",
        "tr",
        "ar",
        "mn",
        "hy",
        "ka",
    ),
    *("uk", "fr", "es", "pt", "it", "de", "pl", "zh"),
)
"""Languages that are asked after English and Russian, in this order, as CLDR names them."""

_INVENTED = {"XA": ("Tolvania", "Толвания"), "XB": ("Belzavat", "Белзават"), "XC": ("Ruzmara", "Рузмара")}
_NOT_ISO = {"AC", "CP", "CQ", "DG", "EA", "EU", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
"""Codes of CLDR that are no country of ISO 3166: reserved ones, unions, and its own XA and XB."""
_NO_COUNTRY = NOTHING | {
    *(
        "other",
        "others",
        "not known",
        "not specified",
        "unspecified",
        "n.a.",
        "various",
        "several",
        "международные воды",
    ),
    *(
        "другое",
        "другие",
        "другая",
        "прочее",
        "прочие",
        "иное",
        "иная",
        "не известно",
        "international waters",
        "stateless",
    ),
}
_ARTICLES = ("the ", "republic of ", "the republic of ", "республика ")
_LIKE = 86.0
_MARGIN = 5.0


@dataclass(frozen=True)
class Resolution:
    """What one name was taken for."""

    code: str | None
    """ISO 3166 alpha-2 (``XK`` for Kosovo, ``XA`` to ``XC`` invented); None where no single one is meant."""
    status: Status
    """One of `STATUSES`."""
    candidates: tuple[str, ...] = ()
    """Codes that it may stand for, where no single one does."""


def resolve(names: Iterable[Any]) -> pd.DataFrame:
    """
    Resolve the names of countries.

    Parameters
    ----------
    names
        Names or codes (alpha-2, alpha-3, M49) in any language known; a Series keeps its index.

    Returns
    -------
    DataFrame
        One row a name: ``code`` (alpha-2, missing where there is no one), ``status`` (see `STATUSES`) and
        ``candidates`` (codes with spaces between them, empty for most).

    Notes
    -----
    Distinct names are resolved once. English and Russian stand above the other languages; a name that means
    two countries in two of those is ambiguous. A "close" name has no code: look at it and write an alias.

    References
    ----------
    Unicode Common Locale Data Repository, territory names, through Babel. United Nations Statistics Division,
    Standard country or area codes for statistical use (M49).

    Examples
    --------
    >>> resolve(["Iran, Islamic Republic of", "Тоҷикистон", "USSR", "Unknown", "Tajikstan"])
       code      status                                   candidates
    0    IR       exact
    1    TJ       exact
    2   NaN    historic  AM AZ BY EE GE KG KZ LT LV MD RU TJ TM UA UZ
    3   NaN     nothing
    4   NaN       close                                           TJ
    """
    import numpy as np
    import pandas as pd

    from .frames import pick

    cells = names if isinstance(names, pd.Series) else pd.Series(list(names), dtype=object)
    places, words = pd.factorize(cells.astype("string"), use_na_sentinel=True)
    found = [*(find(str(word)) for word in words), Resolution(None, "nothing")]
    places = np.where(places < 0, len(words), places)
    table = pd.DataFrame(
        {
            "code": pick([one.code for one in found], places),
            "status": pick([one.status for one in found], places),
            "candidates": pick([" ".join(one.candidates) for one in found], places),
        }
    )
    return table.set_axis(cells.index)


def unresolved(names: Iterable[Any]) -> pd.DataFrame:
    """
    List the names that have no code, most frequent first; what names no country is not listed.

    Examples
    --------
    >>> unresolved(["Korea", "Korea", "Atlantis", "Other", "Peru"])
      wording  n      status candidates
    0   Korea  2   ambiguous      KP KR
    1 Atlantis  1  unresolved
    """
    import pandas as pd

    cells = pd.Series(list(names), dtype=object).astype("string").dropna()
    found = resolve(cells)
    without = found["code"].isna() & (found["status"] != "nothing")
    table = found[without].assign(wording=cells[without].astype(object))
    counts = table.groupby(["wording", "status", "candidates"], sort=False).size().reset_index(name="n")
    counts = counts.sort_values(["n", "wording"], ascending=[False, True], ignore_index=True)
    return choices.record(counts[["wording", "n", "status", "candidates"]], names_without_code=len(counts))


def find(name: str) -> Resolution:
    """
    Resolve one name.

    Examples
    --------
    >>> find("Korea, Republic of").code, find("TJK").code, find("762").code
    ('KR', 'TJ', 'TJ')
    >>> find("Netherlands Antilles")
    Resolution(code=None, status='historic', candidates=('BQ', 'CW', 'SX'))
    """
    return _find(" ".join(name.split()))


def code(name: str) -> str | None:
    """
    Return the alpha-2 code of a name, None where it has no single one.

    Examples
    --------
    >>> code("Swaziland"), code("СССР")
    ('SZ', None)
    """
    return find(name).code


def name(code: str, *, language: str | None = None) -> str:
    """
    Return the name of a country.

    Parameters
    ----------
    code
        ISO 3166 alpha-2.
    language
        As CLDR names it, such as "tg"; None takes the language in use.

    Raises
    ------
    InputError
        If there is no such code or language.

    Examples
    --------
    >>> name("TJ"), name("TJ", language="tg"), name("XA", language="ru")
    ('Tajikistan', 'Тоҷикистон', 'Толвания')
    """
    wanted = language or i18n.current()
    if code in _INVENTED:
        return _INVENTED[code][1 if wanted == "ru" else 0]
    if code not in _iso():
        raise InputError(_("`code` is {code!r}, which is no code of a country.").format(code=code))
    return _territories(wanted).get(code) or _territories("en")[code]


def codes() -> pd.DataFrame:
    """
    List all countries and areas known, in the order of their codes.

    Returns
    -------
    DataFrame
        ``code`` (alpha-2), ``alpha3``, ``m49`` (text with leading zeros; missing for Kosovo and the invented
        world, which have none) and ``name`` in the language in use.

    Examples
    --------
    >>> codes().set_index("code").loc["TJ"].tolist()
    ['TJK', '762', 'Tajikistan']
    """
    import pandas as pd

    known: dict[str, tuple[str | None, str | None]] = {**_iso(), **dict.fromkeys(_INVENTED, (None, None))}
    rows = [(one, alpha3, m49, name(one)) for one, (alpha3, m49) in known.items()]
    table = pd.DataFrame(rows, columns=["code", "alpha3", "m49", "name"])
    return table.sort_values("code", ignore_index=True)


# Finding


@lru_cache(maxsize=65536)
def _find(text: str) -> Resolution:
    if text.casefold() in _NO_COUNTRY or not re.search(r"[^\W_]", text):
        return Resolution(None, "nothing")
    if (known := _by_code(text)) is not None:
        return known
    forms = _forms(text)
    for index in (_aliases, _main_names, _other_names):
        for form in forms:
            if form in index():
                return index()[form]
    bracket = re.fullmatch(r"(.+?)\s*\([^()]*\)", text)
    if bracket:
        whole = _find(bracket[1])
        if whole.code is not None:
            return Resolution(whole.code, "part")
    return _like(text)


def _forms(text: str) -> list[str]:
    """Return the folded forms of a name, the name itself first, "the Republic of" taken off last."""
    forms = _written(text)
    for article in _ARTICLES:
        forms += [form.removeprefix(article) for form in list(forms) if form.startswith(article)]
    return list(dict.fromkeys(form for form in forms if form))


def _written(text: str) -> list[str]:
    """Return a name folded, and turned round where it is written as in an index."""
    texts = [text]
    bracket = re.fullmatch(r"(.+?)\s*\(([^()]*)\)", text)
    turned = [bracket[1], bracket[2]] if bracket else text.split(",")
    if len(turned) == 2:
        texts.append(f"{turned[1].strip()} {turned[0].strip()}")
    forms = [re.sub(r"\bsaint\b", "st", plain(one.replace("&", " and "))) for one in texts]
    return list(dict.fromkeys(form for form in forms if form))


def _by_code(text: str) -> Resolution | None:
    """Resolve a code of two or three letters or three digits."""
    if not text.isascii():
        return None
    if text.isupper() and len(text) in (2, 3):
        if text in _INVENTED or text in _iso():
            return Resolution(text, "exact")
        one = _long_codes().get(text)
        return Resolution(one, "exact") if one else None
    if text.isdigit() and len(text) <= 3:
        one = _long_codes().get(text.zfill(3))
        return Resolution(one, "exact") if one else None
    return None


def _like(text: str) -> Resolution:
    """Name the country whose name is most alike, where one is and no other nearly so; give no code."""
    from rapidfuzz import fuzz, process

    wanted = skeleton(text)
    known = _skeletons()
    if wanted in known:
        return Resolution(None, "close", known[wanted])
    best: dict[tuple[str, ...], float] = {}
    for word, score, _place in process.extract(
        wanted, list(known), scorer=fuzz.ratio, limit=8, score_cutoff=_LIKE
    ):
        best[known[word]] = max(score, best.get(known[word], 0.0))
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    if not ranked or len(wanted) < 4:
        return Resolution(None, "unresolved")
    near = [found for found, score in ranked if score > ranked[0][1] - _MARGIN]
    return Resolution(None, "close", tuple(sorted({one for found in near for one in found})))


# What is known


@lru_cache(maxsize=1)
def _aliases() -> dict[str, Resolution]:
    path = resources.files(__package__) / "vocabulary" / "country_aliases.csv"
    found: dict[str, Resolution] = {}
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        meant = tuple(row["codes"].split())
        status: Any = "exact" if row["kind"] == "alias" else row["kind"]
        one = meant[0] if len(meant) == 1 else None
        for form in _written(row["name"]):
            found.setdefault(form, Resolution(one, status, () if one else meant))
    return found


@lru_cache(maxsize=1)
def _main_names() -> dict[str, Resolution]:
    return _names_in(("en", "ru"))


@lru_cache(maxsize=1)
def _other_names() -> dict[str, Resolution]:
    return _names_in(LANGUAGES)


def _names_in(languages: Iterable[str]) -> dict[str, Resolution]:
    """Return the countries that each folded name means; several where languages disagree."""
    meant: dict[str, set[str]] = {}
    for language in languages:
        for one, written in _territories(language).items():
            if one in _iso():
                for form in _written(written):
                    meant.setdefault(form, set()).add(one)
    return {
        form: Resolution(next(iter(found)), "exact")
        if len(found) == 1
        else Resolution(None, "ambiguous", tuple(sorted(found)))
        for form, found in meant.items()
    }


@lru_cache(maxsize=1)
def _skeletons() -> dict[str, tuple[str, ...]]:
    """Return the countries that each name means when only its bare spelling is looked at."""
    meant: dict[str, set[str]] = {}
    for index in (_aliases(), _main_names(), _other_names()):
        for form, found in index.items():
            bare = skeleton(form)
            if len(bare) >= 4 and found.code:
                meant.setdefault(bare, set()).add(found.code)
    return {bare: tuple(sorted(found)) for bare, found in meant.items()}


@lru_cache(maxsize=64)
def _territories(language: str) -> dict[str, str]:
    from babel import Locale, UnknownLocaleError

    try:
        return dict(Locale.parse(language).territories)
    except (UnknownLocaleError, ValueError) as error:
        raise InputError(
            _("`language` is {language!r}, which is not known.").format(language=language)
        ) from error


@lru_cache(maxsize=1)
def _iso() -> dict[str, tuple[str, str | None]]:
    """Return alpha-3 and M49 by alpha-2; CLDR's own numbers from 900 on are none of M49."""
    long: dict[str, str] = {}
    digits: dict[str, str] = {}
    for longer, one in _long_codes().items():
        if longer.isdigit():
            digits[one] = longer
        else:
            long[one] = longer
    return {
        one: (long[one], digits[one] if one in digits and digits[one] < "900" else None)
        for one in sorted(long)
    }


@lru_cache(maxsize=1)
def _long_codes() -> dict[str, str]:
    """Return alpha-2 by alpha-3 and by number, of the countries and areas of ISO 3166 and of Kosovo."""
    from babel.core import get_global

    territories = _territories("en")
    return {
        longer: meant[0]
        for longer, meant in get_global("territory_aliases").items()
        if len(longer) == 3
        and len(meant) == 1
        and meant[0] in territories
        and meant[0] not in _NOT_ISO
        and longer not in _FORMER
    }


_FORMER = {
    *("BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"),
    *("230", "249", "278", "280", "720", "736", "886"),
}
"""Codes that ISO 3166 and M49 have withdrawn, with one country in their place."""
