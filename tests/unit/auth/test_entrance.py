"""Every way in: who gets a session, who is turned away, and what is written down about it."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from guard.auth.base import digest_of
from guard.auth.entrance import _PURPOSE, DEPARTURE, Entered, Reason, Refused
from guard.auth.limits import PAIR
from guard.auth.sessions import HALFWAY
from guard.errors import AccountError, ProviderError
from guard.types.account import Identity, SecondFactor, Stage
from guard.types.principal import Role
from tests.doors import PASSWORD, QUICK
from tests.entrances import HERE, Directory, Elsewhere, front_account, fronted, with_totp
from tests.gates import NOW
from tests.people import add, people, signed_in


@pytest.fixture
def front(tmp_path):
    with fronted(tmp_path) as made:
        add(made.store, password=QUICK.hash(PASSWORD))
        yield made


# Passwords


def test_the_right_password_opens_a_session(front):
    entered = front.enter()
    assert isinstance(entered, Entered)
    found = front.find(entered.value)
    assert (found.principal.name, found.session.via, found.session.address) == ("marie", "local", HERE)
    assert front.noted.all == [
        {"kind": "sign-in", "about": "marie", "by": None, "what": "signed-in", "via": "local", "second_factor": False}
    ]


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("marie", "wrong"),
        ("nobody", PASSWORD),
        ("marie", ""),
        ("", ""),
        ("", PASSWORD),
        ("x" * 9999, PASSWORD),
        ("\udcff", "\udcff"),
    ],
)
def test_anything_else_is_refused_in_the_same_words(front, name, password):
    assert front.enter(name, password) == Refused(Reason.WRONG)
    assert front.noted.what() == ["refused"]
    assert PASSWORD not in str(front.noted.all)
    assert "nobody" not in str(front.noted.all), "people type passwords into the field of the name"


def test_an_unknown_name_costs_as_many_hashes_as_a_known_one(tmp_path, monkeypatch):
    hashed = []
    real = QUICK.verify
    monkeypatch.setattr(QUICK, "verify", lambda encoded, password: hashed.append(1) or real(encoded, password))
    with fronted(tmp_path) as front:
        add(front.store, password=QUICK.hash(PASSWORD))
        add(front.store, "gone", password=QUICK.hash(PASSWORD))
        front.store.write_now(lambda tx: people().disable(tx, NOW, tx.accounts.named("gone"), by="t"))
        add(front.store, "bare")
        for name in ("marie", "nobody", "gone", "bare"):
            before = len(hashed)
            assert front.enter(name, "wrong") == Refused(Reason.WRONG)
            assert len(hashed) - before == 1, name


def test_a_cookie_brought_along_is_never_the_one_that_is_signed_in(front):
    """Fixation: whatever the browser came with, before and after are different, and the old one ends."""
    planted = "f" * 64
    assert front.enter(old=planted).value != planted
    assert front.find(planted) is None
    attacker = signed_in(front.store, "attacker")
    entered = front.enter(old=attacker)
    assert front.find(attacker) is None
    assert front.find(entered.value).principal.name == "marie"


def test_a_disabled_person_does_not_get_in(front):
    front.store.write_now(lambda tx: people().disable(tx, NOW, tx.accounts.named("marie"), by="t"))
    assert front.enter() == Refused(Reason.WRONG)


def test_guessing_is_slowed_down_and_the_owner_elsewhere_is_not(front):
    assert isinstance(front.enter(address="10.0.0.1"), Entered)
    for _ in range(PAIR.free):
        assert front.enter(password="wrong") == Refused(Reason.WRONG)
    refused = front.enter()
    assert refused.reason is Reason.WAIT, "even the right password"
    assert refused.wait_s == 2
    assert isinstance(front.enter(address="10.0.0.1"), Entered)
    assert isinstance(front.enter(now=NOW + timedelta(seconds=2)), Entered)


def test_many_at_once_are_not_all_the_first(front):
    async def all_at_once():
        tries = (front.entrance.enter("marie", "wrong", HERE, NOW) for _ in range(30))
        return await asyncio.gather(*tries)

    reasons = [refused.reason for refused in front.runner.run(all_at_once())]
    assert reasons.count(Reason.WRONG) == PAIR.free


def test_a_hash_of_other_parameters_is_renewed_with_the_password_at_hand(front):
    old = PasswordHasher(2, 16, 1).hash(PASSWORD)
    front.store.write_now(lambda tx: tx.accounts.update(replace(front_account(tx), password=old)))
    assert isinstance(front.enter(), Entered)
    renewed = front.account().password
    assert renewed != old
    assert not QUICK.outdated(renewed)
    assert isinstance(front.enter(), Entered)
    assert front.account().password == renewed


# One-time passwords


def test_a_one_time_password_must_be_changed_first(front):
    encoded, until = QUICK.hash("v55n-cne4-cahd-gx69"), NOW + timedelta(days=3)
    front.store.write_now(lambda tx: people().set_password(tx, NOW, front_account(tx), encoded, by="t", one_time=until))
    assert front.enter(password="v55n-cne4-cahd-gx69", now=until) == Refused(Reason.WRONG), "too late"
    entered = front.enter(password="v55n-cne4-cahd-gx69")
    assert entered.session.stage is Stage.NEW_PASSWORD
    assert front.find(entered.value) is None
    with pytest.raises(AccountError):
        front.first_password(entered.value, "motdepasse123", NOW)
    with pytest.raises(AccountError, match="one-time password itself"):
        front.first_password(entered.value, "v55n-cne4-cahd-gx69", NOW)
    own = front.first_password(entered.value, PASSWORD, NOW)
    assert own.session.stage is Stage.FULL
    assert front.half(entered.value) is None
    assert front.find(own.value)
    assert isinstance(front.enter(), Entered)
    assert front.first_password(own.value, PASSWORD, NOW) == Refused(Reason.EXPIRED), "only there"


# Second factor


def test_a_second_factor_is_asked_for_and_the_password_alone_opens_nothing(front):
    code, _ = with_totp(front)
    entered = front.enter()
    assert entered.session.stage is Stage.SECOND_FACTOR
    assert front.find(entered.value) is None
    whole = front.code(entered.value, code(), HERE, NOW)
    assert (whole.session.stage, whole.session.second_factor) == (Stage.FULL, True)
    assert front.half(entered.value) is None, "the half one's cookie is worth nothing"
    assert front.noted.what() == ["password-right", "signed-in"]


def test_a_code_seen_over_a_shoulder_is_worth_nothing(front):
    code, _ = with_totp(front)
    first, second = front.enter(), front.enter()
    assert isinstance(front.code(first.value, code(), HERE, NOW), Entered)
    assert front.code(second.value, code(), HERE, NOW) == Refused(Reason.CODE)
    later = NOW + timedelta(seconds=30)
    assert isinstance(front.code(second.value, code(later), HERE, later), Entered)


def test_a_recovery_code_works_once(front):
    _, codes = with_totp(front)
    first, second = front.enter(), front.enter()
    assert isinstance(front.code(first.value, codes[0], HERE, NOW), Entered)
    assert front.code(second.value, codes[0], HERE, NOW) == Refused(Reason.CODE)
    assert len(front.account().recovery) == 9
    assert "recovery-code-used" in front.noted.what()
    assert codes[0] not in str(front.noted.all)


def test_codes_are_not_guessed(front):
    code, _ = with_totp(front)
    entered = front.enter()
    reasons = [front.code(entered.value, "000000", f"192.0.2.{n}", NOW).reason for n in range(20)]
    assert reasons.count(Reason.CODE) == 5
    assert front.code(entered.value, code(), "192.0.2.99", NOW).reason is Reason.WAIT


def test_a_half_finished_sign_in_ends(front):
    code, _ = with_totp(front)
    entered = front.enter()
    late = NOW + HALFWAY
    assert front.code(entered.value, code(late), HERE, late) == Refused(Reason.EXPIRED)
    assert front.code(None, code(), HERE, NOW) == Refused(Reason.EXPIRED)
    assert front.code(signed_in(front.store), code(), HERE, NOW) == Refused(Reason.EXPIRED)


# Other providers


def test_a_directory_is_asked_about_those_who_are_not_local(tmp_path):
    paul = Identity("ldap", "uuid-paul", "paul", frozenset({Role.REVIEWER}))
    directory = Directory(
        paul=paul, marie=replace(paul, subject="m"), out=replace(paul, name="out", subject="o", admitted=False)
    )
    with fronted(tmp_path, directory) as front:
        add(front.store, password=QUICK.hash("another quiet green lamp"))
        assert front.find(front.enter("paul").value).session.via == "ldap"
        assert front.enter("paul", "wrong") == Refused(Reason.WRONG)
        assert front.enter("paul", "") == Refused(Reason.WRONG)
        assert front.enter("marie") == Refused(Reason.WRONG), "a local person is not the directory's"
        assert front.enter("out") == Refused(Reason.NOT_ADMITTED)
        assert directory.asked == ["paul", "paul", "out"]
        front.store.write_now(lambda tx: people().disable(tx, NOW, tx.accounts.named("paul"), by="t"))
        assert front.enter("paul") == Refused(Reason.WRONG), "disabled here"


def test_a_directory_that_is_down_lets_nobody_in_but_local_people(tmp_path):
    with fronted(tmp_path, Directory(paul=ProviderError("the directory does not answer"))) as front:
        add(front.store, password=QUICK.hash(PASSWORD))
        with pytest.raises(ProviderError):
            front.enter("paul")
        assert isinstance(front.enter("marie"), Entered)


def test_a_local_name_costs_a_directory_the_same_work_and_tells_it_nothing(tmp_path):
    directory = Directory()
    with fronted(tmp_path, directory) as front:
        add(front.store, password=QUICK.hash(PASSWORD))
        front.enter("marie", "wrong")
        front.enter("nobody", "wrong")
        assert (directory.pretended, directory.asked) == (1, ["nobody"])
        front.enter("marie", "")
        assert isinstance(front.enter("marie"), Entered)
        assert directory.pretended == 1, "an empty password is sent nowhere, a right one is enough"
        directory.down = ProviderError("down")
        with pytest.raises(ProviderError):
            front.enter("marie", "wrong")
        assert isinstance(front.enter("marie"), Entered)


def test_who_leaves_or_loses_a_role_is_signed_out_while_signed_in(tmp_path):
    known = {
        name: Identity("ldap", f"uuid-{name}", name, frozenset({Role.REVIEWER}))
        for name in ("paul", "lea", "eva", "zoe")
    }
    directory = Directory(**known)
    with fronted(tmp_path, directory) as front:
        add(front.store, password=QUICK.hash(PASSWORD))
        values = {name: front.enter(name).value for name in ("marie", "paul", "lea", "eva")}
        front.enter("zoe")
        front.end_others(front.find(zoe := front.enter("zoe").value), "", NOW)
        front.leave(zoe, NOW)
        del directory.people["paul"]
        directory.people["lea"] = replace(known["lea"], roles=frozenset({Role.AUDITOR}))
        front.refresh(NOW)
        alive = {name for name, value in values.items() if front.find(value)}
        assert alive == {"marie", "eva"}
        assert front.account("paul").roles == frozenset()
        assert front.account("lea").roles == {Role.AUDITOR}
        assert sorted(directory.recalled) == ["eva", "lea", "paul"], "only those who can act here"
        directory.people["eva"] = replace(known["eva"], subject="another person of that name")
        front.refresh(NOW)
        assert front.find(values["eva"]) is None


def test_a_directory_that_is_down_signs_nobody_out(tmp_path):
    paul = Identity("ldap", "uuid-paul", "paul", frozenset({Role.REVIEWER}))
    directory = Directory(paul=paul)
    with fronted(tmp_path, directory) as front:
        value = front.enter("paul").value
        directory.people["paul"] = ProviderError("down")
        assert front.refresh(NOW) == ["down"]
        assert front.find(value)


def test_a_stay_at_another_provider_is_bound_to_the_browser_that_left(tmp_path):
    there = Elsewhere(Identity("oidc", "sub-1", "zoe", frozenset({Role.AUDITOR})))
    with fronted(tmp_path, redirect=there, second_factor=SecondFactor.REQUIRED) as front:
        url, sealed = front.depart("/audit?q=1", NOW)
        assert url.startswith("https://id.example/")
        assert "state" not in bytes.fromhex(sealed).decode("latin-1")
        assert len(front.depart("/" + "x" * 9000, NOW)[1]) < 4000, "a browser drops larger cookies"
        planted = signed_in(front.store, "attacker")
        entered = front.arrive({"code": "c"}, sealed, HERE, NOW, planted)
        assert (entered.next, entered.session.stage) == ("/audit?q=1", Stage.FULL), "it asks for second factors itself"
        assert front.find(planted) is None
        assert there.came_back == [({"code": "c"}, {"state": "s"})]
        for wrong, now in ((sealed, NOW + DEPARTURE), ("", NOW), ("00", NOW), ("zz", NOW), (sealed[:-2] + "00", NOW)):
            assert front.arrive({"code": "c"}, wrong, HERE, now) == Refused(Reason.EXPIRED)


@pytest.mark.parametrize(
    ("asked", "role", "stage"),
    [
        (SecondFactor.PRIVILEGED, Role.ADMINISTRATOR, Stage.ENROL), (SecondFactor.PRIVILEGED, Role.DPO, Stage.ENROL),
        (SecondFactor.PRIVILEGED, Role.REVIEWER, Stage.FULL), (SecondFactor.REQUIRED, Role.REVIEWER, Stage.ENROL),
        (SecondFactor.OPTIONAL, Role.ADMINISTRATOR, Stage.FULL),
    ],
)  # fmt: skip
def test_who_can_do_much_with_a_password_sets_up_a_second_factor_first(tmp_path, asked, role, stage):
    paul = Identity("ldap", "uuid-paul", "paul", frozenset({role}))
    with fronted(tmp_path, Directory(paul=paul), redirect=Elsewhere(), second_factor=asked) as front:
        add(front.store, roles=(Role.REVIEWER, role), password=QUICK.hash(PASSWORD))
        assert front.enter().session.stage is stage
        assert front.enter("paul").session.stage is stage, "a directory's password is no more than a password"
        front.entrance.redirect.identity = Identity("oidc", "sub-1", "zoe", frozenset({role}))
        assert front.arrive({}, front.depart("/", NOW)[1], HERE, NOW).session.stage is Stage.FULL


def test_a_session_from_elsewhere_goes_on_only_while_the_provider_says_so(tmp_path):
    zoe = Identity("oidc", "sub-1", "zoe", frozenset({Role.AUDITOR}))
    there = Elsewhere(zoe)
    with fronted(tmp_path, redirect=there) as front:
        first = front.arrive({}, front.depart("/", NOW)[1], HERE, NOW).value
        later, seen = NOW + timedelta(minutes=59), NOW + timedelta(minutes=30)
        touch(front, first, seen)
        assert front.find(first, later)
        later = NOW + timedelta(minutes=60)
        assert front.find(first, later) is None
        sealed = front.depart("/queue", later, quiet=True)[1]
        there.identity = replace(zoe, roles=frozenset({Role.REVIEWER}))
        again = front.arrive({}, sealed, HERE, later, first)
        found = front.find(again.value, later)
        assert (again.next, found.principal.roles) == ("/queue", {Role.REVIEWER}), "with the groups of now"
        assert (found.session.created, found.session.vouched) == (NOW, later), "no new sign-in, the same one goes on"
        assert front.find(first, NOW) is None
        over = later + timedelta(minutes=60)
        touch(front, again.value, over)
        there.identity = None  # not signed in there any more
        sealed = front.depart("/queue", over, quiet=True)[1]
        assert front.arrive({}, sealed, HERE, over, again.value) == Refused(Reason.EXPIRED)
        assert front.store.read_now(lambda tx: tx.accounts.sessions(found.account.id)) == [], "and is not asked again"


def test_a_session_from_elsewhere_still_ends_by_idleness_and_age_and_others_need_no_word(tmp_path):
    there = Elsewhere(Identity("oidc", "sub-1", "zoe"))
    with fronted(tmp_path, redirect=there) as front:
        add(front.store, password=QUICK.hash(PASSWORD))
        lapsed = lambda value, at: front.store.read_now(lambda tx: front.entrance.sessions.lapsed(tx, value, at))  # noqa: E731
        value, local = front.arrive({}, front.depart("/", NOW)[1], HERE, NOW).value, front.enter().value
        hour = NOW + timedelta(hours=1)
        assert lapsed(value, hour) is None, "nobody used it for an hour"
        for one in (value, local):
            touch(front, one, hour)
        assert lapsed(value, hour)
        assert lapsed(local, hour) is lapsed("", hour) is lapsed("x" * 200, hour) is None
        assert front.find(local, hour)
        touch(front, value, NOW + timedelta(hours=12))
        assert lapsed(value, NOW + timedelta(hours=12)) is None


def test_another_person_at_the_provider_begins_anew(tmp_path):
    there = Elsewhere(Identity("oidc", "sub-1", "zoe"))
    with fronted(tmp_path, redirect=there) as front:
        first = front.arrive({}, front.depart("/", NOW)[1], HERE, NOW).value
        hour = NOW + timedelta(hours=1)
        touch(front, first, hour)
        there.identity = Identity("oidc", "sub-2", "ada")
        entered = front.arrive({}, front.depart("/", hour, quiet=True)[1], HERE, hour, first)
        found = front.find(entered.value, hour)
        assert (found.account.name, found.session.created) == ("ada", hour)
        zoe = front.account("zoe")
        assert front.store.read_now(lambda tx: tx.accounts.sessions(zoe.id)) == []


def touch(front, value, at):
    front.store.write_now(lambda tx: tx.accounts.touch_session(digest_of(value), at))


def test_an_offer_of_a_second_factor_is_no_departure(tmp_path):
    with fronted(tmp_path, redirect=Elsewhere()) as front:
        _, sealed = front.own.offer_totp(add(front.store), NOW)
        assert front.arrive({}, sealed, HERE, NOW) == Refused(Reason.EXPIRED)


def test_without_another_provider_nobody_departs(front):
    with pytest.raises(AccountError):
        front.depart("/", NOW)


def test_who_set_out_before_an_upgrade_and_gives_up_is_told_so(tmp_path):
    with fronted(tmp_path, redirect=Elsewhere()) as front:
        bag = {"until": (NOW + timedelta(minutes=5)).isoformat(), "next": "/", "bag": {}}
        sealed = front.entrance.people.box.seal(_PURPOSE, json.dumps(bag).encode()).hex()
        assert front.arrive({}, sealed, HERE, NOW) == Refused(Reason.WRONG)
