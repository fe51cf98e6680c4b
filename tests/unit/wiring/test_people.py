"""The people of an open ledger: their groups, and the first person of `make run`."""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from guard.errors import UsageError
from guard.sandbox.world import invented
from guard.settings.load import Authors, Person, Settings
from guard.settings.signin import SignInSettings
from guard.settings.toml import Address
from guard.types.account import LdapTerms, OidcTerms
from guard.types.post import Author
from guard.types.principal import Role
from guard.wiring.console import OpenConsole, in_clear, public_url, told_apart
from guard.wiring.ledger import open_ledger
from guard.wiring.people import first_person, open_entrance, open_people
from guard.wiring.sandbox import invented_authors
from guard.words.texts import words_of
from tests.gates import NOW
from tests.unit.policy.makers import bundle, rule

NOBODY = Authors()


@pytest.fixture
def ledger(tmp_path: Path):
    opened = open_ledger(replace(Settings(), store_path=tmp_path / "guard.db", keys_folder=tmp_path / "keys"))
    yield opened
    opened.store.close()


def test_groups_come_from_the_account_and_from_authors_toml(ledger):
    authors = Authors({("mastodon", "m@x"): Person("Marie Dupont", frozenset({"presse"}))})
    known = open_people(ledger, authors)
    account = ledger.store.write_now(
        lambda tx: known.people.add(tx, NOW, "marie", [], by="t", person="Marie Dupont", groups=["legal"])
    )
    assert known.sessions.principal(account).groups == {"presse", "legal"}
    assert known.sessions.principal(replace(account, person="Somebody")).groups == {"legal"}


def test_a_group_that_must_approve_and_in_which_nobody_is(ledger):
    held = bundle(rule("{action: hold, approvers: [group:legal]}"))

    def told(authors: Authors = NOBODY, opened=ledger) -> str | None:
        desk = SimpleNamespace(authors=authors, inspector=lambda: SimpleNamespace(bundle=held))
        problem = OpenConsole(None, desk, None, opened, open_people(opened, authors)).empty_groups()
        return problem and problem.message

    assert told() == "a group that must approve what rules hold has no members: legal (demo/r in demo.yaml)"
    assert told(Authors({("console", "m"): Person("Marie", frozenset({"legal"}))})) is None
    ldap = SignInSettings(ldap=LdapTerms("ldaps://ldap.example", "dc=example"))
    assert told(opened=replace(ledger, settings=replace(ledger.settings, signin=ldap))) is None
    known = open_people(ledger)
    ledger.store.write_now(lambda tx: known.people.add(tx, NOW, "marie", [], by="t", groups=["Legal"]))
    assert told() is None


def test_authors_toml_lists_people_and_accounts_whose_posts_wait_already(ledger):
    authors = Authors({("mastodon", "m@x"): Person("Marie Dupont", mail="m@x.fr")})
    known = open_people(ledger, authors)
    account = ledger.store.write_now(lambda tx: known.people.add(tx, NOW, "m@x.fr", [], by="t"))
    assert known.sessions.principal(account).listed
    assert not known.sessions.principal(replace(account, person="", name="zoe")).listed
    at_terminal = replace(account, person="", name="marie")
    signing = Authors({("console", "marie"): Person("Marie Dupont")})
    assert open_people(ledger, signing).sessions.principal(at_terminal).person == "Marie Dupont"
    pseudonym = ledger.log.pseudonym("mastodon", "m@x")
    ledger.store.write_now(lambda tx: tx.put_author(pseudonym, Author("mastodon", "m@x", "@m")))
    ledger.store.write_now(lambda tx: told_apart(tx, authors, known))
    assert ledger.store.read_now(lambda tx: tx.author(pseudonym)) == Author("mastodon", "m@x", "@m", "Marie Dupont")


def test_accounts_whose_posts_wait_are_told_apart_whatever_the_case_of_their_name(ledger):
    authors = Authors({("mastodon", "marie@x.example"): Person("Marie Dupont")})
    known, pseudonym = open_people(ledger, authors), ledger.log.pseudonym("mastodon", "Marie@x.example")
    ledger.store.write_now(lambda tx: tx.put_author(pseudonym, Author("mastodon", "Marie@x.example", "@Marie", "Paul")))
    ledger.store.write_now(lambda tx: told_apart(tx, authors, known))
    assert ledger.store.read_now(lambda tx: tx.author(pseudonym)).person == "Marie Dupont"


def test_in_the_sandbox_everybody_is_told_apart():
    authors = invented_authors()
    assert authors.at_console("admin")
    name, shown = invented("me")
    assert authors.person("mastodon", f"{name}@127.0.0.1").name == shown


def test_the_first_person_may_do_everything_and_is_told_anew_until_they_signed_in(ledger):
    known = open_people(ledger)
    name, first = first_person(ledger, known, NOW)
    _, second = first_person(ledger, known, NOW + timedelta(days=5))
    account = ledger.store.read_now(lambda tx: tx.accounts.named(name))
    assert account.roles == set(Role)
    assert first != second
    assert known.passwords.verify(account.password, second)
    ledger.store.write_now(lambda tx: tx.accounts.update(replace(account, one_time=None)))
    assert first_person(ledger, known, NOW) is None


def test_entries_hold_pseudonyms_and_the_store_knows_whose(ledger):
    known = open_people(ledger)
    account = ledger.store.write_now(lambda tx: known.people.add(tx, NOW, "marie", [], by="terminal:root"))
    ledger.store.write_now(lambda tx: known.people.disable(tx, NOW, account, by=account.id))
    leaves = ledger.store.read_now(lambda tx: [json.loads(leaf) for leaf in tx.leaves()])
    assert "marie" not in str(leaves)
    assert account.id not in str(leaves)
    added, disabled = (leaf["data"] for leaf in leaves)
    assert "by" not in disabled, "by themselves"
    who, by = ledger.store.read_now(lambda tx: (tx.author(added["author"]), tx.author(added["by"])))
    assert (who.handle, who.account, by.account) == ("marie", account.id, "terminal:root")


def test_passwords_in_clear_are_warned_of():
    here = Settings()
    away = replace(here, console=Address("0.0.0.0", 8401))
    proxied = replace(away, signin=SignInSettings(public_url="https://guard.example.com"))
    assert in_clear(here) is in_clear(proxied) is None
    assert "in clear" in in_clear(away)
    assert "en clair sur le réseau" in words_of("fr").told(in_clear(away))
    assert public_url(here) == "http://127.0.0.1:8401"
    assert public_url(proxied) == "https://guard.example.com"


@pytest.mark.parametrize(
    ("module", "terms", "told"),
    [
        ("guard.auth.oidc", {"oidc": OidcTerms("https://id.example", "guard")}, "postguard[oidc]"),
        ("guard.auth.ldap", {"ldap": LdapTerms("ldaps://ldap.example", "dc=example")}, "postguard[ldap]"),
    ],
)
def test_a_provider_whose_package_is_missing_is_said_with_what_to_install(ledger, monkeypatch, module, terms, told):
    monkeypatch.setitem(sys.modules, module, None)
    opened = replace(ledger, settings=replace(ledger.settings, signin=SignInSettings(**terms)))
    with pytest.raises(UsageError) as missing:
        open_entrance(opened, open_people(opened))
    assert told in str(missing.value)


def test_the_ways_in_are_those_of_the_settings(ledger):
    signin = SignInSettings(
        public_url="https://guard.example.com",
        oidc=OidcTerms("https://id.example", "guard", label="Example"),
        ldap=LdapTerms("ldaps://ldap.example", "dc=example"),
    )
    opened = replace(ledger, settings=replace(ledger.settings, signin=signin))

    async def look():
        entrance = open_entrance(opened, open_people(opened))
        await entrance.close()
        return entrance

    entrance = asyncio.run(look())
    assert entrance.redirect.label == "Example"
    assert [one.name for one in entrance._others] == ["ldap"]
