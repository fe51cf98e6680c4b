"""Authors' questions about decisions, and people's answers, as units of work. Each leaves an entry in the log; all words are sealed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from guard.audit.keys import Keys
from guard.audit.log import AuditLog, event_id
from guard.audit.seal import seal, unseal
from guard.errors import ReviewError
from guard.outbox.own import OwnPost, own_post
from guard.outbox.review import REVIEWER
from guard.store.base import Transaction
from guard.types.audit import AuditEntry
from guard.types.post import Author
from guard.types.principal import Principal
from guard.types.question import Ask, Question, Words

ACCOUNT = "console"
"""Stands for the network in the pseudonym of somebody who signs in."""
MOST_OPEN = 20
"""Questions of one person that may wait."""
MOST_WORDS = 2_000
"""Code points of a question's words, and of an answer's."""


def ask(
    tx: Transaction,
    log: AuditLog,
    keys: Keys,
    who: Principal,
    why: Ask,
    words: Words,
    now: datetime,
    *,
    decision: str | None = None,
    rules: Sequence[str] = (),
) -> Question:
    """Keep a question, about a decision on one's own post or about a text that was only checked.

    ReviewError when the decision is not about a post of theirs, or too many of their questions wait.
    """
    about: OwnPost | None = None
    if decision is not None:
        about = own_post(tx, who.person, decision)
        if about is None:
            raise ReviewError("there is no such decision on a post of yours")
        rules = about.rules
    if tx.questions.asked(who.id) >= MOST_OPEN:
        raise ReviewError(f"{MOST_OPEN} of your questions wait for an answer", hint="wait for the answers first")
    event = event_id(now)
    sealed, wrapped = _sealed(keys, event, words)
    case = about.case.number if about is not None and about.case is not None else None
    question = Question(event, who.id, who.person, why, decision, case, tuple(rules), now, sealed, wrapped)
    data: dict[str, object] = {"ask": why.value, "author": _account(tx, log, who), "question": event}
    if decision is not None:
        data["decision"] = decision
    if case is not None:
        data["case"] = case
    if rules:
        data["rules"] = list(rules)
    tx.questions.add(question)
    log.append(tx, AuditEntry(event, "question", now, data))
    return question


def answer(
    tx: Transaction,
    log: AuditLog,
    keys: Keys,
    question: str,
    who: Principal,
    text: str,
    now: datetime,
    *,
    upheld: bool,
    keep_for: timedelta,
) -> Question:
    """Answer it, once. ReviewError when it is one's own, is answered already, or there is none."""
    asked = find(tx, question)
    if is_own(asked, who):
        raise ReviewError("nobody answers a question of their own", hint="a colleague must")
    if asked.answered is not None:
        raise ReviewError("this question is answered already")
    if not text.strip():
        raise ReviewError("an answer needs words", hint="the author reads them")
    words = read(keys, asked) or Words()
    sealed, wrapped = _sealed(keys, asked.id, replace(words, answer=text.strip()[:MOST_WORDS]))
    kept = replace(asked, sealed=sealed, wrapped_key=wrapped, answered=now, upheld=upheld, erase_after=now + keep_for)
    tx.questions.update(kept)
    data = {"author": _reviewer(tx, log, who), "question": asked.id, "upheld": upheld}
    log.append(tx, AuditEntry(event_id(now), "answer", now, data))
    return kept


def find(tx: Transaction, question: str) -> Question:
    """ReviewError when there is none."""
    found = tx.questions.get(question)
    if found is None:
        raise ReviewError("there is no such question")
    return found


def read(keys: Keys, question: Question) -> Words | None:
    """What was written; None once erased."""
    if question.sealed is None or question.wrapped_key is None:
        return None
    return Words(**json.loads(unseal(keys.sealing, _bound(question.id), question.sealed, question.wrapped_key)))


def record_view(tx: Transaction, log: AuditLog, question: Question, who: Principal, now: datetime) -> None:
    """Somebody reads a question's text: an entry of its own, before it is shown."""
    data: dict[str, object] = {"author": _reviewer(tx, log, who), "question": question.id}
    event = event_id(now)
    if question.case is not None:
        data["case"] = question.case
        tx.queue.note(question.case, event)
    log.append(tx, AuditEntry(event, "view", now, data))


def erase_due(tx: Transaction, log: AuditLog, now: datetime, limit: int = 200) -> int:
    """Erase the words of questions answered long ago, each with an entry; returns how many."""
    due = tx.questions.due_erasures(now, limit)
    for question in due:
        tx.questions.update(replace(question, sealed=None, wrapped_key=None))
        log.append(tx, AuditEntry(event_id(now), "erasure", now, {"event": question.id}))
    return len(due)


def is_own(question: Question, who: Principal) -> bool:
    """Whether this person asked it, by any account."""
    return question.principal == who.id or _folded(question.person) == _folded(who.person)


def _account(tx: Transaction, log: AuditLog, who: Principal) -> str:
    pseudonym = log.pseudonym(ACCOUNT, who.id)
    tx.put_author(pseudonym, Author(ACCOUNT, who.id, who.name, who.person))
    return pseudonym


def _reviewer(tx: Transaction, log: AuditLog, who: Principal) -> str:
    pseudonym = log.pseudonym(REVIEWER, who.name)
    tx.put_author(pseudonym, Author(REVIEWER, who.name, person=who.person))
    return pseudonym


def _sealed(keys: Keys, event: str, words: Words) -> tuple[bytes, bytes]:
    return seal(keys.sealing, _bound(event), json.dumps(asdict(words)).encode())


def _bound(question: str) -> str:
    return f"question {question}"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
