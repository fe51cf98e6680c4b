"""The store's promise for requests that need two people: `Transaction.motions`. That of guard.store.base holds for it."""

from __future__ import annotations

from typing import Protocol

from guard.types.motion import Motion


class Motions(Protocol):
    """Valid only inside the transaction that gave it. What writes raises StoreError in `read`."""

    def next_number(self) -> int:
        """The number of the next motion to `put`."""

    def put(self, motion: Motion) -> None:
        """Keep a new one, or what changed of one that is there."""

    def get(self, number: int) -> Motion | None: ...

    def newest(self, kind: str, limit: int) -> list[Motion]:
        """Newest first."""
