"""The store's promise for authors' questions: `Transaction.questions`. That of guard.store.base holds for it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from guard.types.question import Question


class Questions(Protocol):
    """Valid only inside the transaction that gave it. What writes raises StoreError in `read`."""

    def add(self, question: Question) -> None: ...

    def update(self, question: Question) -> None:
        """Keep its sealed words, answer and erasure date. StoreError when there is none."""

    def get(self, question: str) -> Question | None: ...

    def open(self, limit: int, after: str = "") -> list[Question]:
        """Those that nobody has answered, oldest first."""

    def answered(self, limit: int) -> list[Question]:
        """Newest question first."""

    def of(self, principal: str, limit: int) -> list[Question]:
        """Somebody's own, newest first."""

    def asked(self, principal: str) -> int:
        """How many of theirs wait for an answer."""

    def due_erasures(self, now: datetime, limit: int) -> list[Question]: ...
