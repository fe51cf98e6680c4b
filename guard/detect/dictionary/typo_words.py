"""Words that may be names with a mistake in them, by their letters with one or two left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from guard.detect.dictionary.edits import LEAST_TWICE, LONGEST, allowed, distance, shortened
from guard.detect.dictionary.term import COMMON, Term

MEMO_SIZE: Final = 60_000
"""Words that an index remembers."""
_Index = int | tuple[int, ...]
_Beside = tuple[tuple[tuple[int, str] | None, tuple[tuple[int, int], ...]], ...]


class WordIndex:
    """Names by their letters with up to one left out."""

    __slots__ = ("_forms", "_heads", "_most", "_tails", "_terms")

    def __init__(self, terms: Sequence[Term], among: Iterable[int]) -> None:
        self._terms = terms
        self._most = 0
        """Letters that a word can have at most to be one of the names with a mistake."""
        self._forms: dict[str, _Index] = {}
        self._heads: set[str] = set()
        """First halves of all words one mistake away; the mistake leaves that, or the last half, as it is."""
        self._tails: set[str] = set()
        for at in among:
            self._most = max(self._most, len(terms[at].letters) + 1)
            letters = terms[at].letters[:LONGEST]
            for form in set(shortened(letters, 1)):
                put(self._forms, form, at)
            for size in range(len(letters) - 1, len(letters) + 2):
                self._heads.add(letters[: _half(size)])
                self._tails.add(letters[-_half(size) :])

    def find(self, word: str) -> list[int]:
        """Indexes of the names that a word may be with one mistake."""
        size = len(word)
        if size > self._most:
            return []
        half = _half(size)
        forms: list[str] = []
        if size >= LONGEST:
            forms = shortened(word[:LONGEST], 1)
        else:
            if word[:half] in self._heads:
                forms = [word[:at] + word[at + 1 :] for at in range(half, size)]
                forms.append(word)
            if word[-half:] in self._tails:
                forms += [word[:at] + word[at + 1 :] for at in range(size - half)]
                forms.append(word)
        if not forms:
            return []
        return [at for at in self.of(forms) if distance(word, self._terms[at].letters, 1) == 1]

    def of(self, forms: Iterable[str]) -> Iterable[int]:
        """Indexes of the names with one of these forms."""
        known = [each for form in forms if (each := self._forms.get(form)) is not None]
        return dict.fromkeys(at for each in known for at in indexes(each)) if known else ()


def _half(size: int) -> int:
    return (size - 1) // 2


class TwiceIndex:
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
                word = term.words[_anchor(term.words, uses)][:LONGEST]
                most = allowed(word, 2)
                lengths.update(range(max(1, len(word) - most), len(word) + most + 1))
                for form in set(shortened(word, most)):
                    put(self._forms, form, at)
        self._lengths = frozenset(lengths)

    def __bool__(self) -> bool:
        return bool(self._forms)

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Index of a name, and where it may begin in `words`."""
        for index, word in enumerate(words):
            if min(len(word), LONGEST) in self._lengths:
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
        short = word[:LONGEST]
        for form in shortened(short, 2 if len(short) >= LEAST_TWICE - 2 else 1):
            for at in indexes(self._forms.get(form)):
                words = self._terms[at].words
                for place, meant in enumerate(words):
                    most = allowed(meant, 2)
                    if distance(word, meant, most) <= most:
                        known.setdefault(_beside(words, place), {})[at, place] = None
        if len(self._memo) >= MEMO_SIZE:
            self._memo.clear()
        found = tuple((beside, tuple(there)) for beside, there in known.items())
        if len(word) <= LONGEST:
            self._memo[word] = found
        return found


def _beside(words: Sequence[str], place: int) -> tuple[int, str] | None:
    """A neighbour of one word of a name that is too short to hold a mistake, and on which side it stands."""
    for step in (1, -1):
        if 0 <= place + step < len(words) and not allowed(words[place + step], 1):
            return step, words[place + step]
    return None


def put(forms: dict[str, _Index], form: str, at: int) -> None:
    known = forms.get(form)
    forms[form] = at if known is None else (*indexes(known), at)


def indexes(known: _Index | None) -> tuple[int, ...]:
    if known is None:
        return ()
    return (known,) if isinstance(known, int) else known


def _anchor(words: Sequence[str], uses: Counter[str]) -> int:
    """Index of the word that tells most: not short, not in half of all names, in few of these names, long."""

    def rank(index: int) -> tuple[bool, bool, int, int, int]:
        word = words[index]
        return len(word) > 4, word not in COMMON, -uses[word], len(word), index

    return max(range(len(words)), key=rank)
