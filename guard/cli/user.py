"""`guard user`: who may sign in to the console, and what they may do there; works while the gate runs or not.

Passwords are typed or come by standard input, never in the command line, where every process of the machine can read them.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import datetime
from typing import Any

from guard.auth import totp
from guard.auth.passwords import check_password, one_time_password
from guard.auth.people import ONE_TIME, check_name
from guard.cli import user_token
from guard.cli.arguments import add_verb
from guard.cli.output import result, result_json, talk, told, visible
from guard.cli.parser import examples
from guard.cli.user_store import OpenStore, find, named, print_table
from guard.errors import UsageError
from guard.store.base import Transaction
from guard.types.account import Account
from guard.types.principal import Role
from guard.wiring.heart import now as clock
from guard.wiring.people import terminal
from guard.words.texts import Phrase

ROLES = tuple(role.value for role in Role)
EPILOG = """\
  guard user add marie.dupont --role reviewer --person "Marie Dupont" --one-time
  guard user role marie.dupont --add dpo
  guard user group marie.dupont --add juridique
  guard user disable marie.dupont
  guard user token ci --scope check --label "pre-publication check" --days 90
"""


def register(commands: Any) -> None:
    """Add the command group to the parser."""
    parser = commands.add_parser(
        "user", help=Phrase("help.user.short"), description=Phrase("help.user.about"), epilog=examples(EPILOG)
    )
    verbs = parser.add_subparsers(title=Phrase("help.verbs"), dest="verb", required=True, metavar="VERB")
    _register_add(verbs)
    add_verb(verbs, "list", Phrase("help.user.list"), "guard user list --format json", list_people)
    role = named(
        add_verb(verbs, "role", Phrase("help.user.role"), "guard user role marie --add dpo --remove reviewer", role_of)
    )
    role.add_argument("--add", action="append", choices=ROLES, default=[], metavar="ROLE", help=", ".join(ROLES))
    role.add_argument("--remove", action="append", choices=ROLES, default=[], metavar="ROLE")
    group = named(
        add_verb(verbs, "group", Phrase("help.user.groups"), "guard user group marie --add juridique", group_of)
    )
    group.add_argument("--add", action="append", default=[], metavar="GROUP", help=Phrase("help.user.group"))
    group.add_argument("--remove", action="append", default=[], metavar="GROUP")
    password = named(
        add_verb(verbs, "password", Phrase("help.user.password"), "guard user password marie --one-time", password_of)
    )
    _password_options(password)
    factor = named(
        add_verb(
            verbs,
            "totp",
            Phrase("help.user.totp"),
            "guard user totp marie --remove",
            totp_of,
        )
    )
    factor.add_argument("--remove", action="store_true", help=Phrase("help.user.lost"))
    person = named(
        add_verb(
            verbs,
            "person",
            Phrase("help.user.who"),
            'guard user person marie.petit "Marie Petit"',
            person_of,
        )
    )
    person.add_argument("person", metavar="PERSON", help=Phrase("help.user.person"))
    disable = named(
        add_verb(verbs, "disable", Phrase("help.user.disable"), "guard user disable marie", disable_account)
    )
    disable.add_argument("--undo", action="store_true", help=Phrase("help.user.undo"))
    user_token.register(verbs)


def _register_add(verbs: Any) -> None:
    example = 'guard user add marie.dupont --role reviewer --person "Marie Dupont" --one-time'
    adding = named(add_verb(verbs, "add", Phrase("help.user.add"), example, add))
    adding.add_argument("--role", action="append", choices=ROLES, default=[], metavar="ROLE", help=", ".join(ROLES))
    adding.add_argument("--person", default="", help=Phrase("help.user.add-person"))
    adding.add_argument("--group", action="append", default=[], metavar="NAME", help=Phrase("help.user.group"))
    adding.add_argument("--language", choices=("fr", "en"))
    _password_options(adding).add_argument("--no-password", action="store_true", help=Phrase("help.user.no-password"))


def add(arguments: argparse.Namespace) -> int:
    """Make an account; in a place where no gate has run yet the store is made too."""
    check_name(arguments.name)
    password = None if arguments.no_password else _password(arguments, arguments.name, arguments.person)
    with OpenStore(arguments.config, create=True) as opened:
        now, doubt = clock(), opened.doubt(arguments.person)
        encoded = opened.known.passwords.hash(password) if password else ""
        account = opened.write(
            lambda tx: opened.known.people.add(
                tx, now, arguments.name, [Role(role) for role in arguments.role],
                by=terminal(), password=encoded, one_time=now + ONE_TIME if arguments.one_time else None,
                person=arguments.person, groups=arguments.group, language=arguments.language,
            )
        )  # fmt: skip
    _answer(
        arguments, account, Phrase("accounts.may-sign-in", name=account.name), password if arguments.one_time else None
    )
    if doubt:
        talk(doubt)
    return 0


def list_people(arguments: argparse.Namespace) -> int:
    """Print accounts, by name."""
    with OpenStore(arguments.config) as opened:
        found = opened.read(lambda tx: [_shown(account, tx) for account in tx.accounts.all()])
    if arguments.format == "json":
        result_json(found)
        return 0
    columns = ("name", "roles", "person", "groups", "provider", "second_factor", "sessions", "tokens", "disabled")
    if found:
        print_table(found, columns)
    else:
        talk(Phrase("accounts.nobody"))
    return 0


def role_of(arguments: argparse.Namespace) -> int:
    """Give and take roles; ends the person's sessions."""
    added, removed = ({Role(role) for role in roles} for roles in (arguments.add, arguments.remove))
    if not added and not removed:
        raise UsageError(Phrase("accounts.which-role"), hint=Phrase("accounts.do.role"))
    with OpenStore(arguments.config) as opened:
        account = opened.change(
            arguments.name,
            lambda tx, one, now: opened.known.people.set_roles(
                tx, now, one, (one.roles | added) - removed, by=terminal()
            ),
        )
    roles = ", ".join(sorted(account.roles)) or Phrase("accounts.no-role")
    _answer(arguments, account, Phrase("accounts.roles", name=account.name, roles=roles))
    return 0


def group_of(arguments: argparse.Namespace) -> int:
    """Put somebody into groups that rules name as approvers, or take them out; ends their sessions."""
    added, removed = set(arguments.add), set(arguments.remove)
    if not added and not removed:
        raise UsageError(Phrase("accounts.which-group"), hint=Phrase("accounts.do.group"))
    with OpenStore(arguments.config) as opened:
        account = opened.change(
            arguments.name,
            lambda tx, one, now: opened.known.people.set_groups(
                tx, now, one, (one.groups | added) - removed, by=terminal()
            ),
        )
    groups = ", ".join(sorted(account.groups)) or Phrase("accounts.no-group")
    _answer(arguments, account, Phrase("accounts.groups", name=account.name, groups=groups))
    return 0


def person_of(arguments: argparse.Namespace) -> int:
    """Say who somebody is in authors.toml; ends their sessions."""
    with OpenStore(arguments.config) as opened:
        people, doubt = opened.known.people, opened.doubt(arguments.person)
        account = opened.change(
            arguments.name, lambda tx, one, now: people.set_person(tx, now, one, arguments.person, by=terminal())
        )
    _answer(arguments, account, Phrase("accounts.is", name=account.name, person=account.person or account.name))
    if doubt:
        talk(doubt)
    return 0


def password_of(arguments: argparse.Namespace) -> int:
    """Set another password; ends the person's sessions."""
    with OpenStore(arguments.config) as opened:
        person = opened.read(lambda tx: find(tx, arguments.name)).person
        password = _password(arguments, arguments.name, person)
        encoded = opened.known.passwords.hash(password)

        def work(tx: Transaction, one: Account, now: datetime) -> Account:
            until = now + ONE_TIME if arguments.one_time else None
            return opened.known.people.set_password(tx, now, one, encoded, by=terminal(), one_time=until)

        account = opened.change(arguments.name, work)
    _answer(
        arguments, account, Phrase("accounts.new-password", name=account.name), password if arguments.one_time else None
    )
    return 0


def totp_of(arguments: argparse.Namespace) -> int:
    """Make a second factor, shown once, or take it away; ends the person's sessions."""
    secret, codes = totp.new_totp_secret(), totp.new_recovery_codes()
    with OpenStore(arguments.config) as opened:
        people = opened.known.people
        if arguments.remove:
            account = opened.change(
                arguments.name, lambda tx, one, now: people.remove_totp(tx, now, one, by=terminal())
            )
            _answer(arguments, account, Phrase("accounts.no-factor", name=account.name))
            return 0
        account = opened.change(
            arguments.name, lambda tx, one, now: people.set_totp(tx, now, one, secret, codes, by=terminal())
        )
    uri = totp.otpauth_uri(secret, account.name, "postguard")
    if arguments.format == "json":
        result_json({"name": account.name, "secret": totp.shown_secret(secret), "uri": uri, "recovery_codes": codes})
        return 0
    result(Phrase("accounts.factor", secret=totp.shown_secret(secret), uri=uri, codes="  ".join(codes)))
    talk(Phrase("accounts.factor-once"))
    return 0


def disable_account(arguments: argparse.Namespace) -> int:
    """Nobody signs in with it any more; the name stays in the records."""
    with OpenStore(arguments.config) as opened:
        change = opened.known.people.enable if arguments.undo else opened.known.people.disable
        account = opened.change(arguments.name, lambda tx, one, now: change(tx, now, one, by=terminal()))
    said = Phrase("accounts.may-again" if arguments.undo else "accounts.no-more", name=account.name)
    _answer(arguments, account, said)
    return 0


def _password_options(parser: argparse.ArgumentParser) -> Any:
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--stdin", action="store_true", help=Phrase("help.user.stdin"))
    group.add_argument("--one-time", action="store_true", help=Phrase("help.user.one-time"))
    return group


def _password(arguments: argparse.Namespace, *names: str) -> str:
    """One that may be used. UsageError when it can be asked for nowhere."""
    if arguments.one_time:
        return one_time_password()
    if arguments.stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass(told(Phrase("accounts.ask")))
        if getpass.getpass(told(Phrase("accounts.ask-again"))) != password:
            raise UsageError(Phrase("accounts.not-the-same"), hint=Phrase("accounts.do.again"))
    else:
        raise UsageError(Phrase("accounts.no-terminal"), hint=Phrase("accounts.do.stdin"))
    check_password(password, *names)
    return password


def _shown(account: Account, tx: Transaction) -> dict[str, Any]:
    return {
        "name": account.name,
        "roles": sorted(account.roles),
        "person": account.person or account.name,
        "groups": sorted(account.groups),
        "provider": account.provider,
        "second_factor": account.totp is not None,
        "one_time_password": account.one_time is not None,
        "sessions": len(tx.accounts.sessions(account.id)),
        "tokens": len(tx.accounts.tokens(account.id)),
        "disabled": account.disabled,
        "created": account.created.isoformat(timespec="seconds"),
    }


def _answer(arguments: argparse.Namespace, account: Account, said: Phrase, one_time: str | None = None) -> None:
    if arguments.format == "json":
        of = {"roles": sorted(account.roles), "groups": sorted(account.groups)}
        shown = {"name": account.name, **of, "disabled": account.disabled}
        result_json(shown | ({"one_time_password": one_time} if one_time else {}))
        return
    result(visible(told(said)))
    if one_time:
        result(Phrase("accounts.one-time", days=ONE_TIME.days, password=one_time))
