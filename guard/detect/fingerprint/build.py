"""Adds documents and lists to a fingerprint index, removes them, and drops what many documents share.

Everything is worked out in memory and written at once, so an index is never half changed.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from guard.detect.fingerprint.index import TABLES, Index, Indexed
from guard.detect.fingerprint.rows import Form, forms, pack, starter
from guard.detect.fingerprint.words import PROBE, SHINGLE, UNFINISHED, KeyedHash, shingles_of
from guard.errors import DetectorError
from guard.words.texts import Phrase

BOILERPLATE: Final = 20
"""A sequence of words that so many documents share protects none of them."""
COMMON_ROWS: Final = 50
"""A value that more rows hold than this tells none of them from the others."""
_MOST_DOCUMENTS: Final = 1 << 20
_MOST_ROWS: Final = 1 << 28
_MOST_COLUMNS: Final = 256
_OWNER: Final = {"shingles": 4, "probes": 0, "values": 44, "starters": 44}
"""Bits of a table's value below the document's number."""
_WIDTH: Final = {name: 8 * (4 if codes[1] == "I" else 8) for name, codes in TABLES.items()}


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """What was read from one file: texts, or the rows of a table; `repr` shows neither."""

    label: str
    texts: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    def __repr__(self) -> str:
        return f"Source({len(self.texts)} texts, {len(self.rows)} rows)"


class Editor:
    """The content of an index while it is changed. Each entry is one number: hash, then value."""

    def __init__(self, key: bytes, index: Index | None = None) -> None:
        self._hash: dict[str, Callable[[str], int]] = {
            "shingles": KeyedHash(key, "shingle"),
            "probes": KeyedHash(key, "probe"),
            "values": KeyedHash(key, "value"),
            "starters": KeyedHash(key, "starter"),
        }
        self.documents = {document.number: document for document in index.documents} if index else {}
        self._entries: dict[str, set[int]] = {
            name: {hashed << width | value for hashed, value in index.tables[name].pairs()} if index else set()
            for name, width in _WIDTH.items()
        }

    def add(self, source: Source, group: str, *, fields: int = 2) -> Indexed:
        """Index one file in place of an older one of that label in the set; says what is now indexed of it."""
        self.remove(lambda old: (old.group, old.label) == (group, source.label))
        number = max(self.documents, default=0) + 1
        if number >= _MOST_DOCUMENTS:
            number = next(free for free in range(1, _MOST_DOCUMENTS + 1) if free not in self.documents)
        if number >= _MOST_DOCUMENTS or len(source.rows) > _MOST_ROWS:
            raise DetectorError(Phrase("protected.index-full"), hint=Phrase("protected.do.split"))
        shingles = sum(self._add_text(text, number) for text in source.texts)
        shingles += sum(self._add_text(" ".join(row), number) for row in source.rows)
        rows, sizes = self._add_rows(source.rows, number, fields)
        added = Indexed(number, group, source.label, shingles, rows, fields, sizes)
        if shingles or rows:
            self.documents[number] = added
        return added

    def add_public(self, texts: Iterable[str]) -> int:
        """Sequences of words that everybody may quote, from now on; says how many."""
        return sum(self._add_text(text, 0) for text in texts)

    def remove(self, chosen: Callable[[Indexed], bool]) -> list[Indexed]:
        """Take documents out, wholly; says which."""
        gone = {document.number: document for document in self.documents.values() if chosen(document)}
        if not gone:
            return []
        for name, entries in self._entries.items():
            shift, mask = _OWNER[name], (1 << _WIDTH[name]) - 1
            self._entries[name] = {entry for entry in entries if (entry & mask) >> shift not in gone}
        for number in gone:
            del self.documents[number]
        return list(gone.values())

    def tables(self, *, boilerplate: int = BOILERPLATE) -> tuple[dict[str, tuple[array[int], array[int]]], int]:
        """Columns for `write_index`, and how many sequences were dropped because too many documents share them."""
        tables: dict[str, tuple[array[int], array[int]]] = {}
        dropped = 0
        for name, width in _WIDTH.items():
            keys, values = (array(code) for code in TABLES[name])
            mask = (1 << width) - 1
            for hashed, group in groupby(sorted(self._entries[name]), key=lambda entry: entry >> width):
                kept: Sequence[int] = [entry & mask for entry in group]
                if name == "shingles":
                    kept, shared = _protecting(kept, boilerplate)
                    dropped += shared
                keys.extend([hashed] * len(kept))
                values.extend(kept)
            tables[name] = keys, values
        return tables, dropped

    def _add_text(self, text: str, number: int) -> int:
        runs, extras = shingles_of(text)
        shingle, probe = self._hash["shingles"], self._hash["probes"]
        shingles, probes = self._entries["shingles"], self._entries["probes"]
        if all(extra == UNFINISHED for extra in extras):
            return 0
        for place, extra in enumerate(extras):
            shingles.add(shingle(" ".join(runs[place : place + SHINGLE])) << 32 | number << 4 | extra)
        if number:
            for place in range(len(runs) - PROBE + 1):
                probes.add((probe(" ".join(runs[place : place + PROBE])) & 0xFFFFFFFF) << 32 | number)
        return len(extras)

    def _add_rows(self, rows: Sequence[Sequence[str]], number: int, fields: int) -> tuple[int, int]:
        """How many rows can be told by so many fields, and the sizes of their numbers."""
        found = list(_fields(rows))
        common = Counter(form.text for _, _, form in found)
        held: defaultdict[int, set[int]] = defaultdict(set)
        told: set[int] = set()
        sizes = 0
        starters: defaultdict[str, set[int]] = defaultdict(set)
        for row, column, form in found:
            if common[form.text] > COMMON_ROWS:
                continue
            held[row].add(column)
            if form.telling:
                told.add(row)
            sizes |= form.size and 1 << form.size
            self._entries["values"].add(self._hash["values"](form.text) << 64 | pack(number, row, column, form))
            if not form.size:
                for word in form.words:
                    starters[word].add(form.text.count(" ") + 1)
        for word, counts in starters.items():
            self._entries["starters"].add(self._hash["starters"](word) << 64 | starter(number, counts))
        return sum(len(held[row]) >= fields for row in told), sizes


def _fields(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, Form]]:
    memo: dict[str, tuple[Form, ...]] = {}
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells[:_MOST_COLUMNS]):
            found = memo.get(cell)
            if found is None:
                found = memo[cell] = forms(cell)
            for form in found:
                yield row, column, form


def _protecting(values: Sequence[int], boilerplate: int) -> tuple[list[int], bool]:
    """One value a document (the shortest way to a quote); a single 0 for what too many share or all may read."""
    shortest: dict[int, int] = {}
    for value in values:
        shortest[value >> 4] = min(value, shortest.get(value >> 4, value))
    shared = len(shortest) >= boilerplate > 0
    return ([0], shared) if 0 in shortest or shared else (list(shortest.values()), False)


def counted(documents: Iterable[Indexed], tables: Mapping[str, tuple[array[int], array[int]]]) -> list[Indexed]:
    """The documents with the number of sequences that protect them."""
    left = Counter(value >> 4 for value in tables["shingles"][1])
    return [replace(document, shingles=left[document.number]) for document in documents]
