"""Lint of what must end or be narrow, and of who answers for it: exceptions, reviews, rules that are only tried out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from guard.authoring.lint.finding import Case, Remark
from guard.errors import Location
from guard.policy.schema import Mode, ModeKind, Policy, PolicyException
from guard.words.texts import Phrase

LONGEST: Final = timedelta(days=180)
"""An exception, or a trial in shadow, may last so long."""
SOON: Final = timedelta(days=30)
_TELLING: Final = 3
"""Characters without which a pattern of an exception's text says nothing."""
_REACHED: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+|group:\S+")


def broad_exceptions(case: Case) -> list[Remark]:
    """Exceptions that let nearly everything pass."""
    return [
        Remark(exception.location, why, Phrase("lint.do.name-text"))
        for policy in case.bundle.policies
        for exception in policy.source.exceptions
        if (why := _too_broad(policy.source, exception))
    ]


def _too_broad(policy: Policy, exception: PolicyException) -> Phrase | None:
    if exception.text and all(_narrows(text) for text in exception.text):
        return None
    if exception.groups is None:
        return Phrase("lint.holds-for-all")
    every = {rule.id for rule in policy.rules}
    if len(every) > 1 and (exception.rules is None or exception.rules >= every):
        return Phrase("lint.covers-all")
    return None


def _narrows(text: str) -> bool:
    """Whether few texts look like this: `*e*` is nearly any."""
    return sum(char not in "*? " for char in text) >= _TELLING


def endless_exceptions(case: Case) -> list[Remark]:
    """Exceptions that go on for too long. Those without a readable end are told when the file is loaded."""
    found = []
    for policy in case.bundle.policies:
        for exception in policy.source.exceptions:
            if exception.expires and exception.expires > case.at + LONGEST:
                place = _of(case, policy.source, exception, "expires")
                found.append(Remark(place, Phrase("lint.too-long", days=LONGEST.days), Phrase("lint.do.sooner")))
    return found


def ended_exceptions(case: Case) -> list[Remark]:
    """Exceptions whose end has passed: they still look as if they let something pass."""
    return [
        Remark(
            _of(case, policy.source, exception, "expires"),
            Phrase("lint.ended"),
            Phrase("lint.do.renew"),
        )
        for policy in case.bundle.policies
        for exception in policy.source.exceptions
        if exception.expires and exception.expires <= case.at
    ]


def unknown_owners(case: Case) -> list[Remark]:
    """Names that nobody can write to: of owners, and of those who approved an exception."""
    message, hint = Phrase("lint.nobody"), Phrase("lint.do.address")
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
    return [
        Remark(policy.source.review_place, _when(policy.source.review_by, case.at), Phrase("loader.do.review"))
        for policy in case.bundle.policies
        if policy.source.review_by and policy.source.review_by <= case.at + SOON
    ]


def _when(due: datetime, at: datetime) -> Phrase:
    days = (due - at).days
    if due <= at:
        return Phrase("loader.review-over")
    return Phrase("lint.review-today") if days == 0 else Phrase("lint.review-in", count=days)


def endless_trials(case: Case) -> list[Remark]:
    """Rules in shadow that nobody has to look at for half a year: recorded for ever, never acted on."""
    message, hint = Phrase("lint.shadow-stays", days=LONGEST.days), Phrase("lint.do.nearer")
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
