"""People of the console over an open ledger: what the terminal and the console change and ask is the same."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from guard.audit.log import AuditLog, event_id
from guard.auth.base import Directory, RedirectProvider
from guard.auth.entrance import Entrance
from guard.auth.local import LocalProvider
from guard.auth.passwords import Passwords, one_time_password
from guard.auth.people import ONE_TIME, People
from guard.auth.sessions import Sessions, SessionTerms
from guard.auth.tokens import Tokens
from guard.auth.totp import SecretBox
from guard.errors import UsageError
from guard.settings.load import Authors
from guard.store.base import Transaction
from guard.types.account import Account, LdapTerms, OidcTerms
from guard.types.audit import AuditEntry
from guard.types.post import Author
from guard.types.principal import Role
from guard.wiring.ledger import OpenLedger
from guard.words.texts import Phrase

NETWORK = "console"
"""What an account's pseudonym is made under."""


@dataclass(frozen=True, slots=True)
class OpenPeople:
    """Accounts, sessions and tokens of one gate."""

    people: People
    sessions: Sessions
    tokens: Tokens
    passwords: Passwords


def open_people(opened: OpenLedger, authors: Authors | None = None) -> OpenPeople:
    """For the gate and for the terminal; `authors` tells the groups of persons."""
    signin = opened.settings.signin
    vouched = timedelta(minutes=signin.oidc.session_minutes if signin.oidc is not None else 60)
    terms = SessionTerms(timedelta(minutes=signin.idle_minutes), timedelta(hours=signin.session_hours), vouched)
    note = LoggedNotes(opened.log)
    known = authors or Authors()
    sessions = Sessions(terms, _groups(known), lambda person: known.named(person) is not None, known.at_console)
    people = People(note, SecretBox(opened.keys.sealing), known.at_console, known.of_mail)
    return OpenPeople(people, sessions, Tokens(note, sessions.principal), Passwords())


def open_entrance(opened: OpenLedger, known: OpenPeople) -> Entrance:
    """The ways in that the settings name. Call within the loop that serves."""
    signin = opened.settings.signin
    local = LocalProvider(opened.store, known.passwords)
    others = () if signin.ldap is None else (_ldap(signin.ldap),)
    redirect: RedirectProvider | None = None
    if signin.oidc is not None:
        redirect = _oidc(signin.oidc, signin.public_url)
    return Entrance(
        opened.store,
        known.sessions,
        known.people,
        local,
        others,
        redirect,
        second_factor=signin.second_factor,
    )


def _oidc(terms: OidcTerms, public_url: str) -> RedirectProvider:
    """UsageError where the extra is not installed."""
    try:
        from guard.auth.oidc import OidcProvider
    except ModuleNotFoundError:
        message = Phrase("usage.needs-package", table="[console.oidc]", package="joserfc")
        raise UsageError(message, hint="pip install 'postguard[oidc]'") from None
    return OidcProvider(terms, public_url)


def _ldap(terms: LdapTerms) -> Directory:
    """UsageError where the extra is not installed."""
    try:
        from guard.auth.ldap import LdapProvider
    except ModuleNotFoundError:
        message = Phrase("usage.needs-package", table="[console.ldap]", package="ldap3")
        raise UsageError(message, hint="pip install 'postguard[ldap]'") from None
    return LdapProvider(terms)


def first_person(
    opened: OpenLedger, known: OpenPeople, now: datetime, groups: Collection[str] = ()
) -> tuple[str, str] | None:
    """Name and one-time password of somebody who may do everything, where nobody has signed in yet: for `make run`."""
    password = one_time_password()
    encoded, until = known.passwords.hash(password), now + ONE_TIME

    def work(tx: Transaction) -> tuple[str, str] | None:
        there = tx.accounts.all()
        if not there:
            roles, by = list(Role), terminal()
            known.people.add(tx, now, "admin", roles, by=by, password=encoded, one_time=until, groups=groups)
        elif len(there) == 1 and there[0].one_time is not None:
            known.people.set_password(tx, now, there[0], encoded, by=terminal(), one_time=until)
        else:
            return None
        return "admin", password

    return opened.store.write_now(work)


def terminal() -> str:
    """Who sits at the terminal, for the record."""
    try:
        return f"terminal:{getpass.getuser()}"
    except (KeyError, OSError):  # no such user: containers run under bare numbers
        return "terminal"


class LoggedNotes:
    """Keeps the promise of guard.auth.base.Notes with the audit log; people stand in it as pseudonyms."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    def __call__(
        self, tx: Transaction, kind: str, now: datetime, about: Account | None, by: str | None = None, **data: object
    ) -> None:
        if about is not None:
            data["author"] = self._pseudonym(tx, about.id, about)
        if by is not None and (about is None or by != about.id):
            data["by"] = self._pseudonym(tx, by, tx.accounts.get(by))
        self._log.append(tx, AuditEntry(event_id(now), kind, now, data))

    def _pseudonym(self, tx: Transaction, who: str, account: Account | None) -> str:
        pseudonym = self._log.pseudonym(NETWORK, who)
        name, person = (account.name, account.person or account.name) if account else (who, who)
        tx.put_author(pseudonym, Author(NETWORK, who, name, person))
        return pseudonym


def _groups(authors: Authors) -> Callable[[str], frozenset[str]]:
    by_person = {person.name: person.groups for person in authors.by_account.values()}
    return lambda person: by_person.get(person, frozenset())
