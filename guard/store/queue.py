"""The store's promise for the reviewers' queue: `Transaction.queue`. That of guard.store.base holds for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from guard.types.queue import Assignment, Claim, Counts, Decided, Verdict, Waiting

Place = tuple[datetime, int]
"""Where a line stands in the queue: due time (of what is decided: when that was), then number."""


class Queue(Protocol):
    """Valid only inside the transaction that gave it. What writes raises StoreError in `read`."""

    def waiting(
        self, now: datetime, limit: int, *, after: Place | None = None, overdue: bool = False, mine: str | None = None
    ) -> list[Waiting]:
        """Open cases that nobody has decided on, the one due first on top.

        With `mine` those that this principal has in hand or that are meant for them. Claims that are over by `now` are left
        out of the lines.
        """

    def line(self, number: int, now: datetime) -> Waiting | None:
        """That of one case, whatever its state."""

    def counts(self, now: datetime) -> Counts:
        """Of all that `waiting` lists."""

    def decided(self, limit: int, *, rule: str = "", before: Place | None = None) -> list[Decided]:
        """The newest verdicts first: on cases that this rule held, and those that stand behind that place (when decided, number)."""

    def similar(self, matches: Sequence[str], but: int, limit: int) -> list[Decided]:
        """The newest decisions on cases that the very same rules held."""

    def pulse(self) -> tuple[int, ...]:
        """Numbers that change whenever a page of the queue would."""

    def note(self, case: int, event: str) -> None:
        """That entry of the log is of this case."""

    def noted(self, case: int) -> list[str]:
        """Event ids in order of time."""

    # Who has a case in hand

    def claim(self, claim: Claim) -> bool:
        """Take it, or hold it longer; False when somebody else has it at `claim.since`."""

    def release(self, case: int, holder: str) -> None: ...

    def claims_of(self, holder: str, now: datetime) -> list[Claim]: ...

    def assign(self, assignment: Assignment) -> None: ...

    def unassign(self, case: int) -> None: ...

    def let_go(self, case: int) -> None:
        """It is decided: nobody has it in hand, and it is meant for nobody any more."""

    # Whose a post is not

    def disown(self, reviewer: str, author: str) -> None:
        """That principal says that the account of that pseudonym is not theirs."""

    def disowned(self, reviewer: str, author: str) -> bool: ...

    # Decisions that have not taken effect

    def put_verdict(self, verdict: Verdict) -> None:
        """Keep it, in place of one that failed. StoreError when one waits already."""

    def verdict(self, case: int) -> Verdict | None: ...

    def drop_verdict(self, case: int) -> None: ...

    def verdicts_of(self, reviewer: str) -> list[Verdict]:
        """Newest first, those that failed among them."""

    def pending_verdicts(self) -> list[Verdict]:
        """All that are to take effect, oldest first."""
