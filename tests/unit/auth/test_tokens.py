"""API tokens: what they open, and for how long."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from guard.auth.sessions import Sessions, SessionTerms
from guard.auth.tokens import LONGEST, MOST, TOUCH, UNASKED, Tokens
from guard.errors import AccountError
from guard.types.account import Identity
from guard.types.principal import Permission, Role
from tests.gates import NOW
from tests.ledgers import opened
from tests.people import Noted, add, people

WEEK = timedelta(days=7)


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as ledger:
        yield ledger.store


def tokens(noted=None):
    return Tokens(noted or Noted(), Sessions(SessionTerms()).principal)


def make(store, account, scopes=(Permission.CHECK,), lasts=WEEK, label="CI", noted=None):
    return store.write_now(lambda tx: tokens(noted).make(tx, NOW, account, label, scopes, lasts, by=account.id))


def find(store, bearer, now=NOW):
    return store.read_now(lambda tx: tokens().find(tx, bearer, now))


def test_a_token_opens_what_its_scopes_say_and_no_more(store, tmp_path):
    noted = Noted()
    marie = add(store, roles=[Role.REVIEWER])
    bearer, token = make(store, marie, noted=noted)
    assert re.fullmatch(rf"pgt_{token.id}_[0-9a-f]{{64}}", bearer)
    principal, found = find(store, bearer)
    assert found == token
    assert principal.may(Permission.CHECK)
    assert not principal.may(Permission.REVIEW), "its owner may, the token not"
    secret = bearer.rpartition("_")[2]
    assert secret not in str(noted.all)
    assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("guard.db*"))


def test_who_is_asked_about_at_sign_in_alone_keeps_no_token_for_a_year(store):
    """An OpenID provider says nothing of a person who left; their token must not open anything much longer."""
    marie = store.write_now(lambda tx: people().vouched(tx, NOW, Identity("oidc", "sub", "marie")))
    with pytest.raises(AccountError, match="at most"):
        make(store, marie, lasts=UNASKED + WEEK)
    bearer, token = make(store, marie, lasts=UNASKED)
    assert find(store, bearer, NOW + UNASKED - WEEK)
    older = replace(token, expires=NOW + LONGEST)  # made before this was so
    store.write_now(lambda tx: (tx.accounts.remove_token(token.id), tx.accounts.add_token(older)))
    assert find(store, bearer, NOW + UNASKED) is None


def test_no_scope_beyond_its_owners(store):
    marie = add(store, roles=[Role.REVIEWER])
    with pytest.raises(AccountError, match="may not accounts"):
        make(store, marie, [Permission.REVIEW, Permission.ACCOUNTS])
    bearer, _ = make(store, marie, [Permission.REVIEW])
    store.write_now(lambda tx: people().set_roles(tx, NOW, marie, [], by="t"))
    assert not find(store, bearer)[0].may(Permission.REVIEW), "the role went, the token did not get to keep it"


def test_a_token_ends_with_its_time_its_owner_or_its_revocation(store):
    marie = add(store)
    bearer, token = make(store, marie)
    assert find(store, bearer, NOW + WEEK - timedelta(seconds=1))
    assert find(store, bearer, NOW + WEEK) is None
    store.write_now(lambda tx: people().disable(tx, NOW, marie, by="t"))
    assert find(store, bearer) is None
    store.write_now(lambda tx: people().enable(tx, NOW, tx.accounts.get(marie.id), by="t"))
    assert find(store, bearer)
    store.write_now(lambda tx: tokens().revoke(tx, NOW, token.id, by="t"))
    assert find(store, bearer) is None


def test_nobody_revokes_anothers(store):
    marie, paul = add(store), add(store, "paul")
    bearer, token = make(store, marie)
    for name, owner in ((token.id, paul.id), ("000000000000", marie.id)):
        with pytest.raises(AccountError, match="no such token"):
            store.write_now(lambda tx, name=name, owner=owner: tokens().revoke(tx, NOW, name, by="t", owner=owner))
    assert find(store, bearer)


def test_what_is_no_token_opens_nothing(store):
    bearer, token = make(store, add(store))
    secret = bearer.rpartition("_")[2]
    for wrong in (None, "", "pgt_", f"pgt_{token.id}_", f"pgt_{token.id}_{'0' * 64}", secret, bearer + "0", bearer.upper(),
                  f"pgt_000000000000_{secret}", f" {bearer}", bearer + "\n"):  # fmt: skip
        assert find(store, wrong) is None


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": ()}, {"lasts": timedelta(0)}, {"lasts": timedelta(days=400)}, {"label": " "}, {"label": "x" * 99}],
)
def test_a_token_needs_label_scope_and_an_end(store, wrong):
    with pytest.raises(AccountError):
        make(store, add(store), **wrong)


def test_an_account_has_so_many_tokens_and_no_more(store):
    marie = add(store)

    def work(tx):
        for _ in range(MOST):
            tokens().make(tx, NOW, marie, "x", [Permission.CHECK], WEEK, by="t")

    store.write_now(work)
    with pytest.raises(AccountError, match="already"):
        make(store, marie)


def test_a_use_is_written_down_now_and_then(store):
    _, token = make(store, add(store))
    assert tokens().stale(token, NOW)
    store.write_now(lambda tx: tx.accounts.use_token(token.id, NOW))
    used = store.read_now(lambda tx: tx.accounts.token(token.id))
    assert not tokens().stale(used, NOW + TOUCH - timedelta(seconds=1))
    assert tokens().stale(used, NOW + TOUCH)
