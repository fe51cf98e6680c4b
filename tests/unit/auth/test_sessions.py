"""Sessions: who is signed in with a cookie, and until when."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from guard.auth.sessions import HALFWAY, MOST, Sessions, SessionTerms, cookie_name, form_is_own
from guard.types.account import Stage
from guard.types.principal import Permission, Role
from tests.gates import NOW
from tests.ledgers import opened
from tests.people import add, signed_in

SESSIONS = Sessions(SessionTerms(), lambda person: frozenset({"presse"} if person == "Marie Dupont" else ()))


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as ledger:
        yield ledger.store


def find(store, value, now=NOW, sessions=SESSIONS):
    return store.read_now(lambda tx: sessions.find(tx, value, now))


def test_a_cookie_leads_to_a_person_and_only_its_hash_is_kept(store, tmp_path):
    value = signed_in(store, roles=[Role.REVIEWER], person="Marie Dupont", groups=["legal"])
    found = find(store, value)
    assert (found.principal.name, found.principal.person) == ("marie", "Marie Dupont")
    assert found.principal.groups == {"legal", "presse"}
    assert found.principal.may(Permission.REVIEW)
    assert not found.principal.may(Permission.ACCOUNTS)
    assert found.session.digest == sha256(value.encode()).hexdigest()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("guard.db*"))
    assert value.encode() not in stored
    assert len(value) == 64


@pytest.mark.parametrize("value", [None, "", "0" * 64, "x" * 10_000, "é", "\udcff"])
def test_no_other_value_opens_anything(store, value):
    signed_in(store)
    assert find(store, value) is None


def test_a_session_ends_by_idleness_and_by_age(store):
    terms = SessionTerms(idle=timedelta(hours=1), absolute=timedelta(hours=12))
    sessions = Sessions(terms)
    value = signed_in(store)
    for step in range(1, 13):
        moment = NOW + step * timedelta(minutes=59)
        found = find(store, value, moment, sessions)
        assert sessions.stale(found.session, moment)
        store.write_now(lambda tx, found=found, at=moment: tx.accounts.touch_session(found.session.digest, at))
    at = NOW + timedelta(hours=12)
    store.write_now(lambda tx: tx.accounts.touch_session(found.session.digest, at))
    assert find(store, value, at, sessions) is None, "too old, however busy"


def test_an_idle_session_is_over(store):
    value = signed_in(store)
    assert find(store, value, NOW + timedelta(minutes=59)) is not None
    assert find(store, value, NOW + timedelta(hours=1)) is None


def test_a_clock_set_back_does_not_make_a_session_live_longer(store):
    value = signed_in(store)
    assert find(store, value, NOW - timedelta(days=1)) is None


def test_a_half_finished_sign_in_is_nobody(store):
    account = add(store)
    for stage in (Stage.SECOND_FACTOR, Stage.NEW_PASSWORD, Stage.ENROL):
        value, _ = store.write_now(lambda tx, stage=stage: SESSIONS.start(tx, account, NOW, stage=stage))
        assert find(store, value) is None
        assert store.read_now(lambda tx, value=value: SESSIONS.find_any(tx, value, NOW)).session.stage is stage
        assert store.read_now(lambda tx, value=value: SESSIONS.find_any(tx, value, NOW + HALFWAY)) is None


def test_a_renewed_session_has_another_id_and_form_secret_but_not_a_longer_life(store):
    value = signed_in(store)
    old = find(store, value).session
    later = NOW + timedelta(minutes=30)
    new_value, new = store.write_now(lambda tx: SESSIONS.renew(tx, old, later, stage=Stage.FULL, second_factor=True))
    assert find(store, value, later) is None
    assert find(store, new_value, later).session == new
    assert new.created == old.created
    assert {new.digest, new.csrf}.isdisjoint({old.digest, old.csrf})


def test_a_disabled_person_is_out_with_a_live_session(store):
    value = signed_in(store)
    account = find(store, value).account
    store.write_now(lambda tx: tx.accounts.update(replace(account, disabled=True)))
    assert find(store, value) is None


def test_a_role_that_went_is_gone_with_the_next_request(store):
    value = signed_in(store, roles=[Role.ADMINISTRATOR])
    account = find(store, value).account
    store.write_now(lambda tx: tx.accounts.update(replace(account, roles=frozenset())))
    assert not find(store, value).principal.may(Permission.ACCOUNTS)


def test_an_account_has_so_many_sessions_and_no_more(store):
    values = [signed_in(store, now=NOW + timedelta(seconds=number)) for number in range(MOST + 2)]
    alive = [value for value in values if find(store, value, NOW + timedelta(minutes=1))]
    assert alive == values[2:]


def test_over_sessions_are_removed(store):
    signed_in(store)
    assert store.write_now(lambda tx: SESSIONS.end_over(tx, NOW + timedelta(minutes=30))) == 0
    assert store.write_now(lambda tx: SESSIONS.end_over(tx, NOW + timedelta(hours=2))) == 1


def test_a_form_must_carry_its_own_sessions_secret(store):
    one, other = (find(store, signed_in(store)).session for _ in range(2))
    assert form_is_own(one, one.csrf)
    for wrong in (other.csrf, "", None, one.csrf[:-1], "é", "\udcff"):
        assert not form_is_own(one, wrong)


def test_the_cookie_is_bound_to_its_host_over_tls():
    assert cookie_name(secure=True) == "__Host-postguard"
    assert cookie_name(secure=False) == "postguard"
