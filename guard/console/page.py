"""A visit: one request of one person, with their language and look, and what renders their pages.

A page's routes ask for a visit by what it takes: `visit: Annotated[Visit, Depends(needs(Permission.REVIEW))]`. For a
POST the form is read and its token checked before the route runs: nothing else is to be remembered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from guard import __version__
from guard.console.assets import static
from guard.console.base import Desk, Session
from guard.console.forms import SAFE, Form, read_form, same_origin, token_fits
from guard.console.headers import NONCE
from guard.console.keys import keys_here
from guard.console.navigation import entries
from guard.console.shown import pieces, plain, units
from guard.console.words import Words, chosen, words_of, zone_of
from guard.errors import GuardError, StoreError
from guard.types.principal import Permission, Principal

SIGN_IN = "/sign-in"
ZONE = "zone"
"""Cookie with the name of the browser's time zone, which console.js sets."""


class SignInNeededError(Exception):
    """Nobody is signed in; `form` is what they were about to send."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form


class StaleFormError(SignInNeededError):
    """Somebody is signed in, and the form is of an earlier session."""


class NotAllowedError(Exception):
    """The page is not for this person, or the form came from elsewhere."""


@dataclass
class Guest:
    """A request of somebody who need not be signed in."""

    request: Request
    form: Form = field(default_factory=lambda: Form([]))

    @property
    def desk(self) -> Desk:
        desk: Desk = self.request.app.state.desk
        return desk

    @cached_property
    def now(self) -> datetime:
        """The moment of this request: the same for all it says and does."""
        return self.desk.now()

    @property
    def language(self) -> str:
        """What was asked for; empty: as the browser says."""
        return self.request.query_params.get("lang", "")

    @property
    def theme(self) -> str:
        return "auto"

    @cached_property
    def words(self) -> Words:
        spoken = words_of(chosen(self.request.headers.get("accept-language", ""), self.language))
        # A server's clock often runs in UTC while everybody who reads it lives by another
        zone = zone_of(self.request.cookies.get(ZONE, ""))
        return spoken if zone is None else Words(spoken.language, spoken.texts, zone)

    @property
    def live(self) -> bool:
        """Whether htmx asks for a part of a page."""
        return self.request.headers.get("hx-request") == "true"

    def context(self) -> dict[str, Any]:
        """What every template knows."""
        return {
            "t": self.words,
            "lang": self.words.language,
            "theme": self.theme,
            "nonce": self.request.scope[NONCE],
            "path": self.request.url.path,
            "back": self.request.url.path if self.request.method in SAFE else "/",
            "elsewhere": self.request.url.include_query_params(lang=self.words.other[0]),
            "now": self.now,
            "visit": self,
            "principal": None,
            "csrf": "",
            "nav": (),
            "warnings": {},
            "keys": {},
        }

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """The answer from a template with these values; for whole pages and for parts of them."""
        body = environment.get_template(template).render(self.context() | values)
        return HTMLResponse(body, status)


@dataclass
class Visit(Guest):
    """A request of somebody who is signed in and may make it."""

    session: Session = field(kw_only=True)

    @property
    def principal(self) -> Principal:
        return self.session.principal

    async def lasts(self) -> bool:
        """Whether the session still does, with the same rights: what goes on for long must ask."""
        session = await self.desk.sessions.signed_in(self.request, idle=True)
        return session is not None and session.principal == self.principal

    @property
    def language(self) -> str:
        return self.session.language or super().language

    @property
    def theme(self) -> str:
        return self.session.theme

    def may(self, permission: Permission) -> bool:
        return self.principal.may(permission)

    def context(self) -> dict[str, Any]:
        return super().context() | {
            "principal": self.principal,
            "csrf": self.session.csrf,
            "nav": [entry for entry in entries() if any(map(self.may, entry.permissions))],
            "warnings": self.request.app.state.console.warnings() if self.may(Permission.POLICIES) else {},
            "keys": keys_here(self.session.shortcuts, internal=self.desk.internal),
        }


def go(to: str) -> RedirectResponse:
    """After a POST that did something: see another page, so that reloading does it no second time."""
    return RedirectResponse(to, 303)


async def guest(request: Request) -> Guest:
    """For pages before signing in. A POST must come from our own page; it has no token."""
    if request.method in SAFE:
        return Guest(request)
    if not same_origin(request):
        raise NotAllowedError
    return Guest(request, await read_form(request))


def needs(*permissions: Permission, idle: bool = False) -> Callable[[Request], Awaitable[Visit]]:
    """The dependency of a page for those who may do any of these; `idle` for what a page asks for by itself."""

    async def visit(request: Request) -> Visit:
        writes = request.method not in SAFE
        if writes and not same_origin(request):
            raise NotAllowedError
        form = await read_form(request) if writes else Form([])
        desk: Desk = request.app.state.desk
        session = await desk.sessions.signed_in(request, idle=idle)
        if session is None:
            raise SignInNeededError(form)
        if not any(map(session.principal.may, permissions)):
            raise NotAllowedError
        if writes and not token_fits(form, session.csrf):
            raise StaleFormError(form)
        return Visit(request, form, session=session)

    return visit


AnyGuest = Annotated[Guest, Depends(guest)]
Anyone = Annotated[Visit, Depends(needs(Permission.CHECK))]
"""Everybody who is signed in."""


async def sign_in_needed(request: Request, error: Exception) -> Response:
    """To the sign-in page and back; what somebody was sending is kept on a page of its own, to be sent again."""
    assert isinstance(error, SignInNeededError)  # noqa: S101 -- registered for it alone
    session = await request.app.state.desk.sessions.signed_in(request, idle=True)
    if request.headers.get("hx-request") == "true":
        # A part of a page cannot show a sign-in, and loading the page anew would lose what is typed in it
        return Guest(request).page("_again.html", 401)
    if request.method in SAFE:
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return go(f"{SIGN_IN}?next={quote(target, safe='')}")
    visit = Guest(request) if session is None else Visit(request, session=session)
    return visit.page("again.html", 401 if session is None else 403, kept=list(error.form.kept()))


async def not_allowed(request: Request, _: Exception) -> Response:
    """Says no more than that: whether what was asked for exists is nobody's business who may not see it."""
    return (await _whoever(request)).page("sorry.html", 403, key="not-allowed")


async def not_found(request: Request, _: Exception) -> Response:
    return (await _whoever(request)).page("sorry.html", 404, key="not-found")


async def _whoever(request: Request) -> Guest:
    session = await request.app.state.desk.sessions.signed_in(request)
    return Guest(request) if session is None else Visit(request, session=session)


def failed(request: Request) -> Response:
    """Something failed that nobody thought of: without who is signed in, which may be what failed."""
    return Guest(request).page("sorry.html", 500, key="broken")


async def broken(request: Request, error: Exception) -> Response:
    """Something of ours failed: said plainly, with what to do; the words of the error are the operator's."""
    assert isinstance(error, GuardError)  # noqa: S101 -- registered for it alone
    visit = Guest(request)
    status = 503 if isinstance(error, StoreError) else 500
    return visit.page("sorry.html", status, key="broken", detail=str(error))


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("guard.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {
        "static": static,
        "utf16": units,
        "version": __version__,
        "Permission": Permission,
        "timedelta": timedelta,
        "UTC": UTC,
    }
    made.filters |= {"pieces": pieces, "plain": plain}
    return made


environment = _environment()
