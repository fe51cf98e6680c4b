"""Confirms one candidate pattern on a text: matches, checks, and what the words around say.

Values stand beside each other: what a check refuses, or cuts off, is searched again from its second character on. The
number of such tries, and of hits, is bounded; a text with more of them gets an inexact hit, which holds it.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from guard.detect.base import Hit
from guard.detect.patterns.shown import WITHIN, called_example, called_trial, easy, published
from guard.text.fold import fold
from guard.types.finding import Strength

TIME_LIMIT: Final = 0.2
"""Seconds that one pattern may take on one text (plus a second for each million characters). By the clock: a busy machine
must not make bounded patterns look endless."""
TRIES: Final = 100
"""Different candidates of one pattern that its check may refuse in one text (and some for each character)."""
_TRIES_PER_CHARACTER: Final = 0.25
MOST_HITS: Final = 2_000
"""Hits of one pattern in one text; with more, the text is held: nobody posts so many, and a file may hold a million."""
_BRIEF: Final = 6_000
"""Code points up to which a search keeps the interpreter's lock: giving it up and taking it back costs more than that."""
_WORD: Final = re.compile(r"\w+")
_OTHER_WORDS: Final = re.compile(r"[^\W\x00-\x7f]")
_SPACED: Final = bytes(point if chr(point) in f"{string.ascii_letters}{string.digits}_" else 32 for point in range(256))
_NUMBER: Final = re.compile(r"\d[\d .\-/]{5,}\d")
_DATE: Final = re.compile(r"(?<!\d)\d{1,4}([./\-])\d{1,2}\1\d{2,4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Ready:
    """A pattern ready to run. `near` and `refuse` search in folded text around a candidate."""

    search: Any
    entity: str
    subtype: str | None
    matcher: str | None
    score: float
    strength: Strength = Strength.PATTERN
    check: Callable[[str], int] | None = None
    again: bool = False
    """Whether a match may be refused, so that later ones inside it must be tried too."""
    value: bool = False
    near: Any = None
    near_words: frozenset[str] = frozenset()
    """The first word of each phrase that `near` looks for."""
    near_within: int = 0
    near_score: float = 0.0
    near_required: bool = False
    refuse: Any = None
    refuse_within: int = 0
    shown: bool = False


class Folded:
    """The words around candidates: folds a text once, when first asked for."""

    __slots__ = ("_folded", "_plain", "_words")

    def __init__(self, plain: str, folded: str | None = None) -> None:
        self._plain = plain
        self._folded = folded
        self._words: frozenset[str] | None = None

    def text(self) -> str | None:
        """The folded text where it runs position for position with the plain one, else None."""
        if self._folded is None:
            self._folded = fold(self._plain)
        return self._folded if len(self._folded) == len(self._plain) else None

    def has_any(self, words: frozenset[str]) -> bool:
        """Whether one of `words` stands anywhere in the text."""
        if self._words is None:
            self.text()
            self._words = frozenset(_words(self._folded or ""))
        return not words.isdisjoint(self._words)

    def before(self, start: int, within: int) -> tuple[str, int, int]:
        """Text, and range in it, to search before `start`: words may begin in the range and are whole."""
        folded = self.text()
        if folded is not None:
            return folded, max(0, start - within), start
        first = start - within - 1
        window = fold(self._plain[max(0, first) : start])
        return window, int(first > 0), len(window)

    def after(self, end: int, within: int) -> tuple[str, int, int]:
        """The same after `end`."""
        folded = self.text()
        if folded is not None:
            return folded, end, end + within + 1
        window = fold(self._plain[end : end + within + 1])
        return window, 0, len(window)

    def is_example(self, start: int, end: int) -> bool:
        """Whether an easy value there is said to be an example, or a published card a test."""
        value = self._plain[start:end]
        card = published(value)
        if not card and not easy(value):
            return False
        before, first, upto = self.before(start, WITHIN)
        after, begin, last = self.after(end, WITHIN)
        cut = "x" if end + WITHIN < len(self._plain) else ""  # no end of the text
        left, right = before[first:upto], after[begin:last] + cut
        return called_example(left, right) or (card and called_trial(left, right))


def _words(folded: str) -> list[str]:
    """The words of a folded text, as `_WORD` has them; without other letters than ASCII in a tenth of its time."""
    if folded.isascii() or _OTHER_WORDS.search(folded) is None:
        return folded.encode("ascii", "replace").translate(_SPACED).decode("ascii").split()
    return _WORD.findall(folded)


class Sure:
    """Ranges of validated hits: what lies within a longer one need not even be checked."""

    __slots__ = ("_reach", "_starts")

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._starts: list[int] = []
        self._reach: list[int] = []
        """The farthest end among the ranges up to each."""
        for start, end in sorted((hit.start, hit.end) for hit in hits):
            self._starts.append(start)
            self._reach.append(max(end, self._reach[-1]) if self._reach else end)

    def hold(self, start: int, end: int) -> bool:
        """Whether the range lies within one of these that is longer."""
        before, upto = bisect_left(self._starts, start), bisect_right(self._starts, start)
        return (before > 0 and self._reach[before - 1] >= end) or (upto > 0 and self._reach[upto - 1] > end)


def confirm(ready: Ready, plain: str, sure: Sure | None, folded: Folded) -> list[Hit]:
    """Hits of one pattern in `plain`; `sure` are the validated hits of others. Never raises TimeoutError: a limit holds."""
    size = len(plain)
    if ready.near_required and not folded.has_any(ready.near_words):
        return []
    found = ready.search.finditer(
        plain,
        overlapped=ready.again,
        timeout=TIME_LIMIT + size / 1_000_000,
        concurrent=None if size > _BRIEF else False,
    )
    hits: list[Hit] = []
    try:
        for hit in _checked(ready, plain, found, sure, folded) if ready.again else _as_found(ready, found, folded):
            hits.append(hit)
            if len(hits) >= MOST_HITS:
                hits.append(_unfinished(ready, size, "too many hits"))
                break
    except TimeoutError:
        hits.append(_unfinished(ready, size, "time limit reached"))
    return hits


def _as_found(ready: Ready, matches: Iterable[Any], folded: Folded) -> Iterator[Hit]:
    for found in matches:
        start, end = found.span("value") if ready.value else found.span()
        if start < end and (hit := _weigh(ready, folded, start, end)) is not None:
            yield hit


class _Sizes(dict[str, int]):
    """What a check says of each value of a text, asked once: it knows nothing of where one stands."""

    def __init__(self, check: Callable[[str], int]) -> None:
        super().__init__()
        self._check = check
        self.refused = 0

    def __missing__(self, value: str) -> int:
        size = self[value] = self._check(value)
        self.refused += not size
        return size


def _checked(ready: Ready, plain: str, matches: Iterable[Any], sure: Sure | None, folded: Folded) -> Iterator[Hit]:
    """Hits among matches that may overlap each other: a chain of values side by side, each the first after the last.

    A value that begins inside one of the chain and ends behind it counts too when the chain does not go on there: in
    `01 06 39 98 12 34` either end may be the number, so both are reported. What lies within one of `sure`, the validated
    hits of other patterns, is not even checked: the longer one stands.
    """
    reach = 0
    beside: Hit | None = None
    sizes = _Sizes(ready.check or len)
    most = TRIES + len(plain) * _TRIES_PER_CHARACTER
    for found in matches:
        start, end = found.span("value") if ready.value else found.span()
        if start == end or end <= reach:
            continue
        value = plain[start:end]
        if sizes.get(value) == 0 or (sure is not None and sure.hold(start, end)):
            continue
        size = sizes[value]
        if not size:
            if sizes.refused > most:
                yield _unfinished(ready, len(plain), "too many candidates")
                break
        elif start + size > reach and (hit := _weigh(ready, folded, start, start + size)) is not None:
            if start < reach:
                beside = beside or hit
                continue
            if beside is not None and beside.end <= start:
                yield beside
            beside = None
            reach = hit.end
            yield hit
    if beside is not None:
        yield beside


def _weigh(ready: Ready, folded: Folded, start: int, end: int) -> Hit | None:
    """The hit with the score that its surroundings give it; None when they speak against it."""
    score, why = ready.score, ("check passed" if ready.check else "")
    if ready.refuse is not None and _refused(ready, folded, start):
        return None
    if ready.shown and folded.is_example(start, end):
        return None
    if ready.near is not None:
        near, within = ready.near, ready.near_within
        if folded.has_any(ready.near_words) and (
            near.search(*folded.before(start, within)) or near.search(*folded.after(end, within))
        ):
            score = ready.near_score
            why = f"{why}{', ' if why else ''}context word within {within} characters"
        elif ready.near_required:
            return None
    return Hit(ready.entity, start, end, score, ready.strength, ready.subtype, ready.matcher, explanation=why)


def _refused(ready: Ready, folded: Folded, start: int) -> bool:
    """Whether a word before says that it is something else; one with another number after it speaks of that one."""
    text, first, end = folded.before(start, ready.refuse_within)
    last = None
    for said in ready.refuse.finditer(text, first, end):
        last = said.end()
    return last is not None and _NUMBER.search(_DATE.sub("", text[last:end])) is None


def _unfinished(ready: Ready, size: int, why: str) -> Hit:
    return Hit(
        ready.entity, 0, size, 1.0, Strength.PATTERN, ready.subtype, ready.matcher, exact=False, explanation=why
    )  # fmt: skip
