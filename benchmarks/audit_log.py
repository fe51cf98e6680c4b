"""The durable log: posts recorded per second beside the disk's own floor, and the time to verify 100,000 leaves.

The floor is what any durable log costs on this disk: the same bytes appended to a plain file with one fdatasync per batch,
and batches as large as the callers at once. Rounds of the two alternate.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.servers import GUARD
from benchmarks.stats import ratios, spread
from guard.audit.encode import encode_entry
from guard.audit.keys import load_keys
from guard.audit.log import AuditLog, event_id, new_salt
from guard.store.base import Transaction
from guard.store.sqlite import SqliteStore
from guard.types.audit import AuditEntry, Record
from guard.types.held import Delivery, DeliveryState
from guard.types.post import Author

ROOT = Path(__file__).resolve().parents[1]
CALLERS = (1, 32, 256)
AUTHOR = Author("mastodon", "noor@social.example")
DATA = {
    "action": "allow",
    "author": "0" * 24,
    "detectors": "sha256:" + "1" * 64,
    "disposition": "deliver",
    "form": "written",
    "guard": "0.1.0",
    "listener": "mastodon",
    "network": "mastodon",
    "operation": "status.create",
    "policies": "sha256:" + "2" * 64,
    "visibility": "public",
}
"""What the gate records of a clean post."""


def run(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The JSON of this part."""
    rounds, seconds, leaves = (2, 1.0, 20_000) if quick else (5, 2.0, 100_000)
    keys = load_keys(folder / "keys", "postguard")
    log = AuditLog(keys)
    store = SqliteStore(folder / "writes.db", before_commit=log.before_commit)
    found: dict[str, Any] = {"rounds": rounds, "seconds": seconds, "callers": {}}
    try:
        ours: dict[int, list[float]] = {callers: [] for callers in CALLERS}
        floor: dict[int, list[float]] = {callers: [] for callers in CALLERS}
        cpu: dict[int, list[float]] = {callers: [] for callers in CALLERS}
        for _ in range(rounds):
            for callers in CALLERS:
                floor[callers].append(_floor(folder / "floor", callers, seconds))
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # As the gate runs.
                    rate, spent = runner.run(_write(store, log, callers, seconds))
                ours[callers].append(rate)
                cpu[callers].append(spent)
    finally:
        store.close()
    for callers in CALLERS:
        found["callers"][str(callers)] = {
            "records_per_s": spread(ours[callers], 0),
            "floor_per_s": spread(floor[callers], 0),
            "ratio": ratios(ours[callers], floor[callers]),
            "cpu_us": spread(cpu[callers], 1),
        }
    try:
        return {**found, "verify": _verify(folder, leaves)}
    except RuntimeError as error:
        return {**found, "missing": {"guard audit verify": str(error)}}


def _entry(now: datetime) -> AuditEntry:
    return AuditEntry(event_id(now), "decision", now, DATA)


def _decision(log: AuditLog, now: datetime, number: int) -> Callable[[Transaction], int]:
    """One unit of work as the gate's: leaf, record, delivery, author."""
    entry = _entry(now)
    record = Record(entry.id, new_salt(), "0" * 24, None, None, None)
    binding = sha256(number.to_bytes(8, "big")).digest()
    delivery = Delivery(entry.id, binding, "mastodon", "0" * 24, now, DeliveryState.SENDING)

    def work(tx: Transaction) -> int:
        tx.add_delivery(delivery)
        index = log.append(tx, entry, record, binding)
        tx.put_author("0" * 24, AUTHOR)
        return index

    return work


async def _write(store: SqliteStore, log: AuditLog, callers: int, seconds: float) -> tuple[float, float]:
    """Records made durable per second by so many callers who each wait for theirs; CPU microseconds per record."""
    until = time.monotonic() + seconds

    async def call(caller: int) -> int:
        done = 0
        while time.monotonic() < until:
            await store.write(_decision(log, datetime.now(UTC), caller * 1_000_000 + done))
            done += 1
        return done

    started, cpu = time.monotonic(), time.process_time()
    done = sum(await asyncio.gather(*(call(caller) for caller in range(callers))))
    return done / (time.monotonic() - started), (time.process_time() - cpu) / done * 1e6


def _floor(path: Path, batch: int, seconds: float) -> float:
    """Records per second appended to a plain file, one fdatasync per batch."""
    leaf = encode_entry(_entry(datetime.now(UTC)), "0" * 64)
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        started, done = time.monotonic(), 0
        while time.monotonic() - started < seconds:
            os.write(handle, leaf * batch)
            os.fdatasync(handle)
            done += batch
        return done / (time.monotonic() - started)
    finally:
        os.close(handle)
        path.unlink()


def _verify(folder: Path, leaves: int) -> dict[str, Any]:
    """Export a log of so many leaves and check the files with the program itself, as an auditor would."""
    own = folder / "verify"
    own.mkdir()
    (own / "guard.toml").write_text('[store]\npath = "guard.db"\n[keys]\nfolder = "keys"\n', encoding="utf-8")
    log = AuditLog(load_keys(own / "keys", "postguard"))
    store = SqliteStore(own / "guard.db", before_commit=log.before_commit)
    try:
        for at in range(0, leaves, 1000):
            units = [_decision(log, datetime.now(UTC), at + number) for number in range(1000)]
            store.write_now(partial(_all, units))
    finally:
        store.close()
    _guard("audit", "export", "--config", str(own / "guard.toml"), "--output", str(own / "export"))
    wall, cpu = _guard("audit", "verify", str(own / "export"))
    scale = 100_000 / leaves
    return {"leaves": leaves, "wall_s_per_100k": round(wall * scale, 2), "cpu_s_per_100k": round(cpu * scale, 2)}


def _all(units: list[Callable[[Transaction], int]], tx: Transaction) -> None:
    for unit in units:
        unit(tx)


def _guard(*arguments: str) -> tuple[float, float]:
    """Wall and CPU seconds of one command. RuntimeError with its words when it fails."""
    command = [sys.executable, "-c", GUARD, *arguments]
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"guard {' '.join(arguments[:2])}: {done.stderr.strip()[-300:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - started, cpu
