"""The promise of what sends notices, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from guard.settings.load import Authors
from guard.settings.notices import NoticeSettings, is_mail
from guard.types.notice import Channel, Notice


@dataclass(frozen=True, slots=True)
class Failed:
    """It was not taken; `lasting` when trying again would change nothing."""

    why: str
    """In words of ours, for the operator: no text of a server's, which may quote anything."""
    lasting: bool = False


class Sender(Protocol):
    """One way to send. Never raises for what a server does."""

    channel: Channel

    async def send(self, notices: Sequence[Notice]) -> Mapping[str, Failed | None]:
        """What became of each, by id; None: it was taken."""


@dataclass(frozen=True, slots=True)
class People:
    """Who is told what, and in which language."""

    settings: NoticeSettings
    authors: Authors
    owners: Callable[[], Mapping[str, str]]
    """Owner of each policy in force, by the policy's id."""
    language: str = "fr"

    def author(self, person: str | None) -> tuple[str, ...]:
        """Address of a person, when authors.toml knows one."""
        found = self.authors.named(person) if person else None
        return (found.mail,) if found is not None and found.mail else ()

    def owners_of(self, rules: Sequence[str]) -> tuple[str, ...]:
        """Addresses of the owners of these rules, of those that are addresses."""
        owners = self.owners()
        found = (owners.get(rule.partition("/")[0], "") for rule in rules)
        return tuple(dict.fromkeys(owner for owner in found if is_mail(owner)))

    def language_of(self, mail: str) -> str:
        """What somebody reads: as `[notices] languages` says, then authors.toml, then the gate's own."""
        chosen = self.settings.languages.get(mail)
        if chosen is None:
            chosen = next((each.language for each in self.authors.by_account.values() if each.mail == mail), None)
        return chosen or self.language
