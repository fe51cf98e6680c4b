"""Signing in at a running gate's console, with passwords and at a real OpenID provider."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b32decode
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from guard.auth.totp import code_at, step_of
from tests.gate import Door, Gate
from tests.servers.openid import OpenIdProvider
from tests.servers.peers import OIDC, install

PASSWORD = "three quiet green lamps"
PEOPLE = {
    "marie": {"preferred_username": "marie", "groups": ["guard-reviewers", "staff"]},
    "paul": {"preferred_username": "paul", "groups": ["strangers"]},
}
SETTINGS = """
public_url = "http://127.0.0.1:{port}"
[console.oidc]
issuer = "{issuer}"
client_id = "guard"
client_secret_file = "oidc.secret"
label = "Example"
[console.oidc.roles]
guard-reviewers = ["reviewer"]
"""


class Browser(requests.Session):
    """Follows nothing by itself, and sends the form's token."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self.root = f"http://127.0.0.1:{gate.console_port}"
        self.token = ""

    def see(self, path: str) -> requests.Response:
        answer = self.get(self.root + path if path.startswith("/") else path, allow_redirects=False, timeout=20)
        found = re.search(r'name="csrf" value="([^"]+)"', answer.text)
        self.token = found[1] if found else self.token
        return answer

    def submit(self, path: str, **fields: str) -> requests.Response:
        given = {"csrf": self.token} | fields
        return self.post(self.root + path, data=given, allow_redirects=False, timeout=20)


@pytest.fixture(scope="module")
def gate(tmp_path_factory):
    running = Gate(tmp_path_factory.mktemp("signin"), Door("mastodon", "http://127.0.0.1:9"))
    assert (
        running.guard("user", "add", "ada", "--role", "administrator", "--stdin", stdin=PASSWORD + "\n").returncode == 0
    )
    running.start()
    yield running
    running.stop()


def test_a_person_made_at_the_terminal_signs_in_and_is_disabled_while_signed_in(gate):
    browser = Browser(gate)
    assert browser.see("/people").headers["location"] == "/sign-in?next=%2Fpeople"
    assert browser.submit("/sign-in", name="ada", password="wrong").status_code == 401
    way = browser.submit("/sign-in", name="ada", password=PASSWORD, next="/people").headers["location"]
    assert way == "/sign-in/second-factor?next=%2Fpeople"
    assert browser.see("/people").status_code == 303, "an administrator sets up a second factor first"
    page = browser.see(way).text
    offer, secret = (re.search(shape, page)[1] for shape in (r'name="offer" value="(\w+)"', r'secret">([A-Z2-7 ]+)<'))
    code = code_at(b32decode(secret.replace(" ", "")), step_of(datetime.now(UTC)))
    assert browser.submit("/sign-in/second-factor", offer=offer, code=code, next="/people").status_code == 200
    assert browser.see("/people").status_code == 200
    made = gate.guard("user", "add", "bob", "--role", "administrator", "--one-time", "--format", "json")
    once = json.loads(made.stdout)["one_time_password"]
    other = Browser(gate)
    answer = other.submit("/sign-in", name="bob", password=once)
    assert answer.headers["location"].startswith("/sign-in/password")
    assert gate.guard("user", "disable", "ada").returncode == 0
    assert browser.see("/people").status_code == 303
    assert gate.guard("user", "disable", "bob").returncode == 2, "the last administrator"
    gate.guard("user", "disable", "ada", "--undo")
    found = json.loads(gate.guard("audit", "search", "--kind", "sign-in", "--format", "json").stdout)
    assert [entry["data"]["what"] for entry in reversed(found)] == [
        "refused", "password-right", "signed-in", "password-right",
    ]  # fmt: skip
    assert {entry["account"] for entry in found} == {"ada", "bob"}
    assert gate.guard("audit", "verify").returncode == 0
    for secret in (PASSWORD, once):
        assert secret not in gate.log + json.dumps(found)


def test_an_api_token_asks_for_checks(gate):
    bearer = gate.guard("user", "token", "ada", "--scope", "check", "--label", "CI").stdout.strip()
    url = f"http://127.0.0.1:{gate.console_port}/v1/check"
    good = requests.post(url, json={"text": "bonjour"}, headers={"Authorization": f"Bearer {bearer}"}, timeout=20)
    assert good.json()["action"] == "allow"
    wrong = requests.post(
        url, json={"text": "bonjour"}, headers={"Authorization": f"Bearer {bearer[:-1]}x"}, timeout=20
    )
    assert wrong.status_code == 401


def test_headers_of_every_page(gate):
    headers = Browser(gate).see("/sign-in").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert (headers["cross-origin-opener-policy"], headers["cache-control"]) == ("same-origin", "no-store")


# At a real provider


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("oidc")
    running = Gate(folder, Door("mastodon", "http://127.0.0.1:9"), more="MORE")
    back = f"http://127.0.0.1:{running.console_port}/sign-in/oidc/back"
    client = {"client_id": "guard", "client_secret": "a secret of tests", "redirect_uris": [back]}
    provider = OpenIdProvider(install(OIDC), [client], PEOPLE)
    secret = folder / "oidc.secret"
    secret.write_text("a secret of tests\n", "utf-8")
    secret.chmod(0o600)
    settings = folder / "guard.toml"
    more = SETTINGS.format(port=running.console_port, issuer=provider.issuer)
    settings.write_text(settings.read_text("utf-8").replace("MORE", more), "utf-8")
    running.start()
    yield running, provider
    running.stop()
    provider.stop()


@pytest.mark.real
def test_somebody_signs_in_at_the_companys_page(company):
    gate, provider = company
    browser = Browser(gate)
    assert "Example" in browser.see("/sign-in").text
    away = browser.see("/sign-in/oidc?next=/me/security").headers["location"]
    assert away.startswith(provider.issuer)
    back = provider.go_through(away, "marie")
    assert parse_qs(urlsplit(back).query)["iss"] == [provider.issuer]
    thief = Browser(gate)
    assert thief.see(back).status_code == 401, "the code is worth nothing in another browser"
    answer = browser.see(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/security")
    page = browser.see("/me/security")
    assert "marie" in page.text
    assert browser.see("/queue").status_code == 200
    assert browser.see("/people").status_code == 403
    assert browser.see(back).status_code == 401, "and once only: the way is closed"
    assert browser.submit("/sign-out").headers["location"] == "/sign-in?out"
    out = browser.see("/sign-in?out")
    assert f"{provider.issuer}/session/end?client_id=guard" in out.text
    (person,) = json.loads(gate.guard("user", "list", "--format", "json").stdout)
    assert (person["name"], person["provider"], person["roles"]) == ("marie", "oidc", ["reviewer"])


@pytest.mark.real
def test_an_answer_that_was_tampered_with_lets_nobody_in(company):
    gate, provider = company

    def answered(browser):
        back = provider.go_through(browser.see("/sign-in/oidc").headers["location"], "marie")
        return back.partition("?")[0], {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}

    mine, another = Browser(gate), Browser(gate)
    place, good = answered(mine)
    _, evil = answered(another)
    changed = [
        good | {"code": evil["code"]},  # injected: another verifier belongs to it
        evil,
        good | {"state": ""},
        {name: value for name, value in good.items() if name != "state"},
        good | {"iss": "https://evil.example"},  # mixed up
        {name: value for name, value in good.items() if name != "iss"},
        {name: value for name, value in good.items() if name != "code"},
        good | {"code": "x" * 20_000},
        {"state": good["state"], "iss": good["iss"], "error": "<script>alert(1)</script>"},
    ]
    away = mine.cookies["postguard-away"]
    for query in changed:
        browser = Browser(gate)
        browser.cookies["postguard-away"] = away
        answer = browser.see(f"{place}?{urlencode(query)}")
        assert (answer.status_code, "postguard" in browser.cookies) == (502, False), query
        assert "<script>alert" not in answer.text
    assert mine.see(f"{place}?{urlencode(good)}").status_code == 303
    assert not any(query["code"] in gate.log for query in (good, evil))


@pytest.mark.real
def test_a_quiet_question_is_answered_without_a_page_or_refused(company):
    gate, _ = company
    browser = Browser(gate)
    away = browser.see("/sign-in/oidc?quiet").headers["location"]
    back = requests.get(away, allow_redirects=False, timeout=20).headers["location"]
    assert "error=login_required" in back, "nobody is signed in over there"
    assert browser.see(back).status_code == 401
    assert "postguard" not in browser.cookies


@pytest.mark.real
def test_a_code_that_was_used_is_refused_by_the_provider(company):
    gate, provider = company
    browser = Browser(gate)
    back = provider.go_through(browser.see("/sign-in/oidc").headers["location"], "marie")
    away = browser.cookies["postguard-away"]
    assert browser.see(back).status_code == 303
    browser.cookies.clear()
    browser.cookies["postguard-away"] = away
    assert browser.see(back).status_code == 502
    assert "postguard" not in browser.cookies


@pytest.mark.real
def test_who_has_no_group_of_the_table_does_not_get_in(company):
    gate, provider = company
    browser = Browser(gate)
    back = provider.go_through(browser.see("/sign-in/oidc").headers["location"], "paul")
    assert browser.see(back).status_code == 403
    assert "postguard" not in browser.cookies


@pytest.mark.real
def test_who_gives_up_over_there_is_told_so_here(company):
    gate, provider = company
    browser = Browser(gate)
    back = provider.go_through(browser.see("/sign-in/oidc").headers["location"], "marie", refuse=True)
    assert "error=access_denied" in back
    answer = browser.see(back)
    assert (answer.status_code, "not signed in over there" in answer.text) == (401, True)


@pytest.mark.real
def test_a_question_with_a_changed_way_back_is_refused_over_there(company):
    gate, _ = company
    away = Browser(gate).see("/sign-in/oidc").headers["location"]
    answer = requests.get(away.replace("oidc%2Fback", "oidc%2Fback%2Fx"), allow_redirects=False, timeout=20)
    assert answer.status_code == 400


def test_settings_without_a_secret_stop_the_start(tmp_path):
    gate = Gate(
        tmp_path, Door("mastodon", "http://127.0.0.1:9"), more=SETTINGS.format(port=1, issuer="https://id.example")
    )
    done: subprocess.CompletedProcess[str] = gate.guard("serve")
    assert done.returncode == 2
    assert "console.oidc.client_secret_file: cannot be read" in done.stderr
