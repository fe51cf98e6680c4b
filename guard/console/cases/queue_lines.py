"""Lines of the queue as one person sees them. A filter leaves lines out and never changes their order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from guard.console.cases.queue_filters import Wanted
from guard.console.cases.sides import excerpt
from guard.console.page import Visit
from guard.errors import GuardError
from guard.outbox import review
from guard.outbox.approvals import asked_for
from guard.outbox.deciding import MINE, Bar, bar_of, may_read, must_say
from guard.outbox.review import REVIEWER
from guard.store.base import Transaction
from guard.store.queue import Place
from guard.types.held import CaseState, Need
from guard.types.queue import Counts, Decided, Waiting

LINES = 50
READ = 200
"""Lines read in one go where a filter leaves some out."""
OPENED = 1000
"""Cases opened at most for one page, where words of their texts are looked for."""


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

    @property
    def needed(self) -> int:
        """How many approvals it takes, as far as the line tells."""
        return asked_for(self.case.needs, len(self.case.approved_by), enough=False)


@dataclass(frozen=True, slots=True)
class Found:
    counts: Counts
    lines: list[Line]
    decided: list[Decided]
    more: str
    """Where the next page begins; empty: this is the last."""
    tired: bool
    """It ends where it does because so many cases were opened in vain."""
    opened: int
    """Cases that were opened to see whether they fit."""
    seen: str
    """See `seen`."""


@dataclass(slots=True)
class _Reader:
    """Opens cases to see whether their texts fit: those that this person may read, and not without end."""

    visit: Visit
    tx: Transaction
    wanted: Wanted
    left: int
    only: frozenset[int] | None = None
    """What was found before, where a page is renewed: nothing is opened again."""
    opened: int = 0
    stopped: Place | None = None
    """The last one looked at."""

    def fits(self, case: Waiting | Decided, place: Place) -> bool:
        if self.only is None and not self.wanted.opens:
            return True
        self.left -= 1
        if not self.left:
            self.stopped = place
        if self.only is not None:
            return case.number in self.only
        line = case if isinstance(case, Waiting) else self.tx.queue.line(case.number, self.visit.now)
        held = self.tx.case(case.number)
        if line is None or held is None or held.sealed is None or not _readable(self.visit, line):
            return False
        try:
            post = review.open_payload(self.visit.desk.keys, held).post
        except GuardError:
            return False  # sealed under a key that is gone
        self.opened += 1
        return self.wanted.fits_post(post)


def find_lines(
    visit: Visit,
    tx: Transaction,
    view: str,
    wanted: Wanted,
    after: Place | None,
    changes: int,
    only: frozenset[int] | None = None,
) -> Found:
    """A page of that view, of the cases that are wanted; with `only`, of these among them, and none is opened."""
    counts, reader = tx.queue.counts(visit.now), _Reader(visit, tx, wanted, OPENED, only)
    decided: list[Decided] = []
    cases: list[Waiting] = []
    if view == "decided":
        decided = list(islice(_decided(reader, after), LINES + 1))
        more = _next([(one.reviewed, one.number) for one in decided])
    else:
        cases = list(islice(_fitting(reader, view, after), LINES + 1))
        more = _next([(case.due, case.number) for case in cases])
    tired = not more and reader.stopped is not None
    if not more and reader.stopped is not None:
        more = place(reader.stopped)
    lines = [_line(visit, tx, case) for case in cases[:LINES]]
    return Found(counts, lines, decided[:LINES], more, tired, reader.opened, seen(changes, tx))


def _next(places: Sequence[Place]) -> str:
    """Where the page after the one that begins with these begins; empty: there is none."""
    if len(places) <= LINES:
        return ""
    return place(places[LINES - 1])


def place(case: Place) -> str:
    """As addresses have it."""
    moment, number = case
    return f"{moment.isoformat()}~{number}"


def _fitting(reader: _Reader, view: str, after: Place | None) -> Iterator[Waiting]:
    now, who, wanted = reader.visit.now, reader.visit.principal, reader.wanted
    mine = who.id if view == "mine" else None
    size = READ if wanted.sifts or view == "able" else LINES + 1
    while True:
        cases = reader.tx.queue.waiting(now, size, after=after, overdue=view == "overdue", mine=mine)
        for case in cases:
            after = case.due, case.number
            able = view != "able" or bar_of(case, CaseState.OPEN, who) is None
            if able and wanted.fits(case) and reader.fits(case, after):
                yield case
            if reader.stopped is not None:
                return
        if len(cases) < size:
            return


def _decided(reader: _Reader, before: Place | None) -> Iterator[Decided]:
    wanted = reader.wanted
    size = READ if wanted.sifts else LINES + 1
    while True:
        cases = reader.tx.queue.decided(size, rule=wanted.rule, before=before)
        for case in cases:
            before = case.reviewed, case.number
            if wanted.fits(case) and reader.fits(case, before):
                yield case
            if reader.stopped is not None:
                return
        if len(cases) < size:
            return


def seen(changes: int, tx: Transaction) -> str:
    """Changes with the queue: a page that was made of another one is told to renew itself. `changes`: of the hub, taken before."""
    return "-".join(map(str, (changes, *tx.queue.pulse())))


def _line(visit: Visit, tx: Transaction, case: Waiting) -> Line:
    who, now = visit.principal, visit.now
    bar, readable = bar_of(case, CaseState.OPEN, who), _readable(visit, case)
    late = case.due < now
    left = now - case.due if late else case.due - now
    few = _excerpt(visit, tx, case.number) if readable else None
    read = readable and has_read(visit, tx, case.number)
    return Line(case, bar, few or (), few == (), read, late, left, _alone(visit, tx, case, bar))


def _readable(visit: Visit, case: Waiting) -> bool:
    return bar_of(case, CaseState.OPEN, visit.principal) not in MINE and may_read(case, visit.principal)


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
