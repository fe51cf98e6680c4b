"""What the sandbox service knows: people, tokens, statuses, media; in memory only, gone when it stops.

One `World` is one service. It is used from one event loop, so it needs no locks.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Clock = Callable[[], datetime]

# Invented people; a token that nobody issued belongs to one of them.
_NAMES = (
    ("camille", "Camille Fictive"),
    ("sacha", "Sacha Exemple"),
    ("robin", "Robin Sample"),
    ("alix", "Alix Modèle"),
    ("charlie", "Charlie Placeholder"),
    ("lou", "Lou Démonstration"),
    ("jess", "Jess Specimen"),
    ("noa", "Noa Essai"),
)
TINTS = len(_NAMES)
KEY_LIFE = timedelta(hours=1)
_KEPT_STATUSES = 2000
_FIRST_ID = 115_000_000_000_000_000


@dataclass(slots=True)
class Person:
    """An account of the service."""

    id: str
    username: str
    display_name: str
    created_at: datetime
    note: str = ""
    locked: bool = False
    bot: bool = False
    discoverable: bool = True
    fields: list[dict[str, str]] = field(default_factory=list)
    source: dict[str, Any] = field(default_factory=dict)
    following: set[str] = field(default_factory=set)
    muting: set[str] = field(default_factory=set)
    blocking: set[str] = field(default_factory=set)
    markers: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class App:
    """A registered client program."""

    id: str
    name: str
    website: str | None
    redirect_uris: list[str]
    scopes: str
    client_id: str
    client_secret: str


@dataclass(slots=True)
class Token:
    """A bearer token; `person` is None for an application's own."""

    value: str
    person: Person | None
    app: App | None
    scope: str
    created_at: datetime


@dataclass(slots=True)
class Media:
    """An uploaded file."""

    id: str
    owner: str
    content_type: str
    data: bytes
    description: str | None
    focus: tuple[float, float] | None = None
    attached: bool = False


@dataclass(slots=True)
class Poll:
    """A question with two to four options."""

    id: str
    options: list[str]
    expires_at: datetime
    multiple: bool
    hide_totals: bool
    votes: dict[str, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Version:
    """How a status read at one time."""

    text: str
    spoiler_text: str
    sensitive: bool
    media: list[Media]
    options: list[str]
    created_at: datetime


@dataclass(slots=True)
class Status:
    """A published post, or a boost of one (`reblog`)."""

    id: str
    author: Person
    text: str
    spoiler_text: str
    sensitive: bool
    visibility: str
    language: str | None
    in_reply_to: Status | None
    media: list[Media]
    poll: Poll | None
    app: App | None
    created_at: datetime
    edited_at: datetime | None = None
    versions: list[Version] = field(default_factory=list)
    reblog: Status | None = None
    favourited_by: set[str] = field(default_factory=set)
    bookmarked_by: set[str] = field(default_factory=set)
    pinned: bool = False
    muted_by: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Scheduled:
    """A status that waits for its time."""

    id: str
    author: Person
    app: App | None
    params: dict[str, Any]
    scheduled_at: datetime
    media: list[Media]


@dataclass(slots=True)
class Notification:
    """Something that happened to a person's account."""

    id: str
    owner: str
    type: str
    actor: Person
    status: Status | None
    created_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """A request as it reached the service, for tests that ask what got through."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)

    def __repr__(self) -> str:
        return f"Received({self.method} {self.path}, {len(self.body)} bytes)"


@dataclass(slots=True)
class Listener:
    """A client that follows streams; `queue` holds (streams, event, payload)."""

    person: Person | None
    streams: set[str]
    queue: asyncio.Queue[tuple[list[str], str, str] | None]


class World:
    """All of one sandbox service."""

    def __init__(self, *, strict: bool, base_url: str, gate_url: str, clock: Clock) -> None:
        self.strict = strict
        self.base_url = base_url.rstrip("/")
        self.gate_url = gate_url.rstrip("/")
        self.clock = clock
        self.people: dict[str, Person] = {}
        self.apps: dict[str, App] = {}
        self.codes: dict[str, tuple[App, Person, str, str]] = {}
        self.tokens: dict[str, Token] = {}
        self.statuses: OrderedDict[str, Status] = OrderedDict()
        self.scheduled: dict[str, Scheduled] = {}
        self.media: OrderedDict[str, Media] = OrderedDict()
        self.notifications: deque[Notification] = deque(maxlen=500)
        self.idempotency: OrderedDict[tuple[str, str], tuple[datetime, object]] = OrderedDict()
        self.listeners: list[Listener] = []
        self.received: list[Received] = []
        self._last_id = _FIRST_ID

    @property
    def host(self) -> str:
        return self.base_url.partition("://")[2]

    def new_id(self) -> str:
        """A number that grows, as a string."""
        self._last_id += 1
        return str(self._last_id)

    def person(self, username: str, display_name: str = "") -> Person:
        """The person of that name, who is invented when asked for the first time."""
        for known in self.people.values():
            if known.username == username:
                return known
        person = Person(self.new_id(), username, display_name or username.capitalize(), self.clock())
        self.people[person.id] = person
        return person

    def person_for(self, token: str) -> Person:
        """The invented person behind a token that nobody issued."""
        return self.person(*invented(token))

    def give(self, token: str, username: str) -> Person:
        """Let `token` act for `username` (strict servers know no other tokens than issued and given ones)."""
        person = self.person(username)
        self.tokens[token] = Token(token, person, None, "read write follow push", self.clock())
        return person

    def token(self, value: str) -> Token | None:
        """What the service knows of a bearer token; None when it is not valid."""
        known = self.tokens.get(value)
        if known is None and value and not self.strict:
            known = Token(value, self.person_for(value), None, "read write follow push", self.clock())
            self.tokens[value] = known
        return known

    def issue(self, app: App | None, person: Person | None, scope: str) -> Token:
        token = Token(secrets.token_urlsafe(32), person, app, scope, self.clock())
        self.tokens[token.value] = token
        return token

    def add_status(self, status: Status) -> None:
        self.statuses[status.id] = status
        while len(self.statuses) > _KEPT_STATUSES:
            self.statuses.popitem(last=False)

    def tell(self, streams: list[str], event: str, payload: str, *, owner: str | None = None) -> None:
        """Send an event to all who follow one of `streams` (and are `owner`, where one is given)."""
        for listener in self.listeners:
            followed = [stream for stream in streams if stream in listener.streams]
            if followed and (owner is None or (listener.person is not None and listener.person.id == owner)):
                listener.queue.put_nowait((followed, event, payload))


def invented(token: str) -> tuple[str, str]:
    """Name and display name that go with a token: always the same for the same token."""
    number = int.from_bytes(hashlib.sha256(token.encode()).digest()[:4])
    username, name = _NAMES[number % len(_NAMES)]
    return f"{username}{number // len(_NAMES) % 1000:03d}", name
