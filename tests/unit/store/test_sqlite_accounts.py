"""Accounts, sessions and tokens as SQLite keeps them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guard.errors import StoreError
from guard.types.account import Account, ApiToken, Session, Stage
from guard.types.principal import Permission, Role
from tests.ledgers import NOW, opened

MARIE = Account(
    "a1", "Marie.Dupont", NOW, "ldap", "uid=marie", "Marie Dupont", frozenset({Role.REVIEWER, Role.DPO}),
    frozenset({"presse, monde", "a b"}), "$argon2id$x", NOW, b"sealed", 7, ("r1", "r2"), "fr", "dark", {"approve": "y"},
)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as ledger:
        yield ledger.store


def session(digest, account="a1", created=NOW, seen=NOW, **more):
    return Session(digest, account, Stage.FULL, "csrf", created, seen, **more)


def test_an_account_comes_back_as_it_was_put(store):
    store.write_now(lambda tx: tx.accounts.add(MARIE))
    found = store.read_now(lambda tx: tx.accounts.get("a1"))
    assert found == MARIE
    changed = replace(MARIE, name="marie", roles=frozenset(), totp=None, one_time=None, disabled=True, recovery=())
    store.write_now(lambda tx: tx.accounts.update(changed))
    assert store.read_now(lambda tx: tx.accounts.all()) == [changed]


def test_names_are_one_whatever_their_case_and_form(store):
    store.write_now(lambda tx: tx.accounts.add(replace(MARIE, name="Zoë")))
    for name in ("zoë", "ZOË", "Zoe\u0308"):
        assert store.read_now(lambda tx, name=name: tx.accounts.named(name)).id == "a1"
    with pytest.raises(StoreError):
        store.write_now(lambda tx: tx.accounts.add(replace(MARIE, id="a2", name="ZOE\u0308", subject="other")))
    assert store.read_now(lambda tx: tx.accounts.named("zoe")) is None


def test_a_subject_is_one_account_but_local_accounts_have_none(store):
    with pytest.raises(StoreError):
        store.write_now(lambda tx: [tx.accounts.add(MARIE), tx.accounts.add(replace(MARIE, id="a2", name="other"))])
    local = replace(MARIE, provider="local", subject="")
    store.write_now(lambda tx: [tx.accounts.add(local), tx.accounts.add(replace(local, id="a2", name="other"))])
    assert store.read_now(lambda tx: tx.accounts.of_subject("local", "")) is None


def test_an_unknown_account_cannot_be_updated_nor_have_a_session(store):
    with pytest.raises(StoreError):
        store.write_now(lambda tx: tx.accounts.update(MARIE))
    with pytest.raises(StoreError):
        store.write_now(lambda tx: tx.accounts.put_session(session("s1")))


def test_sessions_end_one_by_one_all_but_one_or_by_age(store):
    def work(tx):
        tx.accounts.add(MARIE)
        tx.accounts.add(replace(MARIE, id="a2", name="other", subject="other"))
        for digest in ("s1", "s2", "s3"):
            tx.accounts.put_session(session(digest, second_factor=True, via="ldap", address="10.0.0.1"))
        tx.accounts.put_session(session("other", "a2"))
        tx.accounts.put_session(session("old", "a2", created=NOW - timedelta(days=1)))
        tx.accounts.put_session(session("idle", "a2", seen=NOW - timedelta(hours=2)))

    store.write_now(work)
    assert store.read_now(lambda tx: tx.accounts.session("s1")) == session(
        "s1", second_factor=True, via="ldap", address="10.0.0.1"
    )
    store.write_now(lambda tx: tx.accounts.end_sessions(["s1"]))
    store.write_now(lambda tx: tx.accounts.end_sessions([]))
    assert store.write_now(lambda tx: tx.accounts.end_sessions_of("a1", but="s2")) == 1
    assert [one.digest for one in store.read_now(lambda tx: tx.accounts.sessions("a1"))] == ["s2"]
    assert store.write_now(lambda tx: tx.accounts.end_sessions_of("a1")) == 1
    ended = store.write_now(
        lambda tx: tx.accounts.end_sessions_before(NOW - timedelta(hours=12), NOW - timedelta(hours=1))
    )
    assert ended == 2
    assert [one.digest for one in store.read_now(lambda tx: tx.accounts.sessions("a2"))] == ["other"]


def test_tokens_are_kept_used_and_removed(store):
    token = ApiToken("t1", "a1", "CI", "digest", frozenset({Permission.CHECK, Permission.AUDIT}), NOW, NOW)
    store.write_now(lambda tx: [tx.accounts.add(MARIE), tx.accounts.add_token(token)])
    assert store.read_now(lambda tx: tx.accounts.token("t1")) == token
    store.write_now(lambda tx: tx.accounts.use_token("t1", NOW))
    assert store.read_now(lambda tx: (tx.accounts.tokens(), tx.accounts.tokens("a1"), tx.accounts.tokens("a2"))) == (
        [replace(token, used=NOW)], [replace(token, used=NOW)], [],
    )  # fmt: skip
    store.write_now(lambda tx: tx.accounts.remove_token("t1"))
    assert store.read_now(lambda tx: tx.accounts.token("t1")) is None


def test_a_query_cannot_change_people(store):
    with pytest.raises(StoreError):
        store.read_now(lambda tx: tx.accounts.add(MARIE))


def test_no_secret_shows_in_a_record():
    token = ApiToken("t1", "a1", "CI", "thedigest", frozenset(), NOW, NOW)
    shown = repr(MARIE) + repr(session("cookiehash")) + repr(token)
    for secret in ("argon2id", "sealed", "r1", "cookiehash", "csrf'", "thedigest"):
        assert secret not in shown
