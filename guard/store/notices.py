"""The store's promise for notices and for what follows from the log: `Transaction.notices`. That of guard.store.base holds for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from guard.types.notice import Channel, Kind, Notice


class Notices(Protocol):
    """Valid only inside the transaction that gave it. What writes raises StoreError in `read`."""

    def followed(self) -> tuple[int, int]:
        """Index of the first entry not looked at, and of the first entry that notices are made of."""

    def follow(self, begun: int, done: int, about: Iterable[tuple[str, int]]) -> bool:
        """Entries from `begun` up to `done` were looked at: keep what they are about. False when another has done so."""

    def about(self, subjects: Sequence[str], limit: int, before: int | None = None) -> list[int]:
        """Indexes of entries about any of these, newest first."""

    def settle(self, subject: str, index: int) -> bool:
        """That entry is about it no more; False when it was not."""

    def add(self, notice: Notice) -> None:
        """Put it into the outbox; one with its id there already stays as it is."""

    def update(self, notice: Notice) -> None:
        """Keep its state, due time, tries, error and what it is about."""

    def waiting(self, kind: Kind, channel: Channel, recipient: str) -> Notice | None:
        """The newest of that kind to that address of which no sending was tried."""

    def of_kind(self, kind: Kind, since: datetime) -> list[Notice]:
        """All of that kind made since, whatever became of them."""

    def due(self, now: datetime, limit: int) -> list[Notice]:
        """Those to be sent by now, the one that waits longest first."""

    def forget(self, before: datetime) -> None:
        """Let go of those made before, unless they still wait."""
