"""The entrance: from what somebody shows (password, code, another provider's word) to a session.

Every way in ends here, so limits, entries and renewed session ids are the same for all. Whoever is turned away learns
only what they can act on; whether a name exists is not told, and an unknown one costs the same hash.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from guard.auth import totp
from guard.auth.base import SIGN_IN, Directory, PasswordKeeper, RedirectProvider
from guard.auth.limits import Limit, Limiter
from guard.auth.passwords import check_password
from guard.auth.people import People, stand_in
from guard.auth.sessions import Sessions
from guard.errors import AccountError, ProviderError
from guard.store.base import Store, Transaction
from guard.store.rows import folded
from guard.types.account import LOCAL, PRIVILEGED, Account, Identity, SecondFactor, Session, SignedIn, Stage

DEPARTURE = timedelta(minutes=10)
"""How long somebody may stay on a provider's page."""
CODES = Limit(5, timedelta(minutes=15))
"""Who guesses codes has the password already: here the long wait may hold for the account."""
LONGEST_WAY = 500
"""Characters of the page to go on to that are carried to another provider and back."""
_PURPOSE = "departure"


class Reason(StrEnum):
    """Why somebody is turned away, as far as they are told."""

    WRONG = "wrong"
    WAIT = "wait"
    NOT_ADMITTED = "not-admitted"
    EXPIRED = "expired"
    """The half-finished sign-in, or the stay at the provider, took too long or belongs to another browser."""
    CODE = "code-wrong"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody was signed in."""

    reason: Reason
    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class Entered:
    """A new session; its `stage` says what is still to do."""

    value: str = field(repr=False)
    """For the cookie."""
    session: Session
    next: str = ""
    """Where the person wanted to go."""


Outcome = Entered | Refused


class Entrance:
    """One per console; belongs to one event loop."""

    def __init__(
        self,
        store: Store,
        sessions: Sessions,
        people: People,
        local: PasswordKeeper,
        others: Sequence[Directory] = (),
        redirect: RedirectProvider | None = None,
        *,
        second_factor: SecondFactor = SecondFactor.OPTIONAL,
    ) -> None:
        self.store, self.sessions, self.people, self.local = store, sessions, people, local
        self.redirect = redirect
        self._others = tuple(others)
        self._second_factor = second_factor
        self.tries = Limiter()
        self.codes = Limiter(CODES)

    async def enter(self, name: str, password: str, address: str, now: datetime, old: str | None = None) -> Outcome:
        """By name and password. `old` is the cookie the browser came with: whatever it was, it ends."""
        if wait := self.wait(self.tries, name, address, now):
            return wait
        self.tries.attempt(key_of(name), address, now)
        known = self.store.read_now(lambda tx: tx.accounts.named(name))
        identity = await self.identify(name, password)
        encoded = await self._renewed_hash(identity, password) if identity is not None else None

        def work(tx: Transaction) -> Outcome:
            account = tx.accounts.named(name)
            if account and known and account.password != known.password:
                return self._admit(tx, None, name, now, address, old, None)  # it was changed while we looked
            return self._admit(tx, identity, name, now, address, old, encoded)

        outcome = await self.store.write(work)
        if isinstance(outcome, Entered):
            self.tries.succeeded(key_of(name), address, now)
        return outcome

    async def depart(self, onward: str, now: datetime, *, quiet: bool = False) -> tuple[str, str]:
        """Where the browser is to go, and the sealed cookie it takes along; `quiet` to ask only whether a session may go on.

        ProviderError.
        """
        if self.redirect is None:
            raise AccountError("no other provider is set up")
        departure = await self.redirect.depart(now, quiet=quiet)
        onward = onward if len(onward) <= LONGEST_WAY else "/"  # a cookie holds 4 kB
        bag = {"until": (now + DEPARTURE).isoformat(), "next": onward, "bag": dict(departure.baggage), "quiet": quiet}
        return departure.url, self.people.box.seal(_PURPOSE, json.dumps(bag).encode()).hex()

    async def arrive(
        self, query: Mapping[str, str], sealed: str, address: str, now: datetime, old: str | None = None
    ) -> Outcome:
        """Somebody comes back from the provider. ProviderError when it did not say what it must."""
        bag = self._baggage(sealed, now)
        if bag is None or self.redirect is None:
            return Refused(Reason.EXPIRED)
        identity = await self.redirect.arrive(query, bag["bag"], now)
        if identity is None and bag.get("quiet"):
            await self.store.write(lambda tx: self._end_lapsed(tx, old, now))
            return Refused(Reason.EXPIRED)
        outcome = await self.store.write(lambda tx: self._admit(tx, identity, "", now, address, old, None))
        return replace(outcome, next=bag["next"]) if isinstance(outcome, Entered) else outcome

    async def code(self, value: str | None, code: str, address: str, now: datetime) -> Outcome:
        """The second factor, or a recovery code in its place."""
        found = self._at(value, Stage.SECOND_FACTOR, now)
        if found is None:
            return Refused(Reason.EXPIRED)
        key = found.account.id
        if wait := self.wait(self.codes, key, address, now):
            return wait
        self.codes.attempt(key, address, now)
        outcome = await self.store.write(lambda tx: self._check_code(tx, value, code, now))
        if isinstance(outcome, Entered):
            self.codes.succeeded(key, address, now)
        return outcome

    async def first_password(self, value: str | None, password: str, now: datetime) -> Outcome:
        """One's own password in place of the one-time one. AccountError for one that nobody should use."""
        found = self._at(value, Stage.NEW_PASSWORD, now)
        if found is None:
            return Refused(Reason.EXPIRED)
        check_password(password, found.account.name, found.account.person)
        if await self.local.identify(found.account.name, password) is not None:
            hint = "whoever handed the one-time password over knows it"
            raise AccountError("this is the one-time password itself", hint=hint, key="password-same")
        encoded = await self.local.hash(password)

        def work(tx: Transaction) -> Outcome:
            again = self.sessions.find_any(tx, value, now)
            if again is None or again.session.stage is not Stage.NEW_PASSWORD:
                return Refused(Reason.EXPIRED)
            account = self.people.set_password(tx, now, again.account, encoded, by=again.account.id)
            return self._begin(tx, account, now, again.session.address, via=LOCAL, second=again.session.second_factor)

        return await self.store.write(work)

    async def leave(self, value: str | None, now: datetime) -> None:
        """Sign out."""

        def work(tx: Transaction) -> None:
            found = self.sessions.find_any(tx, value, now)
            if found is not None:
                tx.accounts.end_sessions([found.session.digest])
                self.people.note(tx, SIGN_IN, now, found.account, what="signed-out")

        await self.store.write(work)

    async def refresh(self, now: datetime) -> list[str]:
        """Ask directories about those of their people who can act here: who left, or lost a role, is signed out.

        Returns why some could not be asked; that says nothing about anybody.
        """
        problems: list[str] = []
        for directory in self._others:
            try:
                for account in self.store.read_now(partial(_acting, provider=directory.name)):
                    found = await directory.recall(account.name)
                    if found is None or found.subject != account.subject:
                        found = Identity(account.provider, account.subject, account.name, admitted=False)
                    await self.store.write(partial(self.people.vouched, now=now, identity=found))
            except ProviderError as error:
                problems.append(str(error))
        return problems

    async def close(self) -> None:
        for provider in (self.local, *self._others, *((self.redirect,) if self.redirect else ())):
            await provider.close()

    # Within

    async def identify(self, name: str, password: str) -> Identity | None:
        """The local hash is made for every name, and directories are asked whatever the name: how long a refusal takes
        tells nobody which names are local accounts'. No directory learns the password of a local account.
        """
        identity = await self.local.identify(name, password)
        if identity is not None:
            return identity
        account = self.store.read_now(lambda tx: tx.accounts.named(name))
        here = account is not None and account.provider == LOCAL
        for provider in self._others if password else ():
            if here:
                await provider.pretend(name, password)
            elif (found := await provider.identify(name, password)) is not None:
                return found
        return None

    async def _renewed_hash(self, identity: Identity, password: str) -> str | None:
        if identity.provider != LOCAL:
            return None
        account = self.store.read_now(lambda tx: tx.accounts.get(identity.subject))
        return await self.local.hash(password) if account and self.local.outdated(account.password) else None

    def _admit(
        self,
        tx: Transaction,
        identity: Identity | None,
        name: str,
        now: datetime,
        address: str,
        old: str | None,
        encoded: str | None,
    ) -> Outcome:
        if identity is None:
            self.people.note(tx, SIGN_IN, now, tx.accounts.named(name) if name else None, what="refused")
            return Refused(Reason.WRONG)
        lapsed = self._end_lapsed(tx, old, now)
        if identity.provider == LOCAL:
            account = tx.accounts.get(identity.subject)
        else:
            account = self.people.vouched(tx, now, identity)
            if account is None:
                self.people.note(tx, SIGN_IN, now, None, what="not-admitted", via=identity.provider)
                return Refused(Reason.NOT_ADMITTED)
        if account is None or account.disabled or (account.one_time is not None and now >= account.one_time):
            self.people.note(tx, SIGN_IN, now, account, what="refused")
            return Refused(Reason.WRONG)
        if encoded is not None:
            self.people.rehash(tx, account, encoded)
            account = replace(account, password=encoded)
        if (before := self.sessions.find_any(tx, old, now)) is not None:
            tx.accounts.end_sessions([before.session.digest])
        if lapsed is not None and lapsed.account == account.id:
            second, begun = lapsed.second_factor, lapsed.created
            return self._begin(tx, account, now, address, via=identity.provider, second=second, begun=begun)
        return self._begin(tx, account, now, address, via=identity.provider)

    def _end_lapsed(self, tx: Transaction, old: str | None, now: datetime) -> Session | None:
        """The session that waits for its provider's word; whatever that is, it goes on under another id or not at all."""
        lapsed = self.sessions.lapsed(tx, old, now)
        if lapsed is not None:
            tx.accounts.end_sessions([lapsed.digest])
        return lapsed

    def _begin(
        self,
        tx: Transaction,
        account: Account,
        now: datetime,
        address: str,
        *,
        via: str,
        second: bool = False,
        begun: datetime | None = None,
    ) -> Entered:
        """A session at the stage that this account has to pass next."""
        stage = Stage.FULL
        if account.totp is not None and not second:
            stage = Stage.SECOND_FACTOR
        elif account.one_time is not None:
            stage = Stage.NEW_PASSWORD
        elif self.must_enrol(account, via):
            stage = Stage.ENROL
        value, session = self.sessions.start(
            tx, account, now, stage=stage, second_factor=second, via=via, address=address, begun=begun
        )
        if stage is Stage.FULL:
            self.note_signed_in(tx, now, account, via, second=second)
        else:
            self.people.note(tx, SIGN_IN, now, account, what="password-right", via=via)
        return Entered(value, session)

    def note_signed_in(self, tx: Transaction, now: datetime, account: Account, via: str, *, second: bool) -> None:
        self.people.note(tx, SIGN_IN, now, account, what="signed-in", via=via, second_factor=second)

    def must_enrol(self, account: Account, via: str) -> bool:
        asked_elsewhere = self.redirect is not None and via == self.redirect.name
        asked = self._second_factor is SecondFactor.REQUIRED
        asked = asked or (self._second_factor is SecondFactor.PRIVILEGED and not PRIVILEGED.isdisjoint(account.roles))
        return asked and account.totp is None and not asked_elsewhere

    def _check_code(self, tx: Transaction, value: str | None, code: str, now: datetime) -> Outcome:
        found = self.sessions.find_any(tx, value, now)
        if found is None or found.session.stage is not Stage.SECOND_FACTOR:
            return Refused(Reason.EXPIRED)
        account = found.account
        secret = self.people.totp_secret(account)
        step = totp.matching_step(secret, code, now, account.totp_step) if secret else None
        left = self.people.without_code(account, code) if step is None else None
        if step is None and left is None:
            self.people.note(tx, SIGN_IN, now, account, what="code-refused")
            return Refused(Reason.CODE)
        account = replace(
            account, totp_step=step or account.totp_step, recovery=account.recovery if left is None else left
        )
        tx.accounts.update(account)
        if left is not None:
            self.people.note(tx, SIGN_IN, now, account, what="recovery-code-used", left=len(left))
        tx.accounts.end_sessions([found.session.digest])
        return self._begin(tx, account, now, found.session.address, via=found.session.via, second=True)

    def _at(self, value: str | None, stage: Stage, now: datetime) -> SignedIn | None:
        found = self.store.read_now(lambda tx: self.sessions.find_any(tx, value, now))
        return found if found is not None and found.session.stage is stage else None

    def wait(self, limiter: Limiter, name: str, address: str, now: datetime) -> Refused | None:
        left = limiter.wait(key_of(name), address, now)
        return Refused(Reason.WAIT, int(left.total_seconds()) + 1) if left else None

    def _baggage(self, sealed: str, now: datetime) -> dict[str, Any] | None:
        return self.opened(_PURPOSE, sealed, now)

    def opened(self, purpose: str, sealed: str, now: datetime) -> dict[str, Any] | None:
        """What was sealed for this purpose, unless its time is over."""
        try:
            found: dict[str, Any] = json.loads(self.people.box.open(purpose, bytes.fromhex(sealed)))
        except (AccountError, ValueError):
            return None
        return found if now < datetime.fromisoformat(found["until"]) else None


def key_of(name: str) -> str:
    """How a name is counted: as the store tells names apart, and never longer than a name can be."""
    return folded(name[:200])


def _acting(tx: Transaction, provider: str) -> list[Account]:
    """Accounts of a provider with a session or a token."""
    theirs = (
        account
        for account in tx.accounts.all()
        if account.provider == provider and not account.disabled and account.name != stand_in(provider, account.subject)
    )
    return [one for one in theirs if tx.accounts.sessions(one.id) or tx.accounts.tokens(one.id)]
