"""Exact data match: which fields of a protected list stand in a text, and whether they are fields of one row.

A name is a bag of words (any order), a number its digits whatever stands between them, a phone number its last nine
digits (with or without country code). One field alone says nothing; nor do fields that many rows share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from guard.detect.fingerprint.index import Indexed, Table
from guard.detect.fingerprint.words import KeyedHash, words
from guard.text.normalize import normalize

MOST_WORDS: Final = 12
"""Longer fields are sentences: they are found as quotes."""
_MOST_SIGNS: Final = 34
"""The longest account number (an IBAN has at most 34)."""
_LEAST_DIGITS: Final = 6
_LOCAL: Final = 9
"""Digits of a phone number that stay the same in all its ways of writing."""
_LONGEST_PHONE: Final = 13
_SHORT: Final = 4
"""Letters that may stand in or before a number: FR, GB, NWBK, the CL- of a customer number."""
_MONEY: Final = frozenset({"eur", "euro", "euros", "usd", "gbp", "chf", "cad"})
_CENTS: Final = re.compile(r"\d[.,]\d\d$")
_SAYS_NOTHING: Final = frozenset(
    {"yes", "oui", "non", "true", "false", "null", "none", "nan", "vrai", "faux", "mme", "mrs"}
)
_MEMO_SIZE: Final = 50_000


@dataclass(frozen=True, slots=True)
class Form:
    """How a field is looked for: `text` is what is hashed."""

    text: str
    size: int
    """Signs of a number; 0 for words."""
    telling: bool
    """False for a lone word: it counts only beside a field that tells more."""
    words: tuple[str, ...] = ()


class Place(NamedTuple):
    """A field of some row, found at the words `first` to `end` (exclusive) of a text."""

    first: int
    end: int
    column: int
    telling: bool


def forms(cell: str) -> tuple[Form, ...]:
    """The forms of one field; none for what cannot tell one row from others."""
    folded = normalize(cell).folded
    parts = words(folded)
    numeric = [part for part in parts if part not in _MONEY]
    compact = "".join(numeric)
    digits = sum(map(str.isdigit, compact))
    if digits >= _LEAST_DIGITS and 2 * digits >= len(compact) and len(compact) <= _MOST_SIGNS and "@" not in cell:
        whole = [compact, compact[:-2]] if _CENTS.search(folded.strip(" \x1a")) else [compact]
        return tuple(Form(text, len(text), telling=True) for each in whole if (text := _number(each)))
    letters = sum(map(len, parts))
    if letters < 3 or len(parts) > MOST_WORDS or (len(parts) == 1 and parts[0] in _SAYS_NOTHING):
        return ()
    if digits == letters and letters < 4:
        return ()
    telling = sum(len(part) > 1 for part in parts) > 1
    return (Form(_bag(parts), 0, telling, tuple(dict.fromkeys(parts))),)


def pack(document: int, row: int, column: int, form: Form) -> int:
    """A field as one 64-bit value of the index: document 20 bits, row 28, column 8, telling 1, size 7."""
    return document << 44 | row << 16 | column << 8 | form.telling << 7 | form.size


def starter(document: int, sizes: Iterable[int]) -> int:
    """How many words fields have that hold a word, as bits, for one document."""
    return document << 44 | sum(1 << size for size in set(sizes))


class RowMatcher:
    """Finds fields of protected lists. Threads may share it."""

    __slots__ = ("_fields", "_lengths", "_memo", "_starter", "_starters", "_value", "_values")

    def __init__(self, key: bytes, values: Table, starters: Table, documents: Sequence[Indexed]) -> None:
        self._value = KeyedHash(key, "value")
        self._starter = KeyedHash(key, "starter")
        self._values = values
        self._starters = starters
        self._fields = {document.number: document.fields for document in documents}
        self._lengths = 0
        for document in documents:
            self._lengths |= document.sizes
        if self._lengths >> _LOCAL & 1:
            self._lengths |= (1 << _LONGEST_PHONE + 1) - (1 << _LOCAL)
        self._memo: dict[str, int] = {}

    def find(self, runs: Sequence[str]) -> list[tuple[int, int, int, int]]:
        """Document, first and last-plus-one word, and number of fields, for each field of a row that is given away."""
        rows: dict[int, list[Place]] = {}
        known = self._memo
        masks = [sizes if (sizes := known.get(run)) is not None else self._learn(run) for run in runs]
        self._find_words(runs, masks, rows)
        if self._lengths and not "".join(runs).isalpha():
            self._find_numbers(runs, rows)
        if not rows:
            return []
        self._find_lone(runs, masks, rows)
        hits: dict[tuple[int, int, int], int] = {}
        for row, places in rows.items():
            document = row >> 28
            if len(places) > 1 and (count := _count(places)) >= self._fields[document]:
                for place in places:
                    each = (document, place.first, place.end)
                    hits[each] = max(count, hits.get(each, 0))
        return _outermost(hits)

    def _find_words(self, runs: Sequence[str], masks: Sequence[int], rows: dict[int, list[Place]]) -> None:
        """Fields of two words or more: each of their words says how many they are."""
        for first, shared in enumerate(masks):
            if shared < 4:
                continue
            for size, end in enumerate(range(first + 2, min(first + MOST_WORDS, len(runs)) + 1), 2):
                shared &= masks[end - 1]  # noqa: PLW2901 - sizes that all words so far are part of
                if shared >> size & 1:
                    _add_all(self._values.get(self._value(_bag(runs[first:end]))), first, end, rows)
                elif not shared >> size:
                    break

    def _find_lone(self, runs: Sequence[str], masks: Sequence[int], rows: dict[int, list[Place]]) -> None:
        """Fields of one word, which count only beside others."""
        for first, sizes in enumerate(masks):
            if sizes & 2:
                for value in self._values.get(self._value(runs[first])):
                    if value >> 16 in rows:
                        _add_all((value,), first, first + 1, rows)

    def _learn(self, run: str) -> int:
        sizes = 0
        for value in self._starters.get(self._starter(run)):
            sizes |= value & 0xFFFF
        if len(self._memo) >= _MEMO_SIZE:
            self._memo.clear()
        self._memo[run] = sizes
        return sizes

    def _find_numbers(self, runs: Sequence[str], rows: dict[int, list[Place]]) -> None:
        known: dict[str, Sequence[int]] = {}
        lengths = self._lengths
        mixed = [not run.isalpha() for run in runs]
        for first, run in enumerate(runs):
            if not mixed[first] and not (len(run) <= _SHORT and any(mixed[first + 1 : first + 2])):
                continue
            compact = ""
            for end in range(first, min(first + MOST_WORDS + 3, len(runs))):
                compact += runs[end]
                if len(compact) > _MOST_SIGNS or not (mixed[end] or len(runs[end]) <= _SHORT):
                    break
                if not lengths >> len(compact) & 1 or not (text := _number(compact)):
                    continue
                found = known.get(text)
                if found is None:
                    found = known[text] = self._values.get(self._value(text))
                _add_all(found, first, end + 1, rows)


def _add_all(values: Sequence[int], first: int, end: int, rows: dict[int, list[Place]]) -> None:
    for value in values:
        rows.setdefault(value >> 16, []).append(Place(first, end, value >> 8 & 0xFF, bool(value & 0x80)))


def _count(places: Sequence[Place]) -> int:
    """How many fields of a row stand beside each other; 0 when none of them tells much."""
    taken: list[Place] = []
    for place in sorted(places, key=lambda each: (not each.telling, each.first - each.end)):
        if all(
            place.column != other.column and (place.end <= other.first or other.end <= place.first) for other in taken
        ):
            taken.append(place)
    return len(taken) if taken[0].telling else 0


def _outermost(hits: Mapping[tuple[int, int, int], int]) -> list[tuple[int, int, int, int]]:
    """Without those that lie within another of their document: a phone number also stands without its country code."""
    kept: list[tuple[int, int, int, int]] = []
    for document, first, end in sorted(hits, key=lambda each: (each[0], each[1], -each[2])):
        if not kept or kept[-1][0] != document or end > kept[-1][2]:
            kept.append((document, first, end, hits[document, first, end]))
    return kept


def _number(compact: str) -> str:
    """A number as it is hashed; empty when it has too few digits to tell anything."""
    if compact.isdigit():
        if len(compact) < _LEAST_DIGITS:
            return ""
        return compact[-_LOCAL:] if _LOCAL <= len(compact) <= _LONGEST_PHONE else compact
    return compact if sum(map(str.isdigit, compact)) >= _LEAST_DIGITS else ""


def _bag(parts: Sequence[str]) -> str:
    return " ".join(sorted(parts))
