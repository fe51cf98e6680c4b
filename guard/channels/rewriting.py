"""Addresses in a service's answers, turned so that clients stay at the gate.

Clients follow what the service tells them: a Link header, a cookie's domain, a form's action, a DID document. Each was
seen to lead a client past a proxy (surfaces.md, 4 A).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from guard.types.http import Headers, HttpReply

_FORM = re.compile(rb"(<form\b[^>]*?\baction\s*=\s*)([\"']?)https?://[^/\"'>\s]+(/?)", re.IGNORECASE)
_OWN_PATHS = ("/oauth/", "/auth/", "/api/", "/login")


def websocket(url: str) -> str:
    """The same address with ws for http."""
    return "ws" + url.rstrip("/")[4:]


def moved(location: bytes, public_url: str, upstream: str) -> bytes:
    """A redirect within the service, kept at the gate; one to a client's own address stays as it is."""
    text = location.decode("latin-1")
    try:
        parts, service = urlsplit(text), urlsplit(upstream)
    except ValueError:
        return location
    own = parts.netloc == service.netloc or parts.path.startswith(_OWN_PATHS)
    if parts.scheme not in {"http", "https"} or not own:
        return location
    rest = text[len(f"{parts.scheme}://{parts.netloc}") :]
    return (public_url.rstrip("/") + rest).encode("latin-1")


def moved_everywhere(value: bytes, public_url: str, upstream: str) -> bytes:
    """A header that names the service's origin, naming the gate's instead."""
    return value.replace(upstream.rstrip("/").encode(), public_url.rstrip("/").encode())


def local_cookie(value: bytes, public_url: str) -> bytes:
    """A cookie for the gate's host, and without Secure where the gate is plain http."""
    drop = (b"domain=",) if public_url.startswith("https:") else (b"domain=", b"secure", b"samesite=none")
    parts = value.split(b";")
    kept = [part for part in parts[1:] if not part.strip().lower().startswith(drop)]
    return b";".join([parts[0], *kept])


def without_validators(headers: Headers) -> Headers:
    """Headers of a changed body: no ETag, no length of the old one."""
    dropped = {b"etag", b"content-length", b"last-modified", b"content-md5", b"digest"}
    return tuple(header for header in headers if header[0] not in dropped)


def rewrite_forms(reply: HttpReply) -> HttpReply:
    """An HTML page whose forms post to the gate: absolute actions become paths."""
    body = _FORM.sub(rb"\1\2/", reply.body)
    if body == reply.body:
        return reply
    return replace(reply, headers=without_validators(reply.headers), body=body)


def rewrite_pointers(reply: HttpReply, pointers: Sequence[str], change: Callable[[str], str]) -> HttpReply:
    """A JSON answer with other addresses at these pointers (`*` = every index); unreadable ones pass unchanged."""
    try:
        tree = json.loads(reply.body)
    except (ValueError, RecursionError):
        return reply
    for pointer in pointers:
        _change(tree, pointer.split("/")[1:], change)
    body = json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return replace(reply, headers=without_validators(reply.headers), body=body)


def _change(node: Any, tokens: Sequence[str], change: Callable[[str], str]) -> None:
    if isinstance(node, list) and tokens[0] == "*":
        for item in node:
            _change(item, tokens[1:], change)
    elif isinstance(node, dict) and tokens[0] in node:
        value = node[tokens[0]]
        if len(tokens) == 1:
            if isinstance(value, str) and value:
                node[tokens[0]] = change(value)
        else:
            _change(value, tokens[1:], change)
