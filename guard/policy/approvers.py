"""Whom rules ask for approval, and whether there is anybody. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from guard.errors import PolicyError
from guard.policy.compile import Bundle
from guard.policy.schema import Step
from guard.words.texts import Phrase

GROUP = "group:"
_SHOWN = 2
"""Rules that are named, for whoever has only the console to look for them; `guard policy lint` names all."""


def named_groups(bundle: Bundle) -> frozenset[str]:
    """Those that some policy names, of authors or of approvers."""
    groups = set(author_groups(bundle))
    for rule in (rule for policy in bundle.policies for rule in policy.source.rules):
        names = (name.strip() for step in rule.steps for name in step.approvers)
        groups.update(name[len(GROUP) :] for name in names if _folded(name).startswith(GROUP))
    return frozenset(groups)


def author_groups(bundle: Bundle) -> frozenset[str]:
    """Those of authors that some policy looks at."""
    groups: set[str] = set()
    for policy in (each.source for each in bundle.policies):
        groups.update(policy.applies_to.groups or ())
        groups.update(name for rule in policy.rules for step in rule.steps for name in step.when.groups or ())
        groups.update(name for exception in policy.exceptions for name in exception.groups or ())
    return frozenset(groups)


def empty_groups(bundle: Bundle, groups: Collection[str]) -> PolicyError | None:
    """One remark on all of them: the groups without which nobody can let go what some rules hold, and which rules first."""
    known = {_folded(GROUP + group) for group in groups}
    names: dict[str, str] = {}
    rules: dict[str, Phrase] = {}
    for policy in (each.source for each in bundle.policies):
        for rule in policy.rules:
            for step in (each for each in rule.steps if _nobody(each, known)):
                names |= {_folded(name): name.strip()[len(GROUP) :] for name in step.approvers}
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
    known = {_folded(GROUP + group) for group in groups}
    return tuple(
        PolicyError(
            Phrase("loader.no-such-group", known=missing), hint=Phrase("loader.do.group"), location=step.location
        )
        for policy in bundle.policies
        for rule in policy.source.rules
        for step in rule.steps
        if _nobody(step, known) and (missing := tuple(name.strip()[len(GROUP) :] for name in step.approvers))
    )


def _nobody(step: Step, known: Collection[str]) -> bool:
    """Whether only groups may approve it, and none of these."""
    return (
        bool(step.approvers)
        and all(_folded(name).startswith(GROUP) for name in step.approvers)
        and all(_folded(name) not in known for name in step.approvers)
    )


def _folded(name: str) -> str:
    """As approvals are counted: whatever the case."""
    return unicodedata.normalize("NFKC", name).strip().casefold()
