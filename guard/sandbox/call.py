"""What an endpoint is given and what it may raise: the sandbox's own small frame around Starlette."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from guard.sandbox.params import Params
from guard.sandbox.world import Person, Token, World


class ApiError(Exception):
    """An answer other than success, in Mastodon's error shape."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def invalid(message: str) -> ApiError:
    """422 in the words of Mastodon's record validation."""
    return ApiError(422, f"Validation failed: {message}")


NOT_FOUND = "Record not found"


@dataclass(slots=True)
class Call:
    """One request to one endpoint."""

    request: Request
    world: World
    params: Params
    token: Token | None

    @property
    def me(self) -> Person:
        """The person who asks; 422 as Mastodon answers an application's own token."""
        if self.token is None or self.token.person is None:
            raise ApiError(422, "This method requires an authenticated user")
        return self.token.person

    @property
    def viewer(self) -> Person | None:
        return self.token.person if self.token else None

    def arg(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route: which parameters it knows, and whether it needs a token."""

    method: str
    path: str
    handler: Handler
    fields: tuple[str, ...] = ()
    """Known parameters in Rails' notation; a strict server refuses others."""
    signed_in: bool = True


PAGE_FIELDS = ("limit", "max_id", "since_id", "min_id")


def page(call: Call, ids: list[str]) -> tuple[list[str], dict[str, str]]:
    """The asked-for part of `ids` (newest first) and the Link header to its neighbours, absolute as Mastodon's."""
    params = call.params
    try:
        limit = min(max(int(params.get("limit") or 20), 1), 40)
        bounds = {name: int(params[name]) for name in PAGE_FIELDS[1:] if params.get(name)}
    except (TypeError, ValueError) as error:
        raise ApiError(400, "Invalid paging parameter") from error
    low = max(bounds.get("since_id", 0), bounds.get("min_id", 0))
    high = bounds.get("max_id")
    fitting = [each for each in ids if int(each) > low and (high is None or int(each) < high)]
    chosen = fitting[-limit:] if "min_id" in bounds else fitting[:limit]
    if not chosen:
        return [], {}
    path = f"{call.world.base_url}{call.request.url.path}"
    kept = {key: str(value) for key, value in params.items() if key not in PAGE_FIELDS and not _nested(value)}
    kept["limit"] = str(limit)
    links = [f'<{path}?{urlencode(kept | {"min_id": chosen[0]})}>; rel="prev"']
    if len(chosen) == limit:
        links.insert(0, f'<{path}?{urlencode(kept | {"max_id": chosen[-1]})}>; rel="next"')
    return chosen, {"Link": ", ".join(links)}


def _nested(value: object) -> bool:
    return isinstance(value, dict | list)


def answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> JSONResponse:
    """JSON in the way of the service."""
    return JSONResponse(content, status, headers)
