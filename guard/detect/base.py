"""The promise of a detector, ours or a third party's (entry-point group `guard.detectors.v1`).

A detector gets one text, already normalised, and yields hits in that view's offsets; `run.py` maps them back to the
author's own code points. It may be called from several threads at once, opens no connection, and does not log text.
Whatever it raises becomes a DetectorFailure, which holds the post: a crash never lets one pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from guard.types.finding import Strength


@dataclass(frozen=True, slots=True)
class DetectorInfo:
    """What a detector is, for records and for policies that name its entities."""

    name: str
    version: str
    entity_types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding in the offsets of the text a detector was given."""

    entity_type: str
    start: int
    end: int
    score: float
    strength: Strength = Strength.PATTERN
    subtype: str | None = None
    matcher: str | None = None
    exact: bool = True
    explanation: str = ""
    weighed: tuple[tuple[int, int], ...] = ()


class Detector(Protocol):
    """See the module's promise."""

    @property
    def info(self) -> DetectorInfo: ...

    def detect(self, text: str) -> Iterable[Hit]:
        """Hits in `text`: the `plain` view (NFKC, invisible characters removed, digits and dashes unified, case kept)."""
