"""Readings of a text in which a veiled name shows: censored, drawn out or written with signs; and names turned round.

Each reading keeps the text's length, so that what is found there stands at the same place. A post without the characters
for it pays next to nothing: a few tests of membership.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice, pairwise, product
from typing import Final

from guard.detect.dictionary.letters import squeeze
from guard.detect.dictionary.term import Term

_SIGN: Final = re.compile(r"[!|+(](?<=[a-z0-9].)(?=[a-z0-9])")
"""Signs that stand for a letter only within a word."""
_SIGNS: Final = {"!": "i", "|": "l", "+": "t", "(": "c"}
_STAR: Final = re.compile(r"\*(?<=[a-z0-9].)(?=[a-z0-9])")
_VOWELS: Final = "aeiouy"
_AMONG: Final = (
    r"(?:(?<=[a-z0-9].)|(?![a-z0-9])(?:(?<=[^a-z0-9][a-z0-9][^a-z0-9].)|[^a-z0-9]{1,3}[a-z0-9](?![a-z0-9])))"
)
_AT: Final = re.compile("@" + _AMONG)
_DOLLAR: Final = re.compile(rf"\$(?:(?=[a-z])|{_AMONG})")
"""@ and $ in or beside a word, or among single letters, where no mention or sum of money begins."""
_MENTION: Final = re.compile(r"@([a-z0-9]{1,3})")
_ANY: Final = "q"
"""What a starred letter is read as where one wrong letter is allowed."""
_TOGETHER: Final = ((2, 6), (3, 2))
"""How many stars are read together, each as another vowel, and in how many places of a text."""
_SPREAD: Final = 40
"""Characters from the first to the last of them."""
_REACH: Final = 100
_DRAWN_OUT: Final = re.compile(r"([a-z])\1{2,}")
TRIPLES: Final = tuple(letter * 3 for letter in string.ascii_lowercase if letter != "w")
"""A letter three times: drawn out. Three w are an address."""
LEAST: Final = 6
"""Names with fewer letters are not looked for backwards or in a cipher: too many ordinary words would match."""
PREFIX: Final = 8
"""Letters of a turned name that the automaton looks for; the rest is compared when they stand in a text."""
_A: Final = string.ascii_lowercase
_ROWS: Final = (_A[13:] + _A[:13], _A[::-1], _A[1:] + _A[:1], _A[-1:] + _A[:-1])
"""rot13, Atbash, and each letter by its next or the one before."""
_CODED: Final = tuple(str.maketrans(_A, row) for row in _ROWS)
_DECODED: Final = tuple(str.maketrans(row, _A) for row in _ROWS)
WAYS: Final = range(len(_ROWS) + 1)
"""0: backwards; then the ciphers."""


def has_markup(folded: str) -> bool:
    """Whether HTML or Markdown may stand in a text."""
    return "<" in folded or "&" in folded or "](" in folded


class SpelledWithSigns:
    """Whether @ may be the first letter of a word of a name, or just begins a mention: most posts with @ hold mentions."""

    __slots__ = ("_after",)

    def __init__(self, terms: Iterable[Term]) -> None:
        self._after = {squeeze(word[1:4]) for term in terms for word in term.words if word[0] in "a4" and len(word) > 1}

    def may_spell(self, folded: str) -> bool:
        """Whether @, $ or markup in a folded text may stand for letters of a name, or hold some."""
        if "$" in folded and _DOLLAR.search(folded) is not None:
            return True
        if has_markup(folded) or _AT.search(folded) is not None:
            return True
        for seen in _MENTION.findall(folded):
            key = squeeze(seen)
            if key in self._after or key[:2] in self._after or key[:1] in self._after:
                return True
        return False


def may_have_signs(folded: str) -> bool:
    """Whether `with_signs` may give a reading."""
    return "!" in folded or "|" in folded or "+" in folded or "(" in folded


def with_signs(folded: str) -> str | None:
    """`folded` with the letters that signs within words stand for: `Ch!ffre`."""
    read = _SIGN.sub(lambda found: _SIGNS[found[0]], folded)
    return None if read == folded else read


def with_vowels(folded: str) -> Iterator[tuple[str, int, int]]:
    """`folded` with each single star within a word read as a vowel: `Pr*jet`. Bounded, whatever the text.

    With the range that only this reading reads so: what lies outside of it, others show.
    """
    if _STAR.search(folded) is None:
        return
    for vowel in _VOWELS:
        yield _STAR.sub(vowel, folded), 0, len(folded)
    stars = [found.start() for found in _STAR.finditer(folded)]
    for size, most in _TOGETHER:
        groups = (stars[at : at + size] for at in range(len(stars) - size + 1))
        for group in islice((group for group in groups if group[-1] - group[0] <= _SPREAD), most):
            start, end = group[0], group[-1] + 1
            parts = folded[start:end].split("*")
            for vowels in product(_VOWELS, repeat=size):
                if len(set(vowels)) > 1 and len(parts) == size + 1:
                    word = vowels[0] + "".join(map("".join, zip(parts[1:-1], vowels[1:], strict=True)))
                    yield _alone(folded, start, end, word), start, end


def _alone(folded: str, start: int, end: int, word: str) -> str:
    """`folded` with `word` in that range, and what is far from it blotted out: there is nothing new there."""
    first, last = max(0, start - _REACH), min(len(folded), end + _REACH)
    return "\x00" * first + folded[first:start] + word + folded[end:last] + "\x00" * (len(folded) - last)


def with_any_letter(folded: str) -> str:
    """`folded` with each single star within a word read as some letter, which is one letter wrong in any name."""
    return _STAR.sub(_ANY, folded)


def once(folded: str) -> Iterator[str]:
    """`folded` with letters that stand three times or more written once, or twice: `Bluuuebird`, `Meeeeting`."""
    runs = [found.span() for found in _DRAWN_OUT.finditer(folded)]
    for kept in (1, 2) if runs else ():
        parts: list[str] = []
        place = 0
        for start, end in runs:
            parts += (folded[place:start], "\x00" * (end - start - kept), folded[start] * kept)
            place = end
        yield "".join((*parts, folded[place:]))


def turned_keys(term: Term) -> Iterator[tuple[int, str]]:
    """How a term is turned, and the squeezed beginning of the result; nothing for terms that are never looked for so."""
    letters = term.letters
    if not term.disguises or not letters.isascii() or sum(map(str.isalpha, letters)) < LEAST:
        return
    for way in WAYS:
        turned = _turn(letters, way)
        if turned != letters:
            yield way, turned[:PREFIX]


def turn_back(letters: str, way: int) -> str:
    """The letters that were turned that way."""
    return letters.translate(_DECODED[way - 1]) if way else letters[::-1]


@lru_cache(maxsize=1024)
def turned(term: Term, way: int) -> Term:
    """The term as it is written when turned that way: with ordinary separators only, no further disguise."""
    words = tuple(_turn(word, way) for word in term.words)
    words = words if way else words[::-1]
    ends = [0]
    for word in words:
        ends.append(ends[-1] + len(word))
    breaks = tuple(end for _, end in pairwise(ends[:-1]))
    gaps = frozenset(gap if way else gap[::-1] for gap in term.gaps)
    return replace(
        term, letters="".join(words), words=words, breaks=breaks, gaps=gaps, typos=0, disguises=False, endings=()
    )


def explain(way: int) -> str:
    """Why a turned name counts, in words."""
    return "in a simple cipher" if way else "written backwards"


def _turn(letters: str, way: int) -> str:
    return letters.translate(_CODED[way - 1]) if way else letters[::-1]
