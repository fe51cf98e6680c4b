"""A held post as a reviewer sees it: as written with what was found marked, beside it as it would be published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from guard.channels.joined import ROLE as JOINED
from guard.console.shown import Piece, pieces
from guard.outbox.payload import CasePayload
from guard.types.decision import Action, Match
from guard.types.finding import Finding, Span
from guard.types.inspection import Edit, Inspection
from guard.types.post import Post, Segment
from guard.types.topic import ENTITY as TOPIC
from guard.types.topic import TOPICS

EXCERPT = 120
"""Code points of a post in the queue."""
LONG = 1200
"""Code points of a text that is shown whole."""
BEFORE = 40
"""Of those, before what was found; and of a text in which nothing was."""
BEGINNING = 80
"""Of a post that only a model read otherwise: nothing in it stands apart that could be covered."""
COVER = "▇▇▇"
COMPARED = 1_000_000
"""Pairs of words beyond which two texts are not compared: all of the new one is new then."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that look alike, and what they are part of."""

    piece: Piece
    strong: bool = False
    """In a span that a rule acts on."""
    weak: bool = False
    """Found, and no rule minds."""
    new: bool = False
    """Put in by a redaction or an edit."""
    ends: tuple[int, ...] = ()
    """Numbers of the reasons whose span ends here."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a post."""

    path: str
    role: str
    runs: tuple[Run, ...]
    changed: bool = False

    @property
    def long(self) -> bool:
        """Whether it is to stand in a box of its own: the reasons and the decision would be far away else."""
        return sum(len(run.piece.text) for run in self.runs) > LONG


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that acts on the post today, or held it then."""

    number: int
    """As the marks in the text have it."""
    id: str
    action: str
    title: Mapping[str, str]
    say: Mapping[str, str]
    found: tuple[tuple[str, int], ...]
    """What was found, and how often: `("PHONE_NUMBER", 3)`; of topics, which: `("lost_deal", 1)`."""
    model: bool = False
    """A model read it: what is marked are the words that weighed most."""
    likely: Mapping[str, int] = field(default_factory=dict)
    """How sure the model is of each topic, in percent."""
    today: bool = True
    """False: it held the post and is no longer in force, or no longer minds."""


def reasons(inspection: Inspection, then: Sequence[str], titles: Mapping[str, Mapping[str, str]]) -> list[Reason]:
    """Why the post waits: rules that act on it today, then those that held it and no longer do. `titles` by `policy/rule`."""
    acting = acting_matches(inspection)
    found = [
        Reason(
            number,
            match.id,
            match.action.word,
            match.title or titles.get(match.id, {}),
            match.say,
            _kinds(match),
            _by_model(match),
            _likely(match),
        )
        for number, match in enumerate(acting, 1)
    ]
    gone = [name for name in then if name not in {match.id for match in acting}]
    found += [
        Reason(len(acting) + number, name, Action.HOLD.word, titles.get(name, {}), {}, (), today=False)
        for number, name in enumerate(gone, 1)
    ]
    return found


def acting_matches(inspection: Inspection) -> list[Match]:
    """Those that do something, the most severe first."""
    matches = (match for match in inspection.decision.matches if match.action > Action.ALLOW)
    return sorted(matches, key=lambda match: -match.action)


def written(post: Post, matches: Sequence[Match], found: Iterable[Finding]) -> list[Text]:
    """Each text with the spans of these rules, numbered as `reasons` does, and of what else was found."""
    spans: list[_Mark] = []
    for number, match in enumerate(matches, 1):
        told: set[str] = set()
        for finding in match.findings:
            for span in finding.places:
                # Of what a model read, the number stands once in a text, at the word that weighed most
                spans.append(_Mark(number, span, numbered=span.segment not in told))
                if finding.entity_type == TOPIC:
                    told.add(span.segment)
    known = {mark.span for mark in spans}
    others = dict.fromkeys(span for finding in found if finding.entity_type != TOPIC for span in finding.places)
    spans += [_Mark(0, span) for span in others if span not in known]
    return [_marked(segment, [one for one in spans if one.span.segment == segment.path]) for segment in _texts(post)]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A span to mark, with the number of its reason; 0: no rule minds."""

    number: int
    span: Span
    numbered: bool = True
    """Whether the number is shown at its end."""


def _marked(segment: Segment, marks: Sequence[_Mark]) -> Text:
    places = [(mark.span.start, min(mark.span.end, len(segment.text))) for mark in marks]
    runs: list[Run] = []
    place = 0
    for piece in pieces(segment.text, places):
        place += piece.size
        numbers = {marks[one].number for one in piece.marks}
        over = (marks[one] for one in piece.marks if places[one][1] == place)
        ends = sorted({mark.number for mark in over if mark.numbered} - {0})
        runs.append(Run(piece, strong=any(numbers), weak=numbers == {0}, ends=tuple(ends)))
    return Text(segment.path, segment.role, tuple(runs))


def published(post: Post, edits: Sequence[Edit]) -> list[Text]:
    """Each text with these edits made, and what they put in marked."""
    return [_edited(segment, [edit for edit in edits if edit.path == segment.path]) for segment in _texts(post)]


def _edited(segment: Segment, edits: Sequence[Edit]) -> Text:
    runs: list[Run] = []
    place = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        runs += [Run(piece) for piece in pieces(segment.text[place : edit.start])]
        runs += [Run(piece, new=True) for piece in pieces(edit.replacement)]
        place = max(place, edit.end)
    runs += [Run(piece) for piece in pieces(segment.text[place:])]
    return Text(segment.path, segment.role, tuple(runs), changed=bool(edits))


def retold(post: Post, texts: Mapping[str, str]) -> list[Text]:
    """Each text as somebody wrote it anew, what is new in it marked; `texts` by path."""
    return [
        Text(segment.path, segment.role, tuple(_new_runs(segment.text, texts[segment.path])), changed=True)
        if segment.path in texts
        else _edited(segment, ())
        for segment in _texts(post)
    ]


def _new_runs(old: str, new: str) -> list[Run]:
    was, now = _WORDS.findall(old), _WORDS.findall(new)
    if len(was) * len(now) > COMPARED:
        return [Run(piece, new=True) for piece in pieces(new)]
    changes = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    return [
        Run(piece, new=what != "equal")
        for what, _, _, start, end in changes
        for piece in pieces("".join(now[start:end]))
    ]


def excerpt(payload: CasePayload) -> tuple[str, ...]:
    """What stands around what was found, which is covered, of each text, or the beginning; nothing where that cannot be
    sure to hide it.
    """
    found = [one for one in payload.findings if one.entity_type != TOPIC]
    if not all(one.exact for one in found):
        return ()
    parts: list[str] = []
    left = EXCERPT if found else BEGINNING
    for segment in _texts(payload.post):
        whole = " ".join(_covered(segment, found).split())
        if segment.role != "key" and whole and left > 0:
            parts.append(_near_first(whole, left, BEFORE if found else left))
            left -= len(parts[-1])
    return tuple(parts)


def _covered(segment: Segment, findings: Iterable[Finding]) -> str:
    text, place = "", 0
    for start, end in sorted(
        (max(one.span.start, 0), one.span.end) for one in findings if one.span.segment == segment.path
    ):
        if start >= place:
            text += segment.text[place:start] + COVER
        place = max(place, end)
    return text + segment.text[place:]


def _near_first(text: str, longest: int, beginning: int) -> str:
    """From a few words before what is covered first; where nothing is, so much of the beginning."""
    first = text.find(COVER)
    if first < 0:
        longest = min(longest, beginning)
    start = text.find(" ", first - BEFORE) + 1 if first > BEFORE else 0
    if not 0 < start <= first:
        start = max(first - BEFORE, 0)
    end = start + longest
    return ("…" if start else "") + text[start:end].rstrip() + ("…" if len(text) > end else "")


def _texts(post: Post) -> list[Segment]:
    """Its texts, without the one that repeats the others."""
    return [segment for segment in post.segments if segment.role != JOINED]


def _by_model(match: Match) -> bool:
    return any(one.entity_type == TOPIC for one in match.findings)


def _likely(match: Match) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in match.findings:
        if one.entity_type == TOPIC and one.subtype:
            found[one.subtype] = max(found.get(one.subtype, 0), round(one.score * 100))
    return found


def _kinds(match: Match) -> tuple[tuple[str, int], ...]:
    kinds = (one.subtype if one.entity_type == TOPIC and one.subtype else one.entity_type for one in match.findings)
    counted = Counter(kinds)
    # A text that is read with its fields gives a topic away once more, not two of them
    return tuple((kind, 1 if kind in TOPICS else number) for kind, number in counted.items())
