"""Lines of a scan's input: what makes a post, and what is said of a line that makes none."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from guard.scan.records import LineError, Options, Place, error_json, read
from guard.types.post import Visibility

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OPTIONS = Options(NOW, frozenset({"mastodon", "bluesky"}))
PLACE = Place("posts.jsonl", 3)


def line(value: Any, options: Options = OPTIONS) -> Any:
    return read(json.dumps(value).encode(), PLACE, options)


def test_defaults() -> None:
    post, facts = line({"id": "a", "text": "bonjour"})
    assert (post.id, post.network, post.visibility, post.language) == ("a", "mastodon", Visibility.PUBLIC, None)
    assert [(segment.path, segment.text) for segment in post.segments] == [("/text", "bonjour")]
    assert (facts.now, facts.groups) == (NOW, frozenset())


def test_all_fields() -> None:
    fields = {"network": "bluesky", "visibility": "direct", "lang": "fr", "groups": ["legal"], "other": [{}]}
    post, facts = line({"id": 7, "text": "x", "at": "2026-12-01T09:00:00+01:00", **fields})
    assert (post.id, post.network, post.visibility, post.language) == ("7", "bluesky", Visibility.DIRECT, "fr")
    assert facts.now.isoformat() == "2026-12-01T09:00:00+01:00"
    assert facts.groups == post.author.groups == {"legal"}


def test_a_thread_has_a_segment_for_each_post_and_their_joined_text() -> None:
    post, _ = line({"thread": ["un", "deux", ""]})
    assert [segment.path for segment in post.segments] == ["/0", "/1", "/2", "/@joined"]
    post, _ = line({"thread": ["un"]})
    assert [segment.path for segment in post.segments] == ["/0"]


def test_no_id_is_the_place() -> None:
    for value in ({"text": ""}, {"text": "", "id": None}, {"text": "", "id": ""}):
        assert line(value)[0].id == "posts.jsonl:3"


@pytest.mark.parametrize("name", ["status.content", "a.b.c", "body"])
def test_text_field(name: str) -> None:
    options = Options(NOW, OPTIONS.networks, text_field=name)
    value = {"status": {"content": "là"}, "a.b.c": "là", "body": "là", "text": "not here", "thread": 3}
    assert line(value, options)[0].segments[0].text == "là"
    with pytest.raises(LineError, match="--text-field"):
        line({"text": "x", "a": {"b": 3}}, options)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "not an object"),
        ("text", "not an object"),
        ({}, "either"),
        ({"text": "a", "thread": ["b"]}, "either"),
        ({"text": 3}, "`text`"),
        ({"text": ["a"]}, "`text`"),
        ({"thread": "a"}, "`thread`"),
        ({"thread": []}, "`thread`"),
        ({"thread": ["a", None]}, "`thread`"),
        ({"thread": ["a"] * 1001}, "`thread`"),
        ({"text": "", "network": "twitter"}, "`network`"),
        ({"text": "", "network": ["x"]}, "`network`"),
        ({"text": "", "visibility": "Public"}, "`visibility`"),
        ({"text": "", "groups": "legal"}, "`groups`"),
        ({"text": "", "lang": 3}, "`lang`"),
        ({"text": "", "at": "2026-12-01T09:00:00"}, "`at`"),
        ({"text": "", "at": 3}, "`at`"),
        ({"text": "", "id": 1.5}, "`id`"),
        ({"text": "", "author": {"name": "a"}}, "author"),
        ({"text": "", "author": True}, "author"),
        ({"text": "", "author": "a" * 1001}, "author"),
        ({"text": "", "id": True}, "`id`"),
        ({"text": "", "id": "a" * 1001}, "`id`"),
    ],
)
def test_a_wrong_field_is_an_error_and_never_a_default(value: Any, message: str) -> None:
    with pytest.raises(LineError, match=message):
        line(value)


@pytest.mark.parametrize(
    ("raw", "column"),
    [
        (b'{"text": "a}', 10),
        (b"nope", 1),
        (b'{"text": "\xff"}', 11),
        ('{"text": "é'.encode() + b'\xff"}', 12),
        (b'{"text": 1,\r\n', 12),
        (b"[" * 100_000, None),
        (b"9" * 5000, None),
        (b"\0", 1),
    ],
)
def test_what_is_not_json_is_located(raw: bytes, column: int | None) -> None:
    with pytest.raises(LineError) as caught:
        read(raw, PLACE, OPTIONS)
    assert caught.value.column == column
    assert error_json(PLACE, caught.value)["error"]["line"] == 3


def test_an_error_record_keeps_the_lines_own_id_and_says_nothing_of_its_text() -> None:
    with pytest.raises(LineError) as caught:
        line({"id": "a", "text": "secret words", "network": "secret network"})
    record = error_json(PLACE, caught.value)
    assert record["id"] == "a"
    assert record["error"] == {
        "source": "posts.jsonl",
        "line": 3,
        "message": "`network` must be one of bluesky, mastodon",
        "hint": "leave it out for the command's own",
    }
