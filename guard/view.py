"""The inspection record as others read it: `check --format json`, each line of `scan`, `POST /v1/check`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from guard.types.decision import Action
from guard.types.finding import Finding, Span
from guard.types.inspection import Inspection
from guard.types.topic import ENTITY as TOPIC


def inspection_json(inspection: Inspection, *, confide: bool = True) -> dict[str, Any]:
    """The record of contracts.md. Holds no text of the post but the redacted one, and no confidential term.

    Without `confide` it also does not tell where one stands: such a finding's span is its whole text, and there is no
    redacted text that would have a gap there.
    """
    decision = inspection.decision
    whole = {} if confide else _whole(inspection)
    acting = [match for match in decision.matches if match.action > Action.ALLOW]
    rules = {finding: match.id for match in reversed(decision.matches) for finding in match.findings}
    return {
        "id": inspection.post.id,
        "action": decision.action.word,
        "redacted": None if whole and tells_confidential(inspection) else _redacted(inspection),
        "findings": [_finding(whole.get(finding, finding), rules.get(finding)) for finding in inspection.findings],
        "topics": _topics(inspection),
        "matches": [
            {"policy": match.policy, "rule": match.rule, "action": match.action.word}
            | ({"exception": match.exception} if match.exception else {})
            for match in decision.matches
        ],
        "shadow": [
            {"policy": match.policy, "rule": match.rule, "action": match.action.word} for match in decision.shadow
        ],
        "messages": {
            language: " ".join(dict.fromkeys(text for match in acting if (text := match.say.get(language))))
            for language in ("fr", "en")
        },
        "reason": decision.reason,
        "failures": [{"detector": failure.detector, "reason": failure.reason} for failure in inspection.failures],
        "policy_digest": decision.policy_digest,
        "elapsed_ms": round(inspection.elapsed_ms, 3),
    }


def confidential(inspection: Inspection) -> list[Finding]:
    """What confidential rules found."""
    return [finding for match in inspection.decision.matches if match.confidential for finding in match.findings]


def tells_confidential(inspection: Inspection) -> bool:
    """Whether the redacted post has a gap where a confidential term stands."""
    return any(
        edit.path == span.segment and edit.start < span.end and span.start < edit.end
        for edit in inspection.edits
        for span in (finding.span for finding in confidential(inspection))
    )


def _whole(inspection: Inspection) -> dict[Finding, Finding]:
    """Confidential findings, as if each were its whole text."""
    lengths = {segment.path: len(segment.text) for segment in inspection.post.segments}
    return {
        finding: replace(finding, span=Span(finding.span.segment, 0, lengths[finding.span.segment]), exact=False)
        for finding in confidential(inspection)
    }


def _topics(inspection: Inspection) -> dict[str, float]:
    """What a model says that the post gives away, most likely first: of several texts the surest."""
    found: dict[str, float] = {}
    for finding in inspection.findings:
        if finding.entity_type == TOPIC and finding.subtype:
            found[finding.subtype] = max(found.get(finding.subtype, 0.0), round(finding.score, 3))
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _redacted(inspection: Inspection) -> str | None:
    """The safe version's text; of several segments, those that changed, one a line."""
    if inspection.redacted is None:
        return None
    pairs = zip(inspection.post.segments, inspection.redacted.segments, strict=False)
    changed = [new.text for old, new in pairs if old.text != new.text]
    return "\n".join(changed) if changed else None


def _finding(finding: Finding, rule: str | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "entity_type": finding.entity_type,
        "segment": finding.span.segment,
        "start": finding.span.start,
        "end": finding.span.end,
        "score": round(finding.score, 3),
        "detector": finding.detector,
        "rule": rule,
    }
    if finding.subtype:
        shown["subtype"] = finding.subtype
    if not finding.exact:
        shown["exact"] = False
    if finding.weighed:
        shown["weighed"] = [list(place) for place in finding.weighed]
    return shown
