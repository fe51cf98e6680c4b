"""Counts over all posts of a backtest: small, and the same however the posts are shared out among processes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from guard.types.decision import Action
from guard.types.inspection import Inspection

NO_GROUP = ""
"""Stands for the posts of authors who are in no group."""


@dataclass(slots=True)
class Counts:
    """Every field counts posts by something; `add` joins two of them."""

    partly: Counter[str] = field(default_factory=Counter)
    """Posts that a detector failed on, by which policies were tried: old, new."""
    actions: Counter[str] = field(default_factory=Counter)
    """By what becomes of them: `allow hold`, old and new."""
    networks: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    """By the day that the post itself says."""
    held_old: Counter[str] = field(default_factory=Counter)
    """Held posts by that day; those that say none under the empty text."""
    held_new: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    """How many people must look at what is held (`approvals`): old, new."""
    shadow_old: Counter[str] = field(default_factory=Counter)
    """What rules in shadow would have done: `pii-fr/phone: hold`."""
    shadow_new: Counter[str] = field(default_factory=Counter)

    @property
    def posts(self) -> int:
        return self.actions.total()

    def see(self, old: Inspection, new: Inspection, day: str) -> None:
        """Count one post; `day` is empty when it does not say when."""
        post = new.post
        self.actions[f"{old.decision.action.word} {new.decision.action.word}"] += 1
        self.networks[post.network] += 1
        self.groups.update(post.author.groups or (NO_GROUP,))
        self.days[day] += 1
        self._side(old, "old", day, self.held_old, self.shadow_old)
        self._side(new, "new", day, self.held_new, self.shadow_new)

    def _side(self, one: Inspection, name: str, day: str, held: Counter[str], shadow: Counter[str]) -> None:
        decision = one.decision
        if one.failures:
            self.partly[name] += 1
        if decision.action is Action.HOLD:
            held[day] += 1
            self.looks[name] += max((m.approvals for m in decision.matches if m.action is Action.HOLD), default=1)
        shadow.update(f"{match.id}: {match.action.word}" for match in decision.shadow if match.action > Action.ALLOW)

    def add(self, other: Counts) -> None:
        for each in fields(self):
            getattr(self, each.name).update(getattr(other, each.name))

    def as_json(self) -> dict[str, dict[str, int]]:
        return {each.name: dict(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Mapping[str, int]]) -> Counts:
        return cls(**{name: Counter(counts) for name, counts in value.items()})
