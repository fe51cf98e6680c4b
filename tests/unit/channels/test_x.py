"""The X channel: posts, uploads, messages; OAuth 1.0a refused; errors that each client shows."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from guard.channels.base import LookedUp, Refusal, RouteKind, Trouble, with_media
from guard.channels.registry import channel
from guard.errors import RequestError
from guard.types.http import HttpReply
from guard.types.post import Attachment, Author, Limit, Unit, Visibility
from tests.unit.channels.asking import PNG, as_json, as_multipart, ask, covered, part, read, sent, texts

X = channel("x")
TWEETS = ("POST", "/2/tweets")


def test_a_post() -> None:
    body = {"text": "Bonjour", "poll": {"options": ["oui", "non"], "duration_minutes": 1440}, "media": {"media_ids": ["1455952740635586573"]},
            "reply": {"in_reply_to_tweet_id": "12"}, "quote_tweet_id": "13", "reply_settings": "following"}  # fmt: skip
    submission = read(X, as_json(*TWEETS, body))
    post = submission.post
    assert [(one.path, one.role) for one in post.segments] == [
        ("/text", "body"),
        ("/poll/options/0", "poll-option"),
        ("/poll/options/1", "poll-option"),
        ("/@joined", "joined"),
    ]
    assert post.segments[0].limit == Limit(280, Unit.WEIGHTED)
    assert (post.operation, post.reply_to, post.quote_of) == ("tweet.create", "12", "13")
    assert submission.media_refs == ("1455952740635586573",)
    assert json.loads(sent(X, as_json(*TWEETS, body)).body) == body


@pytest.mark.parametrize(
    ("content", "where"),
    [({"note": "Opale"}, "/note"), ({"Opale": 1}, "/@key/Opale"), ({"media": {"description": "Opale"}}, "/media/description"), ({"card_uri": "Opale"}, "/card_uri"),
     ({"poll": {"options": [{"label": "Opale"}]}}, "/poll/options/0/label"), ({"geo": {"place_id": "Opale"}}, "/geo/place_id"), ({"quote_tweet_id": "Opale"}, "/quote_tweet_id"),
     ({"media": {"call_to_actions": {"visit_site": {"url": "Opale"}}}}, "/media/call_to_actions/visit_site/url"), ({"reply_settings": "Opale"}, "/reply_settings")],
)  # fmt: skip
def test_nothing_hides_in_a_post(content: dict[str, object], where: str) -> None:
    assert texts(X, as_json(*TWEETS, {"text": "ok", **content}))[where] == "Opale"


def test_alt_text_and_messages() -> None:
    post = read(
        X, as_json("POST", "/2/media/metadata", {"id": "77", "metadata": {"alt_text": {"text": "un chat"}}})
    ).post
    assert (post.target, post.segments[0].role, post.segments[0].text) == ("77", "alt", "un chat")
    message = read(
        X,
        as_json("POST", "/2/dm_conversations/with/12/messages", {"text": "Salut", "attachments": [{"media_id": "5"}]}),
    )
    assert (message.post.visibility, message.post.extra[0], message.media_refs) == (
        Visibility.DIRECT,
        ("into", "12"),
        ("5",),
    )
    assert message.post.target is None  # to send it twice would be two messages
    group = {"conversation_type": "Group", "participant_ids": ["1", "2"], "message": {"text": "Salut"}}
    assert texts(X, as_json("POST", "/2/dm_conversations", group)) == {"/message/text": "Salut"}


def test_uploads_in_base64_and_in_parts() -> None:
    want = "sha256:" + hashlib.sha256(PNG).hexdigest()
    encoded = {"media": base64.b64encode(PNG).decode(), "media_category": "tweet_image", "media_type": "image/png"}
    request = as_json("POST", "/2/media/upload", encoded)
    assert [(one.digest, one.media_type) for one in read(X, request).post.attachments] == [(want, "image/png")]
    assert texts(X, request) == {}
    parts = as_multipart(
        "POST",
        "/2/media/upload",
        part("media", PNG, filename="a.png", kind="image/png"),
        part("media_category", "tweet_image"),
    )
    assert read(X, parts).post.attachments[0].digest == want
    chunk = as_multipart(
        "POST", "/2/media/upload/123/append", part("media", b"\x00\x01", filename="c"), part("segment_index", "0")
    )
    assert read(X, chunk).post.attachments[0].size == 2
    assert (
        read(X, as_json("POST", "/2/media/upload/123/append", {"media": "AAE=", "segment_index": 0}))
        .post.attachments[0]
        .size
        == 2
    )


def test_an_upload_that_is_text_is_read() -> None:
    encoded = {"media": base64.b64encode(b"projet Opale").decode(), "media_category": "subtitles"}
    assert texts(X, as_json("POST", "/2/media/upload", encoded)) == {"/@file/media": "projet Opale"}
    for wrong in ("not base64!", 5, ["AA=="], "AA"):
        with pytest.raises(RequestError):
            read(X, as_json("POST", "/2/media/upload", {"media": wrong}))


def test_a_large_upload_in_base64() -> None:
    body = {"media": base64.b64encode(b"\xff" * 1_000_000).decode()}
    assert read(X, as_json("POST", "/2/media/upload", body)).post.attachments[0].size == 1_000_000


def test_oauth_1_is_refused_with_its_reason() -> None:
    request = as_json(*TWEETS, {"text": "x"})
    signed = replace(
        request, headers=((b"authorization", b'OAuth oauth_consumer_key="x"'), (b"content-type", b"application/json"))
    )
    route = X.route(signed)
    assert (route.kind, route.operation) == (RouteKind.REFUSE, "oauth1")
    assert "OAuth 2" in X.reasons["oauth1"]["fr"]


def test_encrypted_chat_is_refused() -> None:
    assert X.route(ask("POST", "/2/chat/conversations/1-2/messages")).operation == "encrypted"


def test_the_client_may_name_itself_for_a_token() -> None:
    request = ask(
        "POST", "/2/oauth2/token", b"grant_type=refresh_token&refresh_token=a%2Bb", "application/x-www-form-urlencoded"
    )
    basic = replace(
        request, headers=((b"authorization", b"Basic YTpi"), (b"content-type", b"application/x-www-form-urlencoded"))
    )
    assert sent(X, basic).header(b"authorization") == b"Basic YTpi"
    assert texts(X, basic) == {}


def test_refusals_that_each_client_shows() -> None:
    message = "Refusé : « l'œuvre »\r\nX-Evil: 1 – 日本"
    reply = X.reply(Refusal(Trouble.BLOCKED, message))
    assert reply.status == 403
    assert json.loads(reply.body) == {
        "title": "Forbidden",
        "detail": message,
        "type": "about:blank",
        "status": 403,
        "errors": [{"code": 226, "message": message}],
    }
    assert reply.reason == 'Refuse : " l\'oeuvre " X-Evil: 1 - ??'
    assert len(X.reply(Refusal(Trouble.HELD, "é" * 1000)).reason) == 500
    assert X.reply(Refusal(Trouble.BAD_REQUEST, "x", status=415)).status == 415
    assert X.reply(Refusal(Trouble.UNAVAILABLE, "x", retry_after=3)).header(b"retry-after") == b"3"


def test_who_is_asking() -> None:
    asked = X.identity(((b"authorization", b"Bearer t"),))
    assert asked is not None
    assert asked.path == "/2/users/me"
    author = X.author(HttpReply(200, (), b'{"data":{"id":"42","username":"alice","name":"A"}}'), "x")
    assert author is not None
    assert (author.account, author.handle) == ("42", "@alice")
    assert X.author(HttpReply(401, (), b"{}"), "x") is None
    assert X.author(HttpReply(200, (), b'{"data":[]}'), "x") is None
    assert X.upstream_id(HttpReply(201, (), b'{"data":{"id":"9","text":"x"}}')) == "9"
    assert X.upstream_id(HttpReply(403, (), b'{"data":{"id":"9"}}')) is None


def test_a_send_in_doubt_is_looked_up() -> None:
    post = read(
        X, as_json(*TWEETS, {"text": "Voir https://x.example/a & <b>", "reply": {"in_reply_to_tweet_id": "5"}})
    ).post
    post = with_media(post, (Attachment("sha256:0", "", 0),), Author("x", "42"))
    asked = X.lookup(post)
    assert asked is not None
    assert asked.path == "/2/users/42/tweets"
    urls = [
        {"url": "https://t.co/1", "expanded_url": "https://x.example/a"},
        {"url": "https://t.co/2", "expanded_url": "https://x.com/p", "media_key": "3_1"},
    ]
    tweet = {"id": "9", "text": "Voir https://t.co/1 &amp; &lt;b&gt; https://t.co/2", "entities": {"urls": urls}, "attachments": {"media_keys": ["3_1"]},
             "referenced_tweets": [{"type": "replied_to", "id": "5"}], "created_at": "2026-11-22T10:00:00.000Z"}  # fmt: skip
    reply = HttpReply(200, (), json.dumps({"data": [{"id": "1", "text": "autre"}, tweet]}).encode())
    found = X.found(post, reply)
    assert isinstance(found, bytes)
    assert json.loads(found)["data"]["id"] == "9"
    assert X.found(replace(post, quote_of="1"), reply) is LookedUp.ABSENT
    assert X.found(post, HttpReply(200, (), b'{"meta":{"result_count":0}}')) is LookedUp.ABSENT
    assert X.lookup(replace(post, operation="message.send")) is None


def test_when_the_list_cannot_tell() -> None:
    post = with_media(read(X, as_json(*TWEETS, {"text": "Bonjour à tous."})).post, (), Author("x", "42"))
    since = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def listing(
        *texts: str, meta: dict[str, object] | None = None, at: str = "2026-11-22T10:00:00.000Z", **more: object
    ):
        data = [{"id": "1", "text": text, "created_at": at} for text in texts]
        return X.found(post, HttpReply(200, (), json.dumps({"data": data, "meta": meta or {}, **more}).encode()), since)

    assert listing("autre") is LookedUp.ABSENT
    assert listing("autre", meta={"next_token": "x"}) is LookedUp.UNSURE
    assert listing("autre", meta={"next_token": "x"}, at="2026-11-22T09:00:00.000Z") is LookedUp.ABSENT
    assert listing(*["autre"] * 100) is LookedUp.UNSURE
    assert listing("autre", errors=[{}]) is LookedUp.UNSURE
    assert listing("Bonjour, à tous !") is LookedUp.UNSURE
    for body in (b"[]", b"{}", b'{"data":5}', b'{"data":[5]}', b"x"):
        assert X.found(post, HttpReply(200, (), body), since) is LookedUp.UNSURE
    pictures = with_media(read(X, as_json(*TWEETS, {"media": {"media_ids": ["1"]}})).post, (), Author("x", "42"))
    assert X.found(pictures, HttpReply(200, (), b'{"meta":{"result_count":0}}'), since) is LookedUp.UNSURE


@pytest.mark.parametrize(
    "more",
    [{"for_super_followers_only": True}, {"nullcast": True}, {"community_id": "1", "share_with_followers": True}, {"geo": {"place_id": "1234567"}},
     {"media": {"media_ids": ["1"], "tagged_user_ids": ["5"]}}, {"reply": {"in_reply_to_tweet_id": "1", "exclude_reply_user_ids": ["5"]}}],
)  # fmt: skip
def test_an_approval_covers_the_whole_post(more: dict[str, object]) -> None:
    assert covered(X, as_json(*TWEETS, {"text": "x", **more})) != covered(X, as_json(*TWEETS, {"text": "x"}))
    first, second = ({"text": "x", "media": {"media_ids": [one]}} for one in ("1", "2"))
    assert covered(X, as_json(*TWEETS, first)) == covered(X, as_json(*TWEETS, second))


def test_a_text_file_in_pieces_is_refused() -> None:
    append = ("POST", "/2/media/upload/1/append")
    for request in (
        as_multipart(*append, part("media", b"WEBVTT\n\navec Opa", filename="a")),
        as_multipart(*append, part("media", b"le perdu", filename="a")),
        as_multipart(*append, part("media", b"le", filename="a")),
        as_multipart(*append, part("media", "é perdu".encode()[1:], filename="a")),
        as_multipart(*append, part("media", "Opale é".encode("latin-1"), filename="a")),
        as_multipart(*append, part("media", "Opale".encode("utf-16"), filename="a")),
        as_multipart(*append, part("media", b"\x00\x01", filename="a", kind="text/plain")),
        as_multipart(*append, part("media", b"\x00\x01", filename="a.srt")),
        as_json(*append, {"media": base64.b64encode(b"avec Opa").decode()}),
        as_json(*append, {"media": "AAE=", "media_category": "subtitles"}),
        as_json("POST", "/2/media/upload/initialize", {"media_type": "text/srt", "total_bytes": 5}),
        as_json("POST", "/2/media/upload/initialize", {"media_category": "subtitles"}),
    ):
        with pytest.raises(RequestError) as caught:
            read(X, request)
        assert caught.value.status == 415
        assert "Opa" not in str(caught.value)
    picture = bytes(range(256)) * 20
    assert read(X, as_multipart(*append, part("media", picture, filename="a"))).post.attachments[0].carried


def test_nothing_hides_in_an_article_or_in_signing_in() -> None:
    block = {"text": "ok", "key": "Projet-Opale/x", "type": "unstyled"}
    body = {"title": "x", "content_state": {"blocks": [block, {**block, "key": "a1b2c"}]}}
    found = texts(X, as_json("POST", "/2/articles/draft", body))
    assert found["/content_state/blocks/0/key"] == "Projet-Opale/x"
    assert "/content_state/blocks/1/key" not in found
    token = as_json(
        "POST", "/2/oauth2/token", {"client_id": "Opale", "scope": "tweet.read opale", "code": "avec Opale"}
    )
    assert set(texts(X, token)) == {"/client_id", "/scope", "/code"}


@pytest.mark.parametrize("more", [{"command": "APPEND", "segment_index": "0"}, {"Command": "INIT"}, {"media_id": "1"}])
def test_the_address_for_whole_files_takes_no_pieces(more: dict[str, str]) -> None:
    parts = [part(name, value) for name, value in more.items()]
    piece = as_multipart(
        "POST", "/2/media/upload", part("media", b"on a perdu Opa", filename="a", kind="text/vtt"), *parts
    )
    for request in (piece, as_json("POST", "/2/media/upload", {"media": "AAE=", **more})):
        with pytest.raises(RequestError) as caught:
            read(X, request)
        assert caught.value.status == 400
    whole = as_multipart("POST", "/2/media/upload", part("media", PNG, filename="a.png", kind="image/png"))
    assert read(X, whole).post.attachments


@pytest.mark.parametrize("path", ["/2/articles/12/publish", "/2/broadcasts/scheduled/12/live"])
def test_what_waits_at_the_service_is_not_published_unread(path: str) -> None:
    route = X.route(ask("POST", path))
    assert (route.kind, route.operation) == (RouteKind.REFUSE, "publishes-unread")
    assert "relire" in X.reasons[route.operation]["fr"]
    assert X.route(ask("DELETE", "/2/broadcasts/scheduled/12")).kind is RouteKind.HARMLESS
