"""The running gate: listeners, console and (for `make run`) the sandbox service, in one event loop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from signal import SIG_IGN, SIGHUP, signal

import uvloop

from guard import loglines, observe
from guard.audit.log import erase_due, event_id
from guard.console.api import Console
from guard.errors import DetectorError, GuardError, Location, SettingsError, StoreError
from guard.gateway.ledger import Ledger
from guard.gateway.server import Address, Listener
from guard.inspector import Inspector
from guard.outbox import questions
from guard.outbox.review import expire_due
from guard.sandbox.app import build_sandbox
from guard.settings.load import Authors, Settings, load_authors
from guard.store.base import Transaction
from guard.types.audit import AuditEntry
from guard.wiring import handover, lifetime
from guard.wiring.certificates import Certificates
from guard.wiring.changes import between
from guard.wiring.console import OpenConsole, in_clear, open_console
from guard.wiring.doors import Doors, doors_in_clear
from guard.wiring.folder import recover
from guard.wiring.front import InWorkers, ThisProcess
from guard.wiring.heart import as_settings_say, build_inspector, check_reroute, new_id, now
from guard.wiring.ledger import OpenLedger, only_gate, open_ledger, sandbox_place
from guard.wiring.memory import settle_memory
from guard.wiring.notices import open_notices
from guard.wiring.policies import Folder
from guard.wiring.reload import Reloader
from guard.wiring.sandbox import greeting, hold_example, invented_authors, listening
from guard.wiring.tried import try_quick
from guard.wiring.workers import Crew
from guard.words.texts import Phrase

ERASE_EVERY_S = 3600
NOTE_EVERY_S = 600
"""What comes to the log between two notes of its checkpoint can be lost in a crash without a trace."""

Say = Callable[[str], None]


def run(settings: Settings, *, sandbox: bool, say: Say) -> None:
    """Serve until SIGINT or SIGTERM. Raises GuardError, all problems at once, when it cannot start."""
    if not settings.listeners:
        raise SettingsError(Phrase("settings.no-listener"), hint=Phrase("settings.do.add-listener"))
    with suppress(ValueError):  # not in the main thread: a test
        # till there is something to read again: a certificate's hook must not end a gate that starts
        signal(SIGHUP, SIG_IGN)
    with only_gate(settings):
        if put_back := recover(settings.policies_folder):
            _warn(Phrase("change.taken-back", files=tuple(put_back)), say, "policies-put-back", files=len(put_back))
        _run(settings, sandbox=sandbox, say=say)


def _run(settings: Settings, *, sandbox: bool, say: Say) -> None:
    """As the only gate on its store."""
    try_quick(settings, sandbox=sandbox)  # before half a minute of compiling
    authors = load_authors(settings.authors_file) if settings.authors_file else Authors()
    authors = invented_authors() if sandbox else authors
    warnings: list[GuardError] = []
    inspector = build_inspector(
        settings.policies_folder,
        cache=settings.cache_folder,
        warn=warnings.append,
        **as_settings_say(settings),
    )
    check_reroute(inspector.bundle, settings)
    inspector.detectors.warm()
    for warning in warnings:
        _warn(warning, say)
    for problem in filter(None, (in_clear(settings), *doors_in_clear(settings))):
        _warn(problem, say)
    certificates = Certificates(settings, now, say)
    certificates.look()
    missing = [str(one) for one in warnings if isinstance(one, DetectorError)]
    gc.freeze()  # so that workers go on sharing what was loaded
    crew = Crew.hire(settings, inspector, authors) if settings.workers else None
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, inspector, authors, missing, crew, certificates, sandbox=sandbox, say=say))
    finally:
        if crew is not None:
            crew.fire()


def _warn(problem: str | GuardError, say: Say, event: str = "start", **facts: int) -> None:
    """Once: a sentence for who sits there, else an event that can be alerted on."""
    if loglines.plain():
        say(Phrase("terminal.warning", told=problem))
    else:
        observe.warn(event, problem=str(problem), **facts)


def _warn_of_groups(console: OpenConsole, say: Say, *, sandbox: bool) -> None:
    """Of those that nobody is in. Who the sandbox lets in is in every group, but comes into being only when it is ready."""
    if not sandbox and (problem := console.empty_groups()):
        _warn(problem, say)


async def _serve(
    settings: Settings,
    inspector: Inspector,
    authors: Authors,
    missing: list[str],
    crew: Crew | None,
    certificates: Certificates,
    *,
    sandbox: bool,
    say: Say,
) -> None:
    opened = open_ledger(settings, own_thread=crew is None)
    parts = _Parts(settings, inspector, authors, opened, missing, crew, certificates)
    try:
        await parts.serve(sandbox=sandbox, say=say)
    finally:
        if not sandbox:
            opened.note()
        opened.store.close()


@dataclass(slots=True)
class _Parts:
    """What lives as long as the gate."""

    settings: Settings
    inspector: Inspector
    authors: Authors
    opened: OpenLedger
    missing: list[str]
    crew: Crew | None
    certificates: Certificates
    reloader: Reloader = field(init=False)
    front: ThisProcess | InWorkers = field(init=False)
    console: OpenConsole = field(init=False)

    async def serve(self, *, sandbox: bool, say: Say) -> None:
        settings, opened = self.settings, self.opened
        ledger = self._ledger()
        await self._begin(sandbox=sandbox)
        doubts = await ledger.recover()
        self.front = front = (
            ThisProcess(Doors.open(settings, self.inspector, self.authors, ledger, opened.store))
            if self.crew is None
            else InWorkers(self.crew, ledger)
        )
        self.reloader = Reloader(settings, lambda: self.inspector, self._swap, say)
        self.console = console = open_console(
            opened, self.authors, self._console(opened), Folder(settings, self.reloader)
        )
        _warn_of_groups(console, say, sandbox=sandbox)
        own = self._own(sandbox=sandbox)
        beside = [asyncio.create_task(task) for task in self._beside(sandbox=sandbox)]
        stop = asyncio.Event()

        def ready(addresses: Sequence[Address]) -> None:
            lifetime.ready()
            if sandbox:
                beside.append(asyncio.create_task(hold_example(opened.store, addresses[0].url)))
                say(greeting(addresses, console.first_person()))
            else:
                observe.log("ready", listeners=len(addresses), policies=self.inspector.bundle.digest, in_doubt=doubts)
                say(listening(addresses))
            settle_memory()

        try:
            await front.serve(own, stop, ready)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await front.close()
            await console.close()
            await ledger.settled()

    async def _begin(self, *, sandbox: bool) -> None:
        """The first entry; what keeps it from being written is told with the file it is about.

        The sandbox notes no checkpoint: it is a toy, whose store is deleted to begin anew.
        """
        try:
            await self.opened.store.write(self._started)
        except StoreError as error:
            place = Location(str(self.settings.store_path))
            raise StoreError(error.message, hint=error.hint, location=place) from None
        if not sandbox:
            self.opened.note()

    def _own(self, *, sandbox: bool) -> list[Listener]:
        """What this process serves beside the doors."""
        place = self.settings.console
        own = [Listener("console", place.host, place.port, self.console.app)]
        if sandbox:
            place = sandbox_place(self.settings)
            service = build_sandbox(base_url=self.settings.listeners[0].upstream)
            own.append(Listener("sandbox service", place.host, place.port, service))
        return own

    def _beside(self, *, sandbox: bool) -> Sequence[Coroutine[None, None, None]]:
        """What goes on for ever beside the doors. SettingsError when a way to send notices cannot be opened."""
        notices = open_notices(self.opened, self.authors, lambda: self.inspector)
        with suppress(NotImplementedError, RuntimeError):
            asyncio.get_running_loop().add_signal_handler(SIGHUP, self._again)
        console = self.console
        certificates = self.certificates.watch(self.front.renew)
        noting = () if sandbox else (self._note(),)
        return (
            self._erase(), self.reloader.watch(), certificates, console.watch(), console.refresh(), notices.run(), *noting,
        )  # fmt: skip

    def _again(self) -> None:
        """SIGHUP: certificates and policies are read again."""
        self.front.renew(self.certificates.usable())
        self.reloader.ask()

    def _ledger(self) -> Ledger:
        kept, opened = timedelta(days=self.settings.proof_days), self.opened
        return Ledger(opened.store, opened.log, opened.keys, now, kept, self.settings.answer_by)

    async def _swap(self, inspector: Inspector, made: handover.Place) -> None:
        """New policies: first into the log, then into force."""
        moment, named = now(), between(self.inspector.bundle, inspector.bundle).data()
        entry = AuditEntry(event_id(moment), "policies", moment, _versions(inspector) | named)
        await self.opened.store.write(lambda tx: self.opened.log.append(tx, entry))
        self.inspector = inspector
        self.front.swap(inspector, made)

    def _started(self, tx: Transaction) -> None:
        """The log says with which policies and detectors the gate runs, and since when."""
        data = _versions(self.inspector) | {
            "listeners": [f"{door.name}: {door.channel}" for door in self.settings.listeners],
            "media": self.settings.media_unread,
        }
        moment = now()
        self.opened.log.append(tx, AuditEntry(event_id(moment), "start", moment, data))

    def _console(self, opened: OpenLedger) -> Console:
        settings = self.settings

        def problems() -> list[str]:
            failing = opened.store.failing  # a probe needs less room than a post: it must not hide what posts meet
            try:
                opened.store.write_now(lambda tx: tx.probe())
            except StoreError as error:
                failing = error
            return [] if failing is None else [str(failing)]

        def warnings() -> dict[str, Sequence[str | GuardError]]:
            told: dict[str, Sequence[str | GuardError]] = {
                "policies-refused": self.reloader.problems,
                "policies-removed": self.reloader.removed,
                "detectors-missing": self.missing,
                "certificates": self.certificates.problems,
            }
            return {name: about for name, about in told.items() if about}

        return Console(
            inspector=lambda: self.inspector,
            now=now,
            new_id=new_id,
            problems=problems,
            warnings=warnings,
            check_token=settings.check_token,
            proxied=bool(settings.signin.public_url or settings.signin.proxies),
        )

    async def _erase(self) -> None:
        """What is over goes without anyone having to think of it: held texts, unused approvals, old salts."""
        while True:
            try:
                await self.opened.store.write(lambda tx: expire_due(tx, self.opened.log, now()))
                await self.console.forget()
                while await self.opened.store.write(lambda tx: questions.erase_due(tx, self.opened.log, now())):
                    pass
                while await self.opened.store.write(lambda tx: erase_due(tx, self.opened.log, now())):
                    await asyncio.get_running_loop().run_in_executor(None, self.opened.store.scrub)
            except StoreError as error:
                observe.warn("erasure-failed", error=type(error).__name__)
            await asyncio.sleep(ERASE_EVERY_S)

    async def _note(self) -> None:
        """In another thread: a disk takes its time, and no post waits for it."""
        while True:
            await asyncio.sleep(NOTE_EVERY_S)
            await asyncio.to_thread(self.opened.note)


def _versions(inspector: Inspector) -> dict[str, object]:
    versions = inspector.versions
    return {"guard": versions.guard, "policies": versions.policies, "detectors": versions.detectors}
