"""Lint of what must end or be narrow, and of who answers for it: exceptions, reviews, rules that are only tried out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from guard.authoring.lint.finding import Case, Remark
from guard.errors import Location
from guard.policy.schema import Mode, ModeKind, Policy, PolicyException

LONGEST: Final = timedelta(days=180)
"""An exception, or a trial in shadow, may last so long."""
SOON: Final = timedelta(days=30)
_REACHED: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+|group:\S+")


def broad_exceptions(case: Case) -> list[Remark]:
    """Exceptions that let nearly everything pass."""
    return [
        Remark(exception.location, why, "name the text that is meant, or the group that may write it")
        for policy in case.bundle.policies
        for exception in policy.source.exceptions
        if (why := _too_broad(policy.source, exception))
    ]


def _too_broad(policy: Policy, exception: PolicyException) -> str:
    narrowed = any(set(text) - set("*? ") for text in exception.text)
    if narrowed and not any(not set(text) - set("*? ") for text in exception.text):
        return ""
    if exception.groups is None:
        return "this exception holds for everybody and whatever the text: it switches its rules off"
    every = {rule.id for rule in policy.rules}
    if len(every) > 1 and (exception.rules is None or exception.rules >= every):
        return "this exception covers every rule of the policy, whatever the text"
    return ""


def endless_exceptions(case: Case) -> list[Remark]:
    """Exceptions that go on for too long. Those without a readable end are told when the file is loaded."""
    found = []
    for policy in case.bundle.policies:
        for exception in policy.source.exceptions:
            if exception.expires and exception.expires > case.at + LONGEST:
                place = _of(case, policy.source, exception, "expires")
                message = f"this exception goes on for more than {LONGEST.days} days"
                found.append(Remark(place, message, "let it end sooner, and renew it then if it is still needed"))
    return found


def ended_exceptions(case: Case) -> list[Remark]:
    """Exceptions whose end has passed: they still look as if they let something pass."""
    return [
        Remark(
            _of(case, policy.source, exception, "expires"),
            "this exception has ended: it lets nothing pass any more",
            "remove it, or renew it if it is still needed",
        )
        for policy in case.bundle.policies
        for exception in policy.source.exceptions
        if exception.expires and exception.expires <= case.at
    ]


def unknown_owners(case: Case) -> list[Remark]:
    """Names that nobody can write to: of owners, and of those who approved an exception."""
    message = "nobody can be asked: this is neither an e-mail address nor a group"
    hint = "write an address that is read, as dpo@example.org, or group:dpo"
    found = []
    for policy in (each.source for each in case.bundle.policies):
        named = [(policy.owner, case.sources.place(policy.file, "owner", policy.location))]
        named += [(one.approved_by, _of(case, policy, one, "approved_by")) for one in policy.exceptions]
        found += [Remark(place, message, hint) for name, place in named if not _REACHED.fullmatch(name.strip())]
    return found


def _of(case: Case, policy: Policy, exception: PolicyException, key: str) -> Location:
    return case.sources.place(policy.file, f"{exception.location.field}.{key}", exception.location)


def due_reviews(case: Case) -> list[Remark]:
    """Policies whose `review_by` has passed, or comes within a month."""
    hint = "read the policy again with its owner, then write the next date"
    return [
        Remark(policy.source.review_place, _when(policy.source.review_by, case.at), hint)
        for policy in case.bundle.policies
        if policy.source.review_by and policy.source.review_by <= case.at + SOON
    ]


def _when(due: datetime, at: datetime) -> str:
    days = (due - at).days
    if due <= at:
        return "`review_by` has passed"
    return "`review_by` is today" if days == 0 else f"`review_by` is {days} {'day' if days == 1 else 'days'} away"


def endless_trials(case: Case) -> list[Remark]:
    """Rules in shadow that nobody has to look at for half a year: recorded for ever, never acted on."""
    message = f"this stays in shadow, and its review is more than {LONGEST.days} days away"
    hint = "bring review_by nearer, or go on to canary or enforce"
    found = []
    for policy in (each.source for each in case.bundle.policies):
        if not policy.review_by or policy.review_by <= case.at + LONGEST:
            continue
        modes: list[tuple[Mode, str]] = [(policy.mode, "mode")]
        modes += [(rule.mode, f"{rule.location.field}.mode") for rule in policy.rules]
        for mode, path in modes:
            if mode.kind is ModeKind.SHADOW and case.sources.node(policy.file, path):
                found.append(Remark(case.sources.place(policy.file, path, policy.location), message, hint))
    return found
