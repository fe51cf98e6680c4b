"""Answers: those the gate gives in a service's words, and reading those that a service gave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from guard.channels.base import Refusal, Trouble
from guard.types.http import HttpReply


def json_reply(status: int, content: Mapping[str, Any], refusal: Refusal, reason: str = "") -> HttpReply:
    """An answer of the gate's own."""
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-store")]
    if refusal.retry_after is not None:
        headers.append((b"retry-after", str(refusal.retry_after).encode()))
    return HttpReply(status, tuple(headers), json.dumps(content, ensure_ascii=False).encode(), reason)


_DEFAULT_STATUS = {
    Trouble.BAD_REQUEST: 400,
    Trouble.UNAVAILABLE: 503,
    Trouble.UPSTREAM: 502,
    Trouble.REFUSED_ROUTE: 403,
}


def status_of(refusal: Refusal) -> int:
    """HTTP status of a refusal that is no decision."""
    return refusal.status or _DEFAULT_STATUS[refusal.trouble]


def json_of(reply: HttpReply) -> Any:
    """The answer's JSON; None when it has none."""
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
