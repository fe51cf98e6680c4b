"""Rails' way of nesting, which all Mastodon clients rely on."""

from __future__ import annotations

import pytest

from guard.sandbox.params import BadParamsError, names, nest, texts, truth


@pytest.mark.parametrize(
    ("pairs", "nested"),
    [
        ([("status", "a"), ("status", "b")], {"status": "b"}),
        ([("media_ids[]", "1"), ("media_ids[]", "2")], {"media_ids": ["1", "2"]}),
        (
            [("poll[options][]", "x"), ("poll[options][]", "y"), ("poll[multiple]", "1")],
            {"poll": {"options": ["x", "y"], "multiple": "1"}},
        ),
        (
            [
                ("media_attributes[][id]", "1"),
                ("media_attributes[][description]", "d"),
                ("media_attributes[][id]", "2"),
            ],
            {"media_attributes": [{"id": "1", "description": "d"}, {"id": "2"}]},
        ),
        (
            [("fields_attributes[0][name]", "a"), ("fields_attributes[1][name]", "b")],
            {"fields_attributes": {"0": {"name": "a"}, "1": {"name": "b"}}},
        ),
    ],
)
def test_nest(pairs, nested) -> None:
    assert nest(pairs) == nested


@pytest.mark.parametrize("name", ["a[b", "[b]", "a[b]c", "a" + "[b]" * 9])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(BadParamsError):
        nest([(name, "x")])


def test_a_list_and_a_map_of_one_name_are_refused() -> None:
    with pytest.raises(BadParamsError):
        nest([("a[]", "x"), ("a[b]", "y")])
    with pytest.raises(BadParamsError):
        nest([("a[b]", "x"), ("a[]", "y")])


def test_names_leave_indices_out() -> None:
    given = {
        "a": "x",
        "poll": {"options": ["x"]},
        "fields_attributes": {"0": {"name": "n"}},
        "m": [{"id": "1"}],
        "e": [],
    }
    assert set(names(given)) == {"a", "poll[options][]", "fields_attributes[][name]", "m[][id]", "e[]"}


def test_small_readers() -> None:
    assert [truth(each) for each in (True, "true", "1", "on", False, "false", "0", "", None)] == [True] * 4 + [
        False
    ] * 5
    assert texts({"a": {"0": "x", "1": "y"}}, "a") == ["x", "y"]
    assert texts({}, "a") == []
    with pytest.raises(BadParamsError):
        texts({"a": "x"}, "a")
