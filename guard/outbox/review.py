"""What a reviewer does with held posts: look, approve in one of its forms, reject.

Each verdict and its audit entry are one unit of work; the functions take the transaction of that unit. An edited text is
inspected again before it can be approved: a reviewer's typo must not leak what the gate just held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from guard.audit.keys import Keys
from guard.audit.log import AuditLog, event_id
from guard.audit.seal import seal, unseal
from guard.channels.joined import PATH as JOINED
from guard.channels.joined import with_joined
from guard.errors import ReviewError
from guard.outbox import states
from guard.outbox.approvals import approved_already, asked_for, may_approve, person_of, satisfied, wanted
from guard.outbox.payload import CasePayload, decode_payload, encode_payload, payload_of
from guard.store.base import Transaction
from guard.types.audit import AuditEntry
from guard.types.decision import Action
from guard.types.held import CaseState, Form, HeldPost, Review
from guard.types.inspection import Edit, Inspection
from guard.types.post import Author, Post
from guard.words.texts import Phrase

REVIEWER = "reviewer"
"""Stands for the network in a reviewer's pseudonym."""
TERMINAL = "terminal"
"""Stands for it in that of the system's user at the gate's own terminal."""
Inspect = Callable[[Post], Inspection]
"""The gate's own inspector with the facts of now; injected, so that this room needs no policies."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long an approval stands and how long the text is kept after the verdict; from guard.toml."""

    valid_for: timedelta = timedelta(days=7)
    keep_for: timedelta = timedelta(days=30)


def seal_case(keys: Keys, event: str, inspection: Inspection, safe: Post | None = None) -> tuple[bytes, bytes]:
    """`(sealed, wrapped_key)` for a HeldPost of that event. `safe` is the redacted post, where it may be offered."""
    return seal(keys.sealing, event, encode_payload(payload_of(inspection, safe)))


def open_payload(keys: Keys, case: HeldPost) -> CasePayload:
    """The text of a case. ReviewError once it is erased, KeyFileError when it was sealed under another key."""
    if case.sealed is None or case.wrapped_key is None:
        raise ReviewError(Phrase("cases.text-erased", number=str(case.number)))
    return decode_payload(unseal(keys.sealing, case.event, case.sealed, case.wrapped_key))


def list_cases(tx: Transaction, *, everything: bool = False, limit: int = 1000) -> list[HeldPost]:
    """Cases that wait for a verdict, or all; oldest first."""
    return tx.cases(None if everything else CaseState.OPEN, limit)


def show(tx: Transaction, keys: Keys, number: int) -> tuple[HeldPost, CasePayload | None]:
    """A case and its text; None for a text that has been erased."""
    case = find(tx, number)
    return case, None if case.sealed is None else open_payload(keys, case)


def find(tx: Transaction, number: int) -> HeldPost:
    """The case of that number. ReviewError when there is none."""
    case = tx.case(number)
    if case is None:
        raise ReviewError(Phrase("cases.unknown", number=str(number)), hint=Phrase("cases.do.number"))
    return case


def approve(
    tx: Transaction,
    log: AuditLog,
    keys: Keys,
    number: int,
    review: Review,
    *,
    terms: Terms | None = None,
    texts: Mapping[str, str] | None = None,
    inspect: Inspect | None = None,
    groups: frozenset[str] | None = None,
) -> HeldPost:
    """Let the case's post pass once, in `review.form`; for `edited`, `texts` are the new texts by segment path.

    `internal` lets it pass to the company's internal server alone; the caller knows that there is one.

    Where the rules ask for several approvals the case stays open until as many different people approved the same form.
    Where they ask for certain approvers, `groups` are the reviewer's; None for somebody at the gate's own terminal, who
    holds its keys and is not asked. ReviewError when it is decided already, has no safe version, is for others, cannot go inside, or the
    edit would itself be held or blocked.
    """
    terms = terms or Terms()
    case = find(tx, number)
    approved = states.approve(case, review, terms.valid_for, terms.keep_for)
    before = payload = open_payload(keys, case)
    if review.form is Form.REDACTED and not payload.edits:
        raise ReviewError(Phrase("cases.no-safe", number=str(number)), hint=Phrase("cases.do.other-form"))
    if review.form is Form.INTERNAL and not states.may_go_inside(payload.post):
        raise ReviewError(Phrase("cases.not-inside", number=str(number)), hint=Phrase("cases.do.inside"))
    if review.form is Form.EDITED:
        payload = replace(payload, edited=_checked_edit(payload, texts or {}, inspect))
    if not may_approve(case.needs, review.reviewer, groups):
        names = ", ".join(wanted(case.needs))
        raise ReviewError(Phrase("cases.others", number=str(number), names=names))
    if review.terminal and review.terminal in before.approved_at:  # whatever name was given: one pair of hands
        message = Phrase("cases.same-terminal", user=review.terminal)
        raise ReviewError(message, hint=Phrase("cases.do.at-console"))
    before_them = (*before.approved_by, *filter(None, before.approved_at))
    # A login at the terminal may be somebody's name at the console.
    mine = filter(None, (review.reviewer, review.terminal))
    if any(approved_already(tx, before_them, person_of(tx, name)) for name in mine):
        message = Phrase("cases.already-approved", name=review.reviewer)
        raise ReviewError(message, hint=Phrase("cases.do.another-person"))
    payload = _joined(before, payload, review, groups)
    enough = satisfied(case.needs, payload)
    sealed, wrapped_key = seal(keys.sealing, case.event, encode_payload(payload))
    by = payload.approved_by
    kept = replace(approved if enough else case, sealed=sealed, wrapped_key=wrapped_key, approved_by=by)
    needed = max(payload.approvals, asked_for(case.needs, len(by), enough=enough))
    _keep(tx, log, kept, review, needed=needed, given=len(by))
    return kept


def _joined(before: CasePayload, now: CasePayload, review: Review, groups: frozenset[str] | None) -> CasePayload:
    """The payload with one more person's approval. ReviewError for another form than the first's."""
    if before.form and (before.form != review.form.value or before.edited != now.edited):
        raise ReviewError(
            Phrase("cases.other-form", name=before.approved_by[0], form=before.form),
            hint=Phrase("cases.do.one-form"),
        )
    return replace(
        now,
        approved_by=(*before.approved_by, review.reviewer),
        approved_as=(*before.approved_as, groups),
        approved_at=(*before.approved_at, review.terminal),
        form=review.form.value,
    )


def reject(tx: Transaction, log: AuditLog, number: int, review: Review, *, terms: Terms | None = None) -> HeldPost:
    """Refuse the case's post; the reason is for the author. ReviewError when it is decided already or no reason is given."""
    if not review.reason.strip():
        raise ReviewError(Phrase("cases.needs-reason"), hint=Phrase("cases.do.reason"))
    rejected = states.reject(find(tx, number), review, (terms or Terms()).keep_for)
    _keep(tx, log, rejected, review)
    return rejected


def approved_edits(keys: Keys, case: HeldPost, post: Post) -> tuple[Edit, ...]:
    """What to change in `post`, the case's own sent again, for the approved form. ReviewError without an approval."""
    if case.review is None or not case.review.approved:
        raise ReviewError(Phrase("cases.not-approved", number=str(case.number)))
    if case.review.form in {Form.WRITTEN, Form.INTERNAL}:
        return ()
    payload = open_payload(keys, case)
    fixed = {
        segment.path for segment in payload.post.segments if not segment.travels
    }  # a file may have another name now
    if case.review.form is Form.REDACTED:
        return tuple(edit for edit in payload.edits if edit.path not in fixed)
    texts = {path: text for path, text in payload.edited.items() if path not in fixed}
    lengths = {segment.path: len(segment.text) for segment in post.segments}
    if not lengths.keys() >= texts.keys():
        raise ReviewError(Phrase("cases.for-another", number=str(case.number)))
    return tuple(Edit(path, 0, lengths[path], text) for path, text in sorted(texts.items()))


def edit_texts(payload: CasePayload, edits: Sequence[str]) -> dict[str, str]:
    """New texts by segment path from `/path=TEXT`, or TEXT alone for the post's body. ReviewError when it has not just one."""
    paths = {segment.path for segment in payload.post.segments}
    texts: dict[str, str] = {}
    for edit in edits:
        path, equals, text = edit.partition("=")
        if not equals or path not in paths:
            path, text = _body(payload.post), edit
        if path in texts:
            raise ReviewError(Phrase("cases.given-twice", path=path), hint=Phrase("cases.do.one-edit"))
        texts[path] = text
    return texts


def _body(post: Post) -> str:
    bodies = [segment.path for segment in post.segments if segment.role == "body"]
    if len(bodies) != 1:
        paths = ", ".join(segment.path for segment in post.segments)
        raise ReviewError(Phrase("cases.bodies", bodies=len(bodies)), hint=Phrase("cases.do.which", paths=paths))
    return bodies[0]


def expire_due(tx: Transaction, log: AuditLog, now: datetime) -> Sequence[int]:
    """Close approvals that ended unused, each with a leaf; returns the case numbers."""
    ended = [case for case in tx.cases(CaseState.APPROVED) if case.expires is not None and case.expires <= now]
    for case in ended:
        tx.update_case(states.expire(case, now))
        data = {"case": case.number, "verdict": "expired"}
        event = event_id(now)
        log.append(tx, AuditEntry(event, "review", now, data))
        tx.queue.note(case.number, event)
    return [case.number for case in ended]


def post_with(post: Post, texts: Mapping[str, str]) -> Post:
    """The post with other texts at these paths, as it is inspected."""
    edited = tuple(replace(item, text=texts.get(item.path, item.text)) for item in post.segments)
    joined = any(item.path == JOINED for item in post.segments)
    return replace(post, segments=with_joined(edited) if joined else edited)


def _checked_edit(payload: CasePayload, texts: Mapping[str, str], inspect: Inspect | None) -> Mapping[str, str]:
    """The edited texts, once the gate itself would let them pass."""
    if not texts:
        raise ReviewError(Phrase("cases.edit-needs-text"), hint=Phrase("cases.do.edit"))
    if inspect is None:
        raise ReviewError(Phrase("cases.edit-unread"))
    segments = {segment.path: segment for segment in payload.post.segments}
    if not all(text.strip() for text in texts.values()):
        raise ReviewError(Phrase("cases.edit-empty"), hint=Phrase("cases.do.reject"))
    for path in texts:
        if path not in segments:
            hint = Phrase("cases.do.has", paths=", ".join(sorted(segments)))
            raise ReviewError(Phrase("cases.no-text-at", path=path), hint=hint)
        if not segments[path].redactable:
            raise ReviewError(Phrase("cases.fixed-text", path=path))
    edited = tuple(replace(item, text=texts.get(item.path, item.text)) for item in payload.post.segments)
    inspection = inspect(post_with(payload.post, texts))
    if inspection.decision.action.stops or inspection.failures:
        rules = [match.id for match in inspection.decision.matches if match.action.stops]
        why = ", ".join(rules) or inspection.decision.reason or Phrase("cases.not-inspected")
        raise ReviewError(Phrase("cases.edit-stopped", why=why), hint=Phrase("cases.do.further"))
    # What a rule would still redact is redacted: an edit is no way round a policy that the reviewer did not look at.
    final = inspection.redacted if inspection.decision.action is Action.REDACT else None
    chosen = final.segments if final is not None else edited
    originals = {segment.path: segment.text for segment in payload.post.segments}
    return {item.path: item.text for item in chosen if item.redactable and item.text != originals[item.path]}


def _keep(tx: Transaction, log: AuditLog, case: HeldPost, review: Review, needed: int = 1, given: int = 1) -> None:
    """State and audit entry together. The reason stays out of the tree: it may quote the post."""
    tx.update_case(case)
    reviewer = log.pseudonym(REVIEWER, review.reviewer)
    tx.put_author(reviewer, Author(REVIEWER, review.reviewer, person=person_of(tx, review.reviewer)))
    data: dict[str, object] = {
        "author": reviewer,
        "case": case.number,
        "decision": case.event,
        "form": review.form.value if review.approved else None,
        "verdict": "approved" if review.approved else "rejected",
    }
    if review.terminal:
        data["terminal"] = user = log.pseudonym(TERMINAL, review.terminal)
        tx.put_author(user, Author(TERMINAL, review.terminal))
    if needed > 1:
        data |= {"approvals": given, "needed": needed}
    event = event_id(review.at)
    log.append(tx, AuditEntry(event, "review", review.at, data))
    tx.queue.note(case.number, event)
