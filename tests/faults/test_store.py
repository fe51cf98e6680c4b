"""The store when the machine fails: killed at any moment, disk full, locked, two processes at once."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from guard.audit.verify import verify_leaves
from guard.errors import StoreError
from guard.types.held import DeliveryState
from tests.ledgers import delivery, opened

ROOT = Path(__file__).resolve().parents[2]


def start(folder, name, clients, units):
    command = [sys.executable, "-m", "tests.faults.store_writer", str(folder), name, str(clients), str(units)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def check(here, acknowledged):
    """Every acknowledged unit is there whole, and the tree has no gap."""
    read = here.store.read_now
    verified = read(lambda tx: verify_leaves(tx.leaves(), tx.checkpoint(), here.keys.verifier))
    assert read(here.log.check) == verified.head
    sending = {each.id for each in read(lambda tx: tx.deliveries(DeliveryState.SENDING, 10**6))}
    assert set(acknowledged) <= sending
    assert len(sending) == verified.head.size
    for event in acknowledged:
        assert read(lambda tx, event=event: tx.leaf_index(event)) is not None
        assert read(lambda tx, event=event: tx.record(event)) is not None
    return verified.head.size


@pytest.mark.parametrize("rounds", [12])
def test_killed_in_mid_commit_loses_nothing_acknowledged(tmp_path, rounds):
    acknowledged = []
    for number in range(rounds):
        process = start(tmp_path, f"r{number:02d}-", 16, 10**6)
        lines = [process.stdout.readline() for _ in range(3)]
        assert all(lines), process.stderr.read()
        time.sleep(0.01 + 0.013 * number)
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate(timeout=30)
        # A last line without its end was written by nobody who was told so.
        acknowledged += [line.strip() for line in lines] + [line for line in rest.split("\n")[:-1] if line]
        with opened(tmp_path) as here:
            check(here, [])
    with opened(tmp_path) as here:
        assert check(here, acknowledged) >= len(acknowledged) >= 3 * rounds


def test_two_processes_write_at_once(tmp_path):
    processes = [start(tmp_path, name, 4, 100) for name in ("a", "b")]
    acknowledged = []
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        acknowledged += out.split()
    with opened(tmp_path) as here:
        assert len(set(acknowledged)) == 800
        assert check(here, acknowledged) == 800


def fill(here, units=400):
    """Write large units until one fails; returns ids of those that were acknowledged."""
    done = []
    for _ in range(units):
        sent = delivery()

        def work(tx, sent=sent):
            tx.add_delivery(sent)
            here.append(tx, event=sent.id, filler="x" * 30_000)

        here.store.write_now(work)
        done.append(sent.id)
    return done


def test_a_full_database_is_refused_whole_and_goes_on_once_there_is_room(tmp_path):
    with opened(tmp_path) as here:
        done = []

        async def one():
            sent = delivery()

            def work(tx):
                tx.add_delivery(sent)
                here.append(tx, event=sent.id, filler="x" * 20_000)

            await here.store.write(work)
            done.append(sent.id)

        async def many():
            return await asyncio.gather(*(one() for _ in range(20)), return_exceptions=True)

        here.add()
        pages = here.store._writer.execute("PRAGMA page_count").fetchone()[0]
        here.store._writer.execute(f"PRAGMA max_page_count = {pages + 5}")
        outcomes = asyncio.run(many())
        assert {str(outcome) for outcome in outcomes if isinstance(outcome, StoreError)} == {
            "the disk is full (SQLITE_FULL) (free space; the gate goes on by itself)"
        }
        assert sum(outcome is None for outcome in outcomes) == len(done)
        # The limit was that connection's: the store has opened another.
        assert asyncio.run(many()) == [None] * 20
        read = here.store.read_now
        assert read(here.log.check).size == 1 + len(done)
        assert {each.id for each in read(lambda tx: tx.deliveries(DeliveryState.SENDING))} == set(done)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 4 MB; where none can be mounted, the folder itself and a limit on file size stand in for it."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        yield place, False
        return
    yield place, True
    subprocess.run([str(shutil.which("umount")), "-l", str(place)], check=True)


def test_a_full_disk_loses_nothing_and_the_gate_goes_on_once_it_is_freed(small_disk):
    place, real = small_disk
    with opened(place) as here:
        ballast = place / "ballast"
        done = fill(here, 5)
        if real:
            free = os.statvfs(place)
            ballast.write_bytes(b"\0" * (free.f_bavail * free.f_frsize - 200_000))
        else:
            here.store._writer.execute("PRAGMA max_page_count = 20")
        with pytest.raises(StoreError, match="disk"):
            fill(here)
        with pytest.raises(StoreError):
            fill(here)
        before = here.store.read_now(here.log.check).size
        assert (
            here.store.read_now(lambda tx: verify_leaves(tx.leaves(), tx.checkpoint(), here.keys.verifier)).head.size
            == before
        )
        ballast.unlink(missing_ok=True)
        done += fill(here, 5)
        assert check(here, done) >= len(done)
    with opened(place) as again:
        assert check(again, done) >= len(done)


def test_locked_by_another_process(tmp_path):
    with opened(tmp_path, busy_timeout_ms=50) as here:
        here.add()
        other = sqlite3.connect(tmp_path / "guard.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another process"):
            here.add()
        assert here.store.read_now(lambda tx: tx.frontier.size) == 1
        other.execute("ROLLBACK")
        other.close()
        here.add()
        assert here.store.read_now(here.log.check).size == 2
