"""What the policies pages need of whoever keeps the folder of policies: told here, kept by guard.wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from guard.errors import GuardError

Files = Mapping[str, bytes]
"""A folder's policies and terms files, by name."""
Changes = Mapping[str, bytes | None]
"""New bytes by file name; None: the file goes."""


@dataclass(frozen=True, slots=True)
class Told:
    """A mistake or a finding of lint, with its place. Texts may be phrases, to be told in the reader's language."""

    message: str
    hint: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None
    kind: str = ""
    """Name of the lint rule; empty for a mistake that keeps the policies from being used."""
    error: bool = True


@dataclass(frozen=True, slots=True)
class Examined:
    """A folder as `guard policy test`, `lint` and `coverage` see it."""

    digest: str = ""
    """Empty where the policies cannot be used."""
    problems: tuple[Told, ...] = ()
    lint: tuple[Told, ...] = ()
    coverage: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Parts that examples reach, and all parts, by `policy/rule`."""

    @property
    def holds(self) -> bool:
        return not self.problems


class PolicyRoom(Protocol):
    """Kept by guard.wiring.policies."""

    async def files(self) -> Files:
        """As they lie in the folder now. PolicyError when it cannot be read."""

    async def examine(self, changes: Changes) -> Examined:
        """The folder with these changes, tried in a process of its own."""

    async def backtest(self, changes: Changes, progress: Callable[[int], None]) -> Mapping[str, Any]:
        """What the changed policies would have done to stored decisions, without any text; `progress` hears how many are done."""

    async def activate(self, changes: Changes, base: str, agreed: str) -> str:
        """Write the changes and put them in force; returns the new digest, which is `agreed`. The folder must hold `base`,
        which is in force.

        GuardError, and the folder as it was, when anything is wrong.
        """

    def refused(self) -> Sequence[GuardError]:
        """Why what lies in the folder now is not in force; empty when it is."""
