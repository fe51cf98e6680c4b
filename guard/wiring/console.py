"""The console of a running gate: pages over its store, and the ways in that its settings name."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi import FastAPI

from guard import observe
from guard.console.accounts import people, security, signin
from guard.console.api import Console
from guard.console.app import build_console
from guard.console.base import Desk
from guard.console.door import Door
from guard.console.effects import watch
from guard.console.policy_room import PolicyRoom
from guard.console.records.following import follow
from guard.errors import PolicyError, StoreError
from guard.outbox.review import Terms
from guard.policy.approvers import empty_groups
from guard.settings.load import Authors, Settings
from guard.store.base import Transaction
from guard.types.principal import Permission
from guard.wiring.heart import now
from guard.wiring.ledger import OpenLedger
from guard.wiring.people import OpenPeople, first_person, open_entrance, open_people
from guard.words.texts import Phrase

REFRESH_S = 600
"""How often a directory is asked about those who are signed in."""
ROUTERS = (signin.router, security.router, people.router)


@dataclass(frozen=True, slots=True)
class OpenConsole:
    """The application, and what it holds open."""

    app: FastAPI
    desk: Desk
    door: Door
    _opened: OpenLedger
    _known: OpenPeople

    def first_person(self) -> tuple[str, str] | None:
        """For `make run`: name and one-time password of somebody who may do everything, whoever the rules ask for."""
        bundle = self.desk.inspector().bundle
        steps = (step for policy in bundle.policies for rule in policy.rules for step in rule.source.steps)
        asked = {name for step in steps for name in step.approvers}
        groups = sorted(name.removeprefix("group:") for name in asked if name.startswith("group:"))
        return first_person(self._opened, self._known, now(), groups)

    def empty_groups(self) -> PolicyError | None:
        """A remark on the groups that rules ask to approve and in which nobody is. A directory tells its groups only at sign-in."""
        settings = self._opened.settings
        if settings.signin.oidc is not None or settings.signin.ldap is not None:
            return None
        accounts = self._opened.store.read_now(lambda tx: [one for one in tx.accounts.all() if not one.disabled])
        groups = [self._known.sessions.principal(one).groups for one in accounts]
        groups += [person.groups for person in self.desk.authors.by_account.values()]
        return empty_groups(self.desk.inspector().bundle, frozenset().union(*groups))

    async def watch(self) -> None:
        """For ever: decisions come into effect, open pages learn what changed, the log's catalogue follows the log."""
        await asyncio.gather(watch(self.desk), follow(self.desk))

    async def forget(self) -> None:
        """Remove sessions that are over."""
        await self._opened.store.write(lambda tx: self._known.sessions.end_over(tx, now()))

    async def refresh(self) -> None:
        """Ask the directory about its people, for as long as the gate runs."""
        while True:
            await asyncio.sleep(REFRESH_S)
            try:
                for problem in await self.door.entrance.refresh(now()):
                    observe.warn("people-not-refreshed", problem=problem)
            except StoreError as error:
                observe.warn("people-not-refreshed", error=type(error).__name__)

    async def close(self) -> None:
        await self.door.entrance.close()


def open_console(opened: OpenLedger, authors: Authors, api: Console, policies: PolicyRoom) -> OpenConsole:
    """Call within the loop that serves."""
    settings, known = opened.settings, open_people(opened, authors)
    opened.store.write_now(lambda tx: told_apart(tx, authors, known))
    entrance = open_entrance(opened, known)
    secure = public_url(settings).startswith("https://")
    door = Door(entrance, known.tokens, now, secure=secure, proxies=frozenset(settings.signin.proxies))
    terms = Terms(timedelta(days=settings.approval_days), timedelta(days=settings.held_days))
    desk = Desk(
        opened.store, opened.log, opened.keys, door, api.inspector, now, terms,
        answer_by=settings.answer_by, cache=settings.cache_folder, authors=authors, policies=policies, internal=settings.reroute is not None,
    )  # fmt: skip
    app = build_console(api, desk, ROUTERS, secure=secure)
    app.state.door = door
    return OpenConsole(app, desk, door, opened, known)


def told_apart(tx: Transaction, authors: Authors, known: OpenPeople) -> None:
    """What authors.toml says now of people who sign in, and of accounts whose posts wait already."""
    known.people.told_apart(tx, now())
    for pseudonym, author in tx.authors():  # by the service's own spelling: authors.toml is read whatever the case
        person = authors.person(author.network, author.account)
        if person is not None and author.person != person.name:
            tx.put_author(pseudonym, replace(author, person=person.name))
    everybody = [known.sessions.principal(one) for one in tx.accounts.all() if not one.disabled]
    if unlisted := sum(who.may(Permission.REVIEW) and not who.listed for who in everybody):
        observe.warn("reviewers-not-in-authors", count=unlisted)


def public_url(settings: Settings) -> str:
    """What browsers see of the console."""
    return settings.signin.public_url or f"http://{settings.console}"


def in_clear(settings: Settings) -> Phrase | None:
    """Why signing in would send passwords over the network in clear; None when it does not."""
    if settings.signin.public_url or settings.console.here:
        return None
    return Phrase("settings.console-in-clear", address=str(settings.console))
