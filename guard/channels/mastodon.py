"""The Mastodon API: statuses, media, profiles and everything a client does around them.

Mastodon, and servers that speak its dialect (GoToSocial, snac, Takahe, Pleroma), take the same fields as JSON, form or
multipart; here all three become one tree. Spec: docs.joinmastodon.org, July 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from guard.channels.answers import json_of, json_reply, status_of
from guard.channels.base import Refusal, Route, Trouble
from guard.channels.body import Body
from guard.channels.listed import NO_FACTS, ListedChannel, PostFacts, bearer
from guard.channels.plain import comparable, from_html, published_since
from guard.channels.rewriting import local_cookie, moved, moved_everywhere, rewrite_forms, rewrite_pointers, websocket
from guard.channels.table import RouteSpec
from guard.types.http import Headers, HttpReply, HttpRequest
from guard.types.post import Author, Post, Visibility

_VISIBILITY = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.PRIVATE,
    "mutuals_only": Visibility.PRIVATE,
    "direct": Visibility.DIRECT,
}
_LINK = re.compile(rb"<https?://[^/>\s]+(/[^>\s]*)>")
MAX_FRAME = 1024
_FRAME_KEYS = frozenset({"type", "stream", "tag", "list"})
_FRAME_VALUE = re.compile(r"[A-Za-z0-9_:À-ɏ]{0,100}").fullmatch


class Mastodon(ListedChannel):
    """Channel `mastodon`; see guard.channels.base.Channel."""

    name = "mastodon"
    network = "mastodon"
    basic_auth_operations = frozenset({"oauth.token"})

    def facts(self, body: Body, spec: RouteSpec) -> PostFacts:
        tree = body.tree
        if spec.note != "status":
            return NO_FACTS if spec.operation != "status.reblog" else PostFacts(visibility=_visibility(tree))
        extra = [
            (name, str(tree[name]))
            for name in ("scheduled_at", "quote_approval_policy", "sensitive", "content_type")
            if tree.get(name) not in (None, "")
        ]
        media = tree.get("media_ids")
        refs = [str(item) for item in media if isinstance(item, str | int)] if isinstance(media, list) else []
        changed = tree.get("media_attributes")
        if isinstance(changed, list):
            refs += [str(item["id"]) for item in changed if isinstance(item, dict) and "id" in item]
        return PostFacts(
            visibility=_visibility(tree),
            reply_to=_id(tree, "in_reply_to_id"),
            quote_of=_id(tree, "quoted_status_id") or _id(tree, "quote_id"),
            language=_id(tree, "language"),
            extra=tuple(extra),
            media_refs=tuple(dict.fromkeys(refs)),
        )

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

    def found(self, post: Post, reply: HttpReply, since: datetime | None = None) -> bytes | None:
        listed = json_of(reply) if reply.status == 200 else None
        if not isinstance(listed, list):
            return None
        wanted = _fingerprint_of_post(post)
        if not any(wanted[:3]):
            return None  # pictures alone: which ones, the answer does not tell
        for status in listed:
            if not isinstance(status, dict) or not published_since(status.get("created_at"), since):
                continue
            if _fingerprint_of_status(status) == wanted:
                return json.dumps(status, ensure_ascii=False).encode()
        return None

    # --- answers of the service -----------------------------------------------------------------------------------

    def rewrite(self, route: Route, reply: HttpReply, public_url: str, upstream: str) -> HttpReply:
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


def _visibility(tree: dict[str, Any]) -> Visibility:
    # Unknown or absent: judged as public, the strictest
    value = tree.get("visibility")
    return _VISIBILITY.get(value, Visibility.PUBLIC) if isinstance(value, str) else Visibility.PUBLIC


def _id(tree: dict[str, Any], name: str) -> str | None:
    value = tree.get(name)
    return str(value) if isinstance(value, str | int) and value != "" else None


def _address(url: str, public_url: str) -> str:
    if url.startswith(("ws://", "wss://")):
        return websocket(public_url) + urlsplit(url).path.rstrip("/")
    parts = urlsplit(url)
    return public_url.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")


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
