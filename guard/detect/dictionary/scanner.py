"""Confidential names: one Aho-Corasick pass over the squeezed view for all terms of all policies, then a check of each hit.

Terms of different matchers may be the same or overlap; each matcher gets its own hits. What is looked for in other ways
(short names, initials, misspelt names, other readings) costs only where a policy asks for it and a text may hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from guard.detect.automata.literals import build
from guard.detect.base import Hit
from guard.detect.dictionary import veils
from guard.detect.dictionary.letters import bare, positions, squeeze
from guard.detect.dictionary.packed import Packed
from guard.detect.dictionary.shortforms import InitialsIndex, ShortIndex, is_short
from guard.detect.dictionary.spelling import is_written
from guard.detect.dictionary.term import Term, terms_of
from guard.detect.dictionary.typos import TypoIndex
from guard.text.normalize import NormalizedText
from guard.text.squeeze import spaced, unmarked
from guard.types.finding import Strength
from guard.types.matcher import TermsMatcher

_Hits = dict[tuple[int, int, str], Hit]
"""By place and matcher."""
_Turned = tuple[tuple[int, int], ...]
Part = tuple[str, Any]
"""What a part is of, and the part."""
_SURE: Final = 1.0
_TURNED: Final = 0.9
_MISSPELT: Final = 0.8


@dataclass(frozen=True, slots=True)
class _Key:
    """What a row of squeezed letters may mean."""

    terms: tuple[Term, ...] = ()
    turned: _Turned = ()
    """It begins names turned in this way (see veils), of so many letters."""
    drawn_out: tuple[str, ...] = ()
    """It may be one of these letters, three times."""


class DictionaryScanner:
    """All terms of all matchers. Threads may share it."""

    __slots__ = ("_find", "_initials", "_keys", "_shorts", "_signs", "_typos", "_veiled", "size")

    def __init__(self, matchers: Sequence[TermsMatcher]) -> None:
        terms = [term for matcher in matchers for term in terms_of(matcher)]
        self._veiled = any(term.disguises for term in terms)
        self._shorts = ShortIndex(term for term in terms if is_short(term)) or None
        self._initials = InitialsIndex(matchers) or None
        self._typos = TypoIndex(terms) or None
        keys = _keys([term for term in terms if not is_short(term)], veiled=self._veiled)
        self._signs = veils.SpelledWithSigns(terms)
        self._keys = Packed(tuple(keys.values()))
        self._find = build(list(keys))
        self.size = len(terms)

    def scan(self, text: NormalizedText) -> list[Hit]:
        """Hits in offsets of the plain view."""
        if not self.size:
            return []
        hits: _Hits = {}
        folded = text.folded
        plain = text.plain if text.unfold.is_identity else folded
        drawn_out = False
        readings = self._readings(folded)
        for reading in readings:
            if found := self._find(squeeze(reading)):
                drawn_out |= self._confirm(text, plain, reading, found, hits)
        if self._typos is not None or self._shorts is not None:
            for reading in readings if veils.has_markup(folded) else (folded,):
                self._by_words(text, plain, reading, hits)
        if self._initials is not None:
            for term, first, last in self._initials.find(text.plain):
                if not term.excused(folded, first, last):
                    _put(hits, (first, last), term, _SURE, "initials")
        if self._veiled:
            self._unveil(text, plain, hits, drawn_out=drawn_out)
        return _longest(hits) if hits else []

    def parts(self, step: int) -> Iterator[Part]:
        """What it is made of, never more than `step` blocks of rows at once: for `of_parts`, in this process or another."""
        blocks = self._keys.packed()
        while some := list(islice(blocks, step)):
            yield "_keys", some
        for slot in self.__slots__:
            if slot != "_keys":
                yield slot, getattr(self, slot)

    @classmethod
    def of_parts(cls, parts: Iterable[Part]) -> DictionaryScanner:
        """The scanner that gave these parts."""
        blocks: list[bytes] = []
        slots: dict[str, Any] = {}
        for slot, part in parts:
            if slot == "_keys":
                blocks += part
            else:
                slots[slot] = part
        scanner = cls.__new__(cls)
        slots["_keys"] = Packed.of(blocks)
        for slot, value in slots.items():
            setattr(scanner, slot, value)
        return scanner

    def rows(self) -> list[object]:
        """Nearly all of its memory but the automaton."""
        return self._keys.blocks()

    def _named(self, letters: bytes) -> tuple[Term, ...]:
        """The terms of just these letters."""
        whole = (index for start, end, index in self._find(letters) if end - start == len(letters))
        return next((self._keys[index].terms for index in whole), ())

    def _readings(self, folded: str) -> tuple[str, ...]:
        """`folded` with markup and @ as letters, or without them, or both ways where both may be meant."""
        marked = unmarked(folded) if self._veiled else None
        if marked is None:
            return (folded,)
        return (folded, marked) if self._signs.may_spell(folded) else (marked,)

    def _confirm(
        self, text: NormalizedText, plain: str, folded: str, found: Iterable[tuple[int, int, int]], hits: _Hits
    ) -> bool:
        """Check what the automaton found in `folded`, one reading of the folded view; whether letters are drawn out there."""
        at: list[int] = []
        letters = ""
        met: dict[int, _Key] = {}
        drawn_out = False
        for start, end, index in found:
            key = met.get(index)
            if key is None:
                key = met[index] = self._keys[index]
                drawn_out = drawn_out or any(triple in folded for triple in key.drawn_out)
            if key.terms:
                at = at or positions(folded)
                for term in key.terms:
                    self._check(text, plain, folded, term, at[start:end], hits)
            if key.turned:
                letters = letters or bare(folded)
                for way, size in key.turned:
                    meant = veils.turn_back(letters[start : start + size], way)
                    if known := self._named(squeeze(meant)):
                        at = at or positions(folded)
                        self._turned(text, folded, known, way, meant, at[start : start + size], hits)
        return drawn_out

    def _turned(
        self, text: NormalizedText, folded: str, known: Iterable[Term], way: int, meant: str, at: Sequence[int],
        hits: _Hits,
    ) -> None:  # fmt: skip
        """Names that were written backwards or in a cipher."""
        for term in known:
            if term.letters == meant and term.disguises:
                other = veils.turned(term, way)
                self._check(text, folded, folded, other, at, hits, _TURNED, veils.explain(way))

    def _check(
        self, text: NormalizedText, plain: str, folded: str, term: Term, at: Sequence[int], hits: _Hits,
        score: float = _SURE, why: str = "",
    ) -> None:  # fmt: skip
        if len(at) != len(term.letters):  # letters of several bytes
            at = list(dict.fromkeys(at))
        last = is_written(term, plain, folded, at)
        if last:
            first = at[0]
            while folded[first - 1 : first] == "\x00" and text.folded[first - 1] == text.folded[first]:  # drawn out
                first -= 1
            _add(text, term, first, last, hits, score, why)

    def _by_words(self, text: NormalizedText, plain: str, folded: str, hits: _Hits) -> None:
        """Short names, and misspelt ones."""
        typos = self._typos if self._typos is not None and self._typos.may_find(folded) else None
        if typos is None and self._shorts is None:
            return
        words = spaced(folded).split()
        if self._shorts is not None:
            for term, first, last in self._shorts.find(plain, folded, words):
                _add(text, term, first, last, hits, _SURE, "")
        if typos is not None:
            for term, first, last in typos.find(folded, words):
                _add(text, term, first, last, hits, _MISSPELT, "misspelt")

    def _unveil(self, text: NormalizedText, plain: str, hits: _Hits, *, drawn_out: bool) -> None:
        """The same in other readings of the folded view, for the characters that allow them."""
        folded = text.folded
        if veils.may_have_signs(folded) and (signs := veils.with_signs(folded)) is not None:
            self._read(text, plain, signs, hits)
        if "*" in folded:
            for reading, first, last in veils.with_vowels(folded):
                if found := self._find(squeeze(reading)):
                    self._confirm(text, plain, reading, self._within(found, reading, first, last), hits)
            if self._typos is not None:
                reading = veils.with_any_letter(folded)
                self._by_words(text, plain, reading, hits)
        if drawn_out:
            for reading in veils.once(folded):
                self._read(text, reading, reading, hits)

    def _within(
        self, found: Iterable[tuple[int, int, int]], reading: str, first: int, last: int
    ) -> Iterator[tuple[int, int, int]]:
        """What may be a name that reaches into that range: hundreds of readings differ there, and nowhere else."""
        if last - first >= len(reading):
            yield from found
            return
        at = positions(reading)
        for start, end, index in found:
            longest = max((size for _, size in self._keys[index].turned), default=0)
            if at[start] < last and at[min(max(end, start + longest), len(at)) - 1] >= first:
                yield start, end, index

    def _read(self, text: NormalizedText, plain: str, reading: str, hits: _Hits) -> None:
        if found := self._find(squeeze(reading)):
            self._confirm(text, plain, reading, found, hits)


def _keys(terms: Sequence[Term], *, veiled: bool) -> dict[bytes, _Key]:
    """What the automaton looks for, with what each of it may mean."""
    by_letters: dict[bytes, tuple[Term, ...]] = {}
    turned: dict[bytes, _Turned] = {}
    shared: dict[_Turned, _Turned] = {}
    for term in terms:
        letters = squeeze(term.letters)
        by_letters[letters] = (*by_letters.get(letters, ()), term)
        for way, beginning in veils.turned_keys(term):
            key, each = squeeze(beginning), (way, len(term.letters))
            known = turned.get(key, ())
            if each not in known:
                known = (*known, each)
                turned[key] = shared.setdefault(known, known)
    drawn_out: dict[bytes, tuple[str, ...]] = {}
    for triple in veils.TRIPLES if veiled else ():
        drawn_out[squeeze(triple)] = (*drawn_out.get(squeeze(triple), ()), triple)
    alike: dict[_Turned, _Key] = {}
    keys = {letters: _Key(same, turned.get(letters, ())) for letters, same in by_letters.items()}
    for letters, ways in turned.items():
        if letters not in keys:
            keys[letters] = alike.setdefault(ways, _Key((), ways))
    for letters, triples in drawn_out.items():
        known_key = keys.get(letters, _Key())
        keys[letters] = _Key(known_key.terms, known_key.turned, triples)
    return keys


def _add(text: NormalizedText, term: Term, first: int, last: int, hits: _Hits, score: float, why: str) -> None:
    """A hit in a reading of the folded view, which has the folded view's length."""
    if term.excused(text.folded, first, last):
        return
    start, end = text.unfold.to_original(first, last)
    if term.cased and "".join(filter(str.isalnum, text.plain[start:end])) != term.cased:
        return
    _put(hits, (start, end), term, score, why)


def _put(hits: _Hits, place: tuple[int, int], term: Term, score: float, why: str) -> None:
    """Keep a hit, or the surer of two at one place."""
    key = (*place, term.matcher)
    known = hits.get(key)
    if known is None or known.score < score:
        hits[key] = Hit("CODENAME", *place, score, Strength.DICTIONARY, matcher=term.matcher, explanation=why)


def _longest(hits: _Hits) -> list[Hit]:
    """Hits in order of place, without those that lie within a longer one of the same matcher."""
    reach: dict[str, int] = {}
    kept: list[Hit] = []
    for start, end, matcher in sorted(hits, key=lambda key: (key[0], -key[1])):
        if end > reach.get(matcher, -1):
            reach[matcher] = end
            kept.append(hits[start, end, matcher])
    return kept
