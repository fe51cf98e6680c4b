"""Reads the patterns that ship as data (`catalog/*.toml`): adding one touches a data file and nothing else.

A file's `[parts]` name what its expressions share or would be too long with: `{{name}}` stands for a part, in them and in
parts below it. A part that is a list is one of its alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from guard.errors import DetectorError, Location

FOLDER = Path(__file__).parent / "catalog"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One catalogue entry; the keys of a `[[pattern]]` are these fields, with `name` for `id`; `[defaults]` holds a file's own."""

    id: str
    """Unique: the file's name and the entry's, as `secrets/github-token`."""
    entity: str
    regex: str
    """Confirms and gives the span (its group `value` where it has one); syntax of the `regex` package, bounded repeats."""
    subtype: str | None = None
    prefilter: str | None = None
    """A looser expression for the one pass, where `regex` is too rich for it; whatever `regex` matches, it must match."""
    keywords: tuple[str, ...] = ()
    """Lower-case literals, one of which stands in every text that can match."""
    min_digits: int = 0
    """ASCII digits that every text that can match has at least."""
    validator: str | None = None
    score: float = 0.5
    context_score: float | None = None
    """The score when a context word is near."""
    context: tuple[str, ...] = ()
    """Whole words or phrases, folded, looked for on both sides."""
    context_within: int = 40
    """Characters."""
    context_required: bool = False
    refuse: tuple[str, ...] = ()
    """Words that say it is something else (a ticket, a parcel), looked for before it."""
    refuse_within: int = 20
    shown: bool = False
    """Whether an easy value that is said to be an example is none (guard.detect.patterns.shown)."""
    examples: tuple[str, ...] = ()
    """Texts that must be found, spans marked `[[ ]]`."""
    counter_examples: tuple[str, ...] = ()


_PART = re.compile(r"\{\{([a-z0-9-]+)\}\}")
_EXPRESSIONS = ("regex", "prefilter")
_LISTS = frozenset({"keywords", "context", "refuse", "examples", "counter_examples"})
_KNOWN = frozenset(field.name for field in fields(Pattern)) - {"id"} | {"name"}


def _joined(example: Any) -> str:
    """An example is a text, or a list of its parts (so that no secret-shaped text stands whole in a file)."""
    return example if isinstance(example, str) else "".join(example)


def _parts(file: Path, raw: Mapping[str, str | list[str]]) -> dict[str, str]:
    """Each part with those above it filled in."""
    parts: dict[str, str] = {}
    for name, written in raw.items():
        text = written if isinstance(written, str) else f"(?:{'|'.join(written)})"
        parts[name] = _filled(text, parts, Location(file.name, field=f"parts.{name}"))
    return parts


def _filled(text: str, parts: Mapping[str, str], place: Location) -> str:
    if missing := [name for name in _PART.findall(text) if name not in parts]:
        raise DetectorError(
            f"no part is called {missing[0]}", hint="give it in [parts], above where it is used", location=place
        )
    return _PART.sub(lambda found: parts[found[1]], text)


def _entry(file: Path, defaults: dict[str, Any], parts: Mapping[str, str], raw: dict[str, Any]) -> Pattern:
    place = Location(file.name, field=str(raw.get("name", "?")))
    if unknown := raw.keys() - _KNOWN:
        raise DetectorError(
            f"unknown key {min(unknown)}", hint="see guard/detect/patterns/catalogue.py", location=place
        )
    merged = {**defaults, **raw}
    name = merged.pop("name")
    for key in _LISTS & merged.keys():
        merged[key] = tuple(map(_joined, merged[key]))
    for key in _EXPRESSIONS:
        if parts and key in merged:
            merged[key] = _filled(merged[key], parts, place)
    try:
        return Pattern(id=f"{file.stem}/{name}", **merged)
    except TypeError as error:
        raise DetectorError("incomplete entry", hint="entity, regex and name are required", location=place) from error


def load(folder: Path = FOLDER) -> tuple[Pattern, ...]:
    """All entries of `folder` in file and entry order. DetectorError names the file and entry that is wrong."""
    patterns: list[Pattern] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            document = tomli.loads(file.read_text(encoding="utf-8"))
        except (tomli.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise DetectorError(f"unreadable: {error}", location=Location(file.name)) from error
        defaults = document.get("defaults", {})
        parts = _parts(file, document.get("parts", {}))
        patterns.extend(_entry(file, defaults, parts, raw) for raw in document.get("pattern", []))
    if len({pattern.id for pattern in patterns}) != len(patterns):
        raise DetectorError(
            "two entries have the same name", hint="give each its own", location=Location(str(folder.name))
        )
    return tuple(patterns)


@cache
def shipped() -> tuple[Pattern, ...]:
    """The entries that ship, read once in a process."""
    return load()
