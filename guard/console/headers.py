"""Headers of every answer: what a page may load and run, and who may frame or keep it.

Scripts run by nonce alone, DOM sinks take Trusted Types alone (htmx's own policy, which passes text through: that all
text is escaped is the real defence). Nothing is inline, nothing comes from elsewhere.
"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.datastructures import MutableHeaders

NONCE = "guard.nonce"
"""Key of a request's nonce in its scope."""

_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types htmx"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Headers:
    """Puts them on every HTTP answer. Plain ASGI, so that event streams are not buffered."""

    def __init__(self, app: Any, *, secure: bool = False) -> None:
        """`secure`: browsers come by https and are to come by nothing else for a year (RFC 6797)."""
        self._app = app
        self._always = _ALWAYS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = scope[NONCE] = secrets.token_urlsafe(18)

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
                headers.update(self._always)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)
