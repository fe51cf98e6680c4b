"""Labelled posts and texts to learn names from: inline marks (JSON Lines) and CoNLL columns, both plain or gzip."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

LABELS: Final = ("PERSON", "ORGANIZATION", "LOCATION")
_MARK: Final = re.compile(r"\[\[([A-Z_]+)\|([^\[\]]+?)\]\]")
_COLUMNS: Final = {
    "PER": "PERSON", "person": "PERSON", "PERSON": "PERSON",
    "ORG": "ORGANIZATION", "corporation": "ORGANIZATION", "group": "ORGANIZATION", "ORGANIZATION": "ORGANIZATION",
    "LOC": "LOCATION", "location": "LOCATION", "LOCATION": "LOCATION",
}  # fmt: skip
_CHUNK: Final = 40
"""Tokens of a text without sentences from which on the next full stop ends one."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its names as (start, end, label), by start; `public` are the PERSON surfaces of public figures."""

    text: str
    names: tuple[tuple[int, int, str], ...]
    domain: int = 0
    public: frozenset[str] = field(default_factory=frozenset)
    lang: str = ""
    spaced: bool = False
    """Whether every token stands between spaces."""
    known: bool = True
    """Whether it is told which persons are public."""


def inline(path: Path, kinds: Mapping[str, str] | None = None) -> Iterator[Example]:
    """Posts with marks `[[LABEL|surface]]`, one JSON object a line; `kinds` maps their labels, others are dropped."""
    kinds = kinds or {label: label for label in LABELS}
    for line in filter(None, _lines(path)):
        row = json.loads(line)
        text, names = unmark(row["text"], kinds)
        yield Example(text, names, 0, frozenset(row.get("public", ())), row.get("lang", ""), known="public" in row)


def own(path: Path) -> Iterator[Example]:
    """Our own posts (posts.txt beside this file): a line each, short marks, F for a public or fictional person."""
    kinds = {"P": "PERSON", "F": "PERSON", "O": "ORGANIZATION", "L": "LOCATION"}
    lang = ""
    for line in _lines(path):
        if line.startswith("# lang: "):
            lang = line.removeprefix("# lang: ")
        if line and not line.startswith("# "):
            post = line.replace("⏎", "\n")
            text, names = unmark(post, kinds)
            public = frozenset(mark[2] for mark in _MARK.finditer(post) if mark[1] == "F")
            yield Example(text, names, 0, public, lang)


def unmark(marked: str, kinds: Mapping[str, str]) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """The plain text, and the ranges of its marks."""
    parts: list[str] = []
    names: list[tuple[int, int, str]] = []
    size = last = 0
    for mark in _MARK.finditer(marked):
        parts += [marked[last : mark.start()], mark[2]]
        size += mark.start() - last
        if label := kinds.get(mark[1]):
            names.append((size, size + len(mark[2]), label))
        size += len(mark[2])
        last = mark.end()
    parts.append(marked[last:])
    return "".join(parts), tuple(names)


def conll(path: Path, domain: int = 0, lang: str = "en") -> Iterator[Example]:
    """Texts in columns, the token first and its BIO or IO tag last; tokens are joined by a space."""
    words: list[str] = []
    tags: list[str] = []
    for line in _lines(path):
        columns = line.split()
        if len(columns) >= 2:
            words.append(columns[0])
            tags.append(columns[-1])
        ends = not columns or (len(words) >= _CHUNK and words[-1] == ".") or len(words) >= 3 * _CHUNK
        if words and ends:
            yield _joined(words, tags, domain, lang)
            words, tags = [], []
    if words:
        yield _joined(words, tags, domain, lang)


def _joined(words: list[str], tags: list[str], domain: int, lang: str) -> Example:
    names: list[tuple[int, int, str]] = []
    place = 0
    before = ""
    for word, tag in zip(words, tags, strict=True):
        label = _COLUMNS.get(tag[2:], "")
        end = place + len(word)
        if label and tag[0] == "I" and before == label:
            names[-1] = (names[-1][0], end, label)
        elif label:
            names.append((place, end, label))
        before = label
        place = end + 1
    return Example(" ".join(words), tuple(names), domain, lang=lang, spaced=True, known=False)


def _lines(path: Path) -> Iterator[str]:
    data = path.read_bytes()
    yield from (gzip.decompress(data) if path.suffix == ".gz" else data).decode().split("\n")
