"""Holes that a second review found: sentences that look like files, facets that move, texts in display order."""

import json
from datetime import UTC, datetime

import pytest

from guard.channels.carried import inside
from guard.channels.joined import joined
from guard.channels.registry import channel
from guard.types.http import HttpReply, HttpRequest
from guard.types.post import Segment

HEADERS = ((b"authorization", b"Bearer t"), (b"content-type", b"application/json"))


@pytest.mark.parametrize(
    "text", ["Data: nos chiffres, enfin publiés", "data:, rien", "Data: taux, hausse de 5%E9", "data: a/b, c d"]
)
def test_a_sentence_about_data_is_no_file(text: str) -> None:
    assert inside([Segment("/status", "body", text)]) == ()


@pytest.mark.parametrize(
    "text",
    ["data:image/png;base64,iVBORw0KGgo=", " " * 13 + "data:image/png;base64,iVBORw0KGgo=", "DATA:;base64,aGVsbG8="],
)
def test_a_data_address_is_a_file(text: str) -> None:
    assert len(inside([Segment("/avatar", "other", text)])) == 1


def test_texts_are_joined_as_they_are_shown() -> None:
    parts = [Segment("/status", "body", "X, 20 personnes"), Segment("/spoiler_text", "spoiler", "Perdu Client")]
    assert "Perdu Client\nX, 20 personnes" in joined(parts).text
    assert "X, 20 personnes\nPerdu Client" in joined(parts).text


def test_a_post_whose_first_facet_was_dropped_is_recognised() -> None:
    def record(text: str, *tags: tuple[str, int, int]) -> dict:
        facets = [
            {
                "index": {"byteStart": a, "byteEnd": b},
                "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": tag}],
            }
            for tag, a, b in tags
        ]
        return {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-22T10:00:00.000Z", "facets": facets}

    bluesky = channel("atproto")
    sent = record("tel […] #jardin", ("0639981234", 4, 15), ("jardin", 10, 17))
    body = {"repo": "did:plc:" + "a" * 24, "collection": "app.bsky.feed.post", "record": sent}
    request = HttpRequest("POST", "/xrpc/com.atproto.repo.createRecord", "", HEADERS, json.dumps(body).encode())
    post = bluesky.read(request, bluesky.route(request), "p").post
    stored = {"uri": "at://x/app.bsky.feed.post/3k", "cid": "c", "value": record("tel […] #jardin", ("jardin", 10, 17))}
    reply = HttpReply(200, (), json.dumps({"records": [stored]}).encode())
    assert isinstance(bluesky.found(post, reply, datetime(2026, 11, 22, 9, tzinfo=UTC)), bytes)
