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
from typing import Any

from guard.auth import totp
from guard.auth.base import SIGN_IN, PasswordKeeper, PasswordProvider, RedirectProvider
from guard.auth.limits import Limit, Limiter
from guard.auth.passwords import check_password
from guard.auth.people import People
from guard.auth.sessions import Sessions
from guard.errors import AccountError
from guard.store.base import Store, Transaction
from guard.store.rows import folded
from guard.types.account import LOCAL, Account, Identity, Session, SignedIn, Stage

DEPARTURE = timedelta(minutes=10)
"""How long somebody may stay on a provider's page."""
CODES = Limit(5, timedelta(minutes=15))
"""Who guesses codes has the password already: here the long wait may hold for the account."""
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
        others: Sequence[PasswordProvider] = (),
        redirect: RedirectProvider | None = None,
        *,
        second_factor: bool = False,
    ) -> None:
        self.store, self.sessions, self.people, self.local = store, sessions, people, local
        self.redirect = redirect
        self._others = tuple(others)
        self._second_factor = second_factor
        self._tries = Limiter()
        self._codes = Limiter(CODES)

    async def enter(self, name: str, password: str, address: str, now: datetime, old: str | None = None) -> Outcome:
        """By name and password. `old` is the cookie the browser came with: whatever it was, it ends."""
        if wait := self._wait(self._tries, name, address, now):
            return wait
        self._tries.attempt(_key(name), address, now)
        identity = await self._identify(name, password)
        encoded = None
        if identity is not None:
            encoded = await self._renewed_hash(identity, password)
        outcome = await self.store.write(lambda tx: self._admit(tx, identity, name, now, address, old, encoded))
        if isinstance(outcome, Entered):
            self._tries.succeeded(_key(name), address, now)
        return outcome

    async def confirm(self, signed_in: SignedIn, password: str, address: str, now: datetime) -> bool:
        """Whether whoever sits there knows the password: asked again before what a stolen session must not do."""
        name = signed_in.account.name
        if self._wait(self._tries, name, address, now):
            return False
        self._tries.attempt(_key(name), address, now)
        identity = await self._identify(name, password)
        account = signed_in.account
        right = identity is not None and identity.provider == account.provider
        right = right and identity is not None and identity.subject == (account.subject or account.id)
        if right:
            self._tries.succeeded(_key(name), address, now)
        return right

    async def depart(self, onward: str, now: datetime) -> tuple[str, str]:
        """Where the browser is to go, and the sealed cookie it takes along. ProviderError."""
        if self.redirect is None:
            raise AccountError("no other provider is set up")
        departure = await self.redirect.depart()
        bag = {"until": (now + DEPARTURE).isoformat(), "next": onward, "bag": dict(departure.baggage)}
        return departure.url, self.people.box.seal(_PURPOSE, json.dumps(bag).encode()).hex()

    async def arrive(
        self, query: Mapping[str, str], sealed: str, address: str, now: datetime, old: str | None = None
    ) -> Outcome:
        """Somebody comes back from the provider. ProviderError when it did not say what it must."""
        bag = self._baggage(sealed, now)
        if bag is None or self.redirect is None:
            return Refused(Reason.EXPIRED)
        identity = await self.redirect.arrive(query, bag["bag"], now)
        outcome = await self.store.write(lambda tx: self._admit(tx, identity, "", now, address, old, None))
        return replace(outcome, next=bag["next"]) if isinstance(outcome, Entered) else outcome

    async def code(self, value: str | None, code: str, address: str, now: datetime) -> Outcome:
        """The second factor, or a recovery code in its place."""
        found = self._at(value, Stage.SECOND_FACTOR, now)
        if found is None:
            return Refused(Reason.EXPIRED)
        key = found.account.id
        if wait := self._wait(self._codes, key, address, now):
            return wait
        self._codes.attempt(key, address, now)
        outcome = await self.store.write(lambda tx: self._check_code(tx, value, code, now))
        if isinstance(outcome, Entered):
            self._codes.succeeded(key, address, now)
        return outcome

    async def first_password(self, value: str | None, password: str, now: datetime) -> Outcome:
        """One's own password in place of the one-time one. AccountError for one that nobody should use."""
        found = self._at(value, Stage.NEW_PASSWORD, now)
        if found is None:
            return Refused(Reason.EXPIRED)
        check_password(password, found.account.name, found.account.person)
        encoded = await self.local.hash(password)

        def work(tx: Transaction) -> Outcome:
            again = self.sessions.find_any(tx, value, now)
            if again is None or again.session.stage is not Stage.NEW_PASSWORD:
                return Refused(Reason.EXPIRED)
            account = self.people.set_password(tx, now, again.account, encoded, by=again.account.id)
            return self._begin(tx, account, now, again.session.address, via=LOCAL, second=again.session.second_factor)

        return await self.store.write(work)

    async def change_password(self, signed_in: SignedIn, password: str, now: datetime) -> Outcome:
        """Another password of one's own; every other session ends. Ask `confirm` first."""
        check_password(password, signed_in.account.name, signed_in.account.person)
        encoded = await self.local.hash(password)

        def work(tx: Transaction) -> Outcome:
            self.people.set_password(tx, now, _still(tx, signed_in.account), encoded, by=signed_in.account.id)
            return self._again(tx, signed_in.session, now)

        return await self.store.write(work)

    def offer_totp(self, account: Account, now: datetime) -> tuple[bytes, str]:
        """A new secret, and the same sealed for the form that brings it back with a code."""
        secret = totp.new_totp_secret()
        text = json.dumps({"until": (now + DEPARTURE).isoformat(), "secret": secret.hex()})
        return secret, self.people.box.seal(f"offer {account.id}", text.encode()).hex()

    def offered(self, account: Account, sealed: str, now: datetime) -> bytes | None:
        """The secret that was offered to this account; None when that is too long ago."""
        offer = self._opened(f"offer {account.id}", sealed, now)
        return bytes.fromhex(offer["secret"]) if offer else None

    async def take_totp(
        self, value: str | None, secret: bytes, code: str, address: str, now: datetime
    ) -> tuple[Outcome, list[str]]:
        """Turn the second factor on once a code shows that it works; the recovery codes are to be shown once."""
        found = self.store.read_now(lambda tx: self.sessions.find_any(tx, value, now))
        if found is None or found.session.stage not in {Stage.FULL, Stage.ENROL} or found.account.totp is not None:
            return Refused(Reason.EXPIRED), []
        if wait := self._wait(self._codes, found.account.id, address, now):
            return wait, []
        step = totp.matching_step(secret, code, now, 0)
        if step is None:
            self._codes.attempt(found.account.id, address, now)
            return Refused(Reason.CODE), []
        codes, kept = totp.new_recovery_codes()

        def work(tx: Transaction) -> Outcome:
            again = self.sessions.find_any(tx, value, now)
            if again is None or again.account.totp is not None:
                return Refused(Reason.EXPIRED)
            self.people.set_totp(tx, now, again.account, secret, kept, by=again.account.id, step=step)
            if again.session.stage is Stage.ENROL:
                self._note_signed_in(tx, now, again.account, again.session.via, second=True)
            return self._again(tx, again.session, now, second=True)

        outcome = await self.store.write(work)
        return outcome, codes if isinstance(outcome, Entered) else []

    async def drop_totp(self, signed_in: SignedIn, now: datetime) -> Outcome:
        """Turn it off; every other session ends. Ask `confirm` first."""

        def work(tx: Transaction) -> Outcome:
            account = self.people.remove_totp(tx, now, _still(tx, signed_in.account), by=signed_in.account.id)
            stage = Stage.ENROL if self._must_enrol(account, signed_in.session.via) else Stage.FULL
            return self._again(tx, signed_in.session, now, second=False, stage=stage)

        return await self.store.write(work)

    async def leave(self, value: str | None, now: datetime, *, everywhere: bool = False) -> None:
        """Sign out, here or everywhere."""

        def work(tx: Transaction) -> None:
            found = self.sessions.find_any(tx, value, now)
            if found is None:
                return
            if everywhere:
                tx.accounts.end_sessions_of(found.account.id)
            else:
                tx.accounts.end_sessions([found.session.digest])
            self.people.note(
                tx, SIGN_IN, now, found.account, what="signed-out-everywhere" if everywhere else "signed-out"
            )

        await self.store.write(work)

    async def close(self) -> None:
        for provider in (self.local, *self._others, *((self.redirect,) if self.redirect else ())):
            await provider.close()

    # Within

    async def _identify(self, name: str, password: str) -> Identity | None:
        """The local hash is made for every name; other providers are asked about names that are not local accounts'."""
        identity = await self.local.identify(name, password)
        account = self.store.read_now(lambda tx: tx.accounts.named(name))
        if identity is not None or (account is not None and account.provider == LOCAL):
            return identity
        for provider in self._others:
            if password and (found := await provider.identify(name, password)) is not None:
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
        return self._begin(tx, account, now, address, via=identity.provider)

    def _begin(
        self, tx: Transaction, account: Account, now: datetime, address: str, *, via: str, second: bool = False
    ) -> Entered:
        """A session at the stage that this account has to pass next."""
        stage = Stage.FULL
        if account.totp is not None and not second:
            stage = Stage.SECOND_FACTOR
        elif account.one_time is not None:
            stage = Stage.NEW_PASSWORD
        elif self._must_enrol(account, via):
            stage = Stage.ENROL
        value, session = self.sessions.start(
            tx, account, now, stage=stage, second_factor=second, via=via, address=address
        )
        if stage is Stage.FULL:
            self._note_signed_in(tx, now, account, via, second=second)
        else:
            self.people.note(tx, SIGN_IN, now, account, what="password-right", via=via)
        return Entered(value, session)

    def _note_signed_in(self, tx: Transaction, now: datetime, account: Account, via: str, *, second: bool) -> None:
        self.people.note(tx, SIGN_IN, now, account, what="signed-in", via=via, second_factor=second)

    def _must_enrol(self, account: Account, via: str) -> bool:
        asked_elsewhere = self.redirect is not None and via == self.redirect.name
        return self._second_factor and account.totp is None and not asked_elsewhere

    def _again(
        self, tx: Transaction, session: Session, now: datetime, *, second: bool | None = None, stage: Stage = Stage.FULL
    ) -> Entered:
        """The same sign-in goes on under a new id, after a change that ended all sessions."""
        with_second = session.second_factor if second is None else second
        value, renewed = self.sessions.renew(tx, session, now, stage=stage, second_factor=with_second)
        return Entered(value, renewed)

    def _check_code(self, tx: Transaction, value: str | None, code: str, now: datetime) -> Outcome:
        found = self.sessions.find_any(tx, value, now)
        if found is None or found.session.stage is not Stage.SECOND_FACTOR:
            return Refused(Reason.EXPIRED)
        account = found.account
        secret = self.people.totp_secret(account)
        step = totp.matching_step(secret, code, now, account.totp_step) if secret else None
        left = totp.without_code(account.recovery, code) if step is None else None
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

    def _wait(self, limiter: Limiter, name: str, address: str, now: datetime) -> Refused | None:
        left = limiter.wait(_key(name), address, now)
        return Refused(Reason.WAIT, int(left.total_seconds()) + 1) if left else None

    def _baggage(self, sealed: str, now: datetime) -> dict[str, Any] | None:
        return self._opened(_PURPOSE, sealed, now)

    def _opened(self, purpose: str, sealed: str, now: datetime) -> dict[str, Any] | None:
        """What was sealed for this purpose, unless its time is over."""
        try:
            found: dict[str, Any] = json.loads(self.people.box.open(purpose, bytes.fromhex(sealed)))
        except (AccountError, ValueError):
            return None
        return found if now < datetime.fromisoformat(found["until"]) else None


def _key(name: str) -> str:
    """How a name is counted: as the store tells names apart, and never longer than a name can be."""
    return folded(name[:200])


def _still(tx: Transaction, account: Account) -> Account:
    """The account as it is now, within the transaction."""
    found = tx.accounts.get(account.id)
    if found is None or found.disabled:
        raise AccountError("this account is not there any more")
    return found
