"""The store's promise for accounts, sessions and tokens: `Transaction.accounts`. That of guard.store.base holds for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from guard.types.account import Account, ApiToken, Session


class Accounts(Protocol):
    """Valid only inside the transaction that gave it. What writes raises StoreError in `read`."""

    def add(self, account: Account) -> None:
        """StoreError, at commit at the latest, when its id, its name (in any case) or its subject is taken."""

    def update(self, account: Account) -> None:
        """Keep all of an existing account but id, creation and provider. StoreError when there is none."""

    def get(self, account: str) -> Account | None:
        """By id."""

    def named(self, name: str) -> Account | None:
        """By sign-in name, whatever its case and Unicode form."""

    def of_subject(self, provider: str, subject: str) -> Account | None: ...

    def all(self) -> list[Account]:
        """By name."""

    def put_session(self, session: Session) -> None: ...

    def session(self, digest: str) -> Session | None: ...

    def touch_session(self, digest: str, seen: datetime) -> None: ...

    def sessions(self, account: str) -> list[Session]:
        """Newest first."""

    def end_sessions(self, digests: Sequence[str]) -> None: ...

    def end_sessions_of(self, account: str, *, but: str | None = None) -> int:
        """All sessions of an account, but the one with that digest; returns how many."""

    def end_sessions_before(self, created: datetime, seen: datetime) -> int:
        """Those begun, or last seen, before these times."""

    def add_token(self, token: ApiToken) -> None: ...

    def token(self, token: str) -> ApiToken | None:
        """By id."""

    def tokens(self, account: str | None = None) -> list[ApiToken]:
        """Newest first; None: everybody's."""

    def use_token(self, token: str, used: datetime) -> None: ...

    def remove_token(self, token: str) -> None: ...
