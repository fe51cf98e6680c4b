"""One's own account through the pages: only one's own, and nothing that a stolen session could use to stay."""

import re

import pytest

from guard.auth.totp import code_at, step_of
from guard.types.principal import Role
from tests.doors import PASSWORD, door_rig
from tests.unit.console.accounts.test_signin import bytes_of

NEW = "another quiet green lamp"
PAGE = "/me/security"


@pytest.fixture
def rig(tmp_path):
    with door_rig(tmp_path) as made:
        made.add("marie", Role.REVIEWER)
        made.add("paul", Role.AUDITOR)
        yield made


@pytest.fixture
def window(rig):
    made = rig.window("marie")
    made.get(PAGE)
    return made


def test_the_password_is_changed_and_other_sessions_end(rig, window):
    other = rig.window("marie")
    assert "not your password" in window.post(f"{PAGE}/password", {"password": "wrong", "new": [NEW] * 2}).words
    assert "not the same" in window.post(f"{PAGE}/password", {"password": PASSWORD, "new": [NEW, PASSWORD]}).words
    before = dict(window.cookies)
    answer = window.post(f"{PAGE}/password", {"password": PASSWORD, "new": [NEW] * 2})
    assert answer.to == f"{PAGE}?saved=password"
    assert window.cookies != before
    assert "Done." in window.follow(answer).words
    assert other.get(PAGE).status == 303
    assert rig.window().sign_in("marie", NEW).status == 303
    assert rig.window().sign_in("marie").status == 401


def test_a_second_factor_is_set_up_and_taken_away_with_the_password(rig, window):
    page = window.get(f"{PAGE}/second-factor")
    secret, offer = bytes_of(page), window.hidden["offer"]
    fields = {"offer": offer, "code": code_at(secret, step_of(rig.clock()))}
    assert window.post(f"{PAGE}/second-factor", fields | {"password": "wrong"}).status == 422
    assert window.post(f"{PAGE}/second-factor", fields | {"password": PASSWORD, "code": "000000"}).status == 422
    done = window.post(f"{PAGE}/second-factor", fields | {"password": PASSWORD})
    assert (done.status, "recovery codes" in done.words) == (200, True)
    assert rig.account("marie").totp is not None
    assert "10 recovery codes are left" in window.get(PAGE).words
    assert window.get(f"{PAGE}/second-factor").status == 303
    assert window.post(f"{PAGE}/second-factor/remove", {"password": "wrong"}).status == 422
    assert window.post(f"{PAGE}/second-factor/remove", {"password": PASSWORD}).status == 303
    assert rig.account("marie").totp is None
    assert [entry["what"] for entry in rig.entries("account")][-2:] == ["second-factor", "second-factor-removed"]


def test_an_offer_made_to_another_is_no_offer(rig, window):
    paul = rig.window("paul")
    page = paul.get(f"{PAGE}/second-factor")
    code = code_at(bytes_of(page), step_of(rig.clock()))
    fields = {"offer": paul.hidden["offer"], "code": code, "password": PASSWORD}
    assert window.post(f"{PAGE}/second-factor", fields).status == 422
    assert rig.account("marie").totp is None


def test_sessions_are_listed_and_ended_one_by_one_or_all(rig, window):
    rig.clock.pass_by(minutes=1)
    there, third = rig.window("marie"), rig.window("marie")
    handles = re.findall(r'name="session" value="([0-9a-f]{16})"', window.get(PAGE).text)
    assert len(handles) == 2, "not this one"
    window.post(f"{PAGE}/sessions/end", {"session": handles[0]})
    assert sorted((there.get(PAGE).status, third.get(PAGE).status)) == [200, 303]
    window.post(f"{PAGE}/sessions/end", {"session": ""})
    assert {there.get(PAGE).status, third.get(PAGE).status} == {303}
    assert window.get(PAGE).status == 200


def test_nobody_ends_anothers_session_or_token(rig, window):
    paul = rig.window("paul")
    account = rig.account("paul").id
    handle = rig.opened.store.read_now(lambda tx: tx.accounts.sessions(account))[0].handle
    window.post(f"{PAGE}/sessions/end", {"session": handle})
    assert paul.get(PAGE).status == 200
    paul.post(f"{PAGE}/tokens", {"label": "CI", "scope": "check", "days": "30", "password": PASSWORD})
    (token,) = rig.opened.store.read_now(lambda tx: tx.accounts.tokens())
    assert window.post(f"{PAGE}/tokens/revoke", {"token": token.id}).status == 422
    assert rig.opened.store.read_now(lambda tx: tx.accounts.tokens()) == [token]


def test_a_token_is_made_shown_once_used_and_revoked(rig, window):
    fields = {"label": "CI <b>", "scope": ["check", "review"], "days": "30", "password": PASSWORD}
    assert window.post(f"{PAGE}/tokens", fields | {"password": ""}).status == 422
    assert window.post(f"{PAGE}/tokens", fields | {"days": "9999"}).status == 422
    assert window.post(f"{PAGE}/tokens", fields | {"scope": "accounts"}).status == 422, "more than its owner may"
    page = window.post(f"{PAGE}/tokens", fields)
    bearer = re.search(r"pgt_[0-9a-f]{12}_[0-9a-f]{64}", page.text)[0]
    shown = window.get(PAGE)
    assert bearer not in shown.text
    assert "CI &lt;b&gt;" in shown.text
    assert asked(rig, bearer) == 200
    window.post(f"{PAGE}/tokens/revoke", {"token": bearer[4:16]})
    assert asked(rig, bearer) == 401


def test_a_token_without_the_scope_does_not_check(rig, window):
    fields = {"label": "x", "scope": "review", "days": "30", "password": PASSWORD}
    bearer = re.search(r"pgt_[0-9a-f]{12}_[0-9a-f]{64}", window.post(f"{PAGE}/tokens", fields).text)[0]
    assert asked(rig, bearer) == 403


def asked(rig, bearer):
    """Status of a check from another machine with this token."""
    window = rig.window(address="192.0.2.77")
    body = b'{"text": "bonjour"}'
    headers = {"authorization": f"Bearer {bearer}", "content-type": "application/json"}
    return window._ask("POST", "/v1/check", body, headers).status


def test_a_token_is_no_session(rig, window):
    fields = {"label": "x", "scope": "review", "days": "30", "password": PASSWORD}
    bearer = re.search(r"pgt_[0-9a-f]{12}_[0-9a-f]{64}", window.post(f"{PAGE}/tokens", fields).text)[0]
    stranger = rig.window()
    stranger.cookies["postguard"] = bearer
    assert stranger.get("/queue", authorization=f"Bearer {bearer}").status == 303


def test_people_of_a_directory_change_their_password_there(tmp_path):
    from guard.types.account import Identity
    from tests.entrances import Directory

    zoe = Identity("ldap", "s", "zoe", frozenset({Role.REVIEWER}))
    with door_rig(tmp_path, others=[Directory(zoe=zoe)]) as rig:
        window = rig.window()
        window.sign_in("zoe")
        assert "directory" in window.get(PAGE).words
        assert window.post(f"{PAGE}/password", {"password": PASSWORD, "new": [NEW] * 2}).status == 422


def test_people_of_another_providers_page_must_have_signed_in_lately(tmp_path):
    from guard.types.account import Identity
    from tests.entrances import Elsewhere

    there = Elsewhere(Identity("oidc", "s", "zoe", frozenset({Role.AUDITOR})))
    with door_rig(tmp_path, redirect=there) as rig:
        window = rig.window()
        window.get("/sign-in/oidc")
        window.get("/sign-in/oidc/back?code=c&state=s")
        window.get(PAGE)
        fields = {"label": "CI", "scope": "check", "days": "7"}
        assert window.post(f"{PAGE}/tokens", fields).status == 200
        rig.clock.pass_by(minutes=16)
        answer = window.post(f"{PAGE}/tokens", fields)
        assert (answer.status, "sign out and in again" in answer.words) == (422, True)
