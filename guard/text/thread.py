"""What is split over several posts of one author: the last posts read together with the next one.

`06 39 9` and then `8 47 61 demain`; one character a post; half a name here and half there. Pure and bounded: who keeps
the earlier posts, how many and for how long is the caller's affair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from guard.text.normalize import normalize
from guard.text.readings import Reading
from guard.text.trust import Trust

_MOST: Final = 60
"""Posts looked back at: an account number in single characters has 34."""
TAIL: Final = 160
"""Characters of the posts before that are read."""
_HEAD: Final = 160
"""Characters read before the seam and after it: longer than anything that a detector looks for and its context."""
_BRIEF: Final = 3
"""Posts of at most so many characters are parts of a spelled-out value."""
_SPELLED: Final = 4
"""So many brief posts in a row are no conversation."""
_COUNTER: Final = r"[\[(]?\d{1,2} ?/ ?(?:\d{1,2}|n)?[\])]?"
_LEAD: Final = re.compile(rf"\s*(?:{_COUNTER}(?=[\s:.-]))?(?:[\s:…>-]|\.{{2,3}})*", re.IGNORECASE)
_TRAIL: Final = re.compile(
    rf"(?:\s*(?:(?<=\s){_COUNTER}|\.{{2,3}}|…|->|=>|→|⬇️?|👇|🧵|\(suite\)|\(cont\.?\)))*\s*\Z", re.IGNORECASE
)
_CUT_ADDRESS: Final = re.compile(
    r"(?<![^\s(<:])[0-9a-z]+(?:[._+-][0-9a-z]+)+\x00@[0-9a-z]"
    r"|[0-9a-z]@(?:(?![0-9a-z.-]*\.[a-z]{2,}\x00)[0-9a-z.-]{0,60}\x00[0-9a-z.-]{1,60}|[0-9a-z.-]{0,60}\x00[0-9a-z-]{0,60}\.[a-z]{2,})",
    re.IGNORECASE,
)
"""An e-mail address with the seam in it (\x00), and not a post that ends in a word before one that begins with a
mention, nor one that ends in a whole address before one that begins with a word."""
_SEAM: Final = "-"
"""Stands between posts where letters would run together: names may begin behind it, and be cut by it, in or between words."""
_RUNS_ON: Final = re.compile(r"[^\W\d_]\x00[^\W\d_]")
_ENDS_IN_DIGIT: Final = re.compile(r"\d\W{0,4}\Z")
_BEGINS_WITH_DIGIT: Final = re.compile(r"\W{0,4}\d")


def joined(earlier: Sequence[str], text: str) -> Iterator[Reading]:
    """`text` behind the end of the author's earlier posts (oldest first), in up to three readings.

    Offsets lead into `text`: what stands in earlier posts becomes the empty range at its start, so a hit that is wholly
    there has an empty range (and was found when it was posted). A hit across the seam gets the part that lies in `text`.
    """
    before = _latest(earlier)
    tail = "".join(before)[-TAIL:]
    if not tail or not text:
        return
    spelled = len(before) >= _SPELLED and all(len(each) <= _BRIEF for each in before[-_SPELLED:])
    lead = _LEAD.match(text)
    start = lead.end() if lead is not None and lead.end() < len(text) else 0
    head = text[start : start + _HEAD]
    around = f"{tail}\x00{head}"
    written = spelled or ("@" in around and _CUT_ADDRESS.search(around) is not None)
    yield _reading(tail, head, start, Trust.WRITTEN if written else Trust.CHECKED)
    if not spelled and _ENDS_IN_DIGIT.search(tail) and _BEGINS_WITH_DIGIT.match(head):
        yield _reading(before[-1][-TAIL:] + " ", head, start, Trust.CHECKED)
    if not spelled and _RUNS_ON.search("\x00".join((*before, head))) is not None:
        yield _reading("".join(each + _SEAM for each in before)[-TAIL:], head, start, Trust.CHECKED)


def _latest(earlier: Sequence[str]) -> list[str]:
    """The ends of as many of the latest posts as the tail has room for, oldest first."""
    ends: list[str] = []
    room = TAIL
    for post in reversed(earlier[-_MOST:]):
        ends.append(_without_counter(post[-TAIL:]))
        room -= len(ends[-1])
        if room <= 0:
            break
    ends.reverse()
    return ends


def _without_counter(post: str) -> str:
    """A post without the signs that count the posts of a thread and announce the next."""
    if len(post) <= _BRIEF:
        return post.strip()
    lead = _LEAD.match(post)
    rest = post[lead.end() :] if lead is not None else post
    trail = _TRAIL.search(rest[-40:])
    return rest[: len(rest) - len(trail[0])] if trail is not None else rest


@dataclass(frozen=True, slots=True)
class _Behind:
    """From a tail and the head behind it back to the text that the head stands in from `start` on."""

    tail: int
    start: int

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """See OffsetMap; what stands in the tail is the empty range before the text."""
        shift = self.start - self.tail
        first = start + shift if start >= self.tail else 0
        return first, max(first, end + shift if end > self.tail else 0)


def _reading(tail: str, head: str, start: int, trust: Trust) -> Reading:
    return Reading("thread", normalize(tail + head), (_Behind(len(tail), start),), trust=trust)
