"""One's own account: password, second factor, other sessions; for somebody who is signed in, or sets up what is required.

Each of these ends the account's other sessions, and the one it was done in goes on under a new id.
"""

from __future__ import annotations

import json
from datetime import datetime

from guard.auth import totp
from guard.auth.base import SIGN_IN
from guard.auth.entrance import DEPARTURE, Entered, Entrance, Outcome, Reason, Refused, key_of
from guard.auth.passwords import check_password
from guard.store.base import Transaction
from guard.types.account import Account, Session, SignedIn, Stage


class OwnAccount:
    """Works through the entrance: same limits, same providers, same entries."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    async def confirm(self, signed_in: SignedIn, password: str, address: str, now: datetime) -> bool:
        """Whether whoever sits there knows the password: asked again before what a stolen session must not do."""
        name = signed_in.account.name
        if self._entrance.wait(self._entrance.tries, name, address, now):
            return False
        self._entrance.tries.attempt(key_of(name), address, now)
        identity = await self._entrance.identify(name, password)
        account = signed_in.account
        who = (account.provider, account.subject or account.id)
        right = identity is not None and (identity.provider, identity.subject) == who
        if right:
            self._entrance.tries.succeeded(key_of(name), address, now)
        return right

    async def change_password(self, signed_in: SignedIn, password: str, now: datetime) -> Outcome:
        """Another password of one's own; every other session ends. Ask `confirm` first."""
        check_password(password, signed_in.account.name, signed_in.account.person)
        encoded = await self._entrance.local.hash(password)

        def work(tx: Transaction) -> Outcome:
            account = _still(tx, signed_in)
            if account is None:
                return Refused(Reason.EXPIRED)
            self._entrance.people.set_password(tx, now, account, encoded, by=account.id)
            return self._again(tx, signed_in.session, now)

        return await self._entrance.store.write(work)

    def offer_totp(self, account: Account, now: datetime) -> tuple[bytes, str]:
        """A new secret, and the same sealed for the form that brings it back with a code."""
        secret = totp.new_totp_secret()
        text = json.dumps({"until": (now + DEPARTURE).isoformat(), "secret": secret.hex()})
        return secret, self._entrance.people.box.seal(f"offer {account.id}", text.encode()).hex()

    def offered(self, account: Account, sealed: str, now: datetime) -> bytes | None:
        """The secret that was offered to this account; None when that is too long ago."""
        offer = self._entrance.opened(f"offer {account.id}", sealed, now)
        return bytes.fromhex(offer["secret"]) if offer else None

    async def take_totp(
        self, value: str | None, secret: bytes, code: str, address: str, now: datetime
    ) -> tuple[Outcome, list[str]]:
        """Turn the second factor on once a code shows that it works; the recovery codes are to be shown once."""
        found = self._entrance.store.read_now(lambda tx: self._entrance.sessions.find_any(tx, value, now))
        if found is None or found.session.stage not in {Stage.FULL, Stage.ENROL} or found.account.totp is not None:
            return Refused(Reason.EXPIRED), []
        if wait := self._entrance.wait(self._entrance.codes, found.account.id, address, now):
            return wait, []
        step = totp.matching_step(secret, code, now, 0)
        if step is None:
            self._entrance.codes.attempt(found.account.id, address, now)
            return Refused(Reason.CODE), []
        codes = totp.new_recovery_codes()

        def work(tx: Transaction) -> Outcome:
            again = self._entrance.sessions.find_any(tx, value, now)
            if again is None or again.account.totp is not None:
                return Refused(Reason.EXPIRED)
            self._entrance.people.set_totp(tx, now, again.account, secret, codes, by=again.account.id, step=step)
            if again.session.stage is Stage.ENROL:
                self._entrance.note_signed_in(tx, now, again.account, again.session.via, second=True)
            return self._again(tx, again.session, now, second=True)

        outcome = await self._entrance.store.write(work)
        return outcome, codes if isinstance(outcome, Entered) else []

    async def drop_totp(self, signed_in: SignedIn, now: datetime) -> Outcome:
        """Turn it off; every other session ends. Ask `confirm` first."""

        def work(tx: Transaction) -> Outcome:
            account = _still(tx, signed_in)
            if account is None:
                return Refused(Reason.EXPIRED)
            account = self._entrance.people.remove_totp(tx, now, account, by=account.id)
            stage = Stage.ENROL if self._entrance.must_enrol(account, signed_in.session.via) else Stage.FULL
            return self._again(tx, signed_in.session, now, second=False, stage=stage)

        return await self._entrance.store.write(work)

    async def end_others(self, signed_in: SignedIn, handle: str, now: datetime) -> None:
        """Sign out elsewhere: one of one's own sessions by its handle, or with an empty one all but this."""

        def work(tx: Transaction) -> None:
            others = (
                one for one in tx.accounts.sessions(signed_in.account.id) if one.digest != signed_in.session.digest
            )
            ended = [one.digest for one in others if handle in {"", one.handle}]
            if ended:
                tx.accounts.end_sessions(ended)
                self._entrance.people.note(
                    tx, SIGN_IN, now, signed_in.account, what="signed-out-elsewhere", sessions_ended=len(ended)
                )

        await self._entrance.store.write(work)

    def _again(
        self, tx: Transaction, session: Session, now: datetime, *, second: bool | None = None, stage: Stage = Stage.FULL
    ) -> Entered:
        """The same sign-in goes on under a new id, after a change that ended all sessions."""
        with_second = session.second_factor if second is None else second
        value, renewed = self._entrance.sessions.renew(tx, session, now, stage=stage, second_factor=with_second)
        return Entered(value, renewed)


def _still(tx: Transaction, signed_in: SignedIn) -> Account | None:
    """The account as it is now; None when the session was ended since the request began, perhaps for a reason."""
    found = tx.accounts.get(signed_in.account.id)
    return found if tx.accounts.session(signed_in.session.digest) is not None else None
