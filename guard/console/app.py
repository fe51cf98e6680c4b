"""The console's application: API, pages, and what holds for every request."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

from guard import __version__
from guard.console import api, assets, pages, preferences
from guard.console.api import Console
from guard.console.author.checks import recorded
from guard.console.base import Desk
from guard.console.headers import Headers
from guard.console.page import (
    NotAllowedError,
    SignInNeededError,
    broken,
    failed,
    not_allowed,
    not_found,
    sign_in_needed,
)
from guard.errors import GuardError, place_of
from guard.outbox.deciding import UnknownCaseError

MAX_BODY = 128 * 1024
_log = logging.getLogger("guard.console")


def build_console(
    console: Console, desk: Desk | None = None, more: Sequence[APIRouter] = (), *, secure: bool = False
) -> FastAPI:
    """The ASGI application of the console port. Without a desk it is the API alone; `more` are pages that others bring;
    `secure` says that browsers come by https.
    """
    app = FastAPI(title="postguard", version=__version__, docs_url=None, redoc_url=None)
    app.state.console = console
    if desk is not None:
        app.add_middleware(_Unforeseen)
    app.add_middleware(_Small)
    app.add_middleware(Headers, secure=secure)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.include_router(api.router)
    if desk is not None:
        app.state.desk = desk
        console.checks.noticed = recorded(desk.store, desk.log, desk.now)
        for router in (assets.router, preferences.router, *pages.ROUTERS, *more):
            app.include_router(router)
        app.add_exception_handler(SignInNeededError, sign_in_needed)
        app.add_exception_handler(NotAllowedError, not_allowed)
        app.add_exception_handler(UnknownCaseError, not_found)
        app.add_exception_handler(GuardError, broken)
        app.add_exception_handler(StarletteHTTPException, _http_error)
    return app


async def _http_error(request: Request, error: Exception) -> Response:
    """A page for people, JSON for programs."""
    assert isinstance(error, StarletteHTTPException)  # noqa: S101 -- registered for it alone
    if error.status_code in {404, 405} and not request.url.path.startswith("/v1/"):
        return await not_found(request, error)
    return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """What is wrong and where, without repeating what was sent; for people a page: only addresses made by hand come here."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- registered for it alone
    if hasattr(request.app.state, "desk") and not request.url.path.startswith("/v1/"):
        return await not_found(request, error)
    wrong = [{"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
    return JSONResponse({"detail": wrong}, status_code=422)


class _Unforeseen:
    """A page for people when something fails that nobody thought of; logged by kind and place, for its message might quote a post."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        begun = False

        async def noticed(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except Exception as error:
            if begun or scope["type"] != "http" or scope["path"].startswith("/v1/"):
                raise
            _log.error("%s while making a page, at %s", type(error).__name__, place_of(error))
            await failed(Request(scope, receive))(scope, receive, send)


class _Small:
    """Refuses bodies over MAX_BODY before anything reads them whole."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0

        async def counted() -> Any:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise HTTPException(413, f"at most {MAX_BODY} bytes")
            return message

        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if int(declared) > MAX_BODY:
            await JSONResponse({"detail": f"at most {MAX_BODY} bytes"}, 413)(scope, receive, send)
            return
        await self._app(scope, counted, send)
