"""The console's API, asked as a client asks it."""

import asyncio
import itertools
import json

import pytest

from guard.console.api import CHECKS_A_MINUTE, Console
from guard.console.app import build_console
from guard.console.author.probing import SHUT_AT
from guard.types.principal import Permission, Principal, Role
from tests.gates import LEAK, NOW, shipped_inspector


def console(**options):
    numbers = itertools.count()
    made = {"problems": list, "warnings": lambda: {"policies-refused": ["x.yaml:1:1"]}} | options
    return build_console(Console(shipped_inspector, lambda: NOW, lambda: f"id{next(numbers)}", **made))


def ask(app, method="GET", path="/", body=None, headers=(), client="127.0.0.1", host=b"127.0.0.1"):
    """One request through ASGI: status, headers, text."""
    sent = []
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "client": (client, 1), "server": ("127.0.0.1", 8401),
        "headers": [(b"host", host), (b"content-type", b"application/json"), *headers],
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


@pytest.mark.parametrize(
    ("headers", "options"),
    [
        ([], {"proxied": True}),
        ([(b"x-forwarded-for", b"192.0.2.7")], {}),
        ([(b"forwarded", b"for=192.0.2.7")], {}),
        ([(b"host", b"guard.example.com")], {}),  # a proxy's, or a name that a stranger's page made point here
    ],
)
def test_what_a_proxy_passes_on_is_not_from_this_machine(headers, options):
    host = dict(headers).get(b"host", b"127.0.0.1:8401")
    assert ask(console(**options), "POST", "/v1/check", {"text": LEAK}, headers, host=host)[0] == 403
    token = [*headers, (b"authorization", b"Bearer s3same")]
    assert (
        ask(console(check_token="s3same", **options), "POST", "/v1/check", {"text": LEAK}, token, host=host)[0] == 200
    )


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


class Door:
    """Knows one token, whoever's it is."""

    def __init__(self, principal):
        self.principal = principal

    async def bearer(self, request):
        return self.principal if request.headers["authorization"] == f"Bearer {TOKEN}" else None


TOKEN = "pgt_" + "0" * 12 + "_" + "a" * 64
OWN = ((b"authorization", f"Bearer {TOKEN}".encode()),)
MARIE = Principal("id-marie", "marie", "Marie", frozenset(), frozenset({"presse"}), frozenset({Permission.CHECK}))


def with_door(principal, **options):
    app = console(**options)
    app.state.door = Door(principal)
    app.state.console.checks.slow_s = 0.0
    return app


def test_a_person_s_token_may_check_from_anywhere_and_is_not_told_where_confidential_words_stand():
    status, _, text = ask(with_door(MARIE, check_token="s3same"), "POST", "/v1/check", {"text": LEAK}, OWN, "192.0.2.7")
    record = json.loads(text)
    assert (status, record["action"], record["redacted"]) == (200, "block", None)
    assert [(one["start"], one["end"]) for one in record["findings"]] == [(0, len(LEAK))]


def test_a_token_without_the_scope_a_wrong_one_and_foreign_groups_are_refused():
    lacking = Principal("id", "n", "p", frozenset({Role.REVIEWER}), scopes=frozenset({Permission.REVIEW}))
    assert ask(with_door(lacking), "POST", "/v1/check", {"text": "x"}, OWN)[0] == 403
    other = ((b"authorization", b"Bearer pgt_other"),)
    assert ask(with_door(MARIE), "POST", "/v1/check", {"text": "x"}, other)[0] == 401
    assert ask(console(), "POST", "/v1/check", {"text": "x"}, OWN)[0] == 401
    asked = {"text": LEAK, "at": "2037-03-16T10:00:00+01:00"}
    assert ask(with_door(MARIE), "POST", "/v1/check", asked | {"groups": ["direction"]}, OWN)[0] == 403
    assert json.loads(ask(with_door(MARIE), "POST", "/v1/check", asked, OWN)[2])["action"] == "allow"
    author = Principal("id", "n", "p", frozenset({Role.POLICY_AUTHOR}))
    assert ask(with_door(author), "POST", "/v1/check", asked | {"groups": ["direction"]}, OWN)[0] == 200


def test_fishing_by_program_is_answered_neutrally_whatever_is_asked():
    app = with_door(MARIE)
    tried = [f"{number} Vive Client {'XY'[number % 2]}" for number in range(2 * SHUT_AT + 2)]
    answers = [ask(app, "POST", "/v1/check", {"text": text}, OWN)[0] for text in tried]
    assert answers == [200] * (2 * SHUT_AT - 2) + [429] * 4
    neutral = [ask(app, "POST", "/v1/check", {"text": text}, OWN) for text in ("Bonjour", LEAK)]
    assert neutral[0][::2] == neutral[1][::2]
    assert neutral[0][1][b"retry-after"] == b"900"
    assert ask(app, "POST", "/v1/check", {"text": "Bonjour"})[0] == 200
