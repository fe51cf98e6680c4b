"""Reading a form as browsers send it, and knowing that it came from our own page."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

MAX_FIELDS = 2000
CSRF = "csrf"
SECRET = frozenset({CSRF, "password", "new", "code"})
"""Never shown again."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Form:
    """The fields of a POST, in order; a name may come several times."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def one(self, name: str, otherwise: str = "") -> str:
        """The last field of that name."""
        return next((value for key, value in reversed(self.pairs) if key == name), otherwise)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def numbers(self, name: str) -> list[int]:
        """Those of that name that are case numbers."""
        return [int(value) for value in self.all(name) if value.isascii() and value.isdecimal() and len(value) < 16]

    def kept(self) -> Iterator[tuple[str, str]]:
        """What to send again with a new token."""
        return ((key, value) for key, value in self.pairs if key not in SECRET)


async def read_form(request: Request) -> Form:
    """The body of an urlencoded POST; empty when it is anything else. Browsers send line ends as CR LF: here they are LF."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return Form([])
    body = await request.body()
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace")
    except ValueError:
        return Form([])
    return Form([(key, value.replace("\r\n", "\n")) for key, value in pairs])


def same_origin(request: Request) -> bool:
    """Whether a browser says that a page of this very console sent it (Fetch Metadata, else Origin).

    A client that says neither is no browser of today; a token it must have all the same.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    return True


def token_fits(form: Form, secret: str) -> bool:
    """Whether the form carries its session's token."""
    return bool(secret) and hmac.compare_digest(form.one(CSRF).encode(), secret.encode())
