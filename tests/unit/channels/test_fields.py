"""The walk over a body: document order, pointers as in RFC 6901, nothing skipped but what fits."""

import json

from guard.channels.fields import FilePart, compile_fields, escape, files, replace_texts, segments, unescape

FIELDS = compile_fields(
    {
        "/title": "title 10 code_points",
        "/items/*/id": "id",
        "/items/*/text": "body",
        "/kind": "enum a|b",
        "/file": "file",
    }
)


def test_known_and_unknown() -> None:
    tree = {
        "title": "un",
        "items": [{"id": "12", "text": "deux"}, {"id": "trois"}],
        "kind": "c",
        "more": {"a/b": ["quatre", 123456, True, None, ""]},
    }
    assert [(one.path, one.role, one.text, one.redactable) for one in segments(tree, FIELDS)] == [
        ("/title", "title", "un", True), ("/items/0/text", "body", "deux", True), ("/items/1/id", "other", "trois", False), ("/kind", "other", "c", False),
        ("/@key/more", "key", "more", False), ("/@key/more/a~1b", "key", "a/b", False), ("/more/a~1b/0", "other", "quatre", True), ("/more/a~1b/1", "other", "123456", False),
    ]  # fmt: skip


def test_pointers() -> None:
    for name in ("a", "a/b", "a~b", "~1", "~01"):
        assert unescape(escape(name)) == name


def test_numbers_are_read_as_they_are_sent() -> None:
    tree = {"a": 639980012.5, "b": 1.5, "c": 1.25e30, "d": -255081416802538}
    found = [one.text for one in segments(tree, FIELDS) if one.role != "key"]
    assert found == ["639980012.5", "-255081416802538"]
    assert all(text in json.dumps(tree) for text in found)


def test_any_number_in_a_text_field_is_read() -> None:
    tree = {"title": 4821, "items": [{"text": -1.5, "id": 7, "other": 48}], "kind": 12}
    found = [(one.path, one.role, one.text, one.redactable) for one in segments(tree, FIELDS) if one.role != "key"]
    assert found == [("/title", "title", "4821", False), ("/items/0/text", "body", "-1.5", False)]


def test_files() -> None:
    part = FilePart("plan.png", "image/png", b"\xff")
    assert list(files({"a": [part], "b": {"c": part}})) == [("/a/0", part), ("/b/c", part)]
    assert [one.path for one in segments({"file": part}, FIELDS)] == ["/@filename/file"]
    assert "plan" not in repr(part)


def test_replacing_leaves_the_rest() -> None:
    tree = {"a": ["x", {"b/c": "y"}], "n": 1}
    assert replace_texts(tree, {"/a/1/b~1c": "z"}) == {"a": ["x", {"b/c": "z"}], "n": 1}
    assert tree["a"] == ["x", {"b/c": "y"}]
