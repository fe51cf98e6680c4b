"""Requests as clients send them, for the tests of the channels."""

import json
from urllib.parse import urlencode

from guard.channels.base import Channel, Submission
from guard.types.http import HttpRequest

TOKEN = (b"authorization", b"Bearer abc.def-123")


def ask(
    method: str,
    path: str,
    body: bytes = b"",
    kind: str = "application/json",
    *,
    query: str = "",
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> HttpRequest:
    content = ((b"content-type", kind.encode()),) if body or kind != "application/json" else ()
    return HttpRequest(method, path, query, ((b"host", b"gate.example"), TOKEN, *content, *headers), body)


def as_json(method: str, path: str, content: object, **more: object) -> HttpRequest:
    return ask(method, path, json.dumps(content, ensure_ascii=False).encode(), **more)


def as_form(method: str, path: str, content: list[tuple[str, str]], **more: object) -> HttpRequest:
    return ask(method, path, urlencode(content).encode(), "application/x-www-form-urlencoded", **more)


def part(name: str, value: str | bytes, *, filename: str = "", kind: str = "", extra: str = "") -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"'
    head += f'; filename="{filename}"' if filename else ""
    head += f"\r\nContent-Type: {kind}" if kind else ""
    head += f"\r\n{extra}" if extra else ""
    return head.encode() + b"\r\n\r\n" + (value.encode() if isinstance(value, str) else value)


def as_multipart(method: str, path: str, *parts: bytes, boundary: str = "xYzZY", **more: object) -> HttpRequest:
    line = b"--" + boundary.encode()
    body = b"".join(line + b"\r\n" + one + b"\r\n" for one in parts) + line + b"--\r\n"
    return ask(method, path, body, f"multipart/form-data; boundary={boundary}", **more)


def read(channel: Channel, request: HttpRequest) -> Submission:
    return channel.read(request, channel.route(request), "p1")


def texts(channel: Channel, request: HttpRequest) -> dict[str, str]:
    """Pointer -> text of everything that is inspected, but for what is only joined of it."""
    return {one.path: one.text for one in read(channel, request).post.segments if one.path != "/@joined"}


def joined(channel: Channel, request: HttpRequest) -> str | None:
    """The texts that are inspected together."""
    return next((one.text for one in read(channel, request).post.segments if one.path == "/@joined"), None)


def covered(channel: Channel, request: HttpRequest) -> str:
    """The digest of what an approval covers."""
    return dict(read(channel, request).post.extra)["body"]


def sent(channel: Channel, request: HttpRequest) -> HttpRequest:
    """What the service gets when nothing is edited."""
    return channel.render(read(channel, request), (), request.headers)


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256))
