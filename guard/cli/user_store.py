"""What every verb of `guard user` needs: the people of a gate's store, one of them by name, and how lists are printed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self, TypeVar

from guard.cli.output import result, table, told, visible
from guard.errors import AccountError
from guard.settings.load import Authors, Settings, load_authors
from guard.store.base import Transaction
from guard.types.account import Account
from guard.wiring.heart import now as clock
from guard.wiring.ledger import OpenLedger, open_existing, open_ledger, read_settings
from guard.wiring.people import OpenPeople, open_people
from guard.words.texts import Phrase

T = TypeVar("T")


class OpenStore:
    """The people of a gate's store, closed again at the end."""

    def __init__(self, config: Path, *, create: bool = False) -> None:
        authors = None
        if create:  # a new account is told apart at once: one person's two must not pass for two people
            settings = read_settings(config)
            authors = _authors(settings)
        self.ledger: OpenLedger = open_ledger(settings) if create else open_existing(config)
        self.known: OpenPeople = open_people(self.ledger, authors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.store.close()

    def read(self, work: Callable[[Transaction], T]) -> T:
        return self.ledger.store.read_now(work)

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self.ledger.store.write_now(work)

    def change(self, name: str, work: Callable[[Transaction, Account, datetime], Account]) -> Account:
        return self.write(lambda tx: work(tx, find(tx, name), clock()))

    def doubt(self, person: str) -> Phrase | None:
        """What to say of a person whom authors.toml does not name: a slip of the pen makes one person two."""
        settings = self.ledger.settings
        authors = _authors(settings)
        if not person or authors is None or authors.named(person) is not None:
            return None
        near = get_close_matches(person, sorted({one.name for one in authors.by_account.values()}), 1)
        said = Phrase("accounts.unlisted", person=repr(person[:80]), file=str(settings.authors_file))
        return Phrase("help.wrong.meant", told=said, words=near[0]) if near else said


def _authors(settings: Settings) -> Authors | None:
    return load_authors(settings.authors_file) if settings.authors_file else None


def named(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("name", metavar="NAME", help=Phrase("help.user.name"))
    return parser


def find(tx: Transaction, name: str) -> Account:
    account = tx.accounts.named(name)
    if account is None:
        raise AccountError(Phrase("accounts.unknown", name=repr(name[:80])), hint="guard user list")
    return account


def print_table(found: list[dict[str, Any]], columns: Sequence[str]) -> None:
    rows = [[visible(told(_cell(one[column]))) for column in columns] for one in found]
    result(table(rows, [Phrase(f"accounts.column.{column}") for column in columns]))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return Phrase("accounts.yes") if value else ""
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
