"""The sandbox service keeps to Mastodon's documented answers, and its strict form refuses what is not documented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from guard.sandbox.app import build_sandbox
from tests.servers.clients import PNG
from tests.servers.host import Hosted


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Service:
    def __init__(self, *, strict: bool) -> None:
        self.clock = Clock()
        self.hosted = Hosted(lambda url: build_sandbox(strict=strict, base_url=url, clock=self.clock))
        self.world = self.hosted.app.state.world
        self.session = requests.Session()
        self.session.headers["authorization"] = "Bearer token"
        if strict:
            self.world.give("token", "alice")

    def __call__(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.session.request(method, self.hosted.url + path, timeout=10, **more)

    def post(self, status: str, **more: Any) -> requests.Response:
        return self("POST", "/api/v1/statuses", json={"status": status, **more})

    def error(self, **params: Any) -> str:
        """The words with which a status is refused."""
        reply = self("POST", "/api/v1/statuses", json=params)
        assert reply.status_code == 422, reply.text
        return reply.json()["error"]


@pytest.fixture(scope="module")
def strict() -> Iterator[Service]:
    service = Service(strict=True)
    yield service
    service.session.close()
    service.hosted.stop()


@pytest.fixture(scope="module")
def easy() -> Iterator[Service]:
    service = Service(strict=False)
    yield service
    service.session.close()
    service.hosted.stop()


def test_documented_refusals(strict: Service) -> None:
    options = ["a", "b", "c", "d", "e"]
    assert strict.error(status="") == "Validation failed: Text can't be blank"
    assert strict.error(status="a" * 501) == "Validation failed: Text character limit of 500 exceeded"
    assert "limit of 500" in strict.error(status="a" * 490, spoiler_text="b" * 11)
    assert "more than 4" in strict.error(status="x", poll={"options": options, "expires_in": 600})
    assert "at least two" in strict.error(status="x", poll={"options": ["a"], "expires_in": 600})
    assert "50 characters" in strict.error(status="x", poll={"options": ["a" * 51, "b"], "expires_in": 600})
    assert "too soon" in strict.error(status="x", poll={"options": ["a", "b"], "expires_in": 10})
    assert strict.error(status="x", media_ids=["99"]).startswith("Media 99 not found")
    assert "Visibility" in strict.error(status="x", visibility="secret")
    soon = (strict.clock.now + timedelta(minutes=4)).isoformat()
    assert "5 minutes" in strict.error(status="x", scheduled_at=soon)


def test_a_link_counts_23(strict: Service) -> None:
    assert strict.post("a" * 476 + " https://example.com/" + "b" * 200).status_code == 200
    assert strict.post("a" * 477 + " https://example.com/" + "b" * 200).status_code == 422


def test_json_form_and_multipart_are_understood_alike(strict: Service) -> None:
    path, poll = "/api/v1/statuses", {"poll[options][]": ["x", "y"], "poll[expires_in]": "600"}
    by_json = strict("POST", path, json={"status": "s", "poll": {"options": ["x", "y"], "expires_in": 600}}).json()
    by_form = strict("POST", path, data={"status": "s", **poll}).json()
    by_parts = strict("POST", path, data={"status": "s", **poll}, files={"none": None} | {"status": (None, "s")}).json()
    for each in (by_json, by_form, by_parts):
        assert [option["title"] for option in each["poll"]["options"]] == ["x", "y"]
        assert each["content"] == "<p>s</p>"


def test_idempotency_key_is_kept_for_an_hour(strict: Service) -> None:
    def send() -> str:
        reply = strict("POST", "/api/v1/statuses", json={"status": "once"}, headers={"idempotency-key": "k"})
        return reply.json()["id"]

    first = send()
    assert send() == first
    strict.clock.now += timedelta(minutes=59)
    assert send() == first
    strict.clock.now += timedelta(minutes=1)
    assert send() != first


def test_scheduled_status_is_published_in_its_time(strict: Service) -> None:
    when = strict.clock.now + timedelta(minutes=10)
    item = strict.post("on time", scheduled_at=when.isoformat()).json()
    assert item["params"]["text"] == "on time"
    assert "on time" not in [each.text for each in strict.world.statuses.values()]
    strict.clock.now = when
    assert strict("GET", "/api/v1/timelines/home").json()[0]["content"] == "<p>on time</p>"
    assert strict("GET", f"/api/v1/scheduled_statuses/{item['id']}").status_code == 404


def test_strict_knows_only_its_tokens_and_parameters(strict: Service, easy: Service) -> None:
    other = {"authorization": "Bearer made-up"}
    refused = strict("POST", "/api/v1/statuses", json={"status": "x"}, headers=other)
    assert (refused.status_code, refused.json()) == (401, {"error": "The access token is invalid"})
    unknown = strict("POST", "/api/v1/statuses", json={"status": "x", "poll": {"extra": 1}})
    assert (unknown.status_code, unknown.json()) == (400, {"error": "Unknown parameter: poll[extra]"})
    assert easy("POST", "/api/v1/statuses", json={"status": "x", "extra": 1}, headers=other).status_code == 200
    assert easy("GET", "/api/v1/accounts/verify_credentials", headers={"authorization": ""}).status_code == 401


def test_a_token_is_always_the_same_invented_person(easy: Service) -> None:
    def who(token: str) -> str:
        reply = easy("GET", "/api/v1/accounts/verify_credentials", headers={"authorization": f"Bearer {token}"})
        return reply.json()["username"]

    assert who("one") == who("one")
    assert who("one") != who("two")


def test_everything_received_is_kept(strict: Service) -> None:
    strict("POST", "/api/v1/unheard_of", data=b"words", headers={"x-mark": "m"})
    last = strict.hosted.app.state.received[-1]
    assert (last.method, last.path, last.body, last.header("x-mark")) == ("POST", "/api/v1/unheard_of", b"words", "m")
    assert "words" not in repr(last)


def test_media_is_served_as_uploaded_and_never_as_a_page(strict: Service) -> None:
    page = b"<script>alert(1)</script>"
    assert strict("POST", "/api/v2/media", files={"file": ("x.html", page, "text/html")}).status_code == 422
    made = strict("POST", "/api/v2/media", files={"file": ("x.png", PNG)}, data={"description": "d"}).json()
    assert (made["type"], made["description"]) == ("image", "d")
    shown = requests.get(made["url"], timeout=10)
    assert (shown.content, shown.headers["x-content-type-options"]) == (PNG, "nosniff")
    assert "sandbox" in shown.headers["content-security-policy"]


def test_edit_keeps_the_history(strict: Service) -> None:
    made = strict.post("before").json()
    path = f"/api/v1/statuses/{made['id']}"
    strict("PUT", path, json={"status": "after"})
    history = strict("GET", f"{path}/history").json()
    assert [each["content"] for each in history] == ["<p>before</p>", "<p>after</p>"]
    assert strict("GET", f"{path}/source").json()["text"] == "after"


def test_others_posts_are_not_mine(strict: Service) -> None:
    strict.world.give("second", "bruno")
    second = {"authorization": "Bearer second"}
    made = strict.post("mine", visibility="direct").json()
    path = f"/api/v1/statuses/{made['id']}"
    assert strict("GET", path, headers=second).status_code == 404
    assert strict("DELETE", path, headers=second).status_code == 404
    assert strict("PUT", path, json={"status": "x"}, headers=second).status_code == 404


# --- the page ---------------------------------------------------------------------------------------------------------


def front(service: Service, lang: str) -> requests.Response:
    return service("GET", "/", headers={"accept-language": lang})


def test_empty_page_says_what_to_do() -> None:
    service = Service(strict=False)
    try:
        page = front(service, "fr-FR,fr;q=0.9").text
        assert 'lang="fr"' in page
        assert "Rien de publié" in page
        assert "http://127.0.0.1:8400/api/v1/statuses" in page
        assert "Nothing published yet" in front(service, "de").text
    finally:
        service.session.close()
        service.hosted.stop()


def test_page_shows_what_got_published_and_runs_nothing(easy: Service) -> None:
    nasty = "<script>alert(1)</script>&\"'"
    media = easy("POST", "/api/v2/media", files={"file": ("x.png", PNG)}, data={"description": f"alt {nasty}"}).json()
    easy.post(f"text {nasty}", spoiler_text=f"warning {nasty}", media_ids=[media["id"]])
    easy.post("asked", poll={"options": [f"one {nasty}", "two"], "expires_in": 600})
    reply = front(easy, "en")
    page = reply.text
    assert "<script" not in page
    for what in ("text", "warning", "one", "alt"):
        assert f"{what} &lt;script&gt;" in page
    assert page.index("asked") < page.index("warning"), "newest first"
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_page_marks_edits_schedules_and_visibility(easy: Service) -> None:
    made = easy.post("first words", visibility="direct").json()
    easy("PUT", f"/api/v1/statuses/{made['id']}", json={"status": "second words"})
    easy.post("for later", scheduled_at=(easy.clock.now + timedelta(hours=1)).isoformat())
    page = front(easy, "en").text
    for what in ("edited", "first words", "second words", "direct message", "scheduled for", "for later"):
        assert what in page


def test_updates_can_be_paused(easy: Service) -> None:
    assert 'http-equiv="refresh"' in easy("GET", "/").text
    assert 'http-equiv="refresh"' not in easy("GET", "/?paused=1").text


def test_sign_in_page_escapes_and_refuses_unknown_clients(easy: Service) -> None:
    oob = "urn:ietf:wg:oauth:2.0:oob"
    app = easy("POST", "/api/v1/apps", json={"client_name": "<b>A</b>", "redirect_uris": oob}).json()
    query = {"client_id": app["client_id"], "redirect_uri": oob, "response_type": "code", "state": '"><script>'}
    page = easy("GET", "/oauth/authorize", params=query).text
    assert "&lt;b&gt;A&lt;/b&gt;" in page
    assert "<script" not in page
    assert easy("GET", "/oauth/authorize", params=query | {"client_id": "x"}).status_code == 400
    assert (
        easy("GET", "/oauth/authorize", params=query | {"redirect_uri": "https://elsewhere.example"}).status_code == 400
    )


def test_a_code_works_once(easy: Service) -> None:
    oob = "urn:ietf:wg:oauth:2.0:oob"
    app = easy("POST", "/api/v1/apps", json={"client_name": "A", "redirect_uris": oob, "scopes": "read"}).json()
    client = {name: app[name] for name in ("client_id", "client_secret")}
    asked = {"client_id": app["client_id"], "redirect_uri": oob, "username": "eve"}
    page = easy("POST", "/oauth/authorize", data=asked).text
    code = page.split('id="code">')[1].split("<")[0]
    grant = client | {"grant_type": "authorization_code", "code": code, "redirect_uri": oob}
    issued = easy("POST", "/oauth/token", data=grant).json()
    assert issued["token_type"] == "Bearer"
    assert easy("POST", "/oauth/token", data=grant).json()["error"] == "invalid_grant"
    wrong = grant | {"client_secret": "wrong"}
    assert easy("POST", "/oauth/token", data=wrong).json()["error"] == "invalid_client"
