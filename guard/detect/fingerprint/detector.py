"""Finds quotes of protected documents (8 or more consecutive words) and fields of one row of a protected list.

One text costs a few look-ups in the index whatever its size: every fifth sequence of 4 words is looked up first, since a
quote of 8 holds one of them. Its time is bounded by the text's length, so it may run inline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from guard.detect.base import DetectorInfo, Hit
from guard.detect.fingerprint.index import Index, read_index, unreadable
from guard.detect.fingerprint.key import load_key
from guard.detect.fingerprint.rows import RowMatcher
from guard.detect.fingerprint.words import PROBE, SHINGLE, STRIDE, UNFINISHED, WORD, KeyedHash, words
from guard.text.normalize import NormalizedText, normalize
from guard.types.finding import Strength

ENTITY: Final = "FINGERPRINT"
_Range = tuple[int, int]
"""First and last-plus-one word."""


class FingerprintScanner:
    """All documents of one index. Keeps the promise of base.py; threads may share it."""

    __slots__ = ("_groups", "_probe", "_probes", "_rows", "_shingle", "_shingles", "digest", "groups")

    def __init__(self, index: Index, key: bytes) -> None:
        self._shingle, self._probe = KeyedHash(key, "shingle"), KeyedHash(key, "probe")
        self._shingles, self._probes = index.tables["shingles"], index.tables["probes"]
        values, starters = index.tables["values"], index.tables["starters"]
        self._groups = {document.number: document.group for document in index.documents}
        self._rows = RowMatcher(key, values, starters, index.documents) if len(values) else None
        self.digest = index.digest
        """`sha256:…` of the index's tables."""
        self.groups = frozenset(self._groups.values())
        """Names of the sets, which policies name."""

    @classmethod
    def open(cls, index: Path, key: Path) -> FingerprintScanner:
        """DetectorError or KeyFileError when the index or its key cannot be used."""
        try:
            index.stat()  # a missing index is told before its key, which came with it
        except OSError as error:
            raise unreadable(index, error) from None
        secret = load_key(key)
        return cls(read_index(index, secret), secret)

    @property
    def info(self) -> DetectorInfo:
        return DetectorInfo("fingerprint", self.digest, frozenset({ENTITY}))

    def detect(self, text: str) -> Iterable[Hit]:
        """As base.py promises. `scan` spares the normalising where the views are there already."""
        views = normalize(text)
        for hit in self.scan(views):
            start, end = views.origin.to_original(hit.start, hit.end)
            yield Hit(ENTITY, start, end, hit.score, hit.strength, hit.subtype, explanation=hit.explanation)

    def scan(self, text: NormalizedText) -> list[Hit]:
        """Hits in offsets of the plain view, each with its set as subtype."""
        runs = words(text.folded)
        quotes = self._quotes(runs) if len(runs) >= SHINGLE else {}
        fields = self._rows.find(runs) if self._rows is not None and len(runs) > 1 else []
        return _hits(text, quotes, fields, self._groups) if quotes or fields else []

    def _quotes(self, runs: Sequence[str]) -> dict[str, list[_Range]]:
        """Quoted ranges by set, in order."""
        probe, probes = self._probe, self._probes
        places: dict[int, None] = {}
        last = len(runs) - SHINGLE
        for place in range(STRIDE - 1, len(runs) - PROBE + 1, STRIDE):
            if probes.get(probe(" ".join(runs[place : place + PROBE])) & 0xFFFFFFFF):
                places.update(dict.fromkeys(range(place - STRIDE + 1, min(place, last) + 1)))
        return self._confirmed(runs, places) if places else {}

    def _confirmed(self, runs: Sequence[str], places: Iterable[int]) -> dict[str, list[_Range]]:
        by_document: dict[int, list[tuple[int, int]]] = {}
        for place in places:
            for owner in self._shingles.get(self._shingle(" ".join(runs[place : place + SHINGLE]))):
                if document := owner >> 4:
                    by_document.setdefault(document, []).append((place, owner & 15))
        found: dict[str, list[_Range]] = {}
        for document, matched in by_document.items():
            found.setdefault(self._groups[document], []).extend(_quoted(matched))
        return {group: _merged(ranges) for group, ranges in found.items() if ranges}


def _quoted(matched: Sequence[tuple[int, int]]) -> Iterator[_Range]:
    """Ranges of words in which a document's sequences follow each other and hold 8 of its whole words."""
    run: list[tuple[int, int]] = []
    for place, extra in matched:
        if run and place != run[-1][0] + 1:
            yield from _whole(run)
            run = []
        run.append((place, extra))
    yield from _whole(run)


def _whole(run: Sequence[tuple[int, int]]) -> Iterator[_Range]:
    last = run[-1][0]
    if any(extra < UNFINISHED and place + extra <= last for place, extra in run):
        yield run[0][0], last + SHINGLE


def _merged(ranges: Sequence[_Range]) -> list[_Range]:
    merged: list[_Range] = []
    for first, end in sorted(ranges):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((first, end))
    return merged


def _hits(
    text: NormalizedText,
    quotes: dict[str, list[_Range]],
    fields: Sequence[tuple[int, int, int, int]],
    groups: dict[int, str],
) -> list[Hit]:
    spans = [found.span() for found in WORD.finditer(text.folded)]
    hits: list[Hit] = []

    def add(group: str, first: int, end: int, why: str) -> None:
        start, stop = text.unfold.to_original(spans[first][0], spans[end - 1][1])
        hits.append(Hit(ENTITY, start, stop, 1.0, Strength.DICTIONARY, subtype=group, explanation=why))

    for group, ranges in quotes.items():
        for first, end in ranges:
            written = len(text.folded[spans[first][0] : spans[end - 1][1]].split())
            add(group, first, end, f"{max(SHINGLE, written)} consecutive words of a protected document")
    for document, first, end, count in fields:
        add(groups[document], first, end, f"{count} fields of one row of a protected list")
    return hits
