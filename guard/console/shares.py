"""Which of several approvals a decision is, while it can be undone."""

from __future__ import annotations

from dataclasses import replace

from guard.audit.keys import Keys
from guard.errors import GuardError
from guard.outbox.approvals import asked_for, satisfied
from guard.outbox.review import open_payload
from guard.store.base import Transaction
from guard.types.queue import Verdict


def share_of(tx: Transaction, keys: Keys, verdict: Verdict) -> tuple[int, int] | None:
    """`(1, 2)`: the approval this verdict is, of how many; None where it decides the case."""
    case = tx.case(verdict.case)
    if case is None or not verdict.approved or not case.needs:
        return None
    try:
        payload = open_payload(keys, case)
    except GuardError:
        return None  # its text is gone: it cannot take effect, and its reviewer is told so then
    by, groups = (*payload.approved_by, verdict.name), (*payload.approved_as, verdict.groups)
    if satisfied(case.needs, replace(payload, approved_by=by, approved_as=groups)):
        return None
    return len(by), asked_for(case.needs, len(by), enough=False)
