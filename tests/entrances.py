"""An entrance over a real store, asked without a loop of one's own, and providers that know whom they are told."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

from guard.auth import totp
from guard.auth.base import Departure
from guard.auth.entrance import Entrance
from guard.auth.local import LocalProvider
from guard.auth.own import OwnAccount
from guard.auth.sessions import Sessions, SessionTerms
from tests.doors import PASSWORD, QUICK
from tests.gates import NOW
from tests.ledgers import opened
from tests.people import Noted, people

HERE = "192.0.2.1"


class Directory:
    """A provider that knows who it is told to know."""

    name = "ldap"

    def __init__(self, **people):
        self.people, self.asked, self.recalled, self.pretended = people, [], [], 0
        self.down = None

    async def identify(self, name, password):
        self.asked.append(name)
        known = self.people.get(name)
        if isinstance(known, Exception):
            raise known
        return known if password == PASSWORD else None

    async def pretend(self, name, password):
        self.pretended += 1
        if self.down is not None:
            raise self.down

    async def recall(self, name):
        self.recalled.append(name)
        known = self.people.get(name)
        if isinstance(known, Exception):
            raise known
        return known

    async def close(self):
        pass


class Elsewhere:
    """A provider with a page of its own."""

    name, label = "oidc", "Company"

    def __init__(self, identity=None):
        self.identity, self.came_back = identity, []

    async def depart(self, now, *, quiet=False):
        return Departure("https://id.example/authorize?state=s", {"state": "s"})

    async def arrive(self, query, baggage, now):
        self.came_back.append((query, baggage))
        return self.identity

    def farewell(self):
        return None

    async def close(self):
        pass


class Front:
    """A desk over a real store, asked without a loop of one's own."""

    def __init__(self, store, *others, redirect=None, **options):
        self.store, self.noted = store, Noted()
        self.runner = asyncio.Runner()
        self.entrance = self.runner.run(self._open(others, redirect, options))
        self.own = OwnAccount(self.entrance)

    async def _open(self, others, redirect, options):
        local = LocalProvider(self.store, QUICK)
        return Entrance(self.store, Sessions(SessionTerms()), people(self.noted), local, others, redirect, **options)

    def __getattr__(self, verb):
        asked = getattr(self.own if hasattr(self.own, verb) else self.entrance, verb)
        return lambda *arguments, **more: self.runner.run(asked(*arguments, **more))

    def enter(self, name="marie", password=PASSWORD, address=HERE, now=NOW, old=None):
        return self.runner.run(self.entrance.enter(name, password, address, now, old))

    def find(self, value, now=NOW):
        return self.store.read_now(lambda tx: self.entrance.sessions.find(tx, value, now))

    def half(self, value, now=NOW):
        return self.store.read_now(lambda tx: self.entrance.sessions.find_any(tx, value, now))

    def account(self, name="marie"):
        return self.store.read_now(lambda tx: tx.accounts.named(name))


@contextmanager
def fronted(folder, *others, **options):
    with opened(folder) as ledger:
        front = Front(ledger.store, *others, **options)
        try:
            yield front
        finally:
            front.runner.run(front.entrance.close())
            front.runner.close()


def with_totp(front, name="marie"):
    secret = b"12345678901234567890"
    codes = totp.new_recovery_codes()
    account = front.account(name)
    front.store.write_now(lambda tx: people().set_totp(tx, NOW, account, secret, codes, by="t"))
    return lambda now=NOW: totp.code_at(secret, totp.step_of(now)), codes


def front_account(tx):
    return tx.accounts.named("marie")
