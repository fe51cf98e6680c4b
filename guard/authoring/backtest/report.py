"""What a backtest found, gathered and put in order: the same posts give the same report, to the letter. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from guard.authoring.backtest.compare import Change, Kind
from guard.authoring.backtest.counts import NO_GROUP, Counts
from guard.types.decision import Action

_ERRORS_SHOWN: Final = 100


@dataclass(slots=True)
class _Group:
    """The changes of one kind."""

    posts: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    networks: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    samples: dict[str, dict[object, Change]] = field(default_factory=dict)
    """By the first rule, then by text, so that a post said a hundred times is one sample."""


@dataclass(slots=True)
class Collector:
    """Takes what the inspections gave, in the order of the input."""

    samples: int = 20
    """The most that are kept of each kind of change."""
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What people call each rule, by `policy/rule` and language."""
    counts: Counts = field(default_factory=Counts)
    errors: list[dict[str, Any]] = field(default_factory=list)
    error_count: int = 0
    _kinds: dict[str, _Group] = field(default_factory=lambda: {kind.value: _Group() for kind in Kind})

    def change(self, change: Change) -> None:
        group = self._kinds[change.kind]
        group.posts += 1
        group.rules.update(change.rules)
        group.groups.update(change.groups or (NO_GROUP,))
        group.networks[change.network] += 1
        group.actions[f"{change.old} {change.new}"] += 1
        kept = group.samples.setdefault(change.rules[0] if change.rules else "", {})
        if len(kept) < self.samples:
            text = None if change.text is None else "".join(piece[0] for piece in change.text)
            kept.setdefault(change.where if text is None else text, change)

    def error(self, told: Mapping[str, Any]) -> None:
        """A line or case that could not be inspected."""
        self.error_count += 1
        if len(self.errors) < _ERRORS_SHOWN:
            self.errors.append(dict(told))

    @property
    def changed(self) -> int:
        return sum(group.posts for group in self._kinds.values())

    @property
    def complete(self) -> bool:
        """Whether every post was inspected wholly."""
        return not self.error_count and not self.counts.partly

    def report(self, minutes: float) -> dict[str, Any]:
        """Everything as plain values; `minutes` are what one person needs for one case."""
        return {
            "posts": self.counts.posts,
            "changed": self.changed,
            "changes": [self._shown(kind) for kind in Kind],
            "actions": _pairs(self.counts.actions),
            "load": {
                "minutes_per_case": minutes,
                "old": _load(self.counts, self.counts.held_old, self.counts.looks["old"], minutes),
                "new": _load(self.counts, self.counts.held_new, self.counts.looks["new"], minutes),
            },
            "shadow": self._shadow(),
            "not_inspected": self.error_count,
            "partly_inspected": max(self.counts.partly["old"], self.counts.partly["new"]),
            "errors": self.errors,
        }

    def _shown(self, kind: Kind) -> dict[str, Any]:
        group = self._kinds[kind.value]
        policies: Counter[str] = Counter()
        for rule, posts in group.rules.items():
            policies[rule.partition("/")[0]] += posts
        return {
            "kind": kind.value,
            "posts": group.posts,
            "by_policy": _ranked(policies, "policy"),
            "by_rule": [
                row | {"title": dict(self.titles.get(row["rule"], {}))} for row in _ranked(group.rules, "rule")
            ],
            "by_group": _ranked(group.groups, "group", self.counts.groups),
            "by_network": _ranked(group.networks, "network", self.counts.networks),
            "by_action": _pairs(group.actions),
            "samples": [change.as_json() for change in self._picked(group)],
        }

    def _picked(self, group: _Group) -> list[Change]:
        """One of each rule in turn, busiest rule first, so that no rule crowds out the others."""
        order = sorted(group.samples, key=lambda rule: (-group.rules[rule], rule))
        rows = [list(group.samples[rule].values()) for rule in order]
        turns = (row[turn] for turn in range(self.samples) for row in rows if turn < len(row))
        return list(turns)[: self.samples]

    def _shadow(self) -> list[dict[str, Any]]:
        old, new = self.counts.shadow_old, self.counts.shadow_new
        rows = []
        for name in sorted({*old, *new}):
            rule, _, action = name.partition(": ")
            rows.append({"rule": rule, "action": action, "old": old[name], "new": new[name]})
        return rows


def _ranked(counter: Counter[str], name: str, of: Counter[str] | None = None) -> list[dict[str, Any]]:
    """The largest first; with `of`, also how many posts there were in all."""
    return [
        {name: value, "posts": posts} | ({} if of is None else {"of": of[value]})
        for value, posts in sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    ]


def _pairs(counter: Counter[str]) -> list[dict[str, Any]]:
    """Old and new action, in the order of their severity."""
    order = {action.word: number for number, action in enumerate(Action)}
    pairs = sorted(
        (order[old], order[new], old, new, posts)
        for pair, posts in counter.items()
        for old, _, new in [pair.partition(" ")]
    )
    return [{"old": old, "new": new, "posts": posts} for _, _, old, new, posts in pairs]


def _load(counts: Counts, held: Counter[str], looks: int, minutes: float) -> dict[str, Any]:
    """What reviewers would have to do. Days only from posts that say when; days without a post between them count too."""
    cases = held.total()
    needed = looks * minutes
    shown: dict[str, Any] = {
        "held": cases,
        "looks": looks,
        "per_1000_posts": _rounded(1000 * cases / counts.posts) if counts.posts else 0,
        "minutes_per_1000_posts": _rounded(1000 * needed / counts.posts) if counts.posts else 0,
    }
    days = sorted(day for day in counts.days if day)
    if not days:
        return shown
    length = (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days + 1
    dated = {day: number for day, number in held.items() if day}
    busiest = max(dated, key=lambda day: (dated[day], day), default=None)
    minutes_a_case = needed / cases if cases else 0
    return shown | {
        "days": length,
        "first_day": days[0],
        "last_day": days[-1],
        "posts_without_a_day": counts.days[""],
        "per_day": _rounded(sum(dated.values()) / length),
        "minutes_per_day": _rounded(sum(dated.values()) * minutes_a_case / length),
        "busiest_day": busiest,
        "held_on_busiest_day": dated[busiest] if busiest else 0,
    }


def _rounded(value: float) -> float:
    return round(value, 1)


def marked(pieces: Sequence[Sequence[Any]]) -> str:
    """A sample's text with `[[ ]]` around what was found."""
    return "".join(f"[[{text}]]" if found else text for text, found in pieces)
