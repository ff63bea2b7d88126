"""
Splink as another engine: it estimates m, u and the prior by its own means, over the same pairs.

The package is optional. Its levels are coarser than the toolkit's (it compares in SQL what `name_keys` and
`written_dates` have read), and its weights come back in the same table, so that every decision can be
explained in the same way.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..collection.placefolds import sound
from ..collection.written_dates import read_date
from ..errors import InputError
from ..i18n import _
from ._person_fields import last_digits, name_keys
from .name_keys import read_name

if TYPE_CHECKING:
    from .entities import Model

__all__ = ["scored_by_splink"]

_LEVELS: dict[str, tuple[str, ...]] = {
    "name": ("same", "near", "different"),
    "patronymic": ("same", "near", "different"),
    "birth_date": ("same", "same year", "different"),
    "place": ("same", "different"),
    "phone": ("same", "different"),
    "document": ("same", "different"),
}
"""Levels that splink is given, strongest first; it numbers them from the other end."""
_TRAINED_WITHIN = ("name", "birth_date", "phone", "document")
"""Fields within which all others are estimated: splink trains on pairs that agree in one field."""
_NEAR = 0.9


def scored_by_splink(
    table: pd.DataFrame, pairs: pd.DataFrame, *, rng: int | np.random.Generator | None
) -> tuple[pd.DataFrame, pd.DataFrame, Model]:
    """
    Estimate with splink and score the pairs.

    Returns
    -------
    tuple
        Levels and scores on the index of `pairs`, and the model, as the toolkit's own engine gives them.

    Raises
    ------
    InputError
        If splink is not installed.
    """
    from .entities import score

    try:
        splink = importlib.import_module("splink")
    except ImportError:
        msg = _(
            "`engine` is 'splink', and that package is not here: pip install splink, or leave `engine` out."
        )
        raise InputError(msg) from None
    records, fields = _records(table, pairs)
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(name) for name in fields],
        blocking_rules_to_generate_predictions=[_given_pairs(splink)],
        retain_intermediate_calculation_columns=True,
    )
    before = logging.getLogger("splink").level
    logging.getLogger("splink").setLevel(logging.ERROR)
    try:
        source = splink.DuckDBAPI().register(records)
        linker = splink.Linker(source, settings, log_level=None)
        seed = int(np.random.default_rng(rng).integers(1, 2**31))
        linker.training.estimate_probability_two_random_records_match(
            [splink.block_on(*[name for name in ("name", "birth_date") if name in fields])], recall=0.7
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=seed)
        for name in fields if len(fields) < 3 else [one for one in _TRAINED_WITHIN if one in fields]:
            linker.training.estimate_parameters_using_expectation_maximisation(
                splink.block_on(name), record_sample_proportion=1.0
            )
        found = linker.inference.predict().as_pandas_dataframe()
        learnt = linker.misc.save_model_to_json()
    finally:
        logging.getLogger("splink").setLevel(before)
    levels = _levels(found, pairs, table, fields)
    trained = _model(learnt, fields)
    trained.choices["splink"] = str(splink.__version__)
    return levels, score(levels, trained), trained


def _records(table: pd.DataFrame, pairs: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return what splink compares: keys instead of names, days, and the pairs that each record is in."""
    position = {label: n for n, label in enumerate(table.index)}
    member: list[list[int]] = [[] for _label in table.index]
    for number, (one, other) in enumerate(zip(pairs["first"], pairs["second"], strict=True)):
        member[position[one]].append(number)
        member[position[other]].append(number)
    made: dict[str, list[Any]] = {
        "unique_id": list(range(len(table))),
        "pair_numbers": member,
        "name": name_keys(table).tolist(),
        "patronymic": [(name and read_name(name).father) or None for name in table["name"]],
    }
    if "birth_date" in table:
        dates = [read_date(text) if isinstance(text, str) else None for text in table["birth_date"]]
        made["birth_date"] = [
            f"{d.year}-{d.month:02}-{d.day:02}" if d is not None and d.month and d.day and d.year else None
            for d in dates
        ]
        made["birth_year"] = [None if d is None or d.year is None else str(d.year) for d in dates]
    for name, key in (("place", sound), ("phone", last_digits), ("document", str.casefold)):
        if name in table:
            made[name] = [(text and key(text)) or None for text in table[name]]
    records = pd.DataFrame(made)
    return records, [name for name in _LEVELS if name in records and records[name].notna().any()]


def _given_pairs(splink: Any) -> Any:
    """Return the rule that brings together exactly the pairs that were given."""
    return splink.block_on("pair_numbers", arrays_to_explode=["pair_numbers"])


def _comparison(name: str) -> Any:
    library = importlib.import_module("splink.comparison_library")
    level = importlib.import_module("splink.comparison_level_library")
    nothing, same, other = level.NullLevel(name), level.ExactMatchLevel(name), level.ElseLevel()
    between = []
    if name in ("name", "patronymic"):
        between = [level.JaroWinklerLevel(name, _NEAR)]
    elif name == "birth_date":
        nothing, between = level.NullLevel("birth_year"), [level.ExactMatchLevel("birth_year")]
    return library.CustomComparison(
        output_column_name=name, comparison_levels=[nothing, same, *between, other]
    )


def _levels(found: pd.DataFrame, pairs: pd.DataFrame, table: pd.DataFrame, fields: list[str]) -> pd.DataFrame:
    """Return splink's levels on the index of the pairs, whichever record it put first."""
    one, other = found["unique_id_l"].to_numpy(), found["unique_id_r"].to_numpy()
    at = pd.MultiIndex.from_arrays([np.minimum(one, other), np.maximum(one, other)])
    here = [table.index.get_indexer(pd.Index(pairs[side])) for side in ("first", "second")]
    wanted = pd.MultiIndex.from_arrays([np.minimum(*here), np.maximum(*here)])
    place = at.get_indexer(wanted)
    made = {}
    for name in fields:
        names = _LEVELS[name]
        gamma = found[f"gamma_{name}"].to_numpy()[place]
        code = np.where(gamma >= 0, len(names) - 1 - gamma, -1)
        made[name] = pd.Categorical.from_codes(code.astype(int).tolist(), pd.Index(names), ordered=True)
    return pd.DataFrame(made, index=pairs.index)


def _model(learnt: dict[str, Any], fields: list[str]) -> Model:
    from .entities import Model

    rows = []
    for comparison in learnt["comparisons"]:
        name = comparison["output_column_name"]
        steps = [step for step in comparison["comparison_levels"] if not step.get("is_null_level")]
        for level, step in zip(_LEVELS[name], steps, strict=True):
            # A level that splink saw in no pair has no share: rare among both kinds.
            m, u = (max(float(step.get(f"{x}_probability") or 0.0), 1e-4) for x in "mu")
            rows.append({"field": name, "level": level, "m": m, "u": u, "weight": float(np.log2(m / u))})
    prior = float(learnt["probability_two_random_records_match"])
    return Model(pd.DataFrame(rows), prior, {"method": "splink", "fields": fields})
