"""Disguises are total and deterministic, and what `evade` prints to paste reads back as it was."""

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guard.authoring.disguises import DISGUISES
from guard.authoring.evade_todo import quoted

texts = st.text(max_size=60) | st.text("0123456789 .@-aZé²٣\ud800\U0001f600", max_size=30)


def test_there_are_sixty_and_their_names_differ():
    assert len(DISGUISES) >= 60
    assert len({each.name for each in DISGUISES}) == len(DISGUISES)


@given(texts)
@settings(max_examples=40)
@example("")
@example("\udfff²")
def test_any_value_can_be_disguised_and_always_in_the_same_way(value):
    for each in DISGUISES:
        written = each.apply(value)
        assert isinstance(written, str)
        assert written == each.apply(value)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_quoted_text_reads_back(text):
    line = quoted(text)
    assert yaml.safe_load(line) == text
    assert "\n" not in line
