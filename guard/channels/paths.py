"""Canonical paths and queries: one spelling per route, so that gate and service never read a target differently.

Case, percent-encoding, double slashes, dot segments and suffixes are each read differently by real servers
(surfaces.md, 4 B); whatever is not already canonical is refused, and a path is always rebuilt from its route.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote_to_bytes

from guard.channels.kinds import FieldKind
from guard.errors import Location, RequestError
from guard.types.http import Headers, HttpRequest
from guard.types.post import Segment
from guard.words.texts import Phrase

_PLAIN = re.compile(r"(?:/[A-Za-z0-9_~@!$&'()*+,=:-][A-Za-z0-9._~@!$&'()*+,=:-]*)+/?|/").fullmatch
_WELL_KNOWN = "/.well-known/"
_ESCAPED = re.compile(r"[/A-Za-z0-9._~@!$&'()*+,=:-]|%[0-9A-F]{2}").sub
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NEVER = frozenset(b"\x00/\\%;?#\r\n")
_OVERRIDES = frozenset({b"x-http-method-override", b"x-http-method", b"x-method-override"})
_PREFLIGHT = {
    b"access-control-request-method": re.compile(rb"[A-Z]{3,7}").fullmatch,
    b"access-control-request-headers": re.compile(rb"[A-Za-z0-9-]{1,40}(, ?[A-Za-z0-9-]{1,40}){0,30}|").fullmatch,
}
_SAFE_SEGMENT = "@!$&'()*+,=:~"

_HINT = Phrase("request.do.documented-path")


def _bad(message: Phrase, position: int | None = None) -> RequestError:
    place = Location(Phrase("request.at.path"), column=None if position is None else position + 1)
    return RequestError(message, hint=_HINT, location=place)


def check_path(path: str) -> None:
    """Refuse a path that is not in its canonical spelling; RequestError 400."""
    if _PLAIN(path):
        return
    if not path.startswith("/"):
        raise _bad(Phrase("request.whole-address"))
    if not path.isascii() or not path.isprintable():
        raise _bad(Phrase("request.path-plain"))
    for position, part in _parts(path):
        if not part:
            raise _bad(Phrase("request.path-empty"), position)
        if part in {".", ".."}:
            raise _bad(Phrase("request.path-dot"), position)
    rest = _ESCAPED("", path)
    if rest:
        raise _bad(Phrase("request.path-character"), path.index(rest[0]))
    if "%" in path:
        _check_escapes(path)


def _parts(path: str) -> list[tuple[int, str]]:
    """Segments with their positions; one trailing slash is no empty segment."""
    parts: list[tuple[int, str]] = []
    position = 1
    for part in path[1:].split("/"):
        parts.append((position, part))
        position += len(part) + 1
    if len(parts) > 1 and not parts[-1][1]:
        parts.pop()
    return parts


def _check_escapes(path: str) -> None:
    for match in re.finditer(r"%([0-9A-F]{2})", path):
        byte = int(match[1], 16)
        if byte in _UNRESERVED or byte in _NEVER or byte < 0x20:
            raise _bad(Phrase("request.path-escape"), match.start())
    try:
        unquote_to_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise _bad(Phrase("request.path-not-utf8")) from error


def check_read_path(path: str) -> None:
    """Reads may be spelt more freely, but must not climb, hide a slash or leave the service; RequestError 400."""
    if _PLAIN(path):
        return
    if not path.startswith("/") or path.startswith("//"):
        raise _bad(Phrase("request.whole-address"))
    if not path.isascii() or not path.isprintable() or any(letter in path for letter in " \\#;?"):
        raise _bad(Phrase("request.path-plain"))
    decoded = unquote_to_bytes(path)
    if b"\x00" in decoded or b"\\" in decoded or decoded.count(b"/") != path.count("/") or b"%" in decoded:
        raise _bad(Phrase("request.path-escape"))
    if any(part in {b".", b".."} for part in decoded.split(b"/")) or b"//" in decoded:
        raise _bad(Phrase("request.path-dot-empty"))


def folded(path: str) -> str:
    """The path as the most careless server would read it: for matching what is refused by name."""
    return unquote_to_bytes(path).decode("utf-8", "replace").lower().rstrip("/")


def decode_segment(text: str) -> str:
    """The value of a checked path segment."""
    return unquote_to_bytes(text).decode() if "%" in text else text


def encode_segment(text: str) -> str:
    """A decoded value as a canonical path segment."""
    return quote(text, safe=_SAFE_SEGMENT)


def check_method(request: HttpRequest) -> None:
    """Refuse headers that ask the service for another method than the one seen; RequestError 400."""
    for name, _ in request.headers:
        if name in _OVERRIDES:
            raise RequestError(
                Phrase("request.other-method"),
                hint=Phrase("request.do.method"),
                location=Location(Phrase("request.at.headers"), field=name.decode("ascii")),
            )


def check_preflight(headers: Headers) -> None:
    """Refuse a preflight that asks for anything but a method and names of headers; RequestError 400."""
    for name, value in headers:
        if name in _PREFLIGHT and not _PREFLIGHT[name](value):
            raise RequestError(
                Phrase("request.preflight"),
                hint=Phrase("request.do.as-browsers"),
                location=Location(Phrase("request.at.headers"), field=name.decode("ascii")),
            )


def path_segments(params: Mapping[str, str], kinds: Mapping[str, FieldKind]) -> list[Segment]:
    """Texts that stand in the path: every value that is not what its place is for."""
    found: list[Segment] = []
    for name, value in params.items():
        kind = kinds.get(name)
        if kind is None or kind.fits is None or not kind.fits(value):
            role = kind.role if kind else "other"
            found.append(Segment(f"/@path/{name}", role, value, redactable=False))
    return found
