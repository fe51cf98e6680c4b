"""The console's API, asked as a client asks it."""

import asyncio
import itertools
import json

import pytest

from guard.console.api import CHECKS_A_MINUTE, Console
from guard.console.app import build_console
from tests.gates import LEAK, NOW, shipped_inspector


def console(**options):
    numbers = itertools.count()
    made = {"problems": list, "warnings": lambda: {"policies-refused": "x.yaml:1:1"}} | options
    return build_console(Console(shipped_inspector, lambda: NOW, lambda: f"id{next(numbers)}", **made))


def ask(app, method="GET", path="/", body=None, headers=(), client="127.0.0.1"):
    """One request through ASGI: status, headers, text."""
    sent = []
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "client": (client, 1), "server": ("127.0.0.1", 8401),
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), *headers],
    }  # fmt: skip

    async def receive():
        return {"type": "http.request", "body": data, "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    answer = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), answer.decode()


def test_check_answers_the_inspection_record():
    status, headers, text = ask(console(), "POST", "/v1/check", {"text": LEAK})
    record = json.loads(text)
    assert (status, record["action"]) == (200, "block")
    assert record["matches"] == [{"policy": "client-x", "rule": "name", "action": "block"}]
    assert set(record) >= {
        "id",
        "redacted",
        "findings",
        "topics",
        "messages",
        "failures",
        "policy_digest",
        "elapsed_ms",
    }
    assert "client X" not in text
    assert headers[b"cache-control"] == b"no-store"


def test_check_takes_network_visibility_groups_and_time():
    asked = {
        "text": LEAK,
        "network": "x",
        "visibility": "public",
        "groups": ["presse"],
        "at": "2037-03-16T10:00:00+01:00",
    }
    assert json.loads(ask(console(), "POST", "/v1/check", asked)[2])["action"] == "allow"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"text": 5}, {"text": "x", "colour": "red"}, {"text": "x", "network": "irc"}, {"text": "x" * 20_001},
        {"text": "x", "at": "2026-12-01T09:00:00"}, {"text": "\ud800"}, b"{", b"\xff",
    ],
)  # fmt: skip
def test_wrong_requests_are_told_so(body):
    status, _, text = ask(console(), "POST", "/v1/check", body)
    assert status in {400, 422}, text
    assert "Traceback" not in text


@pytest.mark.parametrize("declared", [True, False])
def test_a_large_body_is_refused_before_it_is_read(declared):
    body = json.dumps({"text": "x" * 200_000}).encode()
    headers = ((b"content-length", str(len(body)).encode()),) if declared else ()
    status, _, text = ask(console(), "POST", "/v1/check", body, headers)
    assert status in {400, 413}
    assert len(text) < 200


def test_only_this_machine_may_ask_without_a_token():
    assert ask(console(), "POST", "/v1/check", {"text": "Bonjour"}, client="192.0.2.7")[0] == 403


def test_with_a_token_it_must_be_given():
    app = console(check_token="s3same")
    assert ask(app, "POST", "/v1/check", {"text": "Bonjour"})[0] == 401
    given = ((b"authorization", b"Bearer s3same"),)
    assert ask(app, "POST", "/v1/check", {"text": "Bonjour"}, given, client="192.0.2.7")[0] == 200


def test_fishing_is_slowed_down():
    app = console()
    answers = [ask(app, "POST", "/v1/check", {"text": "Bonjour"})[0] for _ in range(CHECKS_A_MINUTE + 1)]
    assert answers == [200] * CHECKS_A_MINUTE + [429]
    assert ask(app, "POST", "/v1/check", {"text": "Bonjour"}, client="::1")[0] == 200


def test_health_readiness_metrics_and_description():
    assert ask(console(), path="/healthz")[::2] == (200, "ok\n")
    assert ask(console(), path="/readyz")[0] == 200
    status, _, text = ask(console(problems=lambda: ["the disk is full"]), path="/readyz")
    assert (status, json.loads(text)) == (
        503,
        {"ready": False, "problems": ["the disk is full"], "warnings": ["policies-refused"]},
    )
    assert "guard_decisions" in ask(console(), path="/metrics")[2]
    assert "/v1/check" in json.loads(ask(console(), path="/openapi.json")[2])["paths"]
