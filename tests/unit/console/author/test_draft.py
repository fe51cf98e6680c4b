"""What the forms of the bench and of the playground say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.console.author.draft import MAX_POSTS, Draft, draft_of
from guard.console.forms import Form
from guard.console.shown import units
from guard.types.post import Visibility


def test_odd_values_are_as_if_they_were_not_given() -> None:
    found = draft_of(Form([("text", "x"), ("network", "irc"), ("visibility", "secret"), ("language", "de")]))
    assert found == Draft("x")
    known = draft_of(Form([("text", "x"), ("network", "x"), ("visibility", "direct"), ("language", "fr")]))
    assert (known.network, known.visibility, known.language) == ("x", Visibility.PUBLIC, "fr")
    assert draft_of(Form([("visibility", "direct")])).visibility is Visibility.DIRECT
    assert len(draft_of(Form([("text", "x" * 30_000)])).text) == 20_000


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one", [(0, "one")]),
        ("one\n---\ntwo", [(0, "one"), (8, "two")]),
        ("one\n --- \n\n---\ntwo\n", [(0, "one"), (15, "two\n")]),
        ("a --- b", [(0, "a --- b")]),
        ("", [(0, "")]),
        ("---", [(0, "---")]),
    ],
)
def test_lines_of_dashes_part_the_posts_of_a_thread(text, parts) -> None:
    assert Draft(text).parts() == parts


@given(st.text(st.characters(codec="utf-8"), max_size=60) | st.text("a-\n ", max_size=60))
def test_every_part_stands_where_it_says(text) -> None:
    for start, part in Draft(text).parts():
        assert text[start : start + len(part)] == part


def test_a_thread_has_a_most() -> None:
    assert len(Draft("\n---\n".join("abcdefghijklmnopqrstuvwxyz" * 2)).parts()) <= MAX_POSTS


def test_who_reads_it_is_said_by_network_and_visibility() -> None:
    assert Draft("", "bluesky").audience == "bluesky"
    assert Draft("", "mastodon", Visibility.DIRECT).audience == "mastodon_direct"


@given(st.text(max_size=40), st.integers(0, 40))
def test_places_are_counted_as_browsers_count(text, place) -> None:
    assert units(text, place) == len(text[:place].encode("utf-16-le", "surrogatepass")) // 2 + max(0, place - len(text))
