"""The gate's doors: for each listener of the settings its Gate and the application in front of it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from guard import observe
from guard.channels.registry import channel
from guard.errors import GuardError, ProblemsError, SettingsError
from guard.gateway.app import GateApp
from guard.gateway.base import Recording
from guard.gateway.bodies import BodyBudget
from guard.gateway.duplicates import Duplicates
from guard.gateway.gate import Gate
from guard.gateway.identify import Identities
from guard.gateway.media import Uploads
from guard.gateway.reroute import Internal
from guard.gateway.server import Listener, bind, renew
from guard.gateway.thread import ThreadMemory
from guard.inspector import Inspector
from guard.settings.load import Authors, ListenerSettings, Settings
from guard.settings.reroute import RerouteSettings
from guard.store.base import Reader
from guard.types.post import Author
from guard.upstream.client import Timeouts, Upstream
from guard.wiring.heart import new_id, now
from guard.wiring.ledger import sandbox_place
from guard.words.texts import Phrase

BODIES = 256 * 1024 * 1024
"""Bytes of request bodies held at once, over all listeners of a process."""
THREADS = 4
FORGET_EVERY_S = 600


@dataclass(slots=True)
class Doors:
    """What lives as long as a process that serves the doors."""

    settings: Settings
    inspector: Inspector
    authors: Authors
    ledger: Recording
    uploads: Uploads
    memory: ThreadMemory
    """One for all doors: authors are told apart by network."""
    threads: ThreadPoolExecutor
    gates: list[Gate]
    internal: Internal | None = None
    _listeners: list[Listener] = field(default_factory=list)

    @classmethod
    def open(
        cls,
        settings: Settings,
        inspector: Inspector,
        authors: Authors,
        ledger: Recording,
        reader: Reader,
        duplicates: Callable[[str], Duplicates] = lambda _: Duplicates(),
    ) -> Doors:
        """`duplicates` makes the memory of repeated posts of the listener of that name."""
        threads = ThreadPoolExecutor(THREADS, "inspect")
        memory = ThreadMemory(settings.thread_posts, settings.thread_hours)
        internal = _internal(settings.reroute) if settings.reroute else None
        doors = cls(settings, inspector, authors, ledger, Uploads(reader), memory, threads, [], internal)
        doors.gates += [doors._gate(door, duplicates(door.name)) for door in settings.listeners]
        return doors

    def listeners(self, sockets: Sequence[socket.socket] = ()) -> list[Listener]:
        """In the settings' order; `sockets` are bound already, one for each. Called once."""
        budget = BodyBudget(BODIES)
        self._listeners = found = [listener_of(door) for door in self.settings.listeners]
        for number, (listener, gate) in enumerate(zip(found, self.gates, strict=True)):
            listener.app = GateApp(gate, budget)
            listener.sock = sockets[number] if sockets else None
        return found

    def renew(self, names: Collection[str]) -> None:
        """Read the certificates of the listeners of these names again."""
        for listener in self._listeners:
            if listener.name in names:
                try:
                    renew(listener)
                except SettingsError as error:  # changed since somebody looked at it: the old one stays
                    observe.warn("certificate-refused", problem=str(error))

    async def forget(self) -> None:
        """For ever: let go of texts of authors who write no more."""
        while True:
            await asyncio.sleep(FORGET_EVERY_S)
            self.memory.forget_expired(now())

    async def close(self) -> None:
        """Break off what is still open towards the services."""
        for gate in self.gates:
            await gate.upstream.close()
        if self.internal is not None:
            await self.internal.upstream.close()
        self.threads.shutdown(wait=False, cancel_futures=True)

    def _gate(self, door: ListenerSettings, duplicates: Duplicates) -> Gate:
        settings = self.settings
        upstream = Upstream(
            door.upstream,
            timeout=Timeouts(answer=float(door.timeout_s)),
            ca_file=door.ca_file,
            allow_private=door.allow_private,
        )
        speaks = channel(door.channel)
        return Gate(
            name=door.name,
            channel=speaks,
            upstream=upstream,
            public_url=door.public_url,
            inspector=lambda: self.inspector,
            ledger=self.ledger,
            identities=Identities(speaks, upstream, self.authors, settings.identity_minutes),
            uploads=self.uploads,
            now=now,
            new_id=new_id,
            threads=self.threads,
            deadline_s=settings.deadline_ms / 1000,
            language=settings.language,
            hold_unread_media=settings.media_unread == "hold",
            duplicates=duplicates,
            memory=self.memory,
            ask_at=self._ask_at,
            internal=self.internal,
        )

    def _ask_at(self, author: Author) -> str:
        """Nobody is sent to a door that does not open for them."""
        base = self.settings.signin.public_url
        return f"{base}/mine" if base and author.person and self.authors.signs_in(author.person) else ""


def _internal(settings: RerouteSettings) -> Internal:
    """An internal server usually has an address of the company's own network."""
    upstream = Upstream(settings.server, ca_file=settings.ca_file, allow_private=True)
    return Internal(upstream, settings.token, settings.visibility, settings.max_chars)


def listener_of(door: ListenerSettings) -> Listener:
    """The address of a door, with nothing behind it yet."""
    return Listener(door.name, door.listen.host, door.listen.port, None, door.tls_cert, door.tls_key)


def try_doors(settings: Settings, *, sandbox: bool) -> None:
    """Whether all can be listened on, before half a minute goes into patterns. ProblemsError with each that cannot."""
    own = [Listener("console", settings.console.host, settings.console.port, None)]
    if sandbox:
        place = sandbox_place(settings)
        own.append(Listener("sandbox service", place.host, place.port, None))
    problems: list[GuardError] = []
    for listener in (*map(listener_of, settings.listeners), *own):
        try:
            bind(listener, 0)
        except SettingsError as error:
            hint = Phrase("settings.do.sandbox-port") if sandbox else error.hint
            problems.append(GuardError(error.message, hint=hint))
    if problems:
        raise ProblemsError(problems)


def doors_in_clear(settings: Settings) -> list[Phrase]:
    """Of each door through which tokens and passwords of clients cross the network in clear."""
    return [
        Phrase("settings.door-in-clear", name=repr(door.name), address=str(door.listen))
        for door in settings.listeners
        if door.tls_cert is None and not door.listen.here and not door.public_url.startswith("https://")
    ]
