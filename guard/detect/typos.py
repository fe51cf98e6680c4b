"""Names with one or two letters wrong, missing, extra or swapped, at a cost that does not grow with their number.

Deletion neighbourhoods: two words within one mistake of each other share a form with one letter left out of either. A name
of several words with one wrong has all others right, so only the neighbours of such words are looked up. For two mistakes,
the most telling word of a name is stored with two letters left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final

from guard.detect.letters import squeeze
from guard.detect.spelling import separated
from guard.detect.term import COMMON, Term
from guard.text.squeeze import word_spans

LEAST_LETTERS: Final = 8
"""Shorter names are looked for as written only: too many ordinary words lie one letter away."""
_LEAST_WORD: Final = 5
"""The same for a word within a name."""
_LEAST_SEEN: Final = _LEAST_WORD - 1
_LEAST_TWICE: Final = 8
"""Letters of a word that may hold two mistakes."""
_LEAST_LONG: Final = LEAST_LETTERS - 1
_LEAST_GLUED: Final = 11
"""Letters of a word outside a hashtag that may be a name of several words."""
_TAG: Final = re.compile(r"[#@]([a-z0-9]{7,40})")
_LONGEST: Final = 40
"""Letters of a word or of a name that are compared."""
_MEMO_SIZE: Final = 60_000
_FEW_PIECES: Final = 24
"""So many searches in a text take less time than a look at each of its words."""
_Found = tuple[Term, int, int]
_Index = int | tuple[int, ...]
_Beside = tuple[tuple[tuple[int, str] | None, tuple[tuple[int, int], ...]], ...]


def distance(left: str, right: str, most: int) -> int:
    """Optimal string alignment distance (a swap of neighbours counts one), or `most` + 1 when it is more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    left, right = _differing(left, right)
    if not left or not right:
        return len(left) + len(right)
    if most == 1:  # by far the commonest case: one letter for another, or two swapped
        return 1 if len(left) == len(right) == 1 or (len(left) == 2 and left == right[::-1]) else 2
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(right, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                best = min(best, last[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return row[-1]


def _differing(left: str, right: str) -> tuple[str, str]:
    """Both without their common beginning and end."""
    start, end = 0, min(len(left), len(right))
    while start < end and left[start] == right[start]:
        start += 1
    tail = 0
    while tail < end - start and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    return left[start : len(left) - tail], right[start : len(right) - tail]


class TypoIndex:
    """All names that allow typos. Threads may share it: the memo only ever gains equal answers."""

    __slots__ = ("_forms", "_glued", "_halves", "_places", "_terms", "_twice", "_whole")

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = [term for term in terms if term.typos and LEAST_LETTERS <= len(term.letters) <= 4 * _LONGEST]
        self._forms: dict[str, _Index] = {}
        """Names of several words, glued together, with up to one letter left out."""
        self._places = _Places()
        whole: dict[str, _Index] = {}
        for index, term in enumerate(self._terms):
            forms = self._forms if len(term.words) > 1 else whole
            for form in set(_shortened(term.letters[:_LONGEST], 1)):
                _put(forms, form, index)
            self._places.add(term)
        self._whole = _WordIndex(self._terms, whole)
        self._glued = _WordIndex(self._terms, self._forms)
        self._twice = _TwiceIndex(self._terms) or None
        self._halves = _halves(self._terms)

    def __bool__(self) -> bool:
        return bool(self._terms)

    def may_find(self, folded: str) -> bool:
        """Whether `find` may find something in a folded text; for few names far quicker than to look."""
        if not self._halves:
            return True
        squeezed = squeeze(folded)
        return any(half in squeezed for half in self._halves)

    def find(self, folded: str, words: Sequence[str]) -> Iterator[_Found]:
        """Each misspelt name in a folded text with these words, with its range. Names spelled right are not repeated."""
        found = set(self._as_one_word(folded, words))
        for index, forms in self._places.forms(words):
            found.update((at, index) for at in self._glued.of(forms))
        if self._twice is not None:
            found.update(self._twice.find(words))
        if not found:
            return
        spans: list[tuple[int, int]] = []
        for at, index in sorted(found):
            term = self._terms[at]
            size = _misspelt(term, words, index)
            if size:
                spans = spans or word_spans(folded)
                group = spans[index : index + size]
                if all(separated(folded[left[1] : right[0]]) for left, right in pairwise(group)):
                    yield term, group[0][0], group[-1][1]

    def _as_one_word(self, folded: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Names of one word, and glued ones: in hashtags, mentions and long words, since no ordinary word is one."""
        tags = _TAG.findall(folded) if "#" in folded or "@" in folded else ()
        for word in {word for word in words if len(word) >= _LEAST_LONG}:
            found = self._whole.find(word)
            if len(word) >= _LEAST_GLUED or word in tags:
                found += self._glued.find(word)
            if found:
                for index, other in enumerate(words):
                    if other == word:
                        for at in found:
                            yield at, index


class _WordIndex:
    """Names by their letters with up to one left out."""

    __slots__ = ("_forms", "_known", "_memo", "_terms")

    def __init__(self, terms: Sequence[Term], forms: dict[str, _Index]) -> None:
        self._terms = terms
        self._forms = forms
        self._known = frozenset(forms)
        """The same once more: a set tells two to three times as fast as a dict that none of some words is in it."""
        self._memo: dict[str, tuple[int, ...]] = {}

    def find(self, word: str) -> tuple[int, ...]:
        """Indexes of the names that a word may be with one mistake."""
        known = self._memo.get(word)
        if known is None:
            known = self._look_up(word) if self._forms else ()
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            if len(word) <= _LONGEST:
                self._memo[word] = known
        return known

    def of(self, forms: Sequence[str]) -> Iterable[int]:
        """Indexes of the names with one of these forms."""
        if self._known.isdisjoint(forms):
            return ()
        return dict.fromkeys(at for form in forms for at in _indexes(self._forms.get(form)))

    def _look_up(self, word: str) -> tuple[int, ...]:
        seen = self.of(_shortened(word[:_LONGEST], 1))
        return tuple(at for at in seen if distance(word, self._terms[at].letters, 1) == 1)


class _Places:
    """The words of all names of several words, by their place, to tell where a name may stand with one of them wrong."""

    __slots__ = ("_around", "_first", "_later", "_second")

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, ...]] = {}
        """Of how many words the names are that begin with this one."""
        self._second: dict[str, tuple[int, ...]] = {}
        self._later: set[tuple[int, int, str]] = set()
        """Number of words, place from the third on, word."""
        self._around: set[str] = set()
        """The right words of a name, with two letters of the other at one of its ends: one mistake leaves one end."""

    def __bool__(self) -> bool:
        return bool(self._first)

    def add(self, term: Term) -> None:
        size = len(term.words)
        if size == 1 or not any(len(word) >= _LEAST_WORD for word in term.words):
            return
        for known, word in ((self._first, term.words[0]), (self._second, term.words[1])):
            if size not in known.get(word, ()):
                known[word] = (*known.get(word, ()), size)
        for place, word in enumerate(term.words):
            if place > 1:
                self._later.add((size, place, word))
            if len(word) >= _LEAST_WORD:
                self._around.update(_around(term.words[:place], word, term.words[place + 1 :]))

    def forms(self, words: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Where a name may begin in `words`, with one word wrong, and its letters with up to one left out of that word."""
        first, second, around = self._first, self._second, self._around
        before = ""
        for index, word in enumerate(words, -1):
            begun, goes_on = first.get(before), second.get(word)
            if begun is not None:
                for size in begun:
                    if size > 2:
                        both = goes_on is not None and size in goes_on
                        for wrong in range(1, size) if both else (1,):
                            yield from self._forms(words, index, size, wrong)
                    elif f"{before}<{word[:2]} " in around or f"{before}>{word[-2:]} " in around:
                        yield from self._forms(words, index, 2, 1)
            if goes_on is not None and len(before) >= _LEAST_SEEN:
                for size in goes_on:
                    if size > 2 or f"<{before[:2]} {word}" in around or f">{before[-2:]} {word}" in around:
                        yield from self._forms(words, index, size, 0)
            before = word

    def _forms(self, words: Sequence[str], index: int, size: int, wrong: int) -> Iterator[tuple[int, list[str]]]:
        words = words[index : index + size]
        if len(words) < size or len(words[wrong]) < _LEAST_SEEN:
            return
        for place in range(2, size):
            if place != wrong and (size, place, words[place]) not in self._later:
                return
        around = _around(words[:wrong], words[wrong], words[wrong + 1 :])
        if around[0] in self._around or around[1] in self._around:
            head, tail = "".join(words[:wrong]), "".join(words[wrong + 1 :])
            yield index, [(head + form + tail)[:_LONGEST] for form in _shortened(words[wrong][:_LONGEST], 1)]


def _around(before: Sequence[str], word: str, after: Sequence[str]) -> tuple[str, str]:
    head, tail = " ".join(before), " ".join(after)
    return f"{head}<{word[:2]} {tail}", f"{head}>{word[-2:]} {tail}"


class _TwiceIndex:
    """Names that allow two mistakes, by their most telling word with up to two letters left out."""

    __slots__ = ("_forms", "_lengths", "_memo", "_terms")

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms
        self._forms: dict[str, _Index] = {}
        self._memo: dict[str, _Beside] = {}
        self._lengths: frozenset[int] = frozenset()
        uses = Counter(word for term in terms if term.typos > 1 for word in term.words)
        lengths: set[int] = set()
        for at, term in enumerate(terms):
            if term.typos > 1:
                word = term.words[_anchor(term.words, uses)][:_LONGEST]
                most = _allowed(word, 2)
                lengths.update(range(max(1, len(word) - most), len(word) + most + 1))
                for form in set(_shortened(word, most)):
                    _put(self._forms, form, at)
        self._lengths = frozenset(lengths)

    def __bool__(self) -> bool:
        return bool(self._forms)

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Index of a name, and where it may begin in `words`."""
        for index, word in enumerate(words):
            if min(len(word), _LONGEST) in self._lengths:
                known = self._memo.get(word)
                if known is None:
                    known = self._look_up(word)
                for beside, there in known:
                    if (
                        beside is None
                        or (words[index + beside[0]] if 0 <= index + beside[0] < len(words) else "") == beside[1]
                    ):
                        for at, place in there:
                            if index >= place:
                                yield at, index - place

    def _look_up(self, word: str) -> _Beside:
        """Names that a word may belong to, by the short word that must then stand beside it."""
        known: dict[tuple[int, str] | None, dict[tuple[int, int], None]] = {}
        short = word[:_LONGEST]
        for form in _shortened(short, 2 if len(short) >= _LEAST_TWICE - 2 else 1):
            for at in _indexes(self._forms.get(form)):
                words = self._terms[at].words
                for place, meant in enumerate(words):
                    most = _allowed(meant, 2)
                    if distance(word, meant, most) <= most:
                        known.setdefault(_beside(words, place), {})[at, place] = None
        if len(self._memo) >= _MEMO_SIZE:
            self._memo.clear()
        found = tuple((beside, tuple(there)) for beside, there in known.items())
        if len(word) <= _LONGEST:
            self._memo[word] = found
        return found


def _beside(words: Sequence[str], place: int) -> tuple[int, str] | None:
    """A neighbour of one word of a name that is too short to hold a mistake, and on which side it stands."""
    for step in (1, -1):
        if 0 <= place + step < len(words) and not _allowed(words[place + step], 1):
            return step, words[place + step]
    return None


def _put(forms: dict[str, _Index], form: str, at: int) -> None:
    known = forms.get(form)
    forms[form] = at if known is None else (*_indexes(known), at)


def _indexes(known: _Index | None) -> tuple[int, ...]:
    if known is None:
        return ()
    return (known,) if isinstance(known, int) else known


def _allowed(word: str, typos: int) -> int:
    """How many mistakes one word of a name may hold."""
    if len(word) < _LEAST_WORD:
        return 0
    return min(typos, 1) if len(word) < _LEAST_TWICE else typos


def _shortened(word: str, most: int) -> list[str]:
    """`word` with up to `most` letters left out."""
    size = len(word)
    if size < 2:
        return [word]
    forms = [word[:at] + word[at + 1 :] for at in range(size)]
    forms.append(word)
    if most > 1 and size > 2:
        forms += ["".join([word[place] for place in kept]) for kept in combinations(range(size), size - 2)]
    return forms


def _halves(terms: Sequence[Term]) -> tuple[bytes, ...]:
    """Squeezed pieces, one of which stands in every text with one of these names misspelt; none when that cannot be told.

    One mistake (a swap of neighbours is one) leaves what is before a name's middle letter or what is after it.
    """
    pieces: set[bytes] = set()
    for term in terms:
        if term.typos != 1:
            return ()
        squeezed = squeeze(term.letters)
        half = len(squeezed) // 2
        pieces |= {squeezed[:half], squeezed[half + 1 :]}
        if len(pieces) > _FEW_PIECES:
            return ()
    return tuple(sorted(pieces))


def _misspelt(term: Term, words: Sequence[str], index: int) -> int:
    """How many of `words`, from the one at `index` on, are `term` with a mistake; 0 when they are not, or without one."""
    letters = words[index]
    size = len(term.words)
    if letters != term.letters and _digits(letters) == _digits(term.letters):
        most = min(term.typos, 1) if size > 1 else _allowed(term.letters, term.typos)
        if distance(letters, term.letters, most) <= most:
            return 1
    if size == 1 or index + size > len(words):
        return 0
    wrong = 0
    for seen, meant in zip(words[index : index + size], term.words, strict=True):
        if seen != meant:
            most = _allowed(meant, term.typos)
            wrong += distance(seen, meant, most) if most else term.typos + 1
            if wrong > term.typos or _digits(seen) != _digits(meant):
                return 0
    return size if wrong else 0


def _digits(word: str) -> str:
    """A number with another digit is another number, no mistake."""
    return "" if word.isalpha() else "".join(filter(str.isdigit, word))


def _anchor(words: Sequence[str], uses: Counter[str]) -> int:
    """Index of the word that tells most: not short, not in half of all names, in few of these names, long."""

    def rank(index: int) -> tuple[bool, bool, int, int, int]:
        word = words[index]
        return len(word) > 4, word not in COMMON, -uses[word], len(word), index

    return max(range(len(words)), key=rank)
