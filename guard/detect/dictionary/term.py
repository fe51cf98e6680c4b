"""A confidential name as the detectors look for it: its letters, words, and the ways in which it is inflected.

Made once when policies are loaded, for up to 100,000 names: small records that share what they can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, product
from typing import Final

from guard.detect.dictionary.letters import positions
from guard.errors import DetectorError
from guard.text.normalize import normalize
from guard.types.matcher import TermOptions, TermsMatcher

COMMON: Final = frozenset({
    "projet", "project", "client", "cliente", "operation", "programme", "program", "plan", "groupe", "group", "societe",
    "company", "mission", "dossier", "contrat", "contract", "equipe", "team", "service", "produit", "product", "affaire",
    "accord", "alliance", "campagne", "campaign",
})  # fmt: skip
"""Words that stand in many names and tell little."""
_LEAST_INFLECTED: Final = 4
"""Letters that a word has at least to be looked for in the plural."""
_LONGEST_NEAR: Final = 60
_OTHER_GENDER: Final = (
    ("teur", "trice"), ("eur", "euse"), ("eux", "euse"), ("if", "ive"), ("en", "enne"), ("el", "elle"), ("er", "ere"),
    ("al", "aux"),
)  # fmt: skip
"""Endings of ordinary French words and what becomes of them, folded."""


@dataclass(frozen=True, slots=True, repr=False)
class Term:
    """One way to write one term of a matcher. `repr` never shows it."""

    matcher: str
    letters: str
    """The folded letters and digits, as they stand in the term."""
    words: tuple[str, ...]
    """The same, word by word."""
    breaks: tuple[int, ...]
    """Indexes of `letters` at which a new word begins."""
    gaps: frozenset[str]
    """The separators as the term itself writes them (an apostrophe, an ampersand)."""
    typos: int
    disguises: bool
    endings: tuple[str, ...] = ()
    """What may follow its last letter: `s`, `es`."""
    near: tuple[str, ...] = ()
    """Words beside which it does not count."""
    within: int = 0
    cased: str = ""
    """Its letters and digits with their capitals, where they must be those."""

    def __repr__(self) -> str:
        return f"Term({self.matcher!r}, {len(self.letters)} letters)"

    def excused(self, folded: str, start: int, end: int) -> bool:
        """Whether a word stands near that range of `folded` beside which the term means something else."""
        if not self.near or (near := near_pattern(self.near)) is None:
            return False
        last = end + self.within
        for found in near.finditer(folded, max(0, start - self.within), last + _LONGEST_NEAR):
            if found.end() <= start or (found.start() >= end and found.end() <= last):
                return True
        return False


def terms_of(matcher: TermsMatcher) -> Iterator[Term]:
    """The ways to look for all terms of a matcher, each once. DetectorError for one without letters."""
    special = {options.term: options for options in matcher.options}
    for text in dict.fromkeys(matcher.terms):
        options = special.get(text)
        yield from _ways(matcher, text, options)


def _ways(matcher: TermsMatcher, text: str, options: TermOptions | None) -> list[Term]:
    """Usually one; more where upper and lower case look like different letters, or where a word inside is inflected."""
    exact = options is not None and options.exact_case
    found: dict[tuple[str, ...], Term] = {}
    for spelling in (text,) if text.isascii() or exact else (text, text.upper(), text.lower()):
        term = _term(matcher, spelling, options)
        if term is not None:
            found.setdefault(term.words, term)
    if not found:  # it could never be found, and a rule that never fires lets everything pass
        raise DetectorError(f"{matcher.id}: a term has neither letter nor digit", hint="remove it, or use a regex")
    if not exact:
        for term in tuple(found.values()):
            for words in _inflections(term.words, text):
                found.setdefault(words, _with_words(term, words))
    return list(found.values())


def _term(matcher: TermsMatcher, text: str, options: TermOptions | None) -> Term | None:
    folded = (text.lower() if text.isascii() and text.isprintable() else normalize(text).folded).strip()
    places = positions(folded)
    at = places if folded.isascii() else list(dict.fromkeys(places))
    if not at:
        return None
    letters = "".join([folded[place] for place in at])
    breaks = tuple([i for i in range(1, len(at)) if at[i] - at[i - 1] > 1])
    words = tuple([letters[start:end] for start, end in pairwise((0, *breaks, len(letters)))])
    gaps = frozenset([folded[at[i - 1] + 1 : at[i]] for i in breaks])
    term = Term(
        matcher.id, letters, words, _shared(breaks), _shared_gaps(gaps), matcher.typos, matcher.disguises,
        _endings(words, len(letters), text),
    )  # fmt: skip
    if options is None:
        return term
    near = tuple(options.near)
    if not options.exact_case:
        return replace(term, near=near, within=options.within)
    cased = "".join(char for char in text if char.isalnum())
    return replace(term, near=near, within=options.within, cased=cased, typos=0, disguises=False, endings=())


@lru_cache(maxsize=4096)
def _shared(breaks: tuple[int, ...]) -> tuple[int, ...]:
    return breaks


@lru_cache(maxsize=4096)
def _shared_gaps(gaps: frozenset[str]) -> frozenset[str]:
    return gaps


def _endings(words: Sequence[str], size: int, text: str) -> tuple[str, ...]:
    """What may follow the last word of a term: plural, and for ordinary words (no capitals) the feminine."""
    ordinary = text == text.lower()
    word = words[-1]
    if size <= _LEAST_INFLECTED or not (_is_inflected(word) or (ordinary and len(word) > 2 and word.isalpha())):
        return ()
    feminine = ordinary and len(word) > _LEAST_INFLECTED and not word.endswith(("e", "a", "o", "y"))
    return _endings_of(word, accented=feminine or text.endswith(("é", "É")))


def _inflections(words: tuple[str, ...], text: str) -> Iterator[tuple[str, ...]]:
    """The term with other words: its first in the plural, where that is an ordinary word; its last in another gender."""
    ordinary = text == text.lower()
    firsts, lasts = [words[0]], [words[-1]]
    if len(words) > 1 and (words[0] in COMMON or (ordinary and _is_inflected(words[0]))):
        firsts += [
            words[0] + ending for ending in _endings_of(words[0], accented="é" in text.split(maxsplit=1)[0][-1:])
        ]
    if ordinary and _is_inflected(words[-1]):
        last = words[-1]
        lasts += [last.removesuffix(ending) + other for ending, other in _OTHER_GENDER if last.endswith(ending)]
        if last.endswith("y") and last[-2] not in "aeiou":
            lasts.append(last[:-1] + "ies")
    if len(words) == 1:
        yield from ((last,) for last in lasts[1:])
    else:
        yield from ((first, *words[1:-1], last) for first, last in list(product(firsts, lasts))[1:])


def _is_inflected(word: str) -> bool:
    return len(word) >= _LEAST_INFLECTED and word.isalpha() and word.isascii()


def _endings_of(word: str, *, accented: bool) -> tuple[str, ...]:
    """What makes the plural of a folded word; the feminine too where it ends in an accented e."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return ("es",)
    if word.endswith("u"):
        return ("s", "x")
    return ("s", "e", "es") if accented else ("s",)


def _with_words(term: Term, words: tuple[str, ...]) -> Term:
    """The same term with inflected words: without typos, which the first form allows already."""
    breaks, size = [], 0
    for word in words[:-1]:
        size += len(word)
        breaks.append(size)
    endings = () if words[-1].endswith(("s", "x")) else ("s",)
    return replace(
        term, letters="".join(words), words=words, breaks=tuple(breaks), typos=0, endings=term.endings and endings
    )


# Made when a post first asks: hundreds of them, made while policies are loaded, would keep posts waiting.
@lru_cache(maxsize=4096)
def near_pattern(words: Sequence[str]) -> re.Pattern[str] | None:
    """Any of `words`, whole, over folded text; None when nothing of them is left there, so that they stand nowhere."""
    parts = [normalize(word).folded.split() for word in words]
    choices = "|".join(r"\s{1,8}".join(map(re.escape, each)) for each in parts if each)
    return re.compile(rf"(?<!\w)(?:{choices})(?!\w)") if choices else None
