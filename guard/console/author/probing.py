"""Notices who fishes for confidential names: a check says "something here is confidential", and whoever may ask often
enough can find out what.

Somebody who writes a post types on: the same name is found again and again, and once it is taken out it is gone. Somebody
who fishes sends nearly the same text over and over in which now this is found, now nothing, now something else. Those
turns are counted, per person or address; the texts themselves are not kept, nor written anywhere.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from guard.text.fold import fold
from guard.types.inspection import Inspection

WINDOW = timedelta(hours=1)
SLOW_AT = 4
"""Turns within the window from which answers take their time."""
SHUT_AT = 8
"""Turns from which there are only neutral answers for a while."""
SHUT_FOR = timedelta(minutes=15)
COMPARED = 6
"""Latest texts that a new one is compared with."""
ASKED = 200
"""Latest texts of which it is known that they were asked before."""
FEW = 3
"""A text of so few words is a variant of any other: names are tried alone too."""
MOST = 10_000
"""People and addresses remembered; the least recently seen go first."""


class Mood(IntEnum):
    """How somebody is answered."""

    CALM = 0
    SLOW = 1
    SHUT = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch makes of one check."""

    mood: Mood
    turns: int
    noticed: bool = False
    """True once, when somebody comes to be shut out: the moment to record it."""


@dataclass(slots=True)
class _Trace:
    turns: deque[datetime] = field(default_factory=deque)
    texts: deque[frozenset[int]] = field(default_factory=lambda: deque(maxlen=COMPARED))
    values: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    asked: deque[int] = field(default_factory=lambda: deque(maxlen=ASKED))
    hit: bool = False
    shut: datetime | None = None


class Watch:
    """In memory, of the one process that serves the console."""

    def __init__(self) -> None:
        self._traces: OrderedDict[str, _Trace] = OrderedDict()

    def mood(self, who: str, now: datetime) -> Mood:
        """How they stand, before another check is made."""
        trace = self._traces.get(who)
        if trace is None:
            return Mood.CALM
        if trace.shut is not None and timedelta(0) <= now - trace.shut < SHUT_FOR:
            return Mood.SHUT
        return Mood.SLOW if self._turns(trace, now) >= SLOW_AT else Mood.CALM

    def saw(self, who: str, inspection: Inspection, now: datetime) -> Seen:
        """Count one check and what it found."""
        trace = self._traces.setdefault(who, _Trace())
        self._traces.move_to_end(who)
        while len(self._traces) > MOST:
            self._traces.popitem(last=False)
        words = _words(inspection)
        variant = not trace.texts or any(_alike(words, each) for each in trace.texts)
        trace.texts.append(words)
        found = list(_confidential(inspection))
        other = [value for value in found if not any(_typed_on(value, known) for known in trace.values)]
        trace.values.extend(other)
        exact = hash(tuple(segment.text for segment in inspection.post.segments))
        asked_before = exact in trace.asked  # the same answer again tells nothing: a monitor, or an undo
        trace.asked.append(exact)
        turned = bool(found) and variant and not asked_before and (bool(other) or not trace.hit)
        if turned:
            trace.turns.append(now)
        trace.hit = bool(found)
        turns = self._turns(trace, now)
        noticed = turned and turns >= SHUT_AT and (trace.shut is None or now - trace.shut >= SHUT_FOR)
        if noticed:
            trace.shut = now
        return Seen(self.mood(who, now), turns, noticed)

    @staticmethod
    def _turns(trace: _Trace, now: datetime) -> int:
        while trace.turns and now - trace.turns[0] > WINDOW:
            trace.turns.popleft()
        return len(trace.turns)


def _words(inspection: Inspection) -> frozenset[int]:
    """Keyed by the interpreter's own secret: of no use to anybody who reads the memory later."""
    return frozenset(hash(word) for segment in inspection.post.segments for word in fold(segment.text).split())


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether one text is a variant of the other: most of the shorter one stands in the longer one."""
    least = min(len(one), len(other))
    return least <= FEW or len(one & other) >= 0.6 * least


def _confidential(inspection: Inspection) -> Iterator[str]:
    """What confidential rules found, folded."""
    texts = {segment.path: segment.text for segment in inspection.post.segments}
    decision = inspection.decision
    for match in (*decision.matches, *decision.shadow):
        if match.confidential:
            for finding in match.findings:
                span = finding.span
                yield "".join(filter(str.isalnum, fold(texts.get(span.segment, "")[span.start : span.end])))


def _typed_on(value: str, known: str) -> bool:
    """The same word, a letter more or less, as it is being typed or taken back."""
    return value.startswith(known) or known.startswith(value)
