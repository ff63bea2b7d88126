"""Texts in one array: what is done to all of them at once is what Python does to each."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ilp_toolkit.dissemination.payload.folding import CUT, SPACE, codes_of
from ilp_toolkit.dissemination.payload.segments import Segments

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
