"""Administration of people: for administrators alone, never of oneself."""

import re
from dataclasses import replace

import pytest
from fastapi.routing import APIRoute

from guard.types.principal import Role
from guard.wiring.console import ROUTERS
from tests.doors import PASSWORD, door_rig


@pytest.fixture
def rig(tmp_path):
    with door_rig(tmp_path) as made:
        for name, role in (("adam", Role.ADMINISTRATOR), ("marie", Role.REVIEWER), ("aude", Role.AUDITOR)):
            made.add(name, role)
        yield made


@pytest.fixture
def adam(rig):
    window = rig.window("adam")
    window.get("/people")
    return window


def test_a_person_is_added_and_signs_in_with_what_was_shown_once(rig, adam):
    page = adam.post("/people", {"name": "zoe", "person": "Zoé Petit", "role": ["reviewer", "dpo", "king"]})
    password = re.search(r'class="secret">([a-z0-9-]{19})<', page.text)[1]
    assert password not in adam.get("/people").text
    account = rig.account("zoe")
    assert (account.roles, account.person) == ({Role.REVIEWER, Role.DPO}, "Zoé Petit")
    assert rig.window().sign_in("zoe", password).to.startswith("/sign-in/password")
    entry = rig.entries("account")[-1]
    assert entry["roles"] == ["dpo", "reviewer"]
    by = rig.opened.store.read_now(lambda tx: tx.author(entry["by"]))
    assert by.handle == "adam"
    assert "zoe" not in str(entry)
    again = adam.post("/people", {"name": "ZOE", "person": "Other", "role": "auditor"})
    assert (again.status, "already" in again.words, 'value="Other"' in again.text) == (422, True, True)


def test_administrators_are_told_of_reviewers_whom_authors_toml_does_not_name(rig, adam):
    rig.add("dora", Role.DPO)
    rig.door.entrance.sessions._listed = lambda person: person == "dora"
    page = adam.get("/people").words
    assert "One reviewer is not named in authors.toml: marie " in page
    rig.door.entrance.sessions._listed = lambda person: True
    assert "authors.toml: " not in adam.get("/people").words


def test_roles_change_and_end_sessions(rig, adam):
    marie = rig.window("marie")
    place = f"/people/{rig.account('marie').id}"
    assert adam.post(f"{place}/roles", {"role": ["auditor"]}).to == f"{place}?saved"
    assert rig.account("marie").roles == {Role.AUDITOR}
    assert marie.get("/queue").status == 303
    adam.post(f"{place}/roles", {})
    assert rig.account("marie").roles == frozenset()


def test_nobody_changes_themselves(rig, adam):
    place = f"/people/{rig.account('adam').id}"
    for act in ("roles", "password", "second-factor/remove", "disable"):
        answer = adam.post(f"{place}/{act}", {"role": ["administrator", "reviewer"]})
        assert (answer.status, "Another administrator can" in answer.words) == (422, True), act
    assert rig.account("adam").roles == {Role.ADMINISTRATOR}


def test_lost_passwords_phones_and_people_who_leave(rig, adam):
    rig.with_totp("marie")
    marie = rig.account("marie")
    place = f"/people/{marie.id}"
    page = adam.post(f"{place}/password")
    password = re.search(r'class="secret">([a-z0-9-]{19})<', page.text)[1]
    adam.post(f"{place}/second-factor/remove")
    window = rig.window()
    assert window.sign_in("marie", password).to.startswith("/sign-in/password")
    adam.post(f"{place}/sessions/end")
    assert window.get("/sign-in/password").to == "/sign-in"
    adam.post(f"{place}/disable")
    assert rig.window().sign_in("marie", password).status == 401
    assert "switched off" in adam.get("/people").words
    adam.post(f"{place}/enable")
    assert rig.window().sign_in("marie", password).status == 303
    assert [entry["what"] for entry in rig.entries("account")][-5:] == [
        "one-time-password", "second-factor-removed", "signed-out", "disabled", "enabled",
    ]  # fmt: skip


def test_an_administrator_revokes_a_token_only_at_its_owners_page(rig, adam):
    window = rig.window("aude")
    window.get("/me/security")
    window.post("/me/security/tokens", {"label": "CI", "scope": "check", "days": "30", "password": PASSWORD})
    (token,) = rig.opened.store.read_now(lambda tx: tx.accounts.tokens())
    assert adam.post(f"/people/{rig.account('marie').id}/tokens/revoke", {"token": token.id}).status == 422
    assert adam.post(f"/people/{rig.account('aude').id}/tokens/revoke", {"token": token.id}).status == 303
    assert rig.opened.store.read_now(lambda tx: tx.accounts.tokens()) == []


def test_these_pages_are_for_administrators(rig):
    place = f"/people/{rig.account('adam').id}"
    for name in ("marie", "aude"):
        window = rig.window(name)
        window.get("/me")
        for path in ("/people", place):
            assert window.get(path).status == 403
        assert window.post("/people", {"name": "x", "role": "administrator"}).status == 403
        assert window.post(f"{place}/roles", {"role": "reviewer"}).status == 403
    assert rig.account("x") is None


def test_an_unknown_account_is_nobody(adam):
    assert adam.get("/people/nobody").status == 403
    assert adam.post("/people/nobody/disable").status == 403


def posts():
    """Every POST of sign-in, security and people."""
    for router in ROUTERS:
        for route in router.routes:
            steps = route.path.startswith("/sign-in")  # before there is a session: test_signin
            if isinstance(route, APIRoute) and "POST" in route.methods and not steps:
                yield route.path


@pytest.mark.parametrize("path", sorted(posts()))
def test_no_post_does_anything_without_its_token_or_from_another_site(rig, path):
    window = rig.window("adam")
    window.get("/me")
    path = path.replace("{account}", rig.account("marie").id)
    before = rig.opened.store.read_now(lambda tx: (tx.frontier, tx.accounts.all()))
    fields = {"name": "x", "role": "administrator", "password": PASSWORD, "new": ["another quiet lamp"] * 2, "label": "x",
              "scope": "check", "days": "30"}  # fmt: skip
    for token in ("", "forged", rig.window("aude").cookies["postguard"]):
        answer = window.post(path, fields, token=token)
        assert answer.status == 403
        assert "again" in answer.words
    for headers in ({"sec_fetch_site": "cross-site"}, {"origin": "https://evil.example"}):
        assert window.post(path, fields, **headers).status == 403
    assert rig.opened.store.read_now(lambda tx: (tx.frontier, tx.accounts.all())) == before
    assert rig.window().post(path, fields).status == 401, "and signed out it asks to sign in"


def test_names_are_shown_as_text(rig, adam):
    rig.add("zed", person='<script>alert("x")</script>\u202e')
    for path in ("/people", f"/people/{rig.account('zed').id}"):
        text = adam.get(path).text
        assert "<script>alert" not in text
        assert "\u202e" not in text


def test_groups_which_rules_name_are_shown_with_where_they_come_from(rig, adam):
    marie = rig.account("marie")
    rig.opened.store.write_now(lambda tx: tx.accounts.update(replace(marie, groups=frozenset({"juridique"}))))
    assert "juridique Reviewer" in adam.get("/people").words
    words = adam.get(f"/people/{marie.id}").words
    assert "Groups juridique Rules may leave a case to a group" in words
    assert "Person marie" in words
