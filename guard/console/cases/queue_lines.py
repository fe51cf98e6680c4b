"""Lines of the queue as one person sees them. A filter leaves lines out and never changes their order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from guard.console.cases.sides import excerpt
from guard.console.page import Visit
from guard.errors import GuardError
from guard.outbox import review
from guard.outbox.deciding import MINE, Bar, bar_of, may_read, must_say
from guard.outbox.review import REVIEWER
from guard.store.base import Transaction
from guard.store.queue import Place
from guard.types.held import CaseState, Need
from guard.types.queue import Counts, Decided, Waiting

LINES = 50
READ = 200
"""Lines read in one go where a filter leaves some out."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is shown."""

    case: Waiting
    bar: Bar | None
    excerpt: tuple[str, ...]
    """Of each text; empty for those who may not read it, and once the text is erased."""
    hidden: bool
    """They may read it, and no part of it can be shown here."""
    read: bool
    """This person has opened it: only what they read may they approve together with others."""
    late: bool
    left: timedelta
    alone: str
    """Why it cannot be decided together with others, as `bars.<name>` says; empty: it can."""

    @property
    def bulk(self) -> bool:
        return not self.alone


@dataclass(frozen=True, slots=True)
class Found:
    counts: Counts
    lines: list[Line]
    decided: list[Decided]
    more: str
    """Where the next page begins; empty: this is the last."""
    seen: str
    """See `seen`."""


def find_lines(visit: Visit, tx: Transaction, view: str, rule: str, after: Place | None, changes: int) -> Found:
    """A page of that view, of the cases that this rule held where one is named."""
    now = visit.now
    counts = tx.queue.counts(now)
    if view == "decided":
        decided = tx.queue.decided(LINES + 1, rule=rule, before=after)
        more = _next([(one.reviewed, one.number) for one in decided])
        return Found(counts, [], decided[:LINES], more, seen(changes, tx))
    cases = list(islice(_fitting(visit, tx, view, rule, after), LINES + 1))
    more = _next([(case.due, case.number) for case in cases])
    return Found(counts, [_line(visit, tx, case) for case in cases[:LINES]], [], more, seen(changes, tx))


def _next(places: Sequence[Place]) -> str:
    """Where the page after the one that begins with these begins; empty: there is none."""
    if len(places) <= LINES:
        return ""
    return place(places[LINES - 1])


def place(case: Place) -> str:
    """As addresses have it."""
    moment, number = case
    return f"{moment.isoformat()}~{number}"


def _fitting(visit: Visit, tx: Transaction, view: str, rule: str, after: Place | None) -> Iterator[Waiting]:
    now, who = visit.now, visit.principal
    mine = who.id if view == "mine" else None
    size = READ if rule or view == "able" else LINES + 1
    while True:
        cases = tx.queue.waiting(now, size, after=after, overdue=view == "overdue", mine=mine)
        for case in cases:
            if (not rule or rule in case.matches) and (view != "able" or bar_of(case, CaseState.OPEN, who) is None):
                yield case
        if len(cases) < size:
            return
        after = cases[-1].due, cases[-1].number


def seen(changes: int, tx: Transaction) -> str:
    """Changes with the queue: a page that was made of another one is told to renew itself. `changes`: of the hub, taken before."""
    return "-".join(map(str, (changes, *tx.queue.pulse())))


def _line(visit: Visit, tx: Transaction, case: Waiting) -> Line:
    who, now = visit.principal, visit.now
    bar = bar_of(case, CaseState.OPEN, who)
    readable = bar not in MINE and may_read(case, who)
    late = case.due < now
    left = now - case.due if late else case.due - now
    few = _excerpt(visit, tx, case.number) if readable else None
    read = readable and has_read(visit, tx, case.number)
    return Line(case, bar, few or (), few == (), read, late, left, _alone(visit, tx, case, bar))


def _alone(visit: Visit, tx: Transaction, case: Waiting, bar: Bar | None) -> str:
    if bar is not None:
        return bar.value
    if several(case.needs):
        return "needs"
    return Bar.NOT_SAID.value if must_say(tx, case, visit.principal) else ""


def has_read(visit: Visit, tx: Transaction, number: int) -> bool:
    """Whether the log has it that this person opened the case."""
    reader = visit.desk.log.pseudonym(REVIEWER, visit.principal.name)
    for event in tx.queue.noted(number):
        index = tx.leaf_index(event)
        entry = {} if index is None else json.loads(next(iter(tx.leaves(index, index + 1))))
        if entry.get("kind") == "view" and entry["data"].get("author") == reader:
            return True
    return False


def several(needs: Sequence[Need]) -> bool:
    """Whether one person's approval cannot be enough."""
    return len(needs) > 1 or any(need.approvals > 1 for need in needs)


def _excerpt(visit: Visit, tx: Transaction, number: int) -> tuple[str, ...] | None:
    """None: there is no text any more."""
    held = tx.case(number)
    if held is None or held.sealed is None:
        return None
    try:
        # Held for a doubt alone: nobody knows what else is in it
        return excerpt(review.open_payload(visit.desk.keys, held)) if held.matches else ()
    except GuardError:
        return None  # sealed under a key that is gone: the case page says so
