"""Which of several approvals a decision is, while it can be undone."""

from __future__ import annotations

from guard.store.base import Transaction
from guard.types.queue import Verdict


def share_of(tx: Transaction, verdict: Verdict) -> tuple[int, int] | None:
    """`(1, 2)`: the approval this verdict is, of how many; None where it decides the case."""
    case = tx.case(verdict.case)
    if case is None or not verdict.approved:
        return None
    given, needed = len(case.approved_by) + 1, max((need.approvals for need in case.needs), default=1)
    return (given, needed) if given < needed else None
