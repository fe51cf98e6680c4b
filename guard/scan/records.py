"""One line of a scan's input becomes a post, or a located error; nothing is ever left out silently. Pure.

A line is `{"id", "text" or "thread": ["…", "…"], "author"?, "lang"?, "network"?, "visibility"?, "groups"?, "at"?}`; further
fields are ignored, a field of the wrong kind is an error, because guessing could let a post pass under the wrong rules.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from guard.channels.joined import PATH as JOINED
from guard.channels.joined import with_joined
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment, Visibility
from guard.words.texts import Phrase

_MOST_POSTS: Final = 1_000
"""Of a thread."""
_LONGEST_ID: Final = 1_000
_NO_GROUPS: Final[frozenset[str]] = frozenset()
_EXAMPLE: Final = Phrase("reading.do.object", example='{"id": 1, "text": "…"}')
_LIST: Final = Phrase("reading.do.split-list", command="jq -c '.[]'")
_SEEN_BY: Final = {word.value: word for word in Visibility}


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for all lines that do not say otherwise."""

    now: datetime
    """The moment to decide for, with a zone."""
    networks: frozenset[str]
    """Those that policies may name."""
    network: str = "mastodon"
    visibility: Visibility = Visibility.PUBLIC
    language: str | None = None
    text_field: str | None = None
    """Where the text stands instead of `text`: a name, or names joined by dots."""
    author_field: str = "author"
    """Where the author's account stands, likewise."""
    told_in: str = "en"
    """The language in which a table tells what is wrong with a line; records are for programs, and in English."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands."""

    source: str
    line: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line}"


class LineError(Exception):
    """A line that is no post. Says nothing of its text."""

    def __init__(self, message: str, hint: str = "", *, column: int | None = None, name: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.column = column
        self.name = name
        """The line's own id, when it could be read."""


def error_json(place: Place, error: LineError) -> dict[str, Any]:
    """The record that stands in the output for a line that could not be inspected."""
    told: dict[str, Any] = {"source": place.source, "line": place.line}
    if error.column is not None:
        told["column"] = error.column
    told["message"] = error.message
    if error.hint:
        told["hint"] = error.hint
    return {"id": error.name or str(place), "error": told}


@dataclass(frozen=True, slots=True)
class Said:
    """What a line adds to its author's thread."""

    author: tuple[str, str]
    """Network and account."""
    at: datetime
    texts: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Said({len(self.texts)} texts)"


def said(raw: bytes, options: Options) -> Said | None:
    """What a line that names its author adds to their thread; None for any other line, and for one that is no post."""
    try:
        fields = _fields(raw)
        account = _account(fields, options)
        if not account:
            return None
        network = _word(fields, "network", options.networks) if "network" in fields else options.network
        moment = _moment(fields["at"]) if "at" in fields else options.now
        texts = tuple(part.text for part in _segments(fields, options) if part.path != JOINED)
    except LineError:
        return None  # told where the line is inspected
    return Said((network, account), moment, texts)


def read(raw: bytes, place: Place, options: Options, earlier: Sequence[str] = ()) -> tuple[Post, Facts]:
    """The post of one line, and the facts to decide by. LineError when it is none.

    `earlier` are the texts that its author wrote before.
    """
    fields = _fields(raw)
    name = _id(fields, place)
    try:
        segments = _segments(fields, options)
        account = _account(fields, options)
        groups = frozenset(_strings(fields, "groups")) if "groups" in fields else _NO_GROUPS
        network = _word(fields, "network", options.networks) if "network" in fields else options.network
        visibility = _SEEN_BY[_word(fields, "visibility", _SEEN_BY)] if "visibility" in fields else options.visibility
        language = _language(fields["lang"]) if "lang" in fields else options.language
        moment = _moment(fields["at"]) if "at" in fields else options.now
    except LineError as error:
        error.name = name
        raise
    author = _author(network, account, groups)
    post = Post(name, network, "scan", author, segments, visibility=visibility, language=language)
    facts = _facts(moment, groups, len(segments) > 1)
    if earlier:
        before = (Post("", network, "scan", author, (Segment("/text", "body", text),)) for text in earlier)
        facts = replace(facts, earlier=tuple(before))
    return post, facts


@lru_cache(maxsize=256)
def _author(network: str, account: str, groups: frozenset[str]) -> Author:
    return Author(network=network, account=account, groups=groups)


@lru_cache(maxsize=256)
def _facts(now: datetime, groups: frozenset[str], threaded: bool) -> Facts:
    return Facts(now=now, groups=groups, threaded=threaded)


def _fields(raw: bytes) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(raw[: error.start].decode("utf-8", "replace")) + 1
        guess = "UTF-16" if b"\0" in raw else "WINDOWS-1252"
        raise LineError(Phrase("reading.not-utf8"), Phrase("reading.do.convert", guess=guess), column=column) from None
    try:
        fields: Any = json.loads(text)
    except json.JSONDecodeError as error:
        column = min(error.pos, len(text.rstrip())) + 1
        raise LineError(
            Phrase("reading.not-json"), _LIST if text.startswith("[") else _EXAMPLE, column=column
        ) from None
    except (ValueError, RecursionError):
        raise LineError(Phrase("reading.unreadable-json"), Phrase("reading.do.too-much")) from None
    if not isinstance(fields, dict):
        raise LineError(Phrase("reading.not-object"), _LIST if isinstance(fields, list) else _EXAMPLE)
    return {name: value for name, value in fields.items() if value is not None} if None in fields.values() else fields


def _id(fields: Mapping[str, Any], place: Place) -> str:
    given = fields.get("id")
    if type(given) is str and 0 < len(given) <= _LONGEST_ID:
        return given
    if isinstance(given, bool) or not isinstance(given, str | int) or len(name := str(given)) > _LONGEST_ID:
        if given is None:
            return str(place)
        raise LineError(Phrase("reading.id"), Phrase("reading.do.no-id"))
    return name or str(place)


def _account(fields: Mapping[str, Any], options: Options) -> str:
    given = _at(fields, options.author_field)
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int) or len(name := str(given)) > _LONGEST_ID:
        raise LineError(Phrase("reading.author"), Phrase("reading.do.author-field"))
    return name


def _segments(fields: Mapping[str, Any], options: Options) -> tuple[Segment, ...]:
    if options.text_field is not None:
        text = _at(fields, options.text_field)
        if not isinstance(text, str):
            names = tuple(fields)[:20] or Phrase("reading.nothing")
            raise LineError(Phrase("reading.no-field"), Phrase("reading.do.fields", names=names))
        return (Segment("/text", "body", text),)
    if ("text" in fields) == ("thread" in fields):
        raise LineError(Phrase("reading.text-or-thread"), Phrase("reading.do.text-field"))
    if "text" in fields:
        if not isinstance(fields["text"], str):
            raise LineError(Phrase("reading.text"), Phrase("reading.do.quotes"))
        return (Segment("/text", "body", fields["text"]),)
    texts = _strings(fields, "thread")
    if not 0 < len(texts) <= _MOST_POSTS:
        raise LineError(Phrase("reading.thread", most=_MOST_POSTS), Phrase("reading.do.shorter-thread"))
    return with_joined([Segment(f"/{number}", "body", text) for number, text in enumerate(texts)])


def _at(fields: Mapping[str, Any], path: str) -> Any:
    if path in fields:
        return fields[path]
    value: Any = fields
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _strings(fields: Mapping[str, Any], name: str) -> list[str]:
    value = fields.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise LineError(Phrase("reading.texts", name=name), Phrase("reading.do.texts"))
    return value


def _word(fields: Mapping[str, Any], name: str, known: Collection[str]) -> str:
    value = fields[name]
    if not isinstance(value, str) or value not in known:
        raise LineError(Phrase("reading.one-of", name=name, known=tuple(sorted(known))), Phrase("reading.do.leave-out"))
    return value


def _language(value: Any) -> str | None:
    if not isinstance(value, str):
        raise LineError(Phrase("reading.lang"), Phrase("reading.do.lang"))
    return value or None


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise LineError(Phrase("reading.at"), Phrase("reading.do.at"))
    return moment
