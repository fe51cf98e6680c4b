"""Signing in, through the pages, as a browser does it."""

import re
from datetime import timedelta

import pytest

from guard import observe
from guard.auth.limits import PAIR
from guard.auth.totp import code_at, step_of
from guard.errors import ProviderError
from guard.types.account import Identity, SecondFactor
from guard.types.principal import Role
from tests.doors import PASSWORD, QUICK, door_rig
from tests.entrances import Directory, Elsewhere

COOKIE = "postguard"


@pytest.fixture
def rig(tmp_path):
    with door_rig(tmp_path) as made:
        made.add("marie", Role.REVIEWER)
        yield made


def test_the_way_in_and_out(rig):
    window = rig.window()
    answer = window.get("/queue?x=1")
    assert answer.to == "/sign-in?next=%2Fqueue%3Fx%3D1"
    page = window.follow(answer)
    assert 'autocomplete="current-password"' in page.text
    answer = window.post("/sign-in", {"name": " Marie ", "password": PASSWORD, "next": "/queue?x=1"})
    assert (answer.status, answer.to) == (303, "/queue?x=1")
    assert window.set == [f"postguard={window.cookies[COOKIE]}; HttpOnly; Path=/; SameSite=lax"]
    page = window.get("/queue")
    assert (page.status, page.headers["cache-control"]) == (200, "no-store")
    assert window.get("/sign-in").to == "/"
    stolen = window.cookies[COOKIE]
    answer = window.post("/sign-out")
    assert answer.to == "/sign-in?out"
    assert COOKIE not in window.cookies
    window.cookies[COOKIE] = stolen
    assert window.get("/queue").status == 303, "the session is over, not only the cookie gone"
    assert [entry["what"] for entry in rig.entries("sign-in")] == ["signed-in", "signed-out"]


def test_over_https_the_cookie_is_bound_to_the_host(tmp_path):
    with door_rig(tmp_path, secure=True) as rig:
        rig.add("marie", Role.REVIEWER)
        window = rig.window()
        window.sign_in("marie")
        (line,) = window.set
        assert line.startswith("__Host-postguard=")
        assert line.endswith("; HttpOnly; Path=/; SameSite=lax; Secure")
        assert window.get("/sign-in").headers["strict-transport-security"] == "max-age=31536000"
        value = window.cookies.pop("__Host-postguard")
        window.cookies["postguard"] = value
        assert window.get("/queue").status == 303, "the name without the prefix is another cookie"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_wrong_password_is_told_without_telling_which(rig, language):
    window = rig.window(language=language)
    known, unknown = window.sign_in("marie", "wrong"), window.sign_in("nobody", "wrong")
    assert known.status == unknown.status == 401
    told = [page.text.partition("<main")[2].partition("</main>")[0] for page in (known, unknown)]
    assert told[0].replace("marie", "nobody") == told[1] != ""
    assert "wrong" not in known.text
    assert COOKIE not in window.cookies


def test_too_many_tries_must_wait(rig):
    window = rig.window()
    for _ in range(PAIR.free):
        window.sign_in("marie", "wrong")
    answer = window.sign_in("marie")
    assert (answer.status, answer.headers["retry-after"]) == (429, "2")
    assert "wait 1 minute" in answer.words.replace("\xa0", " ")
    assert rig.window(address="10.1.1.1").sign_in("marie").status == 303


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/a\nb"]
)
def test_nobody_is_led_to_another_site(rig, onward):
    assert rig.window().sign_in("marie", next=onward).to == "/"


def test_a_planted_cookie_is_not_the_one_that_is_signed_in(rig):
    window = rig.window()
    window.cookies[COOKIE] = planted = "a" * 64
    window.sign_in("marie")
    assert window.cookies[COOKIE] != planted


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_no_other_site_signs_anybody_in(rig, headers):
    window = rig.window()
    assert window.post("/sign-in", {"name": "marie", "password": PASSWORD}, **headers).status == 403
    assert COOKIE not in window.cookies


def test_a_first_password_of_ones_own(rig):
    until = rig.clock() + timedelta(days=3)
    rig.opened.store.write_now(
        lambda tx: rig.people.set_password(
            tx, rig.clock(), tx.accounts.named("marie"), QUICK.hash("abcd-efgh-jkmn"), by="t", one_time=until
        )
    )
    window = rig.window()
    answer = window.sign_in("marie", "abcd-efgh-jkmn", next="/queue")
    assert answer.to == "/sign-in/password?next=%2Fqueue"
    assert window.get("/queue").status == 303, "not yet"
    window.follow(answer)
    half = window.cookies[COOKIE]
    assert "not the same" in window.post("/sign-in/password", {"new": [PASSWORD, "other"]}).words
    assert "12 characters" in window.post("/sign-in/password", {"new": ["short", "short"]}).words
    assert "first that would be tried" in window.post("/sign-in/password", {"new": ["motdepasse123"] * 2}).words
    assert window.post("/sign-in/password", {"new": [PASSWORD] * 2}, token="forged").status == 401
    answer = window.post("/sign-in/password", {"new": [PASSWORD] * 2, "next": "/queue"})
    assert answer.to == "/queue"
    assert window.cookies[COOKIE] != half
    assert window.get("/queue").status == 200
    assert rig.window().sign_in("marie", "abcd-efgh-jkmn").status == 401


def test_a_second_factor_is_asked_for(rig):
    code = rig.with_totp("marie")
    window = rig.window()
    answer = window.sign_in("marie", next="/queue")
    page = window.follow(answer)
    assert "marie" in page.words
    assert window.get("/me/security").status == 303, "half a sign-in opens nothing"
    refused = window.post("/sign-in/code", {"code": "000000"})
    assert (refused.status, "every half minute" in refused.words) == (401, True)
    assert window.post("/sign-in/code", {"code": code()}, token="").status == 401, "a form without its token"
    assert window.post("/sign-in/code", {"code": code(), "next": "/queue"}).to == "/queue"
    assert window.get("/queue").status == 200
    second = rig.window()
    second.follow(second.sign_in("marie"))
    assert second.post("/sign-in/code", {"code": code()}).status == 401, "the same code again"
    assert window.get("/sign-in/code").to == "/sign-in"


def test_where_it_is_required_a_second_factor_is_set_up_first(tmp_path):
    with door_rig(tmp_path, second_factor=SecondFactor.REQUIRED) as rig:
        rig.add("marie", Role.REVIEWER)
        window = rig.window()
        answer = window.sign_in("marie", next="/queue")
        page = window.follow(answer)
        assert answer.to.startswith("/sign-in/second-factor")
        secret = bytes_of(page)
        first = window.hidden["offer"]
        wrong = window.post("/sign-in/second-factor", {"code": "000000", "offer": first})
        assert wrong.status == 401
        assert bytes_of(wrong) == secret, "the same secret: the app has it already"
        assert window.post("/sign-in/second-factor", {"code": "000000", "offer": "ff"}).status == 422
        code = code_at(secret, step_of(rig.clock()))
        done = window.post("/sign-in/second-factor", {"code": code, "offer": first, "next": "/queue"})
        assert len(re.findall(r"<code>[a-z0-9]{5}-[a-z0-9]{5}</code>", done.text)) == 10
        assert 'href="/queue"' in done.text
        assert window.get("/queue").status == 200


def bytes_of(page):
    import base64

    shown = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)[1]
    return base64.b32decode(shown.replace(" ", ""))


def test_a_directory_that_does_not_answer_is_said_plainly(tmp_path, monkeypatch):
    warned = []
    monkeypatch.setattr(observe, "warn", lambda event, **fields: warned.append((event, fields)))
    with door_rig(tmp_path, others=[Directory(paul=ProviderError("down"))]) as rig:
        answer = rig.window().sign_in("paul")
        assert (answer.status, "does not answer" in answer.words) == (503, True)
        assert warned == [("sign-in-provider", {"problem": "down"})]


def test_somebody_without_access_is_told_so(tmp_path):
    identity = Identity("ldap", "s", "paul", admitted=False)
    with door_rig(tmp_path, others=[Directory(paul=identity)]) as rig:
        answer = rig.window().sign_in("paul")
        assert (answer.status, "no access to this console" in answer.words) == (403, True)


def test_by_another_providers_page(tmp_path):
    there = Elsewhere(Identity("oidc", "s", "zoe", frozenset({Role.AUDITOR})))
    with door_rig(tmp_path, redirect=there) as rig:
        window = rig.window()
        assert "Sign in with Company" in window.get("/sign-in?next=/me").words
        answer = window.get("/sign-in/oidc?next=/me")
        assert answer.to == "https://id.example/authorize?state=s"
        assert "; HttpOnly; Max-Age=600; Path=/; SameSite=lax" in window.set[0]
        stranger = rig.window()
        assert stranger.get("/sign-in/oidc/back?code=c&state=s").status == 401, "another browser"
        answer = window.get("/sign-in/oidc/back?code=c&state=s")
        assert answer.to == "/me"
        assert "postguard-away" not in window.cookies
        assert window.get("/me").status == 200
        assert there.came_back == [({"code": "c", "state": "s"}, {"state": "s"})]


def test_a_provider_that_cannot_be_trusted_is_said_plainly(tmp_path):
    class Wrong(Elsewhere):
        async def arrive(self, query, baggage, now):
            raise ProviderError("the token is not for us")

    with door_rig(tmp_path, redirect=Wrong()) as rig:
        window = rig.window()
        window.get("/sign-in/oidc")
        answer = window.get("/sign-in/oidc/back?code=c")
        assert (answer.status, "cannot trust" in answer.words) == (502, True)
        assert "not for us" not in answer.text
        assert not window.cookies


def test_a_live_session_ends_with_the_account(rig):
    window = rig.window("marie")
    assert window.get("/queue").status == 200
    rig.opened.store.write_now(lambda tx: rig.people.disable(tx, rig.clock(), tx.accounts.named("marie"), by="t"))
    assert window.get("/queue").status == 303


def test_a_stolen_cookie_is_worth_nothing_after_a_change_of_roles(rig):
    window, thief = rig.window("marie"), rig.window()
    thief.cookies = dict(window.cookies)
    assert thief.get("/queue").status == 200
    rig.opened.store.write_now(
        lambda tx: rig.people.set_roles(tx, rig.clock(), tx.accounts.named("marie"), [Role.DPO], by="t")
    )
    assert thief.get("/queue").status == window.get("/queue").status == 303


def test_use_keeps_a_session_alive_and_idleness_ends_it(rig):
    window = rig.window("marie")
    for _ in range(5):
        rig.clock.pass_by(minutes=50)
        assert window.get("/queue").status == 200
    rig.clock.pass_by(minutes=61)
    assert window.get("/queue").status == 303


def test_a_password_is_never_shown_again(rig):
    """A form whose session ended is kept to be sent again: not its secrets."""
    window = rig.window("marie")
    window.get("/me/security")
    rig.clock.pass_by(hours=13)
    answer = window.post(
        "/me/security/password", {"password": PASSWORD, "new": ["another quiet lamp"] * 2, "code": "123456"}
    )
    assert answer.status == 401
    for secret in (PASSWORD, "another quiet lamp", "123456"):
        assert secret not in answer.text


@pytest.mark.parametrize("cookie", ["é", "x" * 5000, "", "0" * 64, '"quoted"', "a=b", "\x7f"])
def test_a_cookie_of_nonsense_is_nobody(rig, cookie):
    window = rig.window()
    window.cookies = {COOKIE: cookie, "postguard-away": cookie}
    for path in ("/queue", "/sign-in/code", "/sign-in/password", "/sign-in/second-factor"):
        assert window.get(path).status == 303
    assert window.get("/sign-in").status == 200
    assert window.get("/sign-in/oidc/back?code=c&state=s&state=t&error=x").status == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"name=%ff%fe&password=%00",
        b"name=" + b"a" * 60_000,
        b"=&=&=",
        b"name=marie&name=&password=",
        b"%",
        b"\xff" * 50,
    ],
)
def test_a_form_of_nonsense_is_refused_and_nothing_more(rig, body):
    window = rig.window()
    answer = window._ask("POST", "/sign-in", body, {"content-type": "application/x-www-form-urlencoded"})
    assert answer.status == 401
    assert not window.cookies


def test_a_session_whose_provider_must_be_asked_goes_there_by_itself_and_comes_back(tmp_path):
    there = Elsewhere(Identity("oidc", "sub-1", "zoe", frozenset({Role.REVIEWER})))
    with door_rig(tmp_path, redirect=there) as rig:
        window = rig.window()
        window.get("/sign-in/oidc")
        assert window.get("/sign-in/oidc/back?state=s").status == 303
        rig.clock.pass_by(minutes=55)
        assert window.get("/queue").status == 200
        rig.clock.pass_by(minutes=10)
        way = window.get("/queue").to
        assert (way, window.get(way).to) == ("/sign-in?next=%2Fqueue", "/sign-in/oidc?quiet&next=%2Fqueue")
        window.get("/sign-in/oidc?quiet&next=%2Fqueue")
        assert window.get("/sign-in/oidc/back?state=s").to == "/queue"
        assert window.get("/queue").status == 200
        rig.clock.pass_by(minutes=59)
        window.get("/queue")
        rig.clock.pass_by(minutes=2)
        there.identity = None
        window.get("/sign-in/oidc?quiet&next=%2Fqueue")
        assert window.get("/sign-in/oidc/back?state=s").status == 401
        assert window.get("/sign-in?next=%2Fqueue").status == 200, "and no way round and round"
