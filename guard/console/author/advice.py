"""What an author is told of a text: what, where, why, and how to mend it. Pure.

Of a confidential rule an author learns that it speaks, never of which word: no mark, no place, no safe version that would
leave a gap where the word stands. Whoever really sends the post learns no more from the gate, but leaves a record.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from guard.console.shown import units
from guard.console.words import Words
from guard.parts import offered
from guard.types.decision import Action, Match
from guard.types.finding import Finding, Span
from guard.types.inspection import Inspection
from guard.types.post import Post
from guard.view import tells_confidential

LONGEST = 60
"""Characters shown of what was found."""


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """One thing found, in code points of the text, and in the units a browser counts."""

    start: int
    end: int
    first: int
    last: int
    text: str
    about: bool
    """Only about right: a disguise was read through."""


@dataclass(frozen=True, slots=True)
class Point:
    """What one rule says."""

    rule: str
    action: Action
    title: str
    words: str
    places: tuple[Place, ...]
    hidden: bool
    """A confidential rule: it has places, and they are not told."""
    again: bool = False
    """The author has read this before: said shorter."""


@dataclass(frozen=True, slots=True)
class Advice:
    """All that is told of a text."""

    action: Action
    points: tuple[Point, ...]
    """The most severe first."""
    safe: str | None
    """A version that could be published as it stands."""
    unsure: str
    """Why no rule but doubt stops it: `detector-failed`, `redaction-impossible`, or nothing."""
    elapsed_ms: float

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Code points of what is to be marked; the action of each in `kinds`."""
        return [(place.start, place.end) for point in self.points for place in point.places]

    @property
    def kinds(self) -> list[str]:
        return [point.action.word for point in self.points for _ in point.places]

    @property
    def marks(self) -> list[tuple[int, int, str]]:
        """The same in a browser's units, for the page's script."""
        return [(place.first, place.last, point.action.word) for point in self.points for place in point.places]


def advise(
    inspection: Inspection,
    words: Words,
    *,
    again: Collection[str] = (),
    passes: Callable[[Post], bool] = lambda _: True,
    confide: bool = False,
) -> Advice:
    """`passes` says whether a redacted post could go out as it stands; `confide` for those who may see confidential places."""
    decision = inspection.decision
    text = inspection.post.segments[0].text
    points: dict[tuple[str, str], Point] = {}
    acting = (match for match in decision.matches if match.action > Action.ALLOW)
    for match in sorted(acting, key=lambda each: -each.action):
        point = _point(match, text, words, confide=confide)
        known = points.get((point.title, point.words))
        if known is not None:  # two rules that say the same are one thing to mend
            point = replace(known, places=tuple(dict.fromkeys(known.places + point.places)))
        points[point.title, point.words] = replace(point, again=point.rule in again)
    return Advice(
        decision.action,
        tuple(points.values()),
        _safe(inspection, passes, confide=confide),
        decision.reason.partition(":")[0],
        inspection.elapsed_ms,
    )


def _point(match: Match, text: str, words: Words, *, confide: bool) -> Point:
    hidden = match.confidential and not confide
    seen = () if hidden else [each for each in match.findings if each.span.segment == "/0"]
    found = [_place(each, span, text) for each in seen for span in each.places]
    title = words.either(match.title, match.id)
    return Point(match.id, match.action, title, words.either(match.say), tuple(dict.fromkeys(found)), hidden)


def _place(finding: Finding, span: Span, text: str) -> Place:
    start, end = span.start, span.end
    shown = text[start:end]
    cut = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
    return Place(start, end, units(text, start), units(text, end), cut, not (finding.exact or finding.weighed))


def _safe(inspection: Inspection, passes: Callable[[Post], bool], *, confide: bool) -> str | None:
    safe = inspection.redacted
    if safe is None or (not confide and tells_confidential(inspection)):
        return None
    if inspection.decision.action.stops and not offered(inspection.post, inspection.edits):
        return None  # nothing but labels; of a post that goes out so, it is shown what goes out
    if not passes(safe):
        return None
    return safe.segments[0].text


def marks_in(inspection: Inspection, path: str) -> tuple[list[tuple[int, int]], list[str]]:
    """Spans in one text of a post, and the action of each: what an author may be shown of their own post."""
    found = [
        ((span.start, span.end), match.action.word)
        for match in sorted(inspection.decision.matches, key=lambda match: -match.action)
        if match.action > Action.ALLOW and not match.confidential
        for finding in match.findings
        if finding.span.segment == path
        for span in finding.places
    ]
    return [span for span, _ in found], [kind for _, kind in found]
