"""Lint of names that stand for people: approvers, and groups that rules look at, beside what the authors file knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from guard.authoring.lint.finding import Case, People, Remark
from guard.errors import Location
from guard.policy.approvers import GROUP, named_groups, unanswered
from guard.policy.cursor import did_you_mean
from guard.policy.load import ListNode, Scalar
from guard.policy.schema import Policy, Rule
from guard.words.texts import Phrase


def unanswered_holds(case: Case) -> list[Remark]:
    """Approvers who are nobody: groups without members, names that nobody signs in by, groups written as if they were names."""
    found: list[Remark] = []
    nobody = _without_anybody(case)
    empty: dict[str, _Empty] = {}
    named = frozenset(map(_folded, named_groups(case.bundle)))
    for policy, rule in _rules(case):
        for step in rule.steps:
            path = f"{step.location.field}.approvers"
            if path in nobody.get(policy.file, {}):
                one = nobody[policy.file][path]
                empty.setdefault(_folded(one.message), _Empty(one)).rules.add(f"{policy.id}/{rule.id}")
                continue
            for name, place in _names(case, policy.file, path):
                if remark := _approver(case, named, name.strip(), place):
                    found.append(remark)
    return found + [each.told() for each in empty.values()]


@dataclass(slots=True)
class _Empty:
    """Groups that nobody is in: told once, however many rules ask for them, as before anybody is in any."""

    remark: Remark
    """At the first of the rules."""
    rules: set[str] = field(default_factory=set)

    def told(self) -> Remark:
        if len(self.rules) == 1:
            return self.remark
        known = self.remark.message.values["known"]
        message = Phrase("lint.group-of-rules", count=len(self.rules), known=known, rules=tuple(sorted(self.rules)))
        return Remark(self.remark.location, message, self.remark.hint)


def _without_anybody(case: Case) -> dict[str, dict[str, Remark]]:
    """By file and path, the steps whose approvers are groups that nobody is in: one remark on all of them."""
    found: dict[str, dict[str, Remark]] = {}
    people = case.people
    if people is None or people.elsewhere:
        return {}
    for problem in unanswered(case.bundle, people.groups):
        place = problem.location
        if place is not None and isinstance(problem.message, Phrase):
            path = f"{place.field}.approvers"
            exact = case.sources.place(place.file, path, place)
            (first, *more) = problem.message.values["known"]
            hint = Phrase("lint.do.group") if more else _meant(first, people.groups)
            found.setdefault(place.file, {})[path] = Remark(exact, problem.message, hint)
    return found


def _approver(case: Case, named: frozenset[str], name: str, place: Location) -> Remark | None:
    """What is wrong with one of several approvers; `named` are the groups that policies name."""
    people = case.people or People(frozenset(), elsewhere=True)
    groups, names = (frozenset(map(_folded, each)) for each in (people.groups, people.names))
    if _folded(name).startswith(GROUP):
        group = name[len(GROUP) :]
        if people.elsewhere or _folded(group) in groups:
            return None
        return Remark(place, Phrase("lint.group-nobody"), _meant(group, people.groups))
    if _folded(name) in names:
        return None
    if _folded(name) in groups | named:
        return Remark(place, Phrase("lint.group-as-name"), Phrase("lint.do.group-as-name"))
    return None if people.elsewhere else Remark(place, Phrase("lint.name-nobody"), Phrase("lint.do.name-nobody"))


def unknown_groups(case: Case) -> list[Remark]:
    """Groups that rules look at and nobody is in. Only the authors file says who is in which, wherever people sign in."""
    if case.people is None:
        return []
    known = case.people.groups
    return [
        Remark(place, Phrase("lint.group-nobody"), _meant(name, known))
        for policy in (each.source for each in case.bundle.policies)
        for path in _paths(policy)
        for name, place in _names(case, policy.file, path)
        if name not in known  # capitals count here
    ]


def _paths(policy: Policy) -> Iterator[str]:
    """Where a policy may name the groups of authors."""
    yield "applies_to.groups"
    for rule in policy.rules:
        yield from (f"{step.location.field}.when.groups" for step in rule.steps)
        yield from (f"{each.location.field}.as.groups" for each in (*rule.match, *rule.no_match))
    for exception in policy.exceptions:
        yield f"{exception.location.field}.only.groups"
        yield from (f"{each.location.field}.as.groups" for each in (*exception.match, *exception.no_match))


def _rules(case: Case) -> Iterator[tuple[Policy, Rule]]:
    for policy in (each.source for each in case.bundle.policies):
        yield from ((policy, rule) for rule in policy.rules)


def _names(case: Case, file: str, path: str) -> Iterator[tuple[str, Location]]:
    """The words of a list, or the one that stands for it."""
    node = case.sources.node(file, path)
    for each in node.items if isinstance(node, ListNode) else (node,):
        if isinstance(each, Scalar):
            yield each.text, Location(file, each.line, each.column, path)


def _meant(name: str, known: frozenset[str]) -> Phrase:
    """The group that was probably meant; a list of all would not help."""
    close = get_close_matches(_folded(name), map(_folded, known), n=1)
    return did_you_mean(name, known) if close else Phrase("lint.do.group")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
