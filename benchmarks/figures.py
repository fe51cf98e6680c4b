"""One row of a table of figures: what was measured, the peer's value, the goal, and whether it was reached."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Sense = Literal[">=", "<="]


@dataclass(frozen=True, slots=True)
class Row:
    """`value` and `goal` share `unit`; a row without a goal only informs."""

    what: str
    value: float
    unit: str = ""
    goal: float | None = None
    sense: Sense = ">="
    peer: str = ""
    """What Presidio gives, in words."""
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """None when there is no goal."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.sense == ">=" else self.value <= self.goal

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def shown(value: float, unit: str) -> str:
    """A number as a reader wants it: shares with three decimals, large ones with commas."""
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 10 else 3
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}{unit}" if unit in {"", "x", "%"} else f"{text} {unit}"
