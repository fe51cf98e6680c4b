"""Signing in at a slow service: nobody gets the session of whoever signed in a moment before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import requests
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.gate import Door, Gate, wait_for
from tests.servers.host import Hosted

RIGHT, WRONG = "the-right-one", "a-wrong-one"
CREATE_SESSION = "/xrpc/com.atproto.server.createSession"
CREATE_ACCOUNT = "/xrpc/com.atproto.server.createAccount"


class SlowService:
    """Of both networks; answers a write once `go` is set, with a secret made of the password that came with it."""

    def __init__(self) -> None:
        self.go = Event()
        self.received: list[dict[str, Any]] = []

    def app(self, _url: str) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self.answer, methods=["POST"])])

    async def answer(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        self.received.append(asked)
        while not self.go.is_set():  # noqa: ASYNC110 - the test's thread sets it
            await asyncio.sleep(0.01)
        if asked["password"] == WRONG:
            return JSONResponse({"error": "AuthenticationRequired", "message": "Invalid password"}, 401)
        return JSONResponse({"accessJwt": f"secret-of-{asked['password']}", "access_token": "t", "did": "did:plc:x"})


@pytest.fixture
def slow() -> Iterator[tuple[SlowService, Hosted]]:
    service = SlowService()
    hosted = Hosted(service.app)
    yield service, hosted
    service.go.set()
    hosted.stop()


@pytest.fixture(params=["", "[gateway]\nworkers = 2\n"], ids=["one-process", "two-workers"])
def gate(request: pytest.FixtureRequest, slow: tuple[SlowService, Hosted], tmp_path) -> Iterator[Gate]:
    running = Gate(tmp_path, Door("atproto", slow[1].url), Door("mastodon", slow[1].url), more=request.param).start()
    yield running
    running.stop()


def send(url: str, body: dict[str, Any], key: str) -> requests.Response:
    headers = {"idempotency-key": key} if key else {}
    return requests.post(url, json=body, headers=headers, timeout=20)


PAIRS = [
    # a space makes the name a text, so the request is inspected like a post
    ("atproto", CREATE_SESSION, {"identifier": "alice.test ", "password": WRONG}, 401),
    ("atproto", CREATE_ACCOUNT, {"handle": "alice.test ", "email": "m@m.example", "password": "mallory"}, 200),
    ("mastodon", "/oauth/token", {"grant_type": "password", "username": "alice ", "password": WRONG}, 401),
    ("mastodon", "/api/v1/accounts", {"username": "alice", "email": "m@m.example", "password": "mallory"}, 200),
]


@pytest.mark.parametrize("key", ["", "chosen-by-the-app"], ids=["no-key", "same-key"])
def test_two_who_sign_in_at_once_get_each_their_own_answer(
    gate: Gate, slow: tuple[SlowService, Hosted], key: str
) -> None:
    service = slow[0]
    for channel, path, other, status in PAIRS:
        service.go.clear()
        service.received.clear()
        with ThreadPoolExecutor(2) as people:
            url = gate.url(channel) + path
            first: Future[requests.Response] = people.submit(send, url, other | {"password": RIGHT}, key)
            wait_for(lambda: len(service.received) == 1, told="the first to be at the service")
            second = people.submit(send, url, other, key)
            try:
                wait_for(lambda: len(service.received) == 2, 5, told=f"the second to be at the service ({path})")
            finally:
                service.go.set()
        assert first.result().json().get("accessJwt") == f"secret-of-{RIGHT}"
        assert RIGHT not in second.result().text
        assert second.result().status_code == status
        late = send(url, other, key)  # and no answer is kept for who comes later
        assert late.status_code == status
        assert RIGHT not in late.text
