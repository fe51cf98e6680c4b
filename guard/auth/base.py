"""The promise of an identity provider, and what every part of this room is handed instead of reaching for it.

A provider only says who somebody is. It makes no session, writes nothing but its own account's hash, counts no failures
and never sees the browser's cookie: guard.auth.entrance does all that, for all providers alike.

Answers. `None` says: these credentials are not right, for whatever reason; nobody learns which. An Identity that is not
`admitted` is somebody the company knows but who has no business here; the entrance turns them away, in other words.
Errors. ProviderError when the provider could not be asked or answered against its protocol. Its message is for people and
holds neither name, password, code nor token. Foreign exceptions do not cross.
Time. An answer or an error comes within the provider's own limit, some seconds. Checking a wrong name costs the same work
as checking a wrong password.
Threads. Providers are asked from one event loop; what blocks goes to threads of its own.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from guard.entropy import random_bytes
from guard.store.base import Transaction
from guard.types.account import Account, Identity
from guard.types.principal import Role


class PasswordProvider(Protocol):
    """Knows people by name and password."""

    name: str
    """Stands in accounts and entries: local, ldap."""

    async def identify(self, name: str, password: str) -> Identity | None: ...

    async def close(self) -> None: ...


class Directory(PasswordProvider, Protocol):
    """One that can be asked about people while they are away."""

    async def pretend(self, name: str, password: str) -> None:
        """The work of `identify` for a wrong password, errors included, without what was typed leaving the house."""

    async def recall(self, name: str) -> Identity | None:
        """The person of that sign-in name as the directory knows them now; None when it does not (any more)."""


class PasswordKeeper(PasswordProvider, Protocol):
    """The one whose passwords are kept here."""

    async def hash(self, password: str) -> str:
        """What is to be kept of a new password."""

    def outdated(self, encoded: str) -> bool:
        """Whether a hash should be made anew with the password at hand."""


@dataclass(frozen=True, slots=True)
class Departure:
    """A sign-in that went to the provider's own page."""

    url: str
    """Where the browser is sent."""
    baggage: Mapping[str, str] = field(repr=False)
    """What the provider must see again, from the same browser; kept sealed in a cookie."""


class RedirectProvider(Protocol):
    """Asks people on a page of its own and sends them back."""

    name: str
    label: str
    """What the button says."""

    async def depart(self, now: datetime, *, quiet: bool = False) -> Departure:
        """`quiet`: the provider answers without asking the person anything, or refuses."""

    async def arrive(self, query: Mapping[str, str], baggage: Mapping[str, str], now: datetime) -> Identity | None:
        """The person that comes back with `query`. None when they gave up or were refused over there."""

    def farewell(self) -> str | None:
        """Where somebody can sign out at the provider too."""

    async def close(self) -> None: ...


class Notes(Protocol):
    """Writes an audit entry in the caller's transaction: who it is about, who did it, and words that are no secret."""

    def __call__(
        self, tx: Transaction, kind: str, now: datetime, about: Account | None, by: str | None = None, **data: object
    ) -> None: ...


def admit(table: Mapping[str, frozenset[Role]], groups: Iterable[str]) -> tuple[frozenset[Role], bool]:
    """Roles that the table gives to members of these groups, and whether it names any of them; case does not count."""
    folded = {group.casefold() for group in groups}
    given = [roles for group, roles in table.items() if group.casefold() in folded]
    return frozenset[Role]().union(*given), bool(given)


ASKED_AT_SIGN_IN = frozenset({"oidc"})
"""Providers that only tell of whoever signs in: of a person who left the company they say nothing."""
SIGN_IN = "sign-in"
ACCOUNT = "account"
"""Kinds of entries."""


def new_secret(size: int = 32) -> str:
    """Random hexadecimal digits, two for each byte."""
    return random_bytes(size).hex()


def digest_of(secret: str) -> str:
    """What is kept of a random secret of 256 bits: no slow hash is needed where there is nothing to guess."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, in time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
