"""Texts in one array: what is done to all of them at once is what Python does to each."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.dissemination.payload.folding import CUT, SPACE, codes_of
from ilp_toolkit.dissemination.payload.segments import Segments
from ilp_toolkit.dissemination.payload.spellings import spellings

texts = st.lists(st.text(alphabet="ab я7 ", max_size=9), min_size=1, max_size=8)


def parted(values: list[str]) -> Segments:
    return Segments.parted(codes_of(chr(CUT).join(values)), np.arange(len(values)))


@given(texts)
def test_parting_and_trimming_is_splitting_and_stripping(values: list[str]) -> None:
    assert parted(values).texts() == [value.strip(" ") for value in values]


@given(texts)
def test_spaces_are_counted_and_taken_out_of_each(values: list[str]) -> None:
    some = parted(values)
    assert some.count(some.codes == SPACE).tolist() == [value.strip(" ").count(" ") for value in values]
    assert some.without_spaces().texts() == [value.replace(" ", "") for value in values]


@given(texts)
def test_the_first_word_of_each_goes_behind_the_others(values: list[str]) -> None:
    several = [value.strip(" ") for value in values if " " in value.strip(" ")]
    some = parted(values)
    turned = some.where(some.count(some.codes == SPACE) > 0).turned()
    parts = [value.partition(" ") for value in several]
    assert turned.texts() == [f"{others} {first}" for first, _space, others in parts]


@given(texts, texts)
def test_texts_put_together_stay_what_they_were(one: list[str], other: list[str]) -> None:
    both = Segments.together([parted(one), Segments.nothing(), parted(other)])
    assert both.texts() == [value.strip(" ") for value in [*one, *other]]
    assert both.owners.tolist() == [*range(len(one)), *range(len(other))]


numberish = st.lists(
    st.text(alphabet="0123456789" * 2 + "()-/ +.١", min_size=11, max_size=24)
    | st.dates().map(lambda day: f"{day} 10:00 12"),
    min_size=1, max_size=6, unique=True,
)  # fmt: skip
together = re.compile(r"\d(?:[ ()/-]{0,3}\d){9}")
day = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_one_by_one(values: list[str]) -> dict[int, int]:
    """Read the long numbers of values as a person would say it: eleven to twenty digits, ten close together."""
    found = {}
    for owner, value in enumerate(text.strip(" ") for text in values):
        digits = "".join(re.findall(r"\d", value))
        telling = together.search(value) is not None or "+" in value
        if 11 <= len(digits) <= 20 and telling and not day.match(value):
            found[int(digits) % 2**64] = owner
    return found


@given(numberish)
def test_long_numbers_are_those_that_a_search_value_by_value_reads(values: list[str]) -> None:
    compiled, read = spellings(values), read_one_by_one(values)
    assert compiled.numbers.tolist() == sorted(read)
    assert compiled.owners.tolist() == [read[number] for number in sorted(read)]
