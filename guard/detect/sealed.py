"""Confidential terms known by keyed hashes only: a text is looked through for words whose letters give one of them.

A term is found however its words are parted (`Projet Aurore`, `projet-aurore`, `#ProjetAurore`), in the plural where the
dictionary would find it so, and in every reading that is made of a text for other reasons. Misspelt or spelled-out names are
not: that needs the letters, which nobody has here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from guard.detect.base import Hit
from guard.detect.dictionary.term import Term, terms_of
from guard.detect.fingerprint.words import WORD, KeyedHash
from guard.errors import DetectorError
from guard.text.normalize import NormalizedText
from guard.types.finding import Strength
from guard.types.matcher import SealedMatcher, TermsMatcher
from guard.words.texts import Phrase

LEAST: Final = 4
"""Letters of a term at least: shorter ones could be guessed from their hash by trying all."""
_MOST_WORDS: Final = 12
_BETWEEN: Final = re.compile(r"[ \t\-_.'’/&+]{1,3}|\s{1,3}")
"""What may stand between two words of a term; a comma may not."""
_LOW: Final = 0xFFFFFFFF


class SealedScanner:
    """All sealed terms of all policies. Threads may share it."""

    __slots__ = ("_hash", "_matchers", "_most_letters", "_starter", "_starters")

    def __init__(self, matchers: Sequence[SealedMatcher], key: bytes) -> None:
        """DetectorError when one was sealed with another key: it would never fire."""
        known = key_id(key)
        for each in matchers:
            if each.key_id != known:
                raise DetectorError(Phrase("seal.other-key", terms=each.id), hint=Phrase("seal.do.that-key"))
        self._hash, self._starter = KeyedHash(key, "sealed-term"), KeyedHash(key, "sealed-start")
        self._matchers = tuple(matchers)
        self._starters = frozenset[int]().union(*(each.starters for each in matchers))
        self._most_letters = max((each.most_letters for each in matchers), default=0)

    def scan(self, text: NormalizedText) -> list[Hit]:
        """Hits in offsets of the plain view."""
        folded = text.folded
        words = list(WORD.finditer(folded))
        hits: list[Hit] = []
        for place, word in enumerate(words):
            start = word[0][:LEAST]
            if len(start) < LEAST:
                start += "".join(each[0] for each in words[place + 1 : place + LEAST])[: LEAST - len(start)]
            if self._starter(start) & _LOW in self._starters:
                hits += self._from(text, words, place).values()
        return hits

    def _from(self, text: NormalizedText, words: Sequence[re.Match[str]], place: int) -> dict[str, Hit]:
        """By matcher, the longest that begins at this word."""
        hits: dict[str, Hit] = {}
        letters = ""
        first = end = words[place].start()
        for word in words[place : place + _MOST_WORDS]:
            if letters and not _BETWEEN.fullmatch(text.folded, end, word.start()):
                break
            letters += word[0]
            end = word.end()
            if len(letters) > self._most_letters:
                break
            found = self._hash(letters)
            for each in self._matchers:
                if found in each.terms:
                    begin, stop = text.unfold.to_original(first, end)
                    hits[each.id] = Hit(
                        "CODENAME", begin, stop, 1.0, Strength.DICTIONARY, matcher=each.id, explanation="sealed term"
                    )
        return hits


def key_id(key: bytes) -> str:
    """Sixteen signs by which a key is known; nothing of it can be told from them."""
    return f"{KeyedHash(key, 'sealed-key')(''):016x}"


def seal(matcher: TermsMatcher, key: bytes) -> SealedMatcher:
    """The matcher's terms as hashes. DetectorError, which quotes no term, for one that cannot be sealed."""
    term_hash, starter = KeyedHash(key, "sealed-term"), KeyedHash(key, "sealed-start")
    terms: set[int] = set()
    starters: set[int] = set()
    most = 0
    for term in terms_of(matcher):
        if len(term.letters) < LEAST:
            raise DetectorError(Phrase("seal.short", least=LEAST), hint=Phrase("seal.do.longer"))
        if term.near or term.cased:
            raise DetectorError(Phrase("seal.options"), hint=Phrase("seal.do.unsealed"))
        for letters in _endings(term):
            terms.add(term_hash(letters))
            starters.add(starter(letters[:LEAST]) & _LOW)
            most = max(most, len(letters))
    return SealedMatcher(matcher.id, key_id(key), frozenset(terms), frozenset(starters), most)


def _endings(term: Term) -> Iterator[str]:
    yield term.letters
    for ending in term.endings:
        yield term.letters + ending
