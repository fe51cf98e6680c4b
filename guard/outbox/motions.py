"""What needs two people: one asks with a reason, another agrees. Each step and its audit entry are one unit of work.

Who asks and who agrees are told apart by account and by person. The reason stays out of the tree: it may quote a post.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from guard.audit.log import AuditLog, event_id
from guard.errors import MotionError
from guard.outbox.review import REVIEWER
from guard.store.base import Transaction
from guard.types.audit import AuditEntry
from guard.types.motion import Hand, Motion, MotionState
from guard.types.post import Author
from guard.types.principal import Principal

REVEAL, POLICIES = "reveal", "policies"
ANSWER_WITHIN = timedelta(hours=24)
"""A request that nobody answers is over; so is a yes that nobody uses."""
SHOWN_FOR = timedelta(minutes=15)
"""What a reveal shows is shown for so long, from the first look."""
ASTRAY = timedelta(minutes=1)
"""What would show for longer than that is of a clock that was set back since: it shows no more."""
POLICIES_WITHIN = timedelta(days=7)
"""A change of policies may wait over a weekend."""
LONGEST_REASON = 1000


def hand(who: Principal, now: datetime) -> Hand:
    return Hand(who.id, who.person, who.name, now)


def same_person(one: Hand, who: Principal) -> bool:
    """Whether both are one person, though it may be with another account."""
    return one.id == who.id or _folded(one.person) == _folded(who.person)


def state_of(motion: Motion, now: datetime) -> str:
    """As people see it: `ended` once its time is over."""
    running = {MotionState.ASKED, MotionState.AGREED}
    if motion.kind == REVEAL:
        running.add(MotionState.DONE)
    over = motion.until is not None and now >= motion.until and motion.state in running
    if motion.state is MotionState.DONE and motion.kind == REVEAL and motion.until is not None:
        over = over or motion.until - now > SHOWN_FOR + ASTRAY
    return "ended" if over else motion.state.value


def ask(
    tx: Transaction, log: AuditLog, who: Principal, kind: str, subject: Mapping[str, object], reason: str, now: datetime
) -> Motion:
    """A new request. MotionError without a reason."""
    if not reason.strip():
        raise MotionError("a request needs a reason", hint="the other person must know what it is for")
    motion = Motion(
        tx.motions.next_number(), kind, event_id(now), dict(subject), reason.strip()[:LONGEST_REASON],
        MotionState.ASKED, hand(who, now), until=now + ANSWER_WITHIN,
    )  # fmt: skip
    tx.motions.put(motion)
    record(tx, log, motion, who, "asked", now, event=motion.event)
    return motion


def draft(tx: Transaction, who: Principal, kind: str, subject: Mapping[str, object], now: datetime) -> Motion:
    """A request that is being written: its author's alone, and no entry of the log yet."""
    motion = Motion(tx.motions.next_number(), kind, event_id(now), dict(subject), "", MotionState.DRAFT, hand(who, now))
    tx.motions.put(motion)
    return motion


def own_draft(tx: Transaction, who: Principal, kind: str, number: int) -> Motion:
    """MotionError when it is another's, or no draft any more."""
    motion = find(tx, kind, number)
    if motion.asked.id != who.id or motion.state is not MotionState.DRAFT:
        raise MotionError(f"request {number} is not being written", hint="load the page again")
    return motion


def is_left(motion: Motion) -> bool:
    """Whether its author left a draft to others who may write such: it is shown to them, and one of them takes it up."""
    return motion.state is MotionState.DRAFT and bool(motion.subject.get("left"))


def take_up(tx: Transaction, who: Principal, kind: str, number: int, now: datetime) -> None:
    """Make a draft that was left one's own. MotionError when it is another's, or somebody was quicker."""
    motion = find(tx, kind, number)
    if not is_left(motion):
        raise MotionError(f"request {number} is another's", hint="load the page again")
    subject = {name: value for name, value in motion.subject.items() if name != "left"}
    tx.motions.put(replace(motion, subject=subject, asked=hand(who, now)))


def submit(
    tx: Transaction,
    log: AuditLog,
    who: Principal,
    kind: str,
    number: int,
    subject: Mapping[str, object],
    reason: str,
    now: datetime,
) -> Motion:
    """From now on a draft waits for another person. MotionError without a reason, or when it is no draft of theirs."""
    motion = own_draft(tx, who, kind, number)
    if not reason.strip():
        raise MotionError("a request needs a reason", hint="the other person must know what it is for")
    kept = replace(
        motion, subject=dict(subject), reason=reason.strip()[:LONGEST_REASON], state=MotionState.ASKED,
        asked=hand(who, now), until=now + POLICIES_WITHIN,
    )  # fmt: skip
    tx.motions.put(kept)
    record(tx, log, kept, who, "asked", now)
    return kept


def conclude(
    tx: Transaction, log: AuditLog, who: Principal, kind: str, number: int, now: datetime, failed: str = ""
) -> None:
    """What was agreed to took effect, or `failed` says why not. Said once: whoever comes second changes nothing."""
    motion = find(tx, kind, number)
    if motion.state is not MotionState.AGREED:
        return
    state = MotionState.FAILED if failed else MotionState.DONE
    kept = replace(motion, state=state, answer=failed or motion.answer, until=now if failed else motion.until)
    tx.motions.put(kept)
    record(tx, log, kept, who, state.value, now)


def answer(
    tx: Transaction,
    log: AuditLog,
    who: Principal,
    kind: str,
    number: int,
    now: datetime,
    *,
    agreed: bool,
    words: str = "",
) -> Motion:
    """The second person's yes or no. MotionError when it is one's own, or no longer open."""
    motion = find(tx, kind, number)
    if state_of(motion, now) != MotionState.ASKED.value:
        raise MotionError(f"request {number} is no longer open", hint="load the page again")
    if same_person(motion.asked, who):
        raise MotionError("nobody agrees to a request of their own", hint="another person must")
    state = MotionState.AGREED if agreed else MotionState.REFUSED
    until = now + ANSWER_WITHIN if agreed else None
    said = words.strip()[:LONGEST_REASON]
    kept = replace(motion, state=state, answered=hand(who, now), answer=said, until=until)
    tx.motions.put(kept)
    record(tx, log, kept, who, state.value, now)
    return kept


def withdraw(tx: Transaction, log: AuditLog, who: Principal, kind: str, number: int, now: datetime) -> Motion:
    """Take back one's own request. MotionError when it is another's, or answered already."""
    motion = find(tx, kind, number)
    if motion.asked.id != who.id or motion.state not in {MotionState.ASKED, MotionState.DRAFT}:
        raise MotionError(f"request {number} cannot be taken back", hint="load the page again")
    kept = replace(motion, state=MotionState.WITHDRAWN, until=None)
    tx.motions.put(kept)
    if motion.state is MotionState.ASKED:
        record(tx, log, kept, who, "withdrawn", now)
    return kept


def use(tx: Transaction, log: AuditLog, who: Principal, number: int, now: datetime) -> Motion:
    """A reveal's first look by whoever asked; while it lasts it may be looked at again. MotionError otherwise."""
    motion = find(tx, REVEAL, number)
    if motion.asked.id != who.id:
        raise MotionError(f"request {number} is not yours")
    state = state_of(motion, now)
    if state == MotionState.DONE.value:
        return motion
    if state != MotionState.AGREED.value:
        raise MotionError(f"request {number} shows nothing now", hint="ask again, with a reason")
    kept = replace(motion, state=MotionState.DONE, until=now + SHOWN_FOR)
    tx.motions.put(kept)
    event = event_id(now)
    record(tx, log, kept, who, "seen", now, event=event)
    case = motion.subject.get("case")
    if motion.subject["what"] == "text" and isinstance(case, int):
        tx.queue.note(case, event)  # its author is told who has looked
    return kept


def allowed_authors(tx: Transaction, who: Principal, now: datetime) -> frozenset[str]:
    """Pseudonyms whose entries this person may look for now: those of reveals that are being shown to them."""
    found: set[str] = set()
    for motion in tx.motions.newest(REVEAL, 200):
        if motion.asked.id == who.id and state_of(motion, now) == MotionState.DONE.value:
            authors = motion.subject.get("authors", ())
            found.update(authors if isinstance(authors, list) else ())
    return frozenset(found)


def find(tx: Transaction, kind: str, number: int) -> Motion:
    """MotionError when there is none of that kind."""
    motion = tx.motions.get(number)
    if motion is None or motion.kind != kind:
        raise MotionError(f"there is no request {number}")
    return motion


def record(
    tx: Transaction,
    log: AuditLog,
    motion: Motion,
    who: Principal,
    step: str,
    now: datetime,
    *,
    event: str | None = None,
    more: Mapping[str, object] | None = None,
) -> None:
    """The audit entry of a step: who by pseudonym, what by name and number."""
    data = {"motion": motion.number, "step": step} | dict(more or {})
    data |= {
        name: motion.subject[name] for name in ("what", "case", "entry", "digest", "form") if name in motion.subject
    }
    note(tx, log, motion.kind, who, data, now, event)


def note(
    tx: Transaction,
    log: AuditLog,
    kind: str,
    who: Principal,
    data: Mapping[str, object],
    now: datetime,
    event: str | None = None,
) -> None:
    """An audit entry of what somebody at the console did."""
    author = log.pseudonym(REVIEWER, who.name)
    tx.put_author(author, Author(REVIEWER, who.name, person=who.person))
    log.append(tx, AuditEntry(event or event_id(now), kind, now, {"author": author, **data}))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
