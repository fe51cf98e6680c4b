"""A console over a store of its own, whoever a cookie names signed in, and a way to ask it without a browser."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI
from starlette.requests import Request

from guard.console.app import Console, build_console
from guard.console.base import Desk, Session
from guard.console.windows import Windows
from guard.gateway.ledger import Ledger
from guard.inspector import Inspector
from guard.outbox.states import binding
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment, Visibility
from guard.types.principal import Principal, Role
from tests.gates import shipped_inspector
from tests.ledgers import Opened, opened

COOKIE = "stub"
PEOPLE = {
    "ana": Principal("id-ana", "ana", "Ana Reviewer", frozenset({Role.REVIEWER}), frozenset({"juridique", "dpo"})),
    "carla": Principal(
        "id-carla", "carla", "Carla Reviewer", frozenset({Role.REVIEWER}), frozenset({"juridique", "dpo"})
    ),
    "bob": Principal("id-bob", "bob", "Bob Reviewer", frozenset({Role.REVIEWER})),
    "aude": Principal("id-aude", "aude", "Aude Auditor", frozenset({Role.AUDITOR})),
    "paul": Principal("id-paul", "paul", "Paul Author", frozenset({Role.POLICY_AUTHOR})),
    "dora": Principal("id-dora", "dora", "Dora Dpo", frozenset({Role.DPO}), frozenset({"dpo", "juridique"})),
    "adam": Principal("id-adam", "adam", "Adam Admin", frozenset({Role.ADMINISTRATOR})),
}
PEOPLE = {name: replace(who, listed=True) for name, who in PEOPLE.items()}
"""As authors.toml names them."""
START = datetime(2026, 12, 1, 9, tzinfo=UTC)


def run(work):
    """The result of a coroutine; in a thread, for Playwright has a loop running in the test's own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Clock:
    """The time of a test: stands still until moved, or runs with the machine's when it is to be looked at."""

    def __init__(self, at: datetime | None = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at or datetime.now(UTC)

    def pass_by(self, **span: float) -> None:
        assert self.at is not None
        self.at += timedelta(**span)


class StubSessions:
    """Whoever the cookie names is signed in; `ended` tells whose session is over."""

    def __init__(self) -> None:
        self.people = dict(PEOPLE)
        self.likes: dict[str, tuple[str | None, str, Mapping[str, str]]] = {}
        self.ended: set[str] = set()
        self.round = 0
        self.idle: list[str] = []
        """Paths of what pages asked for by themselves."""

    async def signed_in(self, request: Request, *, idle: bool = False) -> Session | None:
        self.idle += [request.url.path] if idle else []
        who = request.cookies.get(COOKIE, "")
        if who not in self.people or who in self.ended:
            return None
        language, theme, shortcuts = self.likes.get(who, (None, "auto", {}))
        return Session(self.people[who], f"csrf-{who}-{self.round}", START, language, theme, shortcuts)

    async def colleagues(self) -> list[Principal]:
        return sorted(self.people.values(), key=lambda person: person.name)

    async def prefer(self, session: Session, language: str | None, theme: str, shortcuts: Mapping[str, str]) -> None:
        self.likes[session.principal.name] = (language, theme, shortcuts)


@dataclass
class Rig:
    """A console with its store; `hold` puts a post in the queue as the gate would."""

    opened: Opened
    desk: Desk
    app: FastAPI
    clock: Clock
    sessions: StubSessions
    _posts: itertools.count = field(default_factory=lambda: itertools.count(1))

    def hold(
        self,
        text: str,
        *,
        account: str = "alice",
        person: str | None = "Alice Author",
        earlier: tuple[str, ...] = (),
        seen_before: Visibility = Visibility.PUBLIC,
        **changes,
    ) -> int:
        """Number of the case that the gate opens for this post, which the author's `earlier` ones came before."""
        author = Author("mastodon", account, f"@{account}", person)
        number = next(self._posts)
        segments = (Segment("/status", "body", text),)
        post = replace(Post(f"p{number}", "mastodon", "status.create", author, segments), **changes)
        before = tuple(
            replace(post, segments=(Segment("/status", "body", each),), visibility=seen_before) for each in earlier
        )
        inspection = self.desk.inspector().inspect(post, Facts(now=self.clock(), groups=author.groups, earlier=before))
        store, log, keys = self.opened.store, self.opened.log, self.opened.keys
        ledger = Ledger(store, log, keys, self.clock, timedelta(days=180))

        async def decide() -> int | None:
            return (await ledger.decide("gate", inspection, binding(post), None)).case

        case = run(decide())
        assert case is not None, inspection.decision
        return case

    def client(self, who: str = "", **options: str) -> Client:
        return Client(self.app, self.sessions, who, **options)

    def entries(self, kind: str) -> list[dict]:
        """Entries of the audit log of that kind, oldest first, with what they hold."""
        import json

        found = self.opened.store.read_now(lambda tx: [json.loads(leaf) for leaf in tx.leaves()])
        return [leaf["data"] for leaf in found if leaf["kind"] == kind]


@contextmanager
def console(folder: Path, inspector: Inspector | None = None, clock: Clock | None = None, **options):
    """A console in that folder; options go to its Desk."""
    clock = clock or Clock()
    with opened(folder) as ledger:
        sessions = StubSessions()
        inside = inspector or shipped_inspector()
        steady = {"windows": Windows(lambda: clock().timestamp())}
        desk = Desk(ledger.store, ledger.log, ledger.keys, sessions, lambda: inside, clock, **steady | options)
        numbers = itertools.count()
        api = Console(lambda: inside, clock, lambda: f"id{next(numbers)}", list, dict)
        yield Rig(ledger, desk, build_console(api, desk), clock, sessions)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def to(self) -> str:
        """Where it leads."""
        return self.headers.get("location", "")

    @property
    def words(self) -> str:
        """What can be read: no markup."""
        body = re.sub(r"<(script|style|head)\b.*?</\1>", "", self.text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


class Client:
    """A browser without script: cookies of one person, forms with the token of their session."""

    def __init__(self, app: FastAPI, sessions: StubSessions, who: str, language: str = "en") -> None:
        self.app, self.sessions, self.who, self.language = app, sessions, who, language

    def get(self, path: str, **headers: str) -> Answer:
        return run(self._ask("GET", path, b"", headers))

    def post(self, path: str, fields: Mapping[str, object] | None = None, *, token: str | None = None, **headers: str):
        """`token=""` sends none; list values send a field several times."""
        return run(self.asked("POST", path, fields, token=token, **headers))

    async def asked(
        self, method: str, path: str, fields: Mapping[str, object] | None, *, token: str | None = None, **headers: str
    ) -> Answer:
        """The same within a loop, for what happens at the same time."""
        given = {"csrf": f"csrf-{self.who}-{self.sessions.round}" if token is None else token} | dict(fields or {})
        body = urlencode(given, doseq=True).encode()
        return await self._ask(method, path, body, {"content-type": "application/x-www-form-urlencoded"} | headers)

    async def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(path)
        sent: list[dict] = []
        given = {"host": "console.example", "accept-language": self.language} | headers
        if self.who:
            given["cookie"] = f"{COOKIE}={self.who}"
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": parts.path, "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "",
            "client": ("127.0.0.1", 1), "server": ("console.example", 80),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
        }  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        await self.app(scope, receive, send)
        text = b"".join(message.get("body", b"") for message in sent[1:]).decode(errors="surrogateescape")
        return Answer(sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, text)
