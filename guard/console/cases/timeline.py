"""What was done with a case, line by line: the entries of the log, somebody's readings in a row told as one."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from guard.outbox import review
from guard.store.base import Transaction
from guard.types.held import HeldPost

READ = "view"


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline: an entry of the audit log, or the first of several readings by the same person."""

    kind: str
    time: datetime
    who: str
    data: dict[str, Any]
    index: int
    times: int = 1
    """How many readings it stands for."""
    last: datetime | None = None
    """When the last of them was."""

    @property
    def key(self) -> str:
        """Of its words in `events`."""
        if self.kind == "review":
            given, needed = self.data.get("approvals", 1), self.data.get("needed", 1)
            return "approval" if self.data["verdict"] == "approved" and given < needed else str(self.data["verdict"])
        return str(self.data["disposition"]) if self.kind == "decision" else self.kind


def timeline(tx: Transaction, case: HeldPost) -> list[Event]:
    """The entries of the case, oldest first."""
    events: list[Event] = []
    for event in dict.fromkeys((case.event, *tx.queue.noted(case.number))):
        index = tx.leaf_index(event)
        if index is None:
            continue
        entry = json.loads(next(iter(tx.leaves(index, index + 1))))
        author = tx.author(str(entry["data"].get("author", "")))
        who = author.account if author is not None and author.network == review.REVIEWER else ""
        _add(events, Event(entry["kind"], datetime.fromisoformat(entry["time"]), who, entry["data"], index))
    return events


def _add(events: list[Event], event: Event) -> None:
    """Somebody's page loads are one reading until something else happens to the case; others who read stand between."""
    for place in range(len(events) - 1, -1, -1):
        earlier = events[place]
        if event.kind != READ or earlier.kind != READ:
            break
        if earlier.who == event.who:
            events[place] = replace(earlier, times=earlier.times + 1, last=event.time)
            return
    events.append(event)
