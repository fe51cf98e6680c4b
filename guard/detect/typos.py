"""Names with one or two letters wrong, missing, extra or swapped, at a cost that does not grow with their number.

Deletion neighbourhoods: every name's most telling word is stored with every letter (or two) left out; a word of the text
is looked up the same way. Two words within that distance of each other always share one of those forms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final

from guard.detect.spelling import Term, separated
from guard.text.squeeze import spaced, word_spans

LEAST_LETTERS: Final = 8
"""Shorter names are looked for as written only: too many ordinary words lie one letter away."""
_COMMON: Final = frozenset({
    "projet", "project", "client", "cliente", "operation", "programme", "program", "plan", "groupe", "group", "societe",
    "company", "mission", "dossier", "contrat", "contract", "equipe", "team", "service", "produit", "product", "affaire",
    "accord", "alliance", "campagne", "campaign",
})  # fmt: skip
_MEMO_SIZE: Final = 20_000
_LONGEST: Final = 40
_FEW_PIECES: Final = 24
"""So many searches in a text take less time than a look at each of its words."""


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


def _shortened(word: str, most: int) -> Iterator[str]:
    """`word` with up to `most` letters left out."""
    yield word
    size = len(word)
    for count in range(1, min(most, size - 1) + 1):
        for kept in combinations(range(size), size - count):
            yield "".join([word[place] for place in kept])


class _Gate:
    """Tells quickly which words may be misspelt ones; most posts have none.

    One mistake (a swap of neighbours is one) leaves the part before a word's middle letter or the part after it as it
    was. Two may leave neither, so those are let through by their length alone, as are short words.
    """

    __slots__ = ("_ends", "_first", "_heads", "_last", "_open", "_starts", "_tails")

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        starts: dict[str, set[int]] = {}
        ends: dict[str, set[int]] = {}
        lengths: set[int] = set()
        for word, typos in words:
            near = range(len(word) - typos, len(word) + typos + 1)
            if typos == 1 and len(word) > 4:
                half = len(word) // 2
                starts.setdefault(word[:half], set()).update(near)
                ends.setdefault(word[half + 1 :], set()).update(near)
            else:
                lengths.update(near)
        self._open = frozenset(lengths)
        few = not lengths and len(starts) + len(ends) <= _FEW_PIECES
        self._starts = [(f" {piece}", sizes) for piece, sizes in starts.items()] if few else []
        self._ends = [(f"{piece} ", sizes) for piece, sizes in ends.items()] if few else []
        self._first = min(3, min(map(len, starts), default=1))
        self._last = min(3, min(map(len, ends), default=1))
        self._heads = frozenset(piece[: self._first] for piece in starts)
        self._tails = frozenset(piece[-self._last :] for piece in ends)

    def passing(self, row: str) -> list[str]:
        """Those words of `row`, which stand between spaces, that may be misspelt names."""
        if self._starts:
            return self._with_pieces(row)
        heads, tails, first, last, lengths = self._heads, self._tails, self._first, -self._last, self._open
        if lengths:
            return [w for w in row.split() if len(w) in lengths or w[:first] in heads or w[last:] in tails]
        return [w for w in row.split() if w[:first] in heads or w[last:] in tails]

    def _with_pieces(self, row: str) -> list[str]:
        """The same for few names: their pieces are searched in the text instead of its words in a table."""
        found: list[str] = []
        for piece, sizes in self._starts:
            at = row.find(piece)
            while at >= 0:
                end = row.index(" ", at + 1)
                if end - at - 1 in sizes:
                    found.append(row[at + 1 : end])
                at = row.find(piece, end)
        for piece, sizes in self._ends:
            end = row.find(piece) + len(piece) - 1
            while end >= len(piece):
                start = row.rindex(" ", 0, end) + 1
                if end - start in sizes:
                    found.append(row[start:end])
                end = row.find(piece, end) + len(piece) - 1
        return found


class TypoIndex:
    """All names that allow typos. Threads may share it: the memo only ever gains equal answers."""

    __slots__ = ("_forms", "_gate", "_halves", "_memo", "_most")

    def __init__(self, terms: Iterable[Term]) -> None:
        self._forms: dict[str, list[tuple[Term, int]]] = {}
        self._memo: dict[str, tuple[tuple[Term, int], ...]] = {}
        self._most: dict[int, int] = {}
        """By length of a word in the text: how many letters to leave out of it."""
        kept: set[tuple[str, int]] = set()
        allowed = [term for term in terms if term.typos and LEAST_LETTERS <= len(term.letters) <= 4 * _LONGEST]
        uses = Counter(word for term in allowed for word in term.words)
        for term in allowed:
            anchor = _anchor(term.words, uses)
            joined = {(term.letters, -1)} if len(term.words) > 1 else set()
            for word, place in {(term.words[anchor], anchor)} | joined:
                kept.add((word, term.typos))
                for form in set(_shortened(word[:_LONGEST], term.typos)):
                    self._forms.setdefault(form, []).append((term, place))
                for length in range(len(word) - term.typos, len(word) + term.typos + 1):
                    self._most[length] = max(self._most.get(length, 0), term.typos)
        self._gate = _Gate(kept)
        self._halves = _halves(allowed)

    def __bool__(self) -> bool:
        return bool(self._forms)

    def may_find(self, squeezed: str) -> bool:
        """Whether `find` may find something in a text with this squeezed view; for few names far quicker than to look."""
        for half in self._halves:
            if half in squeezed:
                return True
        return not self._halves

    def find(self, folded: str) -> Iterator[tuple[Term, int, int]]:
        """Each misspelt name in a folded text, with its range there. Names spelled right are not repeated."""
        row = f" {spaced(folded)} "
        suspects = {word: known for word in self._gate.passing(row) if (known := self._known(word))}
        if not suspects:
            return
        words = row.split()
        spans: list[tuple[int, int]] = []
        for index, word in enumerate(words):
            for term, place in suspects.get(word, ()):
                size = _misspelt(term, place, words, index)
                if size:
                    spans = spans or word_spans(folded)
                    first = index - max(place, 0)
                    group = spans[first : first + size]
                    if all(separated(folded[left[1] : right[0]]) for left, right in pairwise(group)):
                        yield term, group[0][0], group[-1][1]

    def _known(self, word: str) -> tuple[tuple[Term, int], ...]:
        """Names that this word may belong to, by the place of the word in the name (-1: written as one word)."""
        most = self._most.get(len(word))
        if not most:
            return ()
        known = self._memo.get(word)
        if known is None:
            known = self._look_up(word, most)
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            if len(word) <= _LONGEST:
                self._memo[word] = known
        return known

    def _look_up(self, word: str, most: int) -> tuple[tuple[Term, int], ...]:
        found: dict[tuple[int, int], tuple[Term, int]] = {}
        for form in _shortened(word[:_LONGEST], most):
            for term, place in self._forms.get(form, ()):
                whole = term.letters if place < 0 else term.words[place]
                if distance(word, whole, term.typos) <= term.typos:
                    found[id(term), place] = (term, place)
        return tuple(found.values())


def _halves(terms: Sequence[Term]) -> tuple[str, ...]:
    """Squeezed pieces, one of which stands in every text with one of these names misspelt; none when that cannot be told.

    As in `_Gate`, one mistake leaves what is before the middle letter or what is after it, here of the whole name.
    """
    pieces: set[str] = set()
    for term in terms:
        if term.typos != 1:
            return ()
        half = len(term.squeezed) // 2
        pieces |= {term.squeezed[:half], term.squeezed[half + 1 :]}
    return tuple(sorted(pieces)) if len(pieces) <= _FEW_PIECES else ()


def _misspelt(term: Term, place: int, words: Sequence[str], index: int) -> int:
    """How many of `words`, around the one at `index`, are `term` with a mistake; 0 when they are not, or without one."""
    if place < 0:
        return int(words[index] != term.letters)
    first = index - place
    size = len(term.words)
    if first < 0 or first + size > len(words):
        return 0
    wrong = 0
    for seen, meant in zip(words[first : first + size], term.words, strict=True):
        if seen != meant:
            wrong += distance(seen, meant, term.typos)
            if wrong > term.typos:
                return 0
    return size if wrong else 0


def _anchor(words: Sequence[str], uses: Counter[str]) -> int:
    """Index of the word that tells most: not short, not in half of all names, in few of these names, long."""

    def rank(index: int) -> tuple[bool, bool, int, int, int]:
        word = words[index]
        return len(word) > 4, word not in _COMMON, -uses[word], len(word), index

    return max(range(len(words)), key=rank)
