"""The running gate: listeners, console and (for `make run`) the sandbox service, in one event loop."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import uvloop

from guard import observe
from guard.audit.log import erase_due, event_id
from guard.channels.registry import channel
from guard.console.app import Console, build_console
from guard.errors import DetectorError, GuardError, SettingsError, StoreError
from guard.gateway.app import GateApp
from guard.gateway.gate import Gate
from guard.gateway.identify import Identities
from guard.gateway.ledger import Ledger
from guard.gateway.media import Uploads
from guard.gateway.server import Address, BodyBudget, Listener, serve
from guard.inspector import Inspector
from guard.outbox.review import expire_due
from guard.sandbox.app import build_sandbox
from guard.settings.load import Authors, ListenerSettings, Settings, load_authors
from guard.settings.toml import Address as Place
from guard.store.base import Transaction
from guard.types.audit import AuditEntry
from guard.upstream.client import Timeouts, Upstream
from guard.wiring.heart import build_inspector, new_id, now
from guard.wiring.ledger import OpenLedger, only_gate, open_ledger

BODIES = 256 * 1024 * 1024
"""Bytes of request bodies held at once, over all listeners."""
ERASE_EVERY_S = 3600
SANDBOX = Place("127.0.0.1", 8402)

Say = Callable[[str], None]


def run(settings: Settings, *, sandbox: bool, say: Say) -> None:
    """Serve until SIGINT or SIGTERM. Raises GuardError, all problems at once, when it cannot start."""
    if not settings.listeners:
        hint = "add a [[listener]], as guard.example.toml shows"
        raise SettingsError("no [[listener]]: nothing would be guarded", hint=hint)
    observe.start_logging()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, sandbox=sandbox, say=say))


async def _serve(settings: Settings, *, sandbox: bool, say: Say) -> None:
    warnings: list[GuardError] = []
    inspector = build_inspector(
        settings.policies_folder, third_party=settings.detectors, cache=settings.cache_folder, warn=warnings.append
    )
    for warning in warnings:
        observe.warn("start", problem=str(warning))
        say(f"warning: {warning}")
    authors = load_authors(settings.authors_file) if settings.authors_file else Authors()
    missing = [str(one) for one in warnings if isinstance(one, DetectorError)]
    with only_gate(settings):
        parts = _Parts(settings, inspector, authors, open_ledger(settings), ThreadPoolExecutor(4, "inspect"), missing)
        try:
            await parts.serve(sandbox=sandbox, say=say)
        finally:
            await parts.close()


@dataclass(slots=True)
class _Parts:
    """What lives as long as the gate."""

    settings: Settings
    inspector: Inspector
    authors: Authors
    opened: OpenLedger
    threads: ThreadPoolExecutor
    missing: list[str]

    async def serve(self, *, sandbox: bool, say: Say) -> None:
        settings, opened = self.settings, self.opened
        ledger = Ledger(opened.store, opened.log, opened.keys, now, timedelta(days=settings.proof_days))
        await opened.store.write(self._started)
        doubts = await ledger.recover()
        uploads = Uploads(opened.store)
        budget = BodyBudget(BODIES)
        gates = [self._gate(door, ledger, uploads) for door in settings.listeners]
        listeners = [
            Listener(door.name, door.listen.host, door.listen.port, GateApp(gate, budget), door.tls_cert, door.tls_key)
            for door, gate in zip(settings.listeners, gates, strict=True)
        ]
        console = build_console(self._console(opened))
        listeners.append(Listener("console", settings.console.host, settings.console.port, console))
        if sandbox:
            listeners.append(Listener("sandbox service", SANDBOX.host, SANDBOX.port, build_sandbox()))
        erasing = asyncio.create_task(self._erase())

        def ready(addresses: Sequence[Address]) -> None:
            if not sandbox:
                observe.log("ready", listeners=len(addresses), policies=self.inspector.bundle.digest, in_doubt=doubts)
            say(_greeting(addresses) if sandbox else _listening(addresses))
            _settle_memory()

        try:
            await serve(listeners, asyncio.Event(), ready)
        finally:
            erasing.cancel()
            await asyncio.gather(erasing, return_exceptions=True)
            await ledger.settled()
            for gate in gates:
                await gate.upstream.close()

    def _started(self, tx: Transaction) -> None:
        """The log says with which policies and detectors the gate runs, and since when."""
        versions = self.inspector.versions
        data = {
            "guard": versions.guard,
            "policies": versions.policies,
            "detectors": versions.detectors,
            "listeners": [f"{door.name}: {door.channel}" for door in self.settings.listeners],
            "media": self.settings.media_unread,
        }
        moment = now()
        self.opened.log.append(tx, AuditEntry(event_id(moment), "start", moment, data))

    async def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.opened.store.close()

    def _gate(self, door: ListenerSettings, ledger: Ledger, uploads: Uploads) -> Gate:
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
            ledger=ledger,
            identities=Identities(speaks, upstream, self.authors, settings.identity_minutes),
            uploads=uploads,
            now=now,
            new_id=new_id,
            threads=self.threads,
            deadline_s=settings.deadline_ms / 1000,
            language=settings.language,
            hold_unread_media=settings.media_unread == "hold",
        )

    def _console(self, opened: OpenLedger) -> Console:
        settings = self.settings

        def problems() -> list[str]:
            failing = opened.store.failing  # a probe needs less room than a post: it must not hide what posts meet
            try:
                opened.store.write_now(lambda tx: tx.probe())
            except StoreError as error:
                failing = error
            return [] if failing is None else [str(failing)]

        doors = {f"gate {door.name}": f"{door.public_url} → {door.upstream}" for door in settings.listeners}
        return Console(
            inspector=lambda: self.inspector,
            now=now,
            new_id=new_id,
            problems=problems,
            facts=doors
            | {"policies": self.inspector.bundle.digest, "detectors": self.inspector.detectors.digest}
            | ({"detectors left out": "; ".join(self.missing)} if self.missing else {}),
            check_token=settings.check_token,
        )

    async def _erase(self) -> None:
        """What is over goes without anyone having to think of it: held texts, unused approvals, old salts."""
        while True:
            try:
                await self.opened.store.write(lambda tx: expire_due(tx, self.opened.log, now()))
                while await self.opened.store.write(lambda tx: erase_due(tx, self.opened.log, now())):
                    await asyncio.get_running_loop().run_in_executor(None, self.opened.store.scrub)
            except StoreError as error:
                observe.warn("erasure-failed", error=type(error).__name__)
            await asyncio.sleep(ERASE_EVERY_S)


def _settle_memory() -> None:
    """What was built for good need not be walked by every garbage collection; what a post leaves behind is mostly no cycle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _listening(addresses: Sequence[Address]) -> str:
    return "\n".join(f"{address.name:<16} {address.url}" for address in addresses)


def _greeting(addresses: Sequence[Address]) -> str:
    """What `make run` prints: the addresses, and one post that is refused."""
    gate = addresses[0].url
    leak = "Pff, encore un projet avec client X qui m'échappe, galère 20 personnes sur le carreau"
    page = addresses[-1].url
    body = json.dumps({"status": leak}, ensure_ascii=False).replace("'", "'\\''")
    return f"""
{_listening(addresses)}

A post that must not leave (any bearer token will do here):

  curl -s {gate}/api/v1/statuses -H 'Authorization: Bearer me' -H 'Content-Type: application/json' \\
    -d '{body}'

One that is masked first, one that passes as written, and one that waits for a person; look at {page} afterwards:

  curl -s {gate}/api/v1/statuses -H 'Authorization: Bearer me' -d 'status=Appelez Marie au 06 39 98 12 34'
  curl -s {gate}/api/v1/statuses -H 'Authorization: Bearer me' -d 'status=Bonjour tout le monde'
  curl -s {gate}/api/v1/statuses -H 'Authorization: Bearer me' -d 'status=Astreinte : 06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36'

The last one is held as a case (1001, the first time): `.venv/bin/guard review approve 1001`, then send it again.

Ctrl-C stops the gate.
"""
