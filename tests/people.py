"""People of the console for tests: accounts, and somebody signed in without a password being hashed."""

from __future__ import annotations

from datetime import datetime

from guard.audit.encode import encode
from guard.auth.people import People
from guard.auth.sessions import Sessions, SessionTerms
from guard.auth.totp import SecretBox
from guard.types.principal import Role
from tests.gates import NOW

SEALING = b"s" * 32


class Noted:
    """Keeps what would be audit entries."""

    def __init__(self) -> None:
        self.all: list[dict] = []

    def __call__(self, tx, kind, now, about, by=None, **data) -> None:
        encode(data)  # the log takes plain words and numbers alone
        self.all.append({"kind": kind, "about": about.name if about else None, "by": by, **data})

    def what(self) -> list[str]:
        return [entry["what"] for entry in self.all]


def people(noted=None, sealing: bytes = SEALING) -> People:
    return People(noted or Noted(), SecretBox(sealing))


def add(store, name="marie", roles=(Role.REVIEWER,), now: datetime = NOW, **more):
    """An account; `password` is a hash."""
    return store.write_now(lambda tx: people().add(tx, now, name, roles, by="test", **more))


def signed_in(store, name="marie", roles=(Role.REVIEWER,), now: datetime = NOW, **more) -> str:
    """The value for the cookie of somebody who has just signed in; the account is made when there is none."""

    def work(tx):
        account = tx.accounts.named(name) or people().add(tx, now, name, roles, by="test", **more)
        return Sessions(SessionTerms()).start(tx, account, now)[0]

    return store.write_now(work)
