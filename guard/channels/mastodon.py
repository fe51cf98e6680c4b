"""The Mastodon API: statuses, media, profiles and everything a client does around them.

Mastodon, and servers that speak its dialect (GoToSocial, snac, Takahe, Pleroma), take the same fields as JSON, form or
multipart; here all three become one tree. Spec: docs.joinmastodon.org, July 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from guard.channels.answers import json_of, json_reply, status_of
from guard.channels.base import LookedUp, Refusal, Route, Trouble
from guard.channels.body import Body
from guard.channels.listed import ListedChannel, PostFacts, bearer, media_refs
from guard.channels.plain import comparable, from_html, older_than, published_since, skeleton
from guard.channels.rewriting import local_cookie, moved, moved_everywhere, rewrite_forms, rewrite_pointers, websocket
from guard.channels.table import RouteSpec
from guard.channels.unsaid import is_false, without_unsaid
from guard.errors import Location, RequestError
from guard.types.http import Headers, HttpReply, HttpRequest
from guard.types.post import Author, Post, Visibility
from guard.words.texts import Phrase

_VISIBILITY = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.PRIVATE,
    "mutuals_only": Visibility.PRIVATE,
    "direct": Visibility.DIRECT,
}
_LINK = re.compile(rb"<https?://[^/>\s]+(/[^>\s]*)>")
_TOKENS = ("access_token", "bearer_token")
_MOVED = frozenset({b"link", b"location", b"set-cookie", b"content-security-policy"})
"""Headers that may lead past the gate."""
_MEDIA = frozenset({"media_ids", "media_id"})
_EXTRA = frozenset({"scheduled_at", "quote_approval_policy", "content_type"})
"""Fields that say how a status is shown, which an approval is bound to."""
_PAGE = 20
"""Servers give at least so many statuses at once, however many were asked for."""
MAX_FRAME = 1024
_FRAME_KEYS = frozenset({"type", "stream", "tag", "list"})
_FRAME_VALUE = re.compile(r"[A-Za-z0-9_:À-ɏ]{0,100}").fullmatch


class Mastodon(ListedChannel):
    """Channel `mastodon`; see guard.channels.base.Channel."""

    name = "mastodon"
    network = "mastodon"
    basic_auth_operations = frozenset({"oauth.token"})

    def check(self, body: Body, spec: RouteSpec) -> None:  # noqa: ARG002
        # Doorkeeper takes a token from there too: the post would be decided about one author and sent as another
        for name in () if body.form == "raw" else _TOKENS:
            if name in body.tree:
                raise RequestError(
                    Phrase("request.token-in-body"),
                    hint=Phrase("request.do.bearer-header"),
                    location=Location(Phrase("request.at.body"), field=f"/{name}"),
                )

    def facts(self, body: Body, spec: RouteSpec) -> PostFacts:
        tree = body.tree
        if spec.note != "status":
            if spec.operation == "status.reblog":
                return PostFacts(visibility=_visibility(tree))
            return PostFacts(media_refs=media_refs(tree, _MEDIA))
        extra = [(name, str(tree[name])) for name in tree if name in _EXTRA and tree[name] not in (None, "")]
        if not is_false(tree.get("sensitive")):
            extra.append(("sensitive", "true"))
        return PostFacts(
            visibility=_visibility(tree),
            reply_to=_id(tree, "in_reply_to_id"),
            quote_of=_id(tree, "quoted_status_id") or _id(tree, "quote_id"),
            language=_id(tree, "language"),
            extra=tuple(extra),
            media_refs=_files(tree),
        )

    def covered_body(self, body: Body, spec: RouteSpec) -> Any:
        # To leave a field out of an edit may mean to keep what it said before
        return without_unsaid(body.tree) if spec.operation == "status.create" and body.form != "raw" else body.tree

    # --- answers of the gate --------------------------------------------------------------------------------------

    def reply(self, refusal: Refusal) -> HttpReply:
        # One full message in `error` alone: toot shows error_description instead of it, where there is one
        decided = refusal.trouble in {Trouble.BLOCKED, Trouble.HELD}
        return json_reply(422 if decided else status_of(refusal), {"error": refusal.message}, refusal)

    # --- who, and what was published ------------------------------------------------------------------------------

    def identity(self, headers: Headers) -> HttpRequest | None:
        token = bearer(headers)
        if token is None:
            return None
        out = ((b"authorization", token), (b"accept", b"application/json"))
        return HttpRequest("GET", "/api/v1/accounts/verify_credentials", "", out)

    def author(self, reply: HttpReply, upstream: str) -> Author | None:
        account = json_of(reply) if reply.status == 200 else None
        if not isinstance(account, dict):
            return None
        name = account.get("acct") or account.get("username")
        if not isinstance(name, str) or not name:
            return None
        host = urlsplit(upstream).hostname or ""
        full = name if "@" in name else f"{name}@{host}"
        return Author(self.network, full, handle=f"@{name}", service_id=str(account.get("id", "")))

    def upstream_id(self, reply: HttpReply) -> str | None:
        answer = json_of(reply) if 200 <= reply.status < 300 else None
        found = answer.get("id") if isinstance(answer, dict) else None
        return str(found) if isinstance(found, str | int) else None

    def lookup(self, post: Post) -> HttpRequest | None:
        if post.operation != "status.create":
            return None
        accept = ((b"accept", b"application/json"),)
        if any(name == "scheduled_at" for name, _ in post.extra):
            return HttpRequest("GET", "/api/v1/scheduled_statuses", "limit=40", accept)
        if not post.author.service_id:
            return None
        path = f"/api/v1/accounts/{quote(post.author.service_id, safe='')}/statuses"
        return HttpRequest("GET", path, "limit=40&exclude_reblogs=true", accept)

    def found(self, post: Post, reply: HttpReply, since: datetime | None = None) -> bytes | LookedUp:
        listed = json_of(reply) if reply.status == 200 else None
        wanted = _fingerprint_of_post(post)
        if not isinstance(listed, list) or not all(isinstance(status, dict) for status in listed):
            return LookedUp.UNSURE
        if not any(wanted[:3]):
            return LookedUp.UNSURE  # pictures alone: which ones, the answer does not tell
        extra = dict(post.extra)
        scheduled = _moment(extra.get("scheduled_at"))
        unsure = post.visibility is Visibility.DIRECT or extra.get("content_type", "text/plain") != "text/plain"
        for status in listed:
            if scheduled is None and not published_since(status.get("created_at"), since):
                continue
            print_ = _fingerprint_of_status(status)
            if print_ == wanted and scheduled == _moment(status.get("scheduled_at")):
                return json.dumps(status, ensure_ascii=False).encode()
            # The same but for markup that the server may have made of it, or cut
            unsure = unsure or (
                skeleton("".join(print_[:2])) == skeleton("".join(wanted[:2])) and print_[3:] == wanted[3:]
            )
        # A scheduled status may have been published meanwhile; a page that is full may not be the last
        if unsure or scheduled is not None or not _reaches_back(listed, reply, since):
            return LookedUp.UNSURE
        return LookedUp.ABSENT

    # --- answers of the service -----------------------------------------------------------------------------------

    def rewrite(self, route: Route, reply: HttpReply, public_url: str, upstream: str) -> HttpReply:
        if not _MOVED.isdisjoint(name for name, _ in reply.headers):
            reply = replace(reply, headers=self.rewrite_headers(reply.headers, public_url, upstream))
        if not route.rewrite:
            return reply
        if "html:form-action" in route.rewrite:
            return rewrite_forms(reply)
        return rewrite_pointers(reply, route.rewrite, lambda url: _address(url, public_url))

    def rewrite_headers(self, headers: Headers, public_url: str, upstream: str) -> Headers:
        """Pagination, redirects and cookies that lead back to the gate; the rest as it came."""
        out: list[tuple[bytes, bytes]] = []
        base = public_url.rstrip("/").encode("ascii")
        for name, value in headers:
            if name == b"link":
                out.append((name, _LINK.sub(b"<" + base + rb"\1>", value)))
            elif name == b"location":
                out.append((name, moved(value, public_url, upstream)))
            elif name == b"set-cookie":
                out.append((name, local_cookie(value, public_url)))
            elif name == b"content-security-policy":
                out.append((name, moved_everywhere(value, public_url, upstream)))
            else:
                out.append((name, value))
        return tuple(out)

    def allows_frame(self, frame: str | bytes) -> bool:
        """Subscriptions only: a JSON object, no key twice, of short strings under type, stream, tag and list."""
        if not isinstance(frame, str) or len(frame) > MAX_FRAME:
            return False
        try:
            pairs = json.loads(frame, object_pairs_hook=tuple)
        except (ValueError, RecursionError):
            return False
        if not isinstance(pairs, tuple) or len({key for key, _ in pairs}) != len(pairs):
            return False
        return all(
            key in _FRAME_KEYS and isinstance(value, str) and _FRAME_VALUE(value) for key, value in pairs
        ) and dict(pairs).get("type") in {"subscribe", "unsubscribe"}


def _files(tree: dict[str, Any]) -> tuple[str, ...]:
    refs = media_refs(tree, _MEDIA)
    if "media_attributes" in tree:
        refs = tuple(dict.fromkeys(refs + _described(tree["media_attributes"])))
    return refs


def _described(attributes: Any) -> tuple[str, ...]:
    """Ids of the files whose descriptions an edit changes."""
    items = attributes.values() if isinstance(attributes, dict) else attributes if isinstance(attributes, list) else ()
    return tuple(str(item["id"]) for item in items if isinstance(item, dict) and item.get("id"))


def _visibility(tree: dict[str, Any]) -> Visibility:
    # Unknown or absent: judged as public, the strictest
    value = tree.get("visibility")
    return _VISIBILITY.get(value, Visibility.PUBLIC) if isinstance(value, str) else Visibility.PUBLIC


def _id(tree: dict[str, Any], name: str) -> str | None:
    value = tree.get(name)
    return str(value) if value is not None and isinstance(value, str | int) and value != "" else None


def _address(url: str, public_url: str) -> str:
    if url.startswith(("ws://", "wss://")):
        return websocket(public_url) + urlsplit(url).path.rstrip("/")
    parts = urlsplit(url)
    return public_url.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")


def _moment(stamp: Any) -> datetime | None:
    """A time in an answer or request, without its fraction; None when it is none."""
    try:
        moment = datetime.fromisoformat(stamp) if isinstance(stamp, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _reaches_back(listed: Sequence[dict[str, Any]], reply: HttpReply, since: datetime | None) -> bool:
    """Whether the list, newest first, shows everything since that moment."""
    if listed and older_than(listed[-1].get("created_at"), since):
        return True
    more = any(name == b"link" and b'rel="next"' in value for name, value in reply.headers)
    return len(listed) < _PAGE and not more


_Print = tuple[str, str, tuple[str, ...], str | None, int]


def _fingerprint_of_post(post: Post) -> _Print:
    texts = {part.path: part.text for part in post.segments}
    polls = [text for path, text in texts.items() if path.startswith("/poll/options/")]
    media = len(post.attachments)
    return (
        comparable(texts.get("/status", "")),
        comparable(texts.get("/spoiler_text", "")),
        tuple(comparable(text) for text in polls),
        post.reply_to,
        media,
    )


def _fingerprint_of_status(status: dict[str, Any]) -> _Print:
    params = status.get("params")
    if isinstance(params, dict):
        # A scheduled status keeps what was sent
        body, warning = str(params.get("text") or ""), str(params.get("spoiler_text") or "")
        source = params
    else:
        body, warning = from_html(str(status.get("content") or "")), str(status.get("spoiler_text") or "")
        source = status
    poll: Any = source.get("poll")
    options: Sequence[Any] = poll.get("options", []) if isinstance(poll, dict) else []
    titles = [str(option.get("title", "")) if isinstance(option, dict) else str(option) for option in options]
    attached = status.get("media_attachments")
    parent = source.get("in_reply_to_id")
    return (
        comparable(body),
        comparable(warning),
        tuple(comparable(title) for title in titles),
        None if parent is None else str(parent),
        len(attached) if isinstance(attached, list) else 0,
    )
