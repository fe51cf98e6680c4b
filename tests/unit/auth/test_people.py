"""Changes to accounts: each recorded without secrets, each ending what was begun before it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guard.auth.people import check_name
from guard.auth.sessions import Sessions, SessionTerms
from guard.auth.tokens import Tokens
from guard.errors import AccountError
from guard.types.account import Identity
from guard.types.principal import Permission, Role
from tests.gates import NOW
from tests.ledgers import opened
from tests.people import Noted, add, people, signed_in


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as ledger:
        yield ledger.store


@pytest.fixture
def noted():
    return Noted()


@pytest.fixture
def do(store, noted):
    """Run one change of People in a transaction of its own."""
    made = people(noted)

    def run(verb, *arguments, **more):
        return store.write_now(lambda tx: getattr(made, verb)(tx, NOW, *arguments, **more))

    return run


def alive(store, account):
    return len(store.read_now(lambda tx: tx.accounts.sessions(account.id)))


def test_an_account_is_added_once(store, noted, do):
    marie = do("add", "marie", [Role.REVIEWER], by="terminal", person="Marie Dupont", password="hash")
    assert store.read_now(lambda tx: tx.accounts.named("Marie")) == marie
    assert noted.all == [
        {"kind": "account", "about": "marie", "by": "terminal", "what": "added", "roles": ["reviewer"], "person": True}
    ]
    with pytest.raises(AccountError, match="already"):
        do("add", "MARIE", [], by="terminal")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " marie",
        "marie ",
        "a" * 81,
        "a\nb",
        "a\u202eb",
        "a\u200bb",
        "<b>",
        "a/b",
        "a  b",
        "a\u00a0b",
        "\ud800",
    ],
)
def test_a_name_that_deceives_the_eye_is_none(name):
    with pytest.raises(AccountError):
        check_name(name)


@pytest.mark.parametrize("name", ["marie", "marie.dupont", "marie.dupont@example.org", "Zoë O'Neil", "李 雷", "x-1_2"])
def test_names_of_people_are_names(name):
    check_name(name)


@pytest.mark.parametrize(
    ("verb", "arguments", "more", "what"),
    [
        ("set_roles", ([Role.DPO],), {}, "roles"),
        ("set_groups", (["dpo"],), {}, "groups"),
        ("set_password", ("hash2",), {}, "password"),
        ("set_password", ("hash2",), {"one_time": NOW}, "one-time-password"),
        ("set_totp", (b"s" * 20, ("code1",)), {}, "second-factor"),
        ("disable", (), {}, "disabled"),
    ],
)
def test_a_change_of_rights_or_proofs_ends_every_session(store, noted, do, verb, arguments, more, what):
    stolen = signed_in(store)
    signed_in(store)
    account = store.read_now(lambda tx: tx.accounts.named("marie"))
    do(verb, account, *arguments, by="terminal", **more)
    assert alive(store, account) == 0, stolen
    assert (noted.all[-1]["what"], noted.all[-1]["sessions_ended"]) == (what, 2)
    for secret in ("hash2", "code1", "ssss"):
        assert secret not in str(noted.all)


def test_the_last_administrator_stays(store, do):
    ada = do("add", "ada", [Role.ADMINISTRATOR], by="t")
    with pytest.raises(AccountError, match="last administrator"):
        do("set_roles", ada, [Role.REVIEWER], by="t")
    with pytest.raises(AccountError, match="last administrator"):
        do("disable", ada, by="t")
    bob = do("add", "bob", [Role.ADMINISTRATOR], by="t")
    do("disable", ada, by="t")
    with pytest.raises(AccountError, match="last administrator"):
        do("set_roles", bob, [], by="t")
    ada = store.read_now(lambda tx: tx.accounts.named("ada"))
    do("enable", ada, by="t")
    assert do("set_roles", bob, [], by="t").roles == frozenset()


def test_the_second_factor_is_sealed_for_its_account(store, do):
    marie, paul = (do("add", name, [], by="t") for name in ("marie", "paul"))
    secret = b"0123456789abcdefghij"
    marie = do("set_totp", marie, secret, (), by="t")
    assert secret not in marie.totp
    assert people().totp_secret(marie) == secret
    stolen = type(paul)(paul.id, paul.name, paul.created, totp=marie.totp)
    with pytest.raises(AccountError):
        people().totp_secret(stolen)
    assert do("remove_totp", marie, by="t").totp is None
    with pytest.raises(AccountError):
        do("remove_totp", paul, by="t")


def test_a_recovery_code_works_once_and_for_its_account(store, do):
    marie, paul = (
        do("set_totp", do("add", name, [], by="t"), b"s" * 20, ("abcde-fghjk", "mnpqr-stuvw"), by="t")
        for name in ("marie", "paul")
    )
    assert "abcdefghjk" not in str(marie.recovery)
    (left,) = people().without_code(marie, " ABCDE fghjk")
    assert left == marie.recovery[1]
    for code in ("", "abcde", "abcde-fghjj"):
        assert people().without_code(marie, code) is None
    assert set(marie.recovery).isdisjoint(paul.recovery)
    assert people(sealing=b"o" * 32).without_code(marie, "abcde-fghjk") is None, "with other keys it says nothing"


def test_a_directorys_word_makes_and_updates_an_account(store, noted, do):
    identity = Identity("ldap", "uuid-1", "marie", frozenset({Role.REVIEWER}), frozenset({"presse"}))
    made = do("vouched", identity)
    assert (made.provider, made.subject, made.roles, made.groups) == ("ldap", "uuid-1", {Role.REVIEWER}, {"presse"})
    value = signed_in(store)
    assert do("vouched", identity) == made
    assert alive(store, made) == 1, "nothing changed, nobody is thrown out"
    other = Identity("ldap", "uuid-1", "marie", frozenset({Role.DPO}), frozenset({"cnil"}))
    assert (do("vouched", other).roles, alive(store, made)) == ({Role.DPO}, 0), value
    assert do("vouched", Identity("ldap", "uuid-1", "marie", admitted=False)) is None
    assert store.read_now(lambda tx: tx.accounts.get(made.id)).roles == frozenset()
    assert noted.what() == ["added", "roles", "roles"]


def test_a_person_renamed_there_is_renamed_here_unless_the_name_is_taken(store, noted, do):
    made = do("vouched", Identity("ldap", "u", "marie"))
    assert do("vouched", Identity("ldap", "u", "marie.petit")).id == made.id
    renamed = store.read_now(lambda tx: tx.accounts.get(made.id))
    assert (renamed.name, renamed.person) == ("marie.petit", "marie"), "another name makes nobody another person"
    assert noted.what() == ["added", "renamed"]
    do("set_person", renamed, "Marie Petit", by="t")
    assert do("vouched", Identity("ldap", "u", "marie.grand")).person == "Marie Petit"
    assert do("vouched", Identity("ldap", "u", "marie.petit")).name == "marie.petit"
    do("add", "ada", [], by="t")
    assert do("vouched", Identity("ldap", "u", "ada")).name == "marie.petit"
    assert do("vouched", Identity("ldap", "u2", "a\u202eb")).name.startswith("ldap-")


def test_who_somebody_is_comes_from_authors_toml_and_never_from_a_name_taken_later(store):
    known = replace(people(), at_console=lambda name: {"marie": "Marie Dupont", "ada": "Ada L."}.get(name, ""))

    def vouched(subject, name):
        return store.write_now(lambda tx: known.vouched(tx, NOW, Identity("oidc", subject, name)))

    assert vouched("m", "marie").person == "Marie Dupont"
    mallory = vouched("x", "mallory")
    assert vouched("x", "ada").person == "mallory"
    older = add(store, "bob")
    store.write_now(lambda tx: replace(known, at_console=lambda name: "Bob B." * (name == "bob")).told_apart(tx, NOW))
    found = store.read_now(lambda tx: [tx.accounts.get(one.id).person for one in (older, mallory)])
    assert found == ["Bob B.", "mallory"]


def test_an_address_that_the_provider_has_verified_says_who_it_is(store):
    known = replace(people(), of_mail=lambda mail: {"m@x.fr": "Marie Dupont"}.get(mail, ""))

    def vouched(subject, name, mail=""):
        return store.write_now(lambda tx: known.vouched(tx, NOW, Identity("oidc", subject, name, mail=mail)))

    assert vouched("a", "mdupont").person == ""
    assert vouched("a", "mdupont", "m@x.fr").person == "Marie Dupont", "once it is known"
    assert vouched("b", "m@x.fr").person == "", "a name is no verified address"
    assert store.write_now(lambda tx: known.add(tx, NOW, "marie@x.fr", [], by="t")).person == ""


def test_whom_the_directory_lets_go_keeps_nothing(store, noted, do):
    account = do("vouched", Identity("ldap", "u", "marie", frozenset({Role.REVIEWER})))
    signed_in(store)
    made = Tokens(noted, Sessions(SessionTerms()).principal)
    store.write_now(lambda tx: made.make(tx, NOW, account, "CI", [Permission.CHECK], timedelta(days=1), by="t"))
    for _ in range(2):
        assert do("vouched", Identity("ldap", "u", "marie", admitted=False)) is None
    assert alive(store, account) == 0
    assert store.read_now(lambda tx: (tx.accounts.tokens(), tx.accounts.get(account.id).roles)) == ([], frozenset())
    assert noted.what().count("roles") == 1, "told once"


def test_a_directory_does_not_take_over_another_persons_account(store, do):
    do("add", "marie", [Role.ADMINISTRATOR], by="t")
    taker = Identity("oidc", "sub", "Marie", frozenset({Role.REVIEWER}))
    assert do("vouched", taker) is None
    assert do("vouched", Identity("oidc", "sub2", "new", admitted=False)) is None
    assert store.read_now(lambda tx: [one.name for one in tx.accounts.all()]) == ["marie"]


def test_what_another_provider_tells_is_not_changed_here(do):
    made = do("vouched", Identity("ldap", "u", "marie", frozenset({Role.REVIEWER})))
    with pytest.raises(AccountError, match="groups"):
        do("set_roles", made, [Role.ADMINISTRATOR], by="t")
    with pytest.raises(AccountError, match="told elsewhere"):
        do("set_groups", made, ["dpo"], by="t")
    with pytest.raises(AccountError, match="elsewhere"):
        do("set_password", made, "hash", by="t")


def test_preferences_are_kept_within_bounds(store):
    signed_in(store)
    account = store.read_now(lambda tx: tx.accounts.named("marie"))
    taste = {"language": "en", "theme": "dark", "shortcuts": {"approve": "y"}}
    changed = store.write_now(lambda tx: people().prefer(tx, account, **taste))
    assert (changed.language, changed.theme, changed.shortcuts) == ("en", "dark", {"approve": "y"})
    for wrong in (
        {"language": "de"},
        {"theme": "pink"},
        {"shortcuts": {"a": "x" * 50}},
        {"shortcuts": {str(n): "x" for n in range(50)}},
    ):
        with pytest.raises(AccountError):
            store.write_now(lambda tx, wrong=wrong: people().prefer(tx, account, **(taste | wrong)))
