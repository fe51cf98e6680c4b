"""One's own account: what is changed with the password at hand, and what ends with it."""

from dataclasses import replace

import pytest

from guard.auth import totp
from guard.auth.entrance import DEPARTURE, Reason, Refused
from guard.auth.limits import PAIR
from guard.types.account import SecondFactor, Stage
from tests.doors import PASSWORD, QUICK
from tests.entrances import HERE, front_account, fronted, with_totp
from tests.gates import NOW
from tests.people import add, people, signed_in


@pytest.fixture
def front(tmp_path):
    with fronted(tmp_path) as made:
        add(made.store, password=QUICK.hash(PASSWORD))
        yield made


def test_where_it_is_required_it_is_set_up_first(tmp_path):
    with fronted(tmp_path, second_factor=SecondFactor.REQUIRED) as front:
        account = add(front.store, password=QUICK.hash(PASSWORD))
        entered = front.enter()
        assert entered.session.stage is Stage.ENROL
        secret, sealed = front.own.offer_totp(account, NOW)
        assert front.own.offered(account, sealed, NOW) == secret
        assert front.own.offered(replace(account, id="other"), sealed, NOW) is None
        assert front.own.offered(account, sealed, NOW + DEPARTURE) is None
        assert front.own.offered(account, "00ff", NOW) is None
        right = totp.code_at(secret, totp.step_of(NOW))
        assert front.take_totp(entered.value, secret, "000000", HERE, NOW)[0] == Refused(Reason.CODE)
        whole, codes = front.take_totp(entered.value, secret, right, HERE, NOW)
        assert (whole.session.stage, len(codes)) == (Stage.FULL, 10)
        assert front.half(entered.value) is None
        again = front.enter()
        assert front.code(again.value, right, HERE, NOW) == Refused(Reason.CODE), "the code that set it up is used"
        dropped = front.drop_totp(front.find(whole.value), NOW)
        assert dropped.session.stage is Stage.ENROL


def test_a_second_factor_is_not_set_up_over_another(front):
    with_totp(front)
    value = signed_in(front.store)
    secret = b"x" * 20
    right = totp.code_at(secret, totp.step_of(NOW))
    assert front.take_totp(value, secret, right, HERE, NOW) == (Refused(Reason.EXPIRED), [])
    assert front.take_totp(front.enter().value, secret, right, HERE, NOW) == (Refused(Reason.EXPIRED), [])


def test_a_new_password_ends_every_other_session(front):
    here, there = signed_in(front.store), signed_in(front.store)
    changed = front.change_password(front.find(here), "another quiet green lamp", NOW)
    assert front.find(changed.value)
    assert front.find(here) is None
    assert front.find(there) is None
    assert front.enter() == Refused(Reason.WRONG)


def test_a_password_is_asked_again_before_what_a_stolen_session_must_not_do(front):
    found = front.find(signed_in(front.store))
    assert front.confirm(found, PASSWORD, HERE, NOW)
    for _ in range(PAIR.free):
        assert not front.confirm(found, "wrong", HERE, NOW)
    assert not front.confirm(found, PASSWORD, HERE, NOW), "guessing here is slowed down too"


def test_signing_out_here_and_elsewhere(front):
    here, there, third, fourth = (signed_in(front.store) for _ in range(4))
    other = signed_in(front.store, "paul")
    front.leave(here, NOW)
    assert front.find(here) is None
    me, one, stranger = front.find(there), front.find(third), front.find(other)
    front.end_others(me, stranger.session.handle, NOW)
    front.end_others(me, me.session.handle, NOW)
    assert front.find(there), "this one is left by signing out"
    front.end_others(me, one.session.handle, NOW)
    assert front.find(third) is None
    assert front.find(fourth)
    front.end_others(me, "", NOW)
    assert front.find(fourth) is None
    assert front.find(there)
    assert front.find(other)
    front.leave("nothing", NOW)
    assert front.noted.what() == ["signed-out", "signed-out-elsewhere", "signed-out-elsewhere"]


def test_a_session_that_was_ended_meanwhile_does_not_come_back(front):
    """An administrator takes a role away while the person's own change is under way."""
    with_totp(front)
    value = signed_in(front.store)
    me = front.find(value)
    front.store.write_now(lambda tx: people().set_roles(tx, NOW, front_account(tx), [], by="t"))
    assert front.change_password(me, "another quiet green lamp", NOW) == Refused(Reason.EXPIRED)
    assert front.drop_totp(me, NOW) == Refused(Reason.EXPIRED)
    assert front.store.read_now(lambda tx: tx.accounts.sessions(me.account.id)) == []
    assert QUICK.verify(front.account().password, PASSWORD)


def test_a_password_changed_while_it_is_looked_at_opens_nothing(front, monkeypatch):
    real = QUICK.verify

    def slow(encoded, password):
        new = QUICK.hash("another quiet green lamp")
        front.store.write_now(lambda tx: people().set_password(tx, NOW, front_account(tx), new, by="t"))
        return real(encoded, password)

    monkeypatch.setattr(QUICK, "verify", slow)
    assert front.enter() == Refused(Reason.WRONG)
    assert front.store.read_now(lambda tx: tx.accounts.sessions(front_account(tx).id)) == []
