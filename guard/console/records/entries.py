"""An entry of the log as it is shown: what it says in words, and its fields for whoever wants them all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guard.console.words import Words
from guard.store.base import Transaction

_TONES = {
    "block": "bad", "hold": "warn", "redact": "info", "reroute": "info", "flag": "info", "rejected": "bad",
    "approved": "good", "released": "good", "refused": "bad", "not-admitted": "bad", "code-refused": "bad", "in_doubt": "warn",
}  # fmt: skip
_TELLING = ("action", "state", "verdict", "step")
"""What says most about an entry, by its kind."""
_OF_PEOPLE = frozenset({"sign-in", "account"})
_AFTER_REVIEW = {"deliver": "released", "reroute": "reroute", "refuse": "refused"}
"""What became of a post that a rule stops, because a person had decided on it before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf."""

    index: int
    raw: str
    """Its canonical JSON, byte for byte what was hashed."""
    leaf: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return str(self.leaf["kind"])

    @property
    def data(self) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self.leaf["data"]
        return data

    @property
    def time(self) -> datetime:
        return datetime.fromisoformat(self.leaf["time"])

    @property
    def case(self) -> int | None:
        case = self.data.get("case")
        return case if isinstance(case, int) else None

    @property
    def network(self) -> str:
        return str(self.data.get("network") or "")

    @property
    def author(self) -> str:
        """Pseudonym of who did it; empty where nobody did."""
        return str(self.data.get("author") or "")

    @property
    def rules(self) -> list[tuple[str, str, bool]]:
        """Rule, what it did, and whether it was only recorded."""
        pairs = (("matches", False), ("shadow", True))
        return [(m["rule"], m["action"], shadow) for name, shadow in pairs for m in self.data.get(name, ())]

    @property
    def word(self) -> str:
        """The word that says most, as the log has it; of a post that came again after a decision, what became of it."""
        data = self.data
        if self.kind == "decision" and data.get("action") == "hold" and data.get("disposition") in _AFTER_REVIEW:
            return _AFTER_REVIEW[data["disposition"]]
        if self.kind in _OF_PEOPLE:
            return str(data.get("what") or "")
        return next((str(self.data[name]) for name in _TELLING if self.data.get(name)), "")

    @property
    def tone(self) -> str:
        return _TONES.get(self.word, "")

    def fields(self) -> Iterator[tuple[str, str]]:
        """All fields in order, nested ones by their path."""
        yield from _flat("", self.leaf)


def entry_of(index: int, raw: bytes) -> Entry:
    return Entry(index, raw.decode("utf-8"), json.loads(raw))


def entries_at(tx: Transaction, indexes: Iterable[int]) -> list[Entry]:
    """Those entries, in that order."""
    return [entry_of(index, next(tx.leaves(index, index + 1))) for index in indexes]


def said(t: Words, entry: Entry) -> str:
    """What the entry's word means; the word itself where we have no better."""
    own = f"{entry.kind}-{entry.word}"  # French says it of a sign-in otherwise than of a post
    return word(t, "audit.word", own if t.has(f"audit.word.{own}") else entry.word) if entry.word else ""


def word(t: Words, table: str, name: str) -> str:
    """A word of the log in the reader's language; itself where we have no other."""
    key = f"{table}.{name}"
    return t(key) if t.has(key) else name


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        for place, inner in enumerate(value, 1):
            yield from _flat(f"{path} {place}", inner)
    else:
        yield path, json.dumps(value) if isinstance(value, bool) or value is None else str(value)
