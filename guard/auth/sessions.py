"""Sessions of the console: a random cookie whose hash is kept, with an end by idleness and an end by age.

The principal is made from the account anew at each request, so a role taken away is gone with the next click; what was
begun with the old rights ends with them, because a change of rights ends every session of the account (accounts.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from guard.auth.base import ASKED_AT_SIGN_IN, digest_of, new_secret, same
from guard.store.base import Transaction
from guard.types.account import Account, Session, SignedIn, Stage
from guard.types.principal import Principal

TOUCH = timedelta(minutes=1)
"""A session's last use is written down this often at most."""
HALFWAY = timedelta(minutes=10)
"""How long a sign-in may stay unfinished."""
COOKIE = "postguard"
MOST = 20
"""Sessions of one account; a further one ends the oldest."""


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """How long a session lasts."""

    idle: timedelta = timedelta(hours=1)
    absolute: timedelta = timedelta(hours=12)
    vouched: timedelta = timedelta(hours=1)
    """How long the word of a provider counts that cannot be asked about people while they are away."""


class Sessions:
    """All about sessions within a transaction; holds no state."""

    def __init__(
        self,
        terms: SessionTerms,
        groups_of: Callable[[str], frozenset[str]] = lambda _: frozenset[str](),
        listed: Callable[[str], bool] = lambda _: False,
        at_console: Callable[[str], str] = lambda _: "",
    ) -> None:
        """`groups_of` and `listed` say which groups authors.toml gives a person, and whether it names them at all;
        `at_console` who signs in by a name, for accounts made since it was last looked through.
        """
        self.terms = terms
        self._groups_of, self._listed, self._at_console = groups_of, listed, at_console

    def find(self, tx: Transaction, value: str | None, now: datetime) -> SignedIn | None:
        """Who is fully signed in with this cookie."""
        found = self.find_any(tx, value, now)
        return found if found is not None and found.session.stage is Stage.FULL else None

    def find_any(self, tx: Transaction, value: str | None, now: datetime) -> SignedIn | None:
        """The same, also for somebody whose sign-in is not finished: only the pages that finish it ask this."""
        if not value or len(value) > 128:
            return None
        session = tx.accounts.session(digest_of(value))
        if session is None or self._over(session, now):
            return None
        account = tx.accounts.get(session.account)
        if account is None or account.disabled:
            return None
        return SignedIn(self.principal(account), session, account)

    def lapsed(self, tx: Transaction, value: str | None, now: datetime) -> Session | None:
        """A session that is over only because its provider must be asked again."""
        session = tx.accounts.session(digest_of(value)) if value and len(value) <= 128 else None
        if session is None or session.stage is not Stage.FULL or not self._unvouched(session, now):
            return None
        return None if self._over(replace(session, vouched=now), now) else session

    def stale(self, session: Session, now: datetime) -> bool:
        """Whether its use should be written down again: `tx.accounts.touch_session(session.digest, now)`."""
        return now - session.seen >= TOUCH

    def principal(self, account: Account) -> Principal:
        """What this account may do."""
        person = account.person or self._at_console(account.name) or account.name
        groups = account.groups | self._groups_of(person)
        listed = self._listed(person)
        return Principal(account.id, account.name, person, account.roles, groups, listed)

    def start(
        self,
        tx: Transaction,
        account: Account,
        now: datetime,
        *,
        stage: Stage = Stage.FULL,
        second_factor: bool = False,
        via: str = "local",
        address: str = "",
        begun: datetime | None = None,
    ) -> tuple[str, Session]:
        """A new session, and the value for its cookie; `begun` when it goes on with an earlier one."""
        older = tx.accounts.sessions(account.id)[MOST - 1 :]
        tx.accounts.end_sessions([session.digest for session in older])
        value = new_secret()
        session = Session(
            digest_of(value), account.id, stage, new_secret(), begun or now, now, second_factor, via, address, now
        )
        tx.accounts.put_session(session)
        return value, session

    def renew(
        self, tx: Transaction, session: Session, now: datetime, *, stage: Stage, second_factor: bool
    ) -> tuple[str, Session]:
        """The same sign-in one step on, under a new id and with a new form secret: the old cookie is worth nothing."""
        tx.accounts.end_sessions([session.digest])
        value = new_secret()
        renewed = replace(
            session, digest=digest_of(value), csrf=new_secret(), stage=stage, second_factor=second_factor, seen=now
        )
        tx.accounts.put_session(renewed)
        return value, renewed

    def end_over(self, tx: Transaction, now: datetime) -> int:
        """Remove the sessions that nobody can use any more; returns how many."""
        return tx.accounts.end_sessions_before(now - self.terms.absolute, now - self.terms.idle)

    def _over(self, session: Session, now: datetime) -> bool:
        """Also a session of the future is over: a clock that was set back must not make sessions live longer."""
        if session.created > now + TOUCH or now - session.created >= self.terms.absolute:
            return True
        if session.stage is not Stage.FULL and now - session.created >= HALFWAY:
            return True
        return now - session.seen >= self.terms.idle or self._unvouched(session, now)

    def _unvouched(self, session: Session, now: datetime) -> bool:
        return session.via in ASKED_AT_SIGN_IN and now - (session.vouched or session.created) >= self.terms.vouched


def cookie_name(*, secure: bool) -> str:
    """`__Host-` binds a cookie to this very host, over TLS (RFC 6265bis); without TLS browsers refuse that name."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def form_is_own(session: Session, token: str | None) -> bool:
    """Whether a form carries this session's secret."""
    return bool(token) and same(session.csrf, token or "")
