"""X API v2: posts, polls, media and direct messages with an OAuth 2.0 token.

OAuth 1.0a signs the service's host name, which a client pointed at the gate does not use, so such writes are refused with
the reason. Spec: X's OpenAPI description 2.167; errors as problem details (RFC 9457) and in v1.1's form at once, because
no client shows both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from guard.channels.answers import json_of, json_reply, status_of
from guard.channels.base import LookedUp, Refusal, Route, Trouble
from guard.channels.body import Body
from guard.channels.listed import NO_FACTS, ListedChannel, PostFacts, bearer, media_refs
from guard.channels.plain import ascii_line, comparable, older_than, published_since, skeleton
from guard.channels.table import ListedRoute, RouteSpec
from guard.errors import Location, RequestError
from guard.types.http import Headers, HttpReply, HttpRequest
from guard.types.post import Author, Post, Visibility
from guard.words.texts import Phrase

_CODE = 226
"""X's own code for a request that was refused for its content."""
_MEDIA = frozenset({"media_ids", "media_id"})
_UPLOADS = frozenset({"base64", "chunk", "initialize"})
_PIECE = frozenset({"command", "segment_index", "media_id"})
_PAGE = 100
_DECIDED = frozenset({Trouble.BLOCKED, Trouble.HELD, Trouble.REFUSED_ROUTE})


class X(ListedChannel):
    """Channel `x`; see guard.channels.base.Channel."""

    name = "x"
    network = "x"
    basic_auth_operations = frozenset({"oauth.token"})

    def admit(self, request: HttpRequest, route: ListedRoute) -> Route:
        authorization = request.header(b"authorization") or b""
        return self.refused("oauth1", route.path) if authorization.lower().startswith(b"oauth ") else route

    def check(self, body: Body, spec: RouteSpec) -> None:
        if spec.note not in _UPLOADS or body.form == "raw":
            return
        if spec.note == "base64":
            _whole_file(body.tree)
            return
        # Captions in pieces: no one piece shows what all of them say
        kind, category = body.tree.get("media_type"), body.tree.get("media_category")
        if category == "subtitles" or (isinstance(kind, str) and kind.lower().startswith("text/")):
            raise RequestError(
                Phrase("request.file-pieces"),
                status=415,
                hint=Phrase("request.do.one-upload"),
                location=Location(Phrase("request.at.body"), field="/media_category"),
            )

    def facts(self, body: Body, spec: RouteSpec) -> PostFacts:
        tree: Mapping[str, Any] = body.tree
        if spec.note == "message":
            return PostFacts(
                visibility=Visibility.DIRECT,
                extra=tuple(("participant_ids", str(item)) for item in _list(tree, "participant_ids")),
                media_refs=media_refs(tree, _MEDIA),
            )
        if spec.note == "media-id":
            return PostFacts(target=_string(tree, "id"))
        if body.form != "json" or spec.note in _UPLOADS:
            return NO_FACTS
        if spec.note != "tweet":
            return PostFacts(media_refs=media_refs(tree, _MEDIA))
        poll = tree.get("poll")
        extra = [(name, str(tree[name])) for name in ("community_id", "reply_settings") if tree.get(name)]
        if isinstance(poll, dict):
            extra.append(("poll", str(poll.get("duration_minutes"))))
        return PostFacts(
            reply_to=_inner(tree, "reply", "in_reply_to_tweet_id"),
            quote_of=_string(tree, "quote_tweet_id"),
            target=_inner(tree, "edit_options", "previous_post_id"),
            extra=tuple(extra),
            media_refs=media_refs(tree, _MEDIA),
        )

    # --- answers of the gate --------------------------------------------------------------------------------------

    def reply(self, refusal: Refusal) -> HttpReply:
        status = 403 if refusal.trouble in _DECIDED else status_of(refusal)
        content = {
            "title": HTTPStatus(status).phrase,
            "detail": refusal.message,
            "type": "about:blank",
            "status": status,
            "errors": [{"code": _CODE, "message": refusal.message}],
        }
        # xdk shows its user nothing but the reason phrase
        return json_reply(status, content, refusal, reason=ascii_line(refusal.message))

    # --- who, and what was published ------------------------------------------------------------------------------

    def identity(self, headers: Headers) -> HttpRequest | None:
        token = bearer(headers)
        if token is None:
            return None
        return HttpRequest("GET", "/2/users/me", "", ((b"authorization", token), (b"accept", b"application/json")))

    def author(self, reply: HttpReply, upstream: str) -> Author | None:  # noqa: ARG002
        data = _data(reply)
        user = data.get("id")
        if not isinstance(user, str) or not user:
            return None
        return Author(self.network, user, handle=f"@{data.get('username', '')}", service_id=user)

    def upstream_id(self, reply: HttpReply) -> str | None:
        data = _data(reply)
        found = data.get("id") or data.get("dm_event_id")
        return str(found) if found else None

    def lookup(self, post: Post) -> HttpRequest | None:
        if post.operation != "tweet.create" or not post.author.account:
            return None
        path = f"/2/users/{quote(post.author.account, safe='')}/tweets"
        query = "max_results=100&tweet.fields=created_at,referenced_tweets,entities,attachments,note_tweet"
        return HttpRequest("GET", path, query, ((b"accept", b"application/json"),))

    def found(self, post: Post, reply: HttpReply, since: datetime | None = None) -> bytes | LookedUp:
        answer = json_of(reply) if reply.status == 200 else None
        tweets = _tweets(answer) if isinstance(answer, dict) else None
        text = next((part.text for part in post.segments if part.path == "/text"), "")
        if tweets is None or not text:
            return LookedUp.UNSURE  # pictures alone: which ones, the answer does not tell
        unsure = False
        for tweet in tweets:
            if not published_since(tweet.get("created_at"), since):
                continue
            if not _beside(post, tweet):
                continue
            if comparable(text) == comparable(_text_of(tweet)):
                return json.dumps({"data": {"id": tweet.get("id"), "text": tweet.get("text")}}).encode()
            unsure = unsure or skeleton(_text_of(tweet)) == skeleton(text)
        whole = len(tweets) < _PAGE and not (isinstance(answer, dict) and _has_more(answer))
        whole = whole or bool(tweets and older_than(tweets[-1].get("created_at"), since))
        return LookedUp.UNSURE if unsure or not whole else LookedUp.ABSENT

    def rewrite(self, route: Route, reply: HttpReply, public_url: str, upstream: str) -> HttpReply:  # noqa: ARG002
        return reply


def _whole_file(tree: Mapping[str, Any]) -> None:
    """The address for whole files takes pieces too, where a field says so: their own addresses are checked."""
    told = next((name for name in tree if name.strip().lower() in _PIECE), None)
    if told is not None:
        raise RequestError(
            Phrase("request.upload-command"),
            hint=Phrase("request.do.upload-addresses"),
            location=Location(Phrase("request.at.body"), field=f"/{told}"),
        )


def _data(reply: HttpReply) -> Mapping[str, Any]:
    answer = json_of(reply) if 200 <= reply.status < 300 else None
    data = answer.get("data") if isinstance(answer, dict) else None
    return data if isinstance(data, dict) else {}


def _string(tree: Mapping[str, Any], name: str) -> str | None:
    value = tree.get(name)
    return str(value) if isinstance(value, str | int) and value != "" else None


def _inner(tree: Mapping[str, Any], outer: str, name: str) -> str | None:
    inside = tree.get(outer)
    return _string(inside, name) if isinstance(inside, dict) else None


def _list(tree: Mapping[str, Any], name: str) -> list[Any]:
    value = tree.get(name)
    return value if isinstance(value, list) else []


def _tweets(answer: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The posts of an answer; None when it is no list of posts, or not all that was asked for."""
    meta = answer.get("meta")
    empty = isinstance(meta, dict) and meta.get("result_count") == 0
    listed = answer.get("data", [] if empty else None)
    if "errors" in answer or not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        return None
    return listed


def _has_more(answer: Mapping[str, Any]) -> bool:
    meta = answer.get("meta")
    return isinstance(meta, dict) and bool(meta.get("next_token"))


def _beside(post: Post, tweet: Mapping[str, Any]) -> bool:
    """All but the text equal: reply and quote; polls and files are compared by their being there."""
    attached = tweet.get("attachments")
    has_media = isinstance(attached, dict) and bool(attached.get("media_keys"))
    has_poll = isinstance(attached, dict) and bool(attached.get("poll_ids"))
    return (
        _reference(tweet, "replied_to") == post.reply_to
        and _reference(tweet, "quoted") == post.quote_of
        and has_media == bool(post.attachments)
        and has_poll == any(part.path.startswith("/poll/") for part in post.segments)
    )


def _text_of(tweet: Mapping[str, Any]) -> str:
    """The text as written: whole where it is long, with the addresses that X shortens put back."""
    note = tweet.get("note_tweet")
    source = note if isinstance(note, dict) and note.get("text") else tweet
    text = str(source.get("text", ""))
    entities = source.get("entities")
    for url in _list(entities, "urls") if isinstance(entities, dict) else []:
        if isinstance(url, dict) and isinstance(url.get("url"), str):
            written = "" if url.get("media_key") else str(url.get("expanded_url", ""))
            text = text.replace(url["url"], written)
    return unescape(text)


def _reference(tweet: Mapping[str, Any], kind: str) -> str | None:
    for item in _list(tweet, "referenced_tweets"):
        if isinstance(item, dict) and item.get("type") == kind:
            return str(item.get("id"))
    return None
