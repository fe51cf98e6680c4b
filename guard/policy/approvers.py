"""Whom rules ask for approval, and whether there is anybody. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from guard.errors import PolicyError
from guard.policy.compile import Bundle
from guard.policy.schema import Step
from guard.words.texts import Phrase

_GROUP = "group:"
_SHOWN = 2
"""Rules that are named, for whoever has only the console to look for them; `guard policy lint` names all."""


def empty_groups(bundle: Bundle, groups: Collection[str]) -> PolicyError | None:
    """One remark on all of them: the groups without which nobody can let go what some rules hold, and which rules first."""
    known = {_folded(_GROUP + group) for group in groups}
    names: dict[str, str] = {}
    rules: dict[str, Phrase] = {}
    for policy in (each.source for each in bundle.policies):
        for rule in policy.rules:
            for step in (each for each in rule.steps if _nobody(each, known)):
                names |= {_folded(name): name.removeprefix(_GROUP) for name in step.approvers}
                name = f"{policy.id}/{rule.id}"
                rules[name] = Phrase("loader.rule-in", rule=name, file=policy.file)
    if not rules:
        return None
    known_as = tuple(names[each] for each in sorted(names))
    shown = tuple(rules.values())[:_SHOWN]
    if more := len(rules) - len(shown):
        shown += (Phrase("loader.more-rules", count=more),)
    message = Phrase("loader.empty-groups", count=len(known_as), known=known_as, rules=shown)
    return PolicyError(message, hint=Phrase("loader.do.group" if len(known_as) == 1 else "loader.do.groups"))


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
        if _nobody(step, known) and (missing := tuple(name.removeprefix(_GROUP) for name in step.approvers))
    )


def _nobody(step: Step, known: Collection[str]) -> bool:
    """Whether only groups may approve it, and none of these."""
    return (
        bool(step.approvers)
        and all(name.startswith(_GROUP) for name in step.approvers)
        and all(_folded(name) not in known for name in step.approvers)
    )


def _folded(name: str) -> str:
    """As approvals are counted: whatever the case."""
    return unicodedata.normalize("NFKC", name).strip().casefold()
