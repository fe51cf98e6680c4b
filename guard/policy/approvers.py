"""Whom rules ask for approval, and whether there is anybody. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from guard.errors import PolicyError
from guard.policy.compile import Bundle
from guard.words.texts import Phrase

_GROUP = "group:"


def unanswered(bundle: Bundle, groups: Collection[str]) -> tuple[PolicyError, ...]:
    """A remark for every step whose approvers are groups that are none of these: what it holds, nobody can let go."""
    known = {_folded(_GROUP + group) for group in groups}
    return tuple(
        PolicyError(
            Phrase("loader.no-such-group", known=missing), hint=Phrase("loader.do.group"), location=step.location
        )
        for policy in bundle.policies
        for rule in policy.source.rules
        for step in rule.steps
        if step.approvers
        and all(name.startswith(_GROUP) for name in step.approvers)
        and known.isdisjoint(map(_folded, step.approvers))
        and (missing := tuple(name.removeprefix(_GROUP) for name in step.approvers))
    )


def _folded(name: str) -> str:
    """As approvals are counted: whatever the case."""
    return unicodedata.normalize("NFKC", name).strip().casefold()
