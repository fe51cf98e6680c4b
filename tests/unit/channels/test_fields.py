"""The walk over a body: document order, pointers as in RFC 6901, nothing skipped but what fits."""

from guard.channels.fields import FilePart, Number, compile_fields, escape, files, replace_texts, segments, unescape

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


def test_numbers_keep_their_digits() -> None:
    assert [
        one.text for one in segments({"a": Number("1.50000000"), "b": Number("1.5")}, FIELDS) if one.role != "key"
    ] == ["1.50000000"]


def test_files() -> None:
    part = FilePart("plan.png", "image/png", b"\xff")
    assert list(files({"a": [part], "b": {"c": part}})) == [("/a/0", part), ("/b/c", part)]
    assert [one.path for one in segments({"file": part}, FIELDS)] == ["/@filename/file"]
    assert "plan" not in repr(part)


def test_replacing_leaves_the_rest() -> None:
    tree = {"a": ["x", {"b/c": "y"}], "n": 1}
    assert replace_texts(tree, {"/a/1/b~1c": "z"}) == {"a": ["x", {"b/c": "z"}], "n": 1}
    assert tree["a"] == ["x", {"b/c": "y"}]
