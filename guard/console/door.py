"""The console's door: from a request's cookie, token and address to people, by way of guard.auth.

Keeps the promise of guard.console.base.Sessions. One for the process; `request.app.state.door`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from guard.auth.entrance import DEPARTURE, Entered, Entrance
from guard.auth.own import OwnAccount
from guard.auth.sessions import cookie_name
from guard.auth.tokens import Tokens
from guard.console.base import Session, Sessions
from guard.errors import AccountError
from guard.store.base import Transaction
from guard.types.account import SignedIn
from guard.types.principal import Principal


@dataclass(frozen=True, slots=True)
class Door:
    """What pages of sign-in and of accounts work on."""

    entrance: Entrance
    tokens: Tokens
    now: Callable[[], datetime]
    secure: bool = False
    """Whether browsers come by https: then cookies are bound to this host and to TLS."""
    proxies: frozenset[str] = frozenset()
    """Whose X-Forwarded-For is believed."""

    # The promise of guard.console.base.Sessions

    async def signed_in(self, request: Request, *, idle: bool = False) -> Session | None:
        found = self.find(request)
        if found is None:
            return None
        session, account = found.session, found.account
        if not idle and self.entrance.sessions.stale(session, now := self.now()):
            await self.entrance.store.write(lambda tx: tx.accounts.touch_session(session.digest, now))
        return Session(
            found.principal, session.csrf, session.created, account.language, account.theme, account.shortcuts
        )

    async def colleagues(self) -> Sequence[Principal]:
        def work(tx: Transaction) -> list[Principal]:
            return [self.entrance.sessions.principal(one) for one in tx.accounts.all() if not one.disabled]

        return self.entrance.store.read_now(work)

    async def prefer(self, session: Session, language: str | None, theme: str, shortcuts: Mapping[str, str]) -> None:
        def work(tx: Transaction) -> None:
            account = tx.accounts.get(session.principal.id)
            if account is None:
                raise AccountError("this account is not there any more")
            self.entrance.people.prefer(tx, account, language=language, theme=theme, shortcuts=shortcuts)

        await self.entrance.store.write(work)

    # For sign-in and account pages

    @property
    def own(self) -> OwnAccount:
        """What people do with their own account."""
        return OwnAccount(self.entrance)

    def find(self, request: Request) -> SignedIn | None:
        """Who is signed in, with their account."""
        value, now = self.value(request), self.now()
        return self.entrance.store.read_now(lambda tx: self.entrance.sessions.find(tx, value, now))

    def half(self, request: Request) -> SignedIn | None:
        """The same, also for somebody whose sign-in is not finished."""
        value, now = self.value(request), self.now()
        return self.entrance.store.read_now(lambda tx: self.entrance.sessions.find_any(tx, value, now))

    def lapsed(self, request: Request) -> bool:
        """Whether the browser's session goes on once its provider says that it may."""
        value, now = self.value(request), self.now()
        if self.entrance.redirect is None or not value:
            return False
        return self.entrance.store.read_now(lambda tx: self.entrance.sessions.lapsed(tx, value, now)) is not None

    async def bearer(self, request: Request) -> Principal | None:
        """Who asks with an API token."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        now = self.now()
        if scheme.lower() != "bearer":
            return None
        found = self.entrance.store.read_now(lambda tx: self.tokens.find(tx, given, now))
        if found is None:
            return None
        principal, token = found
        if self.tokens.stale(token, now):
            await self.entrance.store.write(lambda tx: tx.accounts.use_token(token.id, now))
        return principal

    def value(self, request: Request) -> str | None:
        """What the cookie holds."""
        return request.cookies.get(cookie_name(secure=self.secure))

    def let_in(self, response: Response, entered: Entered) -> Response:
        """Give the browser its new cookie. It ends with the browser; the session's own end stands in the store."""
        self._set(response, cookie_name(secure=self.secure), entered.value)
        return response

    def let_out(self, response: Response) -> Response:
        """Take the cookie back."""
        self._set(response, cookie_name(secure=self.secure), "", 0)
        return response

    def send_off(self, response: Response, baggage: str) -> Response:
        """A cookie for the way to another provider and back."""
        self._set(response, self._baggage, baggage, int(DEPARTURE.total_seconds()))
        return response

    def baggage(self, request: Request, response: Response | None = None) -> str:
        """What the browser brings back; with a response, it is taken from it."""
        if response is not None:
            self._set(response, self._baggage, "", 0)
        return request.cookies.get(self._baggage, "")

    @property
    def _baggage(self) -> str:
        return cookie_name(secure=self.secure) + "-away"

    def _set(self, response: Response, name: str, value: str, max_age: int | None = None) -> None:
        """Lax, not Strict: a link in a notice, and the way back from a provider, must find the session."""
        response.set_cookie(name, value, max_age, path="/", secure=self.secure, httponly=True, samesite="lax")

    def address(self, request: Request) -> str:
        """Where a request comes from: the last address that no proxy of ours is."""
        peer = request.client.host if request.client else ""
        if peer not in self.proxies:
            return peer
        said = [part.strip() for line in request.headers.getlist("x-forwarded-for") for part in line.split(",")]
        return next((part for part in reversed(said) if part and part not in self.proxies), peer)


_keeps_promise: type[Sessions] = Door
