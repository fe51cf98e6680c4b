"""Addresses in answers: those of the service lead to the gate, those of others stay."""

import pytest

from guard.channels.rewriting import local_cookie, moved, moved_everywhere, rewrite_pointers, websocket
from guard.types.http import HttpReply


@pytest.mark.parametrize(
    ("location", "expected"),
    [(b"https://real.host/oauth/authorize?x=1", b"http://gate/oauth/authorize?x=1"), (b"https://www.real.host/auth/sign_in", b"http://gate/auth/sign_in"),
     (b"/auth/sign_in", b"/auth/sign_in"), (b"https://client.example/cb?code=1", b"https://client.example/cb?code=1"), (b"app://cb", b"app://cb"), (b"http://[x", b"http://[x"),
     (b"\xff\xfe", b"\xff\xfe")],
)  # fmt: skip
def test_redirects(location: bytes, expected: bytes) -> None:
    assert moved(location, "http://gate/", "https://real.host") == expected


def test_cookies() -> None:
    cookie = b"s=1; domain=.real.host; path=/; secure; HttpOnly"
    assert local_cookie(cookie, "http://gate") == b"s=1; path=/; HttpOnly"
    assert local_cookie(cookie, "https://gate") == b"s=1; path=/; secure; HttpOnly"


def test_addresses() -> None:
    assert websocket("https://gate.example/") == "wss://gate.example"
    assert websocket("http://127.0.0.1:8400") == "ws://127.0.0.1:8400"
    assert (
        moved_everywhere(b"form-action 'self' https://real.host", "http://gate", "https://real.host/")
        == b"form-action 'self' http://gate"
    )


@pytest.mark.parametrize(
    "body", [b"[]", b"5", b'{"a":5}', b'{"a":{"b":{}}}', b'{"a":{"b":[1,null,{"c":5}]}}', b"x", b""]
)
def test_answers_of_another_shape(body: bytes) -> None:
    reply = rewrite_pointers(HttpReply(200, (), body), ("/a/b/*/c", "/a"), lambda url: "changed" + url)
    assert b"changed" not in reply.body
