"""Several processes behind the same ports: workers read, inspect and send, their parent alone records.

Workers are forked once everything is loaded and before any thread runs. They share nothing but what they tell the parent
(guard.gateway.link). One that ends by itself ends the whole gate: what it had under way is in doubt, as after any crash,
and whoever supervises the gate starts it again.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn

import uvloop

from guard import observe
from guard.audit.keys import load_keys
from guard.audit.log import AuditLog
from guard.errors import GuardError, SettingsError
from guard.gateway.link import Link, Message
from guard.gateway.recorder import Recorder
from guard.gateway.remote import RemoteDuplicates, RemoteLedger
from guard.gateway.server import GRACE_S, Address, address_of, bind, serve
from guard.inspector import Inspector
from guard.settings.load import Authors, Settings
from guard.store.reader import SqliteReader
from guard.types.held import Delivery
from guard.wiring.doors import Doors, listener_of
from guard.wiring.handover import Place, wait_turn
from guard.wiring.heart import now
from guard.wiring.memory import settle_memory
from guard.wiring.reload import forget, load_quietly
from guard.words.texts import Phrase

COUNT_S = 0.25
"""How often a worker hands over what it counted for the metrics."""
START_S = 60.0
_AGAIN_S = (0.5, 2.0, 5.0, 15.0)
"""Waits between tries to load what the parent has put in force: the folder may be changing."""
PARENT_GONE = 70
"""A worker's exit status when nobody records any more."""


@dataclass(slots=True)
class Crew:
    """The parent's view of its workers."""

    addresses: tuple[Address, ...]
    pids: list[int] = field(default_factory=list)
    ends: list[socket.socket] = field(default_factory=list)
    """The parent's end of each worker's link, until it is served."""
    failed: bool = False
    _ready: int = 0
    _changed: asyncio.Event | None = None
    _leaving: bool = False
    _stop: Callable[[], None] = lambda: None

    @classmethod
    def hire(cls, settings: Settings, inspector: Inspector, authors: Authors) -> Crew:
        """Bind all doors and fork the workers, who wait for `begin`. SettingsError when a door cannot be bound."""
        if threading.active_count() > 1:
            raise SettingsError(Phrase("settings.threads"), hint=Phrase("settings.do.no-workers"))
        doors = [bind(listener_of(door), settings.workers) for door in settings.listeners]
        addresses = (address_of(listener_of(door), own[0]) for door, own in zip(settings.listeners, doors, strict=True))
        crew = cls(tuple(addresses))
        try:
            for number in range(settings.workers):
                crew._fork(number, doors, settings, inspector, authors)
        except BaseException:
            crew.fire()
            raise
        finally:
            _close(sock for shared in doors for sock in shared)
        return crew

    def _fork(
        self,
        number: int,
        doors: Sequence[Sequence[socket.socket]],
        settings: Settings,
        inspector: Inspector,
        authors: Authors,
    ) -> None:
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            _close([ours, *self.ends])
            _close(sock for shared in doors for n, sock in enumerate(shared) if n != number)
            _work(theirs, [shared[number] for shared in doors], settings, inspector, authors)
        theirs.close()
        self.pids.append(pid)
        self.ends.append(ours)

    async def begin(self, recorder: Recorder, stop: asyncio.Event) -> None:
        """Let the workers serve; returns when all do. `stop` is set should one end. GuardError when one cannot start."""
        self._stop, self._changed = stop.set, asyncio.Event()
        while self.ends:
            await recorder.serve(self.ends.pop())
        try:
            async with asyncio.timeout(START_S):
                while self._ready < len(self.pids) and not self.failed:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            self.failed = True
        self.check()

    def check(self) -> None:
        """GuardError when a worker ended by itself."""
        if self.failed:
            raise GuardError("a worker process ended or did not start", hint="see the log above; start the gate again")

    def worker_ready(self) -> None:
        self._ready += 1
        if self._changed is not None:
            self._changed.set()

    def worker_gone(self) -> None:
        if not self._leaving:
            if not self.failed and self._ready == len(self.pids):
                observe.warn("stopping", why="a worker ended")
            self.failed = True
            self._stop()
        if self._changed is not None:
            self._changed.set()

    async def dismiss(self, recorder: Recorder) -> None:
        """Let the workers finish what is in flight and end."""
        self._leaving = True
        recorder.stop()
        loop = asyncio.get_running_loop()
        waiting = [loop.run_in_executor(None, _reap, pid) for pid in self.pids]
        _, late = await asyncio.wait(waiting, timeout=GRACE_S + 5) if waiting else (None, None)
        if late:
            observe.warn("workers-killed", workers=len(late))
            self._kill()
            await asyncio.wait(late)
        self.pids.clear()

    def fire(self) -> None:
        """End what is left at once."""
        _close(self.ends)
        self._kill()
        for pid in self.pids:
            _reap(pid)
        self.pids.clear()

    def _kill(self) -> None:
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _close(sockets: Iterable[socket.socket]) -> None:
    for sock in sockets:
        sock.close()


def _reap(pid: int) -> None:
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _work(
    link: socket.socket, sockets: Sequence[socket.socket], settings: Settings, inspector: Inspector, authors: Authors
) -> NoReturn:
    """A worker's whole life. Nothing of the parent's is left to run after it, so it ends by `_exit`."""
    status = 1
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # terminals and supervisors signal all; the parent says what to do
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(Worker(settings, inspector, authors).run(link, sockets))
        status = 0
    except GuardError as error:
        observe.warn("worker-failed", problem=str(error))
    except BaseException as error:  # noqa: BLE001 -- its message might quote a post
        observe.warn("worker-failed", error=type(error).__name__)
    finally:
        os._exit(status)


def _load(settings: Settings, made: Place | None, before: Inspector) -> Inspector:
    try:
        if made is not None:
            with made.open() as file:
                wait_turn(file)  # one worker after the other: the others have the processors for posts
                return load_quietly(settings, file, before)
    except OSError:  # a system without /proc, or told anew meanwhile
        pass
    return load_quietly(settings, None, before)


class Worker:
    """One process that serves the doors and records through its link."""

    def __init__(self, settings: Settings, inspector: Inspector, authors: Authors) -> None:
        self._settings, self._inspector, self._authors = settings, inspector, authors
        self._ledger: RemoteLedger | None = None
        self._doors: Doors | None = None
        self._begun, self._stop = asyncio.Event(), asyncio.Event()
        self._error: GuardError | None = None
        self._counts: list[tuple[str, object]] = []
        self._wanted: tuple[str, Place | None] | None = None
        """Digest of the policies that the parent has put in force and that are to be loaded, and where what was compiled lies."""
        self._reloading: asyncio.Task[None] | None = None

    async def run(self, sock: socket.socket, sockets: Sequence[socket.socket]) -> None:
        link = await Link.over(sock, self._take, lambda _: os._exit(PARENT_GONE))
        await self._begun.wait()
        ledger = self._ledger
        if ledger is None:
            raise self._error or GuardError("the worker cannot begin")
        reader = SqliteReader(self._settings.store_path)
        self._doors = doors = Doors.open(
            self._settings,
            self._inspector,
            self._authors,
            ledger,
            reader,
            lambda name: RemoteDuplicates(name, ledger, link),
        )
        if self._settings.workers > 1:
            doors.memory.tell = partial(link.tell, "share")
        observe.hand_over(self._counts.append)
        settle_memory()
        beside = [asyncio.create_task(self._count(link)), asyncio.create_task(doors.forget())]
        await serve(doors.listeners(sockets), self._stop, lambda _: link.tell("ready"), signals=False)
        for task in beside:
            task.cancel()
        await doors.close()
        self._hand_over(link)
        await ledger.settled()
        reader.close()

    def _take(self, link: Link, said: Sequence[Message]) -> None:
        for _, kind, value in said:
            if kind == "begin":
                self._begin(link, value)
            elif kind == "stop":
                self._stop.set()
            elif kind == "doubt" and self._ledger is not None:
                self._ledger.learn(*value)
            elif kind == "policies":
                self._wanted = value
                if self._reloading is None or self._reloading.done():
                    self._reloading = asyncio.create_task(self._reload())
            elif kind == "certificates" and self._doors is not None:
                self._doors.renew(value)
            elif kind == "share" and self._doors is not None:
                self._doors.memory.learn(value)

    async def _reload(self) -> None:
        """What the parent has proved and recorded last, loaded here; told anew meanwhile, what it said then."""
        waits = iter(_AGAIN_S)
        while self._doors is not None and (wanted := self._wanted) is not None:
            digest, made = wanted
            try:
                inspector = await asyncio.to_thread(_load, self._settings, made, self._inspector)
            except GuardError as error:
                problem = str(error)
            else:
                if inspector.bundle.digest == digest:
                    if wanted is self._wanted:
                        self._wanted = None
                    old: list[Inspector] = [self._inspector]
                    self._inspector = self._doors.inspector = inspector
                    await forget(old)
                    continue
                problem = "the folder changed while it was read"
            if wanted is not self._wanted:
                continue
            observe.warn("policies-refused", problems=1, first=problem)
            if (wait_s := next(waits, None)) is None:
                return
            await asyncio.sleep(wait_s)

    def _begin(self, link: Link, doubts: Sequence[Delivery]) -> None:
        """At once, so that no doubt that is told next is missed."""
        settings = self._settings
        try:
            keys = load_keys(settings.keys_folder, settings.origin, create=False)
            log = AuditLog(keys, settings.origin)
            self._ledger = RemoteLedger(link, log, keys, SqliteReader(settings.store_path), now, doubts)
        except GuardError as error:
            self._error = error
        self._begun.set()

    async def _count(self, link: Link) -> None:
        while True:
            await asyncio.sleep(COUNT_S)
            self._hand_over(link)

    def _hand_over(self, link: Link) -> None:
        if self._counts:
            link.tell("count", self._counts[:])
            self._counts.clear()
