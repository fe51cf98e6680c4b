"""What is sealed with a held post: all that a reviewer needs to see and the gate needs to send its approved form.

JSON, canonical as audit entries are, so that a later version reads what an earlier one sealed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any

from guard.audit.encode import encode
from guard.errors import ReviewError
from guard.redact.operators import apply_edits
from guard.types.decision import Action
from guard.types.finding import Finding, Span, Strength
from guard.types.inspection import Edit, Excerpt, Facts, Inspection
from guard.types.post import Attachment, Author, Limit, Post, Segment, Unit, Visibility
from guard.words.texts import LANGUAGES, Phrase, words_of

FORMAT = 1


@dataclass(frozen=True, slots=True)
class CasePayload:
    """A held post as it was inspected. Parts of `repr` that could show text show none."""

    post: Post
    findings: tuple[Finding, ...] = ()
    edits: tuple[Edit, ...] = ()
    """The safe version, as edits in the original; empty when there is none."""
    messages: Mapping[str, str] = field(default_factory=dict)
    """What the author is told of why, by language."""
    edited: Mapping[str, str] = field(default_factory=dict, repr=False)
    """A reviewer's texts by segment path, once approved so."""
    approvals: int = 1
    """How many different people must approve."""
    approved_by: tuple[str, ...] = ()
    """Who did, while others are still needed."""
    approved_as: tuple[frozenset[str] | None, ...] = ()
    """In which groups each of them was; None: at the gate's own terminal, where nobody is asked."""
    approved_at: tuple[str, ...] = ()
    """The system's user of each one given at the terminal; empty: at the console."""
    earlier: tuple[Excerpt, ...] = field(default=(), repr=False)
    """Ends of the author's posts that it was read together with, oldest first; see Inspection.earlier."""
    form: str = ""
    """The form that the first of them approved; the others approve the same or start anew."""


def payload_of(inspection: Inspection, safe: Post | None) -> CasePayload:
    """The payload of an inspection that holds its post; without `safe` no safe version is offered to reviewers."""
    said: dict[str, dict[str, None]] = {}
    for match in inspection.decision.told:
        for language, text in match.say.items():
            said.setdefault(language, {})[text] = None
    reason = f"author.reason.{inspection.decision.reason.partition(':')[0]}"
    for language in LANGUAGES:
        if (words := words_of(language)).has(reason):
            said.setdefault(language, {})[words(reason)] = None
    messages = {language: "\n".join(texts) for language, texts in said.items()}
    approvals = max(
        (match.approvals for match in inspection.decision.matches if match.action is Action.HOLD), default=1
    )
    edits = () if safe is None else inspection.edits
    return CasePayload(
        inspection.post, inspection.findings, edits, messages, approvals=approvals, earlier=inspection.earlier
    )


def facts_with(payload: CasePayload, now: datetime) -> Facts:
    """The facts of now about its post, with the posts that it was read together with."""
    author = payload.post.author
    earlier = tuple(
        Post(
            "earlier",
            author.network,
            payload.post.operation,
            author,
            (Segment("/", "body", one.text, redactable=False),),
            visibility=one.visibility or Visibility.PUBLIC,
        )
        for one in payload.earlier
    )
    return Facts(now=now, groups=author.groups, earlier=earlier)


def safe_texts(payload: CasePayload) -> dict[str, str]:
    """Texts of the safe version by segment path, only those that differ."""
    pairs = zip(payload.post.segments, edited_post(payload.post, payload.edits).segments, strict=True)
    return {old.path: new.text for old, new in pairs if old.text != new.text}


def edited_post(post: Post, edits: Sequence[Edit]) -> Post:
    """The post with every edit made."""
    by_path: dict[str, list[Edit]] = {}
    for edit in sorted(edits, key=lambda edit: edit.start):
        by_path.setdefault(edit.path, []).append(edit)
    segments = (
        replace(segment, text=apply_edits(segment.text, by_path[segment.path])) if segment.path in by_path else segment
        for segment in post.segments
    )
    return replace(post, segments=tuple(segments))


def encode_payload(payload: CasePayload) -> bytes:
    """Canonical JSON. Scores are kept in thousandths: the encoding knows no fractions."""
    return encode(
        {
            "approvals": payload.approvals,
            "approved_at": payload.approved_at,
            "approved_as": [None if groups is None else sorted(groups) for groups in payload.approved_as],
            "approved_by": payload.approved_by,
            "form": payload.form,
            "earlier": [_text(one.text) for one in payload.earlier],
            "earlier_for": [one.visibility.value if one.visibility else "" for one in payload.earlier],
            "edited": [[path, _text(text)] for path, text in sorted(payload.edited.items())],
            "edits": [[edit.path, edit.start, edit.end, _text(edit.replacement)] for edit in payload.edits],
            "findings": [_finding(finding) for finding in payload.findings],
            "messages": sorted([language, _text(text)] for language, text in payload.messages.items()),
            "post": _post(payload.post),
            "v": FORMAT,
        }
    )


def decode_payload(raw: bytes) -> CasePayload:
    """The payload of these bytes. ReviewError when another version of guard sealed them in a form unknown here."""
    try:
        value = json.loads(raw)
        if value["v"] != FORMAT:
            raise ReviewError(Phrase("cases.sealed-newer"), hint=Phrase("cases.do.newer"))
        return CasePayload(
            post=_post_of(value["post"]),
            findings=tuple(_finding_of(item) for item in value["findings"]),
            edits=tuple(Edit(*item) for item in value["edits"]),
            messages=dict(value["messages"]),
            edited=dict(value["edited"]),
            approvals=value["approvals"],
            approved_by=tuple(value["approved_by"]),
            # Sealed before groups were asked for: as at a terminal
            approved_as=tuple(
                None if groups is None else frozenset(groups)
                for groups in value.get("approved_as", [None] * len(value["approved_by"]))
            ),
            approved_at=tuple(value.get("approved_at", [""] * len(value["approved_by"]))),
            form=value["form"],
            earlier=tuple(
                Excerpt(text, Visibility(seen) if seen else None)
                for text, seen in zip_longest(value.get("earlier", ()), value.get("earlier_for", ()))
            ),
        )
    except (ValueError, KeyError, TypeError):
        raise ReviewError(Phrase("cases.sealed-unknown")) from None


def _text(text: str) -> str:
    """Half surrogate pairs cannot be encoded; they are shown as replacement characters."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _finding(finding: Finding) -> list[Any]:
    span = finding.span
    place = [span.segment, span.start, span.end]
    kind = [finding.entity_type, finding.subtype, round(finding.score * 1000), finding.detector, finding.strength.value]
    return [*place, *kind, finding.matcher, finding.exact, finding.explanation]


def _finding_of(item: list[Any]) -> Finding:
    segment, start, end, entity_type, subtype, score, detector, strength, matcher, exact, explanation = item
    return Finding(
        entity_type=entity_type,
        span=Span(segment, start, end),
        score=score / 1000,
        detector=detector,
        strength=Strength(strength),
        subtype=subtype,
        matcher=matcher,
        exact=exact,
        explanation=explanation,
    )


def _post(post: Post) -> dict[str, Any]:
    author = post.author
    return {
        "attachments": [[item.digest, item.media_type, item.size, item.inspected] for item in post.attachments],
        "author": {
            "account": author.account,
            "groups": sorted(author.groups),
            "handle": author.handle,
            "language": author.language,
            "network": author.network,
            "person": author.person,
        },
        "extra": [list(pair) for pair in post.extra],
        "id": post.id,
        "language": post.language,
        "network": post.network,
        "operation": post.operation,
        "quote_of": post.quote_of,
        "reply_to": post.reply_to,
        "segments": [_segment(segment) for segment in post.segments],
        "target": post.target,
        "visibility": post.visibility.value,
    }


def _post_of(value: dict[str, Any]) -> Post:
    author = dict(value["author"], groups=frozenset(value["author"]["groups"]))
    built = {
        "attachments": tuple(Attachment(*item) for item in value["attachments"]),
        "author": Author(**author),
        "extra": tuple((name, fact) for name, fact in value["extra"]),
        "segments": tuple(_segment_of(item) for item in value["segments"]),
        "visibility": Visibility(value["visibility"]),
    }
    return Post(**{**value, **built})


def _segment(segment: Segment) -> list[Any]:
    limit = None if segment.limit is None else [segment.limit.size, segment.limit.unit.value]
    return [segment.path, segment.role, _text(segment.text), segment.redactable, limit]


def _segment_of(item: list[Any]) -> Segment:
    path, role, text, redactable, limit = item
    return Segment(path, role, text, redactable, None if limit is None else Limit(limit[0], Unit(limit[1])))
