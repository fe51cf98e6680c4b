"""What holds for every page: who may see it, where a form must come from, what an answer may load."""

import re

import pytest

from guard.console.assets import assets
from tests.consoles import console
from tests.gates import THREE_PHONES


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_back(rig):
    answer = rig.client().get("/queue?page=2")
    assert (answer.status, answer.to) == (303, "/sign-in?next=%2Fqueue%3Fpage%3D2")


def test_a_page_is_for_those_whose_roles_include_it(rig):
    assert rig.client("ana").get("/queue").status == 200
    for who in ("aude", "paul", "adam"):
        answer = rig.client(who).get("/queue")
        assert answer.status == 403
        assert "not for you" in answer.words


def test_nothing_may_be_inline_or_from_elsewhere(rig):
    answer = rig.client("ana").get("/queue")
    policy = answer.headers["content-security-policy"]
    nonce = re.search(r"script-src 'nonce-([\w-]+)';", policy)[1]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert set(re.findall(r'nonce="([^"]*)"', answer.text)) == {nonce}
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", answer.text)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert nonce not in rig.client("ana").get("/queue").headers["content-security-policy"]


def test_a_form_must_carry_its_sessions_token(rig):
    client = rig.client("ana")
    assert client.post("/me/look", {"theme": "dark", "back": "/queue"}).to == "/queue"
    for token in ("", "csrf-bob-0", "csrf-ana-00"):
        answer = client.post("/me/look", {"theme": "light"}, token=token)
        assert answer.status == 403
    assert rig.sessions.likes["ana"][1] == "dark"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_the_token(rig, headers):
    answer = rig.client("ana").post("/me/look", {"theme": "dark"}, **headers)
    assert answer.status == 403
    assert 'action="/me/look"' not in re.sub(r'<div class="sheet">.*?</details>', "", answer.text, flags=re.DOTALL)
    assert rig.sessions.likes == {}


def test_a_session_that_ends_loses_nothing_of_what_was_typed(rig):
    client = rig.client("ana")
    rig.sessions.ended.add("ana")
    typed = "Une longue explication,\r\nsur deux lignes & avec <b>des signes</b>."
    answer = client.post("/me/keys", {"key-approve": "x", "note": typed})
    assert answer.status == 401
    assert "Une longue explication,\nsur deux lignes &amp; avec &lt;b&gt;des signes" in answer.text
    assert 'name="key-approve" value="x"' in answer.text
    # Signed in again: the old token is no good, the same page offers to send it with the new one
    rig.sessions.ended.clear()
    rig.sessions.round = 1
    again = client.post("/me/keys", {"key-approve": "x"}, token="csrf-ana-0")
    assert again.status == 403
    assert 'value="csrf-ana-1"' in again.text
    assert client.post("/me/keys", {"key-approve": "x", "shortcuts": "on"}).to == "/me?saved"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nb"]
)
def test_a_form_leads_back_to_this_console_alone(rig, back):
    assert rig.client("ana").post("/me/look", {"back": back}).to == "/"


def test_language_and_theme_are_kept_per_person(rig):
    client = rig.client("ana")
    assert '<html lang="en"' in client.get("/queue").text
    client.post("/me/look", {"language": "fr", "back": "/queue"})
    client.post("/me/look", {"theme": "dark"})
    text = client.get("/queue").text
    assert '<html lang="fr" data-theme="dark"' in text
    assert '<html lang="en"' in rig.client("bob").get("/queue").text
    client.post("/me/look", {"language": "tlh", "theme": "pink"})
    assert rig.sessions.likes["ana"][:2] == ("fr", "dark")


def test_keys_can_be_changed_and_switched_off(rig):
    client = rig.client("ana")
    assert client.post("/me/keys", {"key-approve": "x", "shortcuts": "on"}).status == 303
    assert rig.sessions.likes["ana"][2] == {"approve": "x"}
    clash = client.post("/me/keys", {"key-approve": "r", "shortcuts": "on"})
    assert clash.status == 422
    assert clash.text.count('aria-invalid="true"') == 2
    client.post("/me/keys", {"key-approve": "x"})
    assert "data-for=" not in client.get("/queue").text
    assert 'value="x"' in client.get("/me").text


def test_an_unknown_address_is_a_page_for_people_and_json_for_programs(rig):
    assert "There is no such page" in rig.client("ana").get("/nowhere").words
    assert rig.client("ana").get("/v1/nowhere").text.startswith('{"detail"')
    assert rig.client().get("/nowhere").status == 404


def test_what_nobody_thought_of_is_a_page_too_and_its_words_stay_unsaid(rig, caplog):
    async def fail(request, *, idle=False):
        raise ValueError("a post's own words")

    rig.sessions.signed_in = fail
    answer = rig.client("ana", language="fr").get("/queue")
    assert (answer.status, "Cela n’a pas fonctionné" in answer.words) == (500, True)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "own words" not in answer.text + caplog.text
    assert "ValueError while making a page, at test_page.py:" in caplog.text


def test_warnings_are_for_those_who_may_see_policies(rig):
    rig.app.state.console.warnings = lambda: {"policies-refused": ["x.yaml:1:1: <no>"]}
    assert "x.yaml:1:1: &lt;no&gt;" in rig.client("paul").get("/me").text
    for who in ("ana", ""):
        assert "x.yaml" not in rig.client(who).get("/me").text


def test_files_are_kept_by_browsers_until_they_change(rig):
    client = rig.client()
    version = assets()["console.css"].version
    answer = client.get(f"/static/console.css?v={version}")
    assert (answer.status, "immutable" in answer.headers["cache-control"]) == (200, True)
    assert client.get("/static/console.css").headers["cache-control"] == "no-cache"
    for path in ("/static/", "/static/nothing.js", "/static/../base.py", "/static/vendor/README.md"):
        assert client.get(path).status == 404


def test_what_a_page_asks_for_by_itself_keeps_no_session_alive(rig):
    number = rig.hold(THREE_PHONES)
    client = rig.client("ana")
    for path in ("/queue/rows", f"/cases/{number}/status"):
        assert client.get(path).status == 200
    assert rig.sessions.idle == ["/queue/rows", f"/cases/{number}/status"]
    client.get("/queue")
    assert len(rig.sessions.idle) == 2


def test_a_part_of_a_page_says_that_the_session_is_over_and_loads_nothing_anew(rig):
    answer = rig.client().get("/queue/rows", hx_request="true")
    assert answer.status == 401
    assert "Your session has ended" in answer.words
    assert "hx-refresh" not in answer.headers


def test_a_page_answered_to_a_post_leads_back_to_one_that_can_be_loaded(rig):
    number = rig.hold(THREE_PHONES)
    answer = rig.client("ana").post(f"/cases/{number}/decide", {})
    assert answer.status == 422
    assert 'name="back" value="/"' in answer.text
    assert rig.client("ana").get(f"/cases/{number}/decide").status == 404


def test_changing_the_language_before_signing_in_keeps_the_way(rig):
    assert '<a href="?next=%2Fqueue&amp;lang=fr"' in rig.client().get("/nowhere?next=%2Fqueue").text
