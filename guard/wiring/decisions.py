"""The company's decided cases as texts to learn topics from: opened from their seals, which the log tells of before it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from guard.audit.log import event_id
from guard.detect.run import Detectors
from guard.errors import GuardError
from guard.outbox.payload import CasePayload, safe_texts
from guard.outbox.review import REVIEWER, open_payload, post_with
from guard.policy.bundle import Bundle
from guard.policy.compile import CompiledRule
from guard.store.base import Transaction
from guard.training.decisions.learn import readable
from guard.training.decisions.lessons import Left, Said, latest, meaning
from guard.types.audit import AuditEntry
from guard.types.held import Form, HeldPost
from guard.types.post import ANONYMOUS, Author, Post, Segment
from guard.types.question import Question
from guard.types.topic import ENTITY
from guard.wiring.ledger import OpenLedger

KIND = "training"
"""Of the log's entry: `{"author", "cases"}`."""
MOST_CASES = 10_000
"""The newest verdicts that are looked at."""
_VEIL = " § "
"""Stands for what was found in a text, and is no word."""


@dataclass(slots=True)
class Decided:
    """What can be learnt from, oldest first, and why the rest cannot be."""

    said: list[Said] = field(default_factory=list)
    veiled: list[str] = field(default_factory=list)
    """The same texts without what detectors found in them: names, numbers and confidential terms are never learnt."""
    cases: int = 0
    """Decided cases whose text was opened."""
    left: Counter[Left] = field(default_factory=Counter)
    """Cases, or texts of them, that teach nothing."""


def decided_since(tx: Transaction, since: datetime | None) -> tuple[list[int], int]:
    """Numbers of the cases decided after `since` whose text is still there, newest first; and of how many it is not."""
    found = [one.number for one in tx.queue.decided(MOST_CASES) if since is None or one.reviewed > since]
    kept = [number for number in found if (case := tx.case(number)) is not None and case.sealed is not None]
    return kept, len(found) - len(kept)


def open_decided(
    opened: OpenLedger, bundle: Bundle, detectors: Detectors, who: str, now: datetime, since: datetime | None = None
) -> Decided:
    """Record who opens how many cases, then open them and take from them what they say of topics.

    Without any there is no entry. `detectors` find what must not be learnt: those of the policies, with names.
    """
    numbers, erased = opened.store.read_now(lambda tx: decided_since(tx, since))

    def note(tx: Transaction) -> None:
        author = opened.log.pseudonym(REVIEWER, who)
        tx.put_author(author, Author(REVIEWER, who, person=who))
        data = {"author": author, "cases": len(numbers)}
        opened.log.append(tx, AuditEntry(event_id(now), KIND, now, data))

    if numbers:
        opened.store.write_now(note)
    reading = _Reading(opened, bundle)
    opened.store.read_now(lambda tx: reading.run(tx, numbers))
    decided = reading.decided
    if erased:
        decided.left[Left.ERASED] = erased
    said, again = latest(one for one in decided.said if readable(one.text))
    if again:
        decided.left[Left.AGAIN] = again
    decided.said = []
    for one in said:
        if (shown := veiled(detectors, one.text)) is None:
            decided.left[Left.FAILED] += 1
        else:
            decided.said.append(one)
            decided.veiled.append(shown)
    return decided


def veiled(detectors: Detectors, text: str) -> str | None:
    """The text without anything that a detector finds in it, but for topics; None when one failed to look."""
    post = Post("", "", "", ANONYMOUS, (Segment("/text", "body", text),))
    found, failures = detectors.run(post)
    if failures:
        return None
    shown = list(text)
    for finding in found:
        start, end = finding.span.start, finding.span.end
        if finding.entity_type != ENTITY and start < end:
            shown[start:end] = [_VEIL, *[""] * (end - start - 1)]
    return "".join(shown)


class _Reading:
    def __init__(self, opened: OpenLedger, bundle: Bundle) -> None:
        self._keys = opened.keys
        self._rules: Mapping[str, CompiledRule] = {f"{one.policy.id}/{one.source.id}": one for one in bundle.rules}
        self.decided = Decided()

    def run(self, tx: Transaction, numbers: Sequence[int]) -> None:
        asked: dict[int, list[Question]] = {}
        for question in (*tx.questions.answered(MOST_CASES), *tx.questions.open(MOST_CASES)):
            if question.case is not None:
                asked.setdefault(question.case, []).append(question)
        for number in numbers:
            case = tx.case(number)
            if case is not None:
                self._case(case, asked.get(number, []))

    def _case(self, case: HeldPost, asked: Sequence[Question]) -> None:
        try:
            payload = open_payload(self._keys, case)
        except GuardError:
            self.decided.left[Left.UNREADABLE] += 1
            return
        self.decided.cases += 1
        found = meaning(case, payload.post, _published(case, payload), payload.findings, self._rules, asked)
        if isinstance(found, Left):
            self.decided.left[found] += 1
            return
        self.decided.said += found
        if long := sum(not readable(one.text) for one in found):
            self.decided.left[Left.LONG] += long


def _published(case: HeldPost, payload: CasePayload) -> Post:
    """The post in the form that was approved; as written where none was."""
    if case.review is None or not case.review.approved or case.review.form is Form.WRITTEN:
        return payload.post
    texts = safe_texts(payload) if case.review.form is Form.REDACTED else payload.edited
    return post_with(payload.post, texts)
