"""Kinds of field: what a named field of a request may hold, and whether its value is text to inspect.

A value that does not fit the strict shape of its kind is inspected like any other text, so a shape can be narrow
without ever refusing a client. Written in guard/channels/routes/*.toml as `body 500 code_points`, `enum a|b`, `words a|b`, `id`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from guard.channels.media import EXTENSIONS
from guard.types.post import Limit, Unit

ROLES = frozenset(
    {"body", "spoiler", "poll-option", "alt", "title", "link", "profile", "filename", "key", "other"},
)
"""Roles of text segments, as in guard.types.post.Segment."""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What is known about one field."""

    role: str = "other"
    limit: Limit | None = None
    redactable: bool = True
    fits: Callable[[str], object] | None = None
    """Truthy when the value is what the field is for and holds no text; None for text fields."""
    file: bool = False
    """A file part, or (in JSON) its bytes in base64."""
    secret: bool = False
    """A credential: it leaves no trace anywhere, not even in a digest."""


def _shape(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern, re.ASCII).fullmatch


def _anything(_value: str) -> bool:
    return True


_SECRETS: Mapping[str, Callable[[str], object]] = {
    # Codes, tokens, client secrets: no spaces, so that prose is not taken for one
    "credential": _shape(r"[!-~]{0,8192}"),
    # People choose these, with spaces too
    "password": lambda value: len(value) <= 256,
    # What a person signs in with: a name, an e-mail address, a telephone number
    "login": _shape(r"[A-Za-z0-9._%+@-]{0,254}"),
}
"""Shapes of what is never read and never recorded."""
_SHAPES: Mapping[str, Callable[[str], object]] = {
    # Mastodon's and X's snowflakes, GoToSocial's ULIDs, snac's hexadecimal digests, X's conversation pairs
    "id": _shape(r"[0-9]{1,20}|[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{16,64}|[0-9]{1,20}-[0-9]{1,20}"),
    "bool": _shape(r"(?i:true|false|t|f|on|off|yes|no)|[01]|"),
    "int": _shape(r"-?[0-9]{1,7}"),
    "size": _shape(r"[0-9]{1,8}"),
    "total": _shape(r"[0-9]{1,12}"),
    "focus": _shape(r"-?[01](\.[0-9]{1,4})?, ?-?[01](\.[0-9]{1,4})?"),
    "datetime": _shape(
        r"[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9](:[0-6][0-9](\.[0-9]{1,6})?)?"
        r"(Z|[+-][0-2][0-9]:?[0-5][0-9])?|",
    ),
    "date": _shape(r"[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:00(\.000)?Z)?"),
    "language": _shape(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?|"),
    "did": _shape(r"did:plc:[a-z2-7]{24}"),
    "cid": _shape(r"baf[yk]rei[a-z2-7]{52}"),
    "tid": _shape(r"[2-7a-j][2-7a-z]{12}"),
    "at-uri": _shape(
        r"at://did:plc:[a-z2-7]{24}(/(app|chat|com)\.(bsky|atproto)\.[a-z]{2,16}\.[a-zA-Z]{2,32}"
        r"(/([2-7a-j][2-7a-z]{12}|self|did:plc:[a-z2-7]{24}))?)?",
    ),
    "media-type": EXTENSIONS.__contains__,
    "handle": _shape(r"did:plc:[a-z2-7]{24}|[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,4}"),
    "rkey": _shape(r"[2-7a-j][2-7a-z]{12}|self|did:plc:[a-z2-7]{24}"),
    # Ids of registered apps that hold no word: Doorkeeper's and GoToSocial's; others are read
    "client-id": _shape(r"[0-9a-f]{64}|[0-9A-HJKMNP-TV-Z]{26}"),
    "challenge": _shape(r"[A-Za-z0-9_-]{43}|"),
    "block-key": _shape(r"[a-z0-9]{1,8}"),
}


def _words(listed: frozenset[str]) -> Callable[[str], object]:
    """Fits any of the listed words, with spaces or plus signs between them."""
    known = listed | {""}
    return lambda value: len(value) <= 2000 and known.issuperset(value.replace("+", " ").split(" "))


_FILES = frozenset({"file", "base64"})


def parse_kind(spec: str) -> FieldKind:
    """The kind that a route table names; ValueError for an unknown one (the tables are our own)."""
    word, *rest = spec.split()
    if word == "enum":
        return FieldKind(redactable=False, fits=frozenset(rest[0].split("|")).__contains__)
    if word == "words":
        return FieldKind(redactable=False, fits=_words(frozenset(rest[0].split("|"))))
    if word in _SECRETS:
        return FieldKind(redactable=False, fits=_SECRETS[word], secret=True)
    if word in _FILES:
        # Base64 in JSON is decoded and judged as a file; text in the place of a file part is text
        return FieldKind(file=True, redactable=False, fits=_anything if word == "base64" else None)
    if word in _SHAPES:
        return FieldKind(redactable=False, fits=_SHAPES[word])
    if word not in ROLES:
        raise ValueError(f"unknown kind of field: {word}")
    fixed = "fixed" in rest or word == "link"
    numbers = [part for part in rest if part != "fixed"]
    limit = Limit(int(numbers[0]), Unit(numbers[1])) if numbers else None
    return FieldKind(role=word, limit=limit, redactable=not fixed)
