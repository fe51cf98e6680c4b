"""One post, inspected under the old and the new policies: whether it comes out differently, and by which rules. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from guard.channels.joined import PATH as JOINED
from guard.types.decision import Action, Decision, Match
from guard.types.finding import Span
from guard.types.inspection import Inspection
from guard.types.post import Post

LONGEST: Final = 400
"""Code points of a post that a sample shows."""
_STOPPED: Final = Action.REROUTE
"""From here on a post is not published where its author wanted it."""
_BEFORE: Final = 120
"""Of them before the first place that was found, where the post is longer."""


class Kind(StrEnum):
    """How a post comes out differently, the gravest first."""

    BLOCKED = "newly-blocked"
    HELD = "newly-held"
    REROUTED = "newly-rerouted"
    """It would appear on the internal server only."""
    PASSED = "newly-passed"
    """It was rerouted, held or blocked, and is no longer."""
    ACTION = "other-action"
    DETAIL = "same-action"
    """The same action, but of other rules, or with another masked text."""


@dataclass(frozen=True, slots=True)
class Change:
    """A post that comes out differently. Plain values only, so that it travels between processes as JSON."""

    kind: str
    where: str
    """`posts.jsonl:12`, or `case 1001`."""
    id: str
    network: str
    groups: Sequence[str]
    old: str
    """The action's word."""
    new: str
    rules: Sequence[str]
    """Those that the change comes from; a reason in brackets where no rule decided."""
    old_rules: Sequence[str]
    """What each rule did, in words."""
    new_rules: Sequence[str]
    text: Sequence[Sequence[Any]] | None
    """Pieces of the post in order, each with whether it was found; None where a confidential policy speaks of it."""
    places: Sequence[str]
    """Where it was found, `/text 14-28`, in code points of the text as written."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(where: str, old: Inspection, new: Inspection) -> Change | None:
    """What changed between two inspections of one post; None when nothing an author or reviewer would see did."""
    kind = _kind(old, new)
    if kind is None:
        return None
    post = new.post
    matches = [match for one in (old, new) for match in one.decision.matches]
    spans = sorted({finding.span for match in matches for finding in match.findings if _told(match)})
    shadow = (*old.decision.shadow, *new.decision.shadow)
    secret = any(match.confidential for match in (*matches, *shadow))
    return Change(
        kind=kind.value,
        where=where,
        id=post.id,
        network=post.network,
        groups=sorted(post.author.groups),
        old=old.decision.action.word,
        new=new.decision.action.word,
        rules=_responsible(kind, old.decision, new.decision),
        old_rules=_said(old.decision),
        new_rules=_said(new.decision),
        text=None if secret else tuple(_excerpt(post, spans)),
        places=[f"{span.segment} {span.start}-{span.end}" for span in spans],
    )


def _kind(old: Inspection, new: Inspection) -> Kind | None:
    before, after = old.decision.action, new.decision.action
    if before is not after:
        if after >= _STOPPED > before:
            return {Action.BLOCK: Kind.BLOCKED, Action.HOLD: Kind.HELD}.get(after, Kind.REROUTED)
        return Kind.PASSED if before >= _STOPPED > after else Kind.ACTION
    if after is Action.ALLOW:
        return None
    same = _acting(old.decision) == _acting(new.decision) and _masked(old) == _masked(new)
    return None if same else Kind.DETAIL


def _told(match: Match) -> bool:
    """Whether it has to do with what became of the post: a rule that let it pass by its own ladder has not."""
    return match.action > Action.ALLOW or match.exception is not None


def _acting(decision: Decision) -> dict[str, Action]:
    """What each rule did, and what was done for another reason than a rule."""
    found: dict[str, Action] = {}
    for match in decision.matches:
        if match.action > Action.ALLOW:
            found[match.id] = match.action
    if decision.reason:
        found[f"({decision.reason.partition(':')[0]})"] = Action.HOLD
    return found


def _responsible(kind: Kind, old: Decision, new: Decision) -> list[str]:
    before, after = _acting(old), _acting(new)
    if kind is Kind.DETAIL:
        differing = {name for name, _ in before.items() ^ after.items()}
        return sorted(differing or {name for name, action in after.items() if action is Action.REDACT} or after)
    stronger = before if old.action > new.action else after
    top = max(stronger.values())
    return sorted(name for name, action in stronger.items() if action is top)


def _said(decision: Decision) -> list[str]:
    """`pii-fr/phone: redact`; what an exception let pass; and a reason that is no rule's."""
    said = []
    for match in decision.matches:
        if match.exception:
            said.append(f"{match.id}: allow by exception {match.exception}")
        elif match.action > Action.ALLOW:
            said.append(f"{match.id}: {match.action.word}")
    return [*said, decision.reason] if decision.reason else said


def _masked(inspection: Inspection) -> tuple[str, ...]:
    safe = inspection.redacted
    return () if safe is None else tuple(segment.text for segment in safe.segments)


def _excerpt(post: Post, spans: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """The post's texts with what was found marked; of a long post the part around the first such place."""
    text, marks = _flat(post, spans)
    start = max(0, marks[0][0] - _BEFORE) if marks and len(text) > LONGEST else 0
    end = start + LONGEST
    at = start
    if start:
        yield "…", False
    for left, right in marks:
        if at < left < end:
            yield text[at:left], False
        if at < right and left < end:
            yield text[max(at, left) : min(right, end)], True
        at = max(at, right)
    if at < end and at < len(text):
        yield text[at:end], False
    if end < len(text):
        yield "…", False


def _flat(post: Post, spans: Sequence[Span]) -> tuple[str, list[tuple[int, int]]]:
    """All texts that readers see or in which something was found, a line each, with the places in them."""
    found = {span.segment for span in spans}
    texts: list[str] = []
    marks: list[tuple[int, int]] = []
    size = 0
    for segment in post.segments:
        if segment.path == JOINED or (segment.role != "body" and segment.path not in found):
            continue
        marks += [(size + span.start, size + span.end) for span in spans if span.segment == segment.path]
        texts.append(segment.text)
        size += len(segment.text) + 1
    return "\n".join(texts), sorted(marks)
