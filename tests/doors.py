"""A console with its real door, and browsers without script that keep their cookies."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode, urlsplit

from argon2 import PasswordHasher
from fastapi import FastAPI

from guard.auth.entrance import Entrance
from guard.auth.local import LocalProvider
from guard.auth.passwords import Passwords
from guard.auth.people import People
from guard.auth.sessions import Sessions, SessionTerms
from guard.auth.tokens import Tokens
from guard.auth.totp import SecretBox, code_at, step_of
from guard.console.app import Console, build_console
from guard.console.base import Desk
from guard.console.door import Door
from guard.types.account import Account, SecondFactor
from guard.types.principal import Role
from guard.wiring.console import ROUTERS
from guard.wiring.people import LoggedNotes
from tests.consoles import Answer, Clock
from tests.gates import shipped_inspector
from tests.ledgers import Opened, opened
from tests.people import signed_in

PASSWORD = "three quiet green lamps"
QUICK = Passwords(PasswordHasher(1, 8, 1))


@dataclass
class DoorRig:
    opened: Opened
    door: Door
    app: FastAPI
    clock: Clock

    @cached_property
    def runner(self) -> asyncio.Runner:
        """For windows; a real browser has a loop of its own."""
        return asyncio.Runner()

    @property
    def people(self) -> People:
        return self.door.entrance.people

    def add(self, name: str, *roles: Role, password: str = PASSWORD, **more) -> Account:
        encoded = QUICK.hash(password) if password else ""
        return self.opened.store.write_now(
            lambda tx: self.people.add(tx, self.clock(), name, roles, by="test", password=encoded, **more)
        )

    def account(self, name: str) -> Account | None:
        return self.opened.store.read_now(lambda tx: tx.accounts.named(name))

    def with_totp(self, name: str, secret: bytes = b"12345678901234567890"):
        """Gives a second factor; returns what makes the codes of the moment."""
        self.opened.store.write_now(
            lambda tx: self.people.set_totp(tx, self.clock(), tx.accounts.named(name), secret, (), by="test")
        )
        return lambda: code_at(secret, step_of(self.clock()))

    def window(self, name: str = "", *roles: Role, **options) -> Window:
        """A browser of its own; with a name, of somebody who is signed in."""
        window = Window(self, **options)
        if name:
            value = signed_in(self.opened.store, name, roles or (Role.REVIEWER,), self.clock())
            window.cookies["__Host-postguard" if self.door.secure else "postguard"] = value
        return window

    def entries(self, kind: str) -> list[dict]:
        import json

        found = self.opened.store.read_now(lambda tx: [json.loads(leaf) for leaf in tx.leaves()])
        return [leaf["data"] for leaf in found if leaf["kind"] == kind]


@contextmanager
def door_rig(
    folder: Path,
    *,
    clock: Clock | None = None,
    others=(),
    redirect=None,
    secure=False,
    second_factor=SecondFactor.OPTIONAL,
    proxies=(),
):
    clock = clock or Clock()
    with opened(folder) as ledger:
        note = LoggedNotes(ledger.log)
        sessions = Sessions(SessionTerms())
        people = People(note, SecretBox(ledger.keys.sealing))
        local = LocalProvider(ledger.store, QUICK)
        entrance = Entrance(ledger.store, sessions, people, local, others, redirect, second_factor=second_factor)
        door = Door(entrance, Tokens(note, sessions.principal), clock, secure=secure, proxies=frozenset(proxies))
        inside = shipped_inspector()
        desk = Desk(ledger.store, ledger.log, ledger.keys, door, lambda: inside, clock)
        numbers = itertools.count()
        api = Console(lambda: inside, clock, lambda: f"id{next(numbers)}", list, dict)
        app = build_console(api, desk, ROUTERS, secure=secure)
        app.state.door = door
        rig = DoorRig(ledger, door, app, clock)
        try:
            yield rig
        finally:
            ending = Thread(target=lambda: asyncio.run(entrance.close()))
            ending.start()
            ending.join()
            if "runner" in vars(rig):
                rig.runner.close()


@dataclass
class Window:
    """Keeps cookies, and sends the token that stood in the last page."""

    rig: DoorRig
    language: str = "en"
    address: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)
    set: list[str] = field(default_factory=list)
    """Set-Cookie lines of the last answer."""
    token: str = ""
    hidden: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, b"", headers)

    def post(
        self, path: str, fields: Mapping[str, object] | None = None, *, token: str | None = None, **headers: str
    ) -> Answer:
        """With the token of the last page; `token=""` sends none."""
        given = {"csrf": self.token if token is None else token} | dict(fields or {})
        body = urlencode(given, doseq=True).encode()
        return self._ask("POST", path, body, {"content-type": "application/x-www-form-urlencoded"} | headers)

    def follow(self, answer: Answer) -> Answer:
        """See where an answer leads."""
        assert answer.status == 303, (answer.status, answer.words)
        return self.get(answer.to)

    def sign_in(self, name: str, password: str = PASSWORD, **fields: str) -> Answer:
        self.get("/sign-in")
        return self.post("/sign-in", {"name": name, "password": password} | fields)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(path)
        sent: list[dict] = []
        given = {"host": "console.example", "accept-language": self.language} | dict(headers)
        if self.cookies:
            given["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": "https" if self.rig.door.secure else "http", "path": parts.path, "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(), "root_path": "", "client": (self.address, 1), "server": ("console.example", 80),
            "headers": [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in given.items()],
        }  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        self.rig.runner.run(self.rig.app(scope, receive, send))
        text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
        pairs = [(name.decode(), value.decode("latin-1")) for name, value in sent[0]["headers"]]
        self.set = [value for name, value in pairs if name == "set-cookie"]
        for line in self.set:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        self.hidden = {
            name: unescape(value) for name, value in re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', text)
        }
        self.token = self.hidden.get("csrf") or self.token
        return Answer(sent[0]["status"], dict(pairs), text)
