"""What reviewers at the console may do with a case, as units of work: take it, decide, undo, and what comes into effect.

A decision is durable at once and takes effect a little later (ADR 16): until then it is a Verdict beside the case, which
its reviewer can take back, and the gate still holds the post. Whoever applies what is due, and however often, each
verdict is recorded once: it leaves the table in the transaction that records it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from guard.audit.keys import Keys
from guard.audit.log import AuditLog, event_id
from guard.audit.seal import seal, unseal
from guard.errors import ReviewError
from guard.outbox import review
from guard.outbox.approvals import approved_already, may_approve, same_name
from guard.outbox.review import REVIEWER, Inspect, Terms
from guard.outbox.whose import Whose, disown, whose
from guard.store.base import Transaction
from guard.store.queue import Place
from guard.types.audit import AuditEntry
from guard.types.decision import Action, Decision
from guard.types.held import CaseState, Form, HeldPost, Need, Review
from guard.types.post import Author, Post
from guard.types.principal import ALLOWS, Permission, Principal
from guard.types.queue import Claim, Verdict, Waiting

_ANSWER_WITHIN = timedelta(hours=4)
"""What authors are promised unless guard.toml says otherwise."""
A_FEW = 5
"""Cases offered at once: somebody else may take one of them first."""
PAGE = 200
"""Lines looked at in one go for one that somebody may take."""
SCHEDULED = "scheduled_at"


class UnknownCaseError(ReviewError):
    """There is no such case."""


class Bar(StrEnum):
    """Why somebody cannot decide on a case."""

    DECIDED = "decided"
    OWN = "own"
    """It is their own post."""
    NAMESAKE = "namesake"
    """Nobody knows whose it is, and the account has their name."""
    OTHERS = "others"
    """Its rules name approvers, and they are none of them."""
    APPROVED = "approved"
    """They have approved it; another person must."""
    PENDING = "pending"
    """A decision on it is about to take effect."""
    CLAIMED = "claimed"
    """Somebody else has it in hand."""
    ERASED = "erased"
    NOT_SAID = "not-said"
    """Nobody knows whose it is, and they have not said that it is not theirs."""


MINE = frozenset({Bar.OWN, Bar.NAMESAKE})
"""What they do not read either."""


class BarredError(ReviewError):
    """Somebody cannot decide on a case now; `bar` says why."""

    def __init__(self, case: int, bar: Bar) -> None:
        super().__init__(f"case {case} cannot be decided on by this person now: {bar.value}")
        self.bar = bar


def usual_answer(moment: datetime) -> datetime:
    """By when an answer is promised where no settings say it."""
    return moment + _ANSWER_WITHIN


def due_time(post: Post, now: datetime, by: datetime) -> datetime:
    """By when an answer is promised: `by` then, and before a scheduled post's time."""
    scheduled = scheduled_time(post)
    return by if scheduled is None else max(now, min(by, scheduled))


_YEARS = range(1970, 9999)
"""Other times name no moment in every zone, and no service publishes then."""


def scheduled_time(post: Post) -> datetime | None:
    """When it is to appear, where its author said so and the time can be read."""
    for name, value in post.extra:
        if name == SCHEDULED:
            try:
                scheduled = datetime.fromisoformat(value)
            except ValueError:
                continue
            if scheduled.tzinfo is not None and scheduled.year in _YEARS:
                return scheduled
    return None


def needs_of(decision: Decision) -> tuple[Need, ...]:
    """What the rules that hold a post ask of its approvers; nothing when one reviewer, whoever, is enough."""
    asked = (Need(one.approvals, one.approvers) for one in decision.matches if one.action is Action.HOLD)
    return tuple(dict.fromkeys(need for need in asked if need != Need()))


def bar_of(line: Waiting, state: CaseState, who: Principal) -> Bar | None:
    """What keeps this person from deciding on that case; None when nothing does."""
    if state is not CaseState.OPEN:
        return Bar.DECIDED
    if (known := whose_line(line, who)) in {Whose.OWN, Whose.NAMESAKE}:
        return Bar(known.value)
    if line.verdict_by is not None:
        return Bar.PENDING
    if any(same_name(name, who.name) for name in line.approved_by):
        return Bar.APPROVED
    if not may_approve(line.needs, who.name, who.groups):
        return Bar.OTHERS
    if line.claim is not None and line.claim.holder != who.id:
        return Bar.CLAIMED
    return None


def whose_line(line: Waiting, who: Principal) -> Whose:
    return whose(line.person, line.account, line.handle, who)


def must_say(tx: Transaction, line: Waiting, who: Principal) -> bool:
    """Whether they have to say first that the post is not theirs: nobody knows, and they have not said so of this account."""
    return whose_line(line, who) is Whose.UNKNOWN and not tx.queue.disowned(who.id, line.author)


def say_not_mine(tx: Transaction, log: AuditLog, number: int, who: Principal, now: datetime) -> None:
    """They say that the account behind a case is not theirs, where nobody knows; from then on nobody asks them again."""
    line, case = find(tx, number, now)
    if must_say(tx, line, who):
        disown(tx, log, case, who, now)


def may_read(line: Waiting, who: Principal) -> bool:
    """Whether this person may see the case's text: not their own post's (they have it), nor what is for others' eyes."""
    return may_approve(line.needs, who.name, who.groups)


def to_decide(tx: Transaction, who: Principal, now: datetime, after: Place | None = None) -> list[int]:
    """Cases that this person may decide on, a few: what is theirs before others, then the one due first. A query: it may be long."""
    mine = [
        line for line in tx.queue.waiting(now, PAGE, mine=who.id) if after is None or (line.due, line.number) > after
    ]
    found = [line.number for line in mine if _free(line, who, now)][:A_FEW]
    while len(found) < A_FEW:
        lines = tx.queue.waiting(now, PAGE, after=after)
        found += [line.number for line in lines if _free(line, who, now) and line.number not in found]
        if len(lines) < PAGE:
            break
        after = lines[-1].due, lines[-1].number
    return found[:A_FEW]


def take(tx: Transaction, number: int, who: Principal, now: datetime, hold: timedelta) -> None:
    """Claim that case, or hold it longer. BarredError when it cannot be."""
    line, case = find(tx, number, now)
    if (bar := bar_of(line, case.state, who)) is not None:
        raise BarredError(number, bar)
    if not _claim(tx, line, who, now, hold):
        raise BarredError(number, Bar.CLAIMED)


def find(tx: Transaction, number: int, now: datetime) -> tuple[Waiting, HeldPost]:
    """A case and its line. UnknownCaseError when there is none."""
    line, case = tx.queue.line(number, now), tx.case(number)
    if line is None or case is None:
        raise UnknownCaseError(f"there is no case {number}")
    return line, case


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reviewer wants."""

    approved: bool
    form: Form = Form.WRITTEN
    reason: str = ""
    texts: Mapping[str, str] | None = None
    """Of an edit, by segment path."""


def decide(
    tx: Transaction,
    keys: Keys,
    number: int,
    who: Principal,
    choice: Choice,
    now: datetime,
    undo_for: timedelta,
    batch: str = "",
) -> Verdict:
    """Keep the decision, to take effect after `undo_for`. BarredError when it is not this person's to make."""
    line, case = find(tx, number, now)
    if (bar := bar_of(line, case.state, who)) is not None:
        raise BarredError(number, bar)
    if choice.approved and approved_already(tx, line.approved_by, who.person):
        raise BarredError(number, Bar.APPROVED)
    if choice.approved and case.sealed is None:
        raise BarredError(number, Bar.ERASED)
    if must_say(tx, line, who):
        raise BarredError(number, Bar.NOT_SAID)
    sealed = wrapped = None
    if choice.texts:
        sealed, wrapped = seal(keys.sealing, _place(number), json.dumps(dict(choice.texts)).encode())
    verdict = Verdict(
        number, who.id, who.name, who.groups, choice.approved, choice.form, choice.reason, now, now + undo_for,
        sealed, wrapped, batch=batch,
    )  # fmt: skip
    tx.queue.put_verdict(verdict)
    tx.queue.release(number, who.id)
    return verdict


def undo(tx: Transaction, number: int, who: Principal, now: datetime, hold: timedelta) -> list[int]:
    """Take back one's own decision, with all that were made by the same act, and have the cases in hand again.

    Returns their numbers; empty when it has taken effect, or was another's.
    """
    mine = tx.queue.verdicts_of(who.id)
    one = next((verdict for verdict in mine if verdict.case == number and not verdict.failed), None)
    if one is None:
        return []
    same = [each for each in mine if each is one or (one.batch and each.batch == one.batch and not each.failed)]
    for verdict in same:
        tx.queue.drop_verdict(verdict.case)
        tx.queue.claim(Claim(verdict.case, who.id, who.name, now, now + hold))
    return [verdict.case for verdict in same]


def texts_of(keys: Keys, verdict: Verdict) -> dict[str, str]:
    """The texts of an edit that is to take effect."""
    if verdict.sealed is None or verdict.wrapped_key is None:
        return {}
    return dict(json.loads(unseal(keys.sealing, _place(verdict.case), verdict.sealed, verdict.wrapped_key)))


def take_effect(
    tx: Transaction, log: AuditLog, keys: Keys, terms: Terms, verdict: Verdict, now: datetime, inspect: Inspect
) -> HeldPost | None:
    """Record the decision, in the case and in the log, unless it was undone meanwhile (None).

    What can no longer be, because the case was decided at a terminal or the policies changed, is kept as failed: its
    reviewer is told, and the case waits again.
    """
    if tx.queue.verdict(verdict.case) != verdict:
        return None
    tx.queue.drop_verdict(verdict.case)
    given = Review(verdict.approved, verdict.name, now, verdict.reason, verdict.form)
    try:
        if not _may_still(tx, verdict):
            raise ReviewError(f"{verdict.name} may not decide any more")
        if verdict.approved:
            texts = texts_of(keys, verdict) or None
            more = {"terms": terms, "texts": texts, "inspect": inspect, "groups": verdict.groups}
            case = review.approve(tx, log, keys, verdict.case, given, **more)  # type: ignore[arg-type]
        else:
            case = review.reject(tx, log, verdict.case, given, terms=terms)
    except ReviewError as error:
        tx.queue.put_verdict(replace(verdict, failed=error.message))
        return None
    if case.state is not CaseState.OPEN:
        tx.queue.let_go(verdict.case)
    return case


def _may_still(tx: Transaction, verdict: Verdict) -> bool:
    """Whoever loses an account or a role loses what has not taken effect: they may not have been themselves."""
    account = tx.accounts.get(verdict.reviewer)
    return account is None or (
        not account.disabled and any(Permission.REVIEW in ALLOWS[role] for role in account.roles)
    )


def record_view(tx: Transaction, log: AuditLog, case: HeldPost, who: Principal, now: datetime) -> None:
    """Somebody reads a held post as it was written: an entry of its own, before it is shown."""
    reviewer = log.pseudonym(REVIEWER, who.name)
    tx.put_author(reviewer, Author(REVIEWER, who.name, person=who.person))
    event = event_id(now)
    log.append(tx, AuditEntry(event, "view", now, {"author": reviewer, "case": case.number, "decision": case.event}))
    tx.queue.note(case.number, event)


def _free(line: Waiting, who: Principal, now: datetime) -> bool:
    """What is meant for somebody is left to them, until it is overdue."""
    meant_for_another = line.assignment is not None and line.assignment.assignee != who.id and now < line.due
    return not meant_for_another and bar_of(line, CaseState.OPEN, who) is None


def _claim(tx: Transaction, line: Waiting, who: Principal, now: datetime, hold: timedelta) -> bool:
    return tx.queue.claim(Claim(line.number, who.id, who.name, now, now + hold))


def _place(number: int) -> str:
    """What an edit's seal is bound to."""
    return f"verdict {number}"
