"""Whose approvals a case needs: how many people, of which groups, and whether those given are enough."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from guard.outbox.payload import CasePayload
from guard.store.base import Transaction
from guard.types.held import Need


def person_of(tx: Transaction, reviewer: str) -> str:
    """Who a reviewer of that sign-in name is: two accounts of one person are one person."""
    account = tx.accounts.named(reviewer)
    return reviewer if account is None else account.person or account.name


def approved_already(tx: Transaction, approved_by: Sequence[str], person: str) -> bool:
    """Whether one of these sign-in names is that person's."""
    return any(_person(person) in {_person(name), _person(person_of(tx, name))} for name in approved_by)


def wanted(needs: Sequence[Need]) -> tuple[str, ...]:
    """All whom rules name as approvers, as `group:dpo` or a sign-in name; empty when whoever may review may approve."""
    return tuple(dict.fromkeys(name for need in needs for name in need.approvers))


def may_approve(needs: Sequence[Need], reviewer: str, groups: frozenset[str] | None) -> bool:
    """Whether this person's approval counts for any of the rules. `groups` None: somebody at the gate's own terminal."""
    return not needs or any(_counts(need, reviewer, groups) for need in needs)


def satisfied(needs: Sequence[Need], payload: CasePayload) -> bool:
    """Whether every rule has the approvals that it asks for, and the case as many different people as it needs."""
    given = list(zip(payload.approved_by, payload.approved_as, strict=True))
    each = (sum(_counts(need, name, groups) for name, groups in given) >= need.approvals for need in needs)
    return len(given) >= (payload.approvals if not needs else 1) and all(each)


def asked_for(needs: Sequence[Need], given: int, *, enough: bool) -> int:
    """Of how many approvals those given are a part; where they are not enough, of one more at least: one person may be
    whom several rules wait for.
    """
    return max((*(need.approvals for need in needs), given if enough else given + 1))


def same_name(one: str, other: str) -> bool:
    return _person(one) == _person(other)


def _counts(need: Need, reviewer: str, groups: frozenset[str] | None) -> bool:
    if not need.approvers or groups is None:
        return True
    mine = {_person(reviewer), *(f"group:{_person(group)}" for group in groups)}
    return not mine.isdisjoint(map(_person, need.approvers))


def _person(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
