"""Clean posts through every door in turn: direct, nginx, mitmproxy, the gate with inspection and durable audit.

Rounds are interleaved and the order turns, so that a busy neighbour disturbs all alike. After each run the gate's log is
read: as many decisions as posts answered, or the row is marked wrong.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import machine, servers, wrk
from benchmarks.stats import ratios, spread

CONNECTIONS = (1, 32)
WARM_UP_POSTS = 50


@dataclass(slots=True)
class Door:
    """One way to the upstream, and what was measured through it, by connections."""

    server: servers.Server
    loads: dict[int, list[wrk.Load]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})
    cpu_us: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})
    memory_mb: float = 0.0


@dataclass(slots=True)
class Log:
    """The gate's audit log, read from outside through SQLite alone."""

    path: Path
    runs: list[dict[str, int]] = field(default_factory=list)

    def decisions(self, since: int = 0) -> tuple[int, int, int]:
        """Size of the tree, decisions among the leaves from `since` on, and those of them that let the post pass as written."""
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30) as reader:
            size = reader.execute("SELECT size FROM tree").fetchone()[0]
            entries = [
                json.loads(row[0]) for row in reader.execute("SELECT entry FROM leaves WHERE idx >= ?", (since,))
            ]
        reader.close()
        decided = [entry["data"] for entry in entries if entry["kind"] == "decision"]
        return size, len(decided), sum(data.get("action") in {"allow", "flag"} for data in decided)


def run(folder: Path, *, quick: bool) -> dict[str, Any]:
    """All rounds; the JSON of this part. `missing` names each row that was left out, and why."""
    rounds, seconds = (2, 2) if quick else (5, 4)
    missing: dict[str, str] = {}
    if shutil.which("wrk") is None:
        return {"missing": {"http": "wrk is missing (Debian: apt-get install wrk)"}}
    with ExitStack() as stack:
        try:
            upstream = stack.enter_context(servers.upstream(folder))
        except servers.MissingError as error:
            return {"missing": {"http": str(error)}}
        doors = [Door(upstream)]
        for name, start in (("nginx", servers.nginx_proxy), ("mitmproxy", servers.mitmproxy), ("gate", servers.gate)):
            try:
                doors.append(Door(stack.enter_context(start(folder, upstream.port))))
            except servers.MissingError as error:
                missing[name] = str(error)
        log = Log(folder / "gate" / "guard.db")
        _first_posts(doors, log)
        script = wrk.write_script(folder)
        neighbours = _rounds(doors, rounds, seconds, script, log)
    return {
        "rounds": rounds,
        "seconds": seconds,
        "neighbours_busy_cores": spread(neighbours),
        "missing": missing,
        **_summary(doors, log),
    }


def _first_posts(doors: list[Door], log: Log) -> None:
    """Every door must answer 200 and the upstream's own status, one post after the other; the gate records each once."""
    expected = json.loads(servers.status_json())
    for door in doors:
        gate = door.server.name == "gate"
        before = log.decisions()[0] if gate else 0
        for body in wrk.bodies()[:WARM_UP_POSTS]:
            status, answer = servers.post_once(door.server.port, body)
            if status != 200 or json.loads(answer) != expected:
                raise RuntimeError(f"{door.server.name} answered {status}: {answer[:300]!r}")
        if gate:
            log.runs.append({"connections": 0, "posts": WARM_UP_POSTS, **_recorded(log, before)})


def _rounds(doors: list[Door], rounds: int, seconds: int, script: Path, log: Log) -> list[float]:
    neighbours = []
    for number in range(rounds):
        neighbours.append(machine.busy_cores())
        for connections in CONNECTIONS:
            turned = doors[number % len(doors) :] + doors[: number % len(doors)]
            for door in turned:
                _measure(door, connections, seconds, script, log)
    return neighbours


def _measure(door: Door, connections: int, seconds: int, script: Path, log: Log) -> None:
    gate = door.server.name == "gate"
    before = log.decisions()[0] if gate else 0
    cpu = machine.cpu_seconds(door.server.process.pid)
    load = wrk.drive(door.server.port, connections, seconds, script)
    cpu = machine.cpu_seconds(door.server.process.pid) - cpu
    door.loads[connections].append(load)
    door.cpu_us[connections].append(cpu / max(load.requests, 1) * 1e6)
    door.memory_mb = max(door.memory_mb, machine.memory_mb(door.server.process.pid))
    if gate:
        log.runs.append({"connections": connections, "posts": load.requests, **_recorded(log, before)})


def _recorded(log: Log, before: int) -> dict[str, int]:
    size, decided, allowed = log.decisions(before)
    return {"leaves": size - before, "decisions": decided, "allowed": allowed}


def faithful(runs: list[dict[str, int]]) -> bool:
    """True when each run has one decision per post answered: at most one more per connection, cut off in flight."""
    return bool(runs) and all(
        run["posts"] <= run["decisions"] <= run["posts"] + run["connections"]
        and run["leaves"] >= run["decisions"] == run["allowed"]
        for run in runs
    )


def _summary(doors: list[Door], log: Log) -> dict[str, Any]:
    by_name = {door.server.name: door for door in doors}
    found: dict[str, Any] = {"doors": {}, "ratios": {}}
    for door in doors:
        found["doors"][door.server.name] = {"memory_mb": door.memory_mb} | {
            f"c{count}": {
                "rate": spread([load.rate for load in loads], 1),
                "p50_us": median(load.p50_us for load in loads),
                "p99_us": median(load.p99_us for load in loads),
                "cpu_us": round(median(door.cpu_us[count]), 1),
                "bad_answers": sum(load.bad_status + load.broken for load in loads),
            }
            for count, loads in door.loads.items()
        }
    if gate := by_name.get("gate"):
        found["audit"] = {"one_decision_per_post": faithful(log.runs), "runs": log.runs}
        for peer in sorted(by_name.keys() - {"gate"}):
            for count in CONNECTIONS:
                ours, theirs = ([load.rate for load in door.loads[count]] for door in (gate, by_name[peer]))
                found["ratios"][f"gate/{peer} c{count}"] = ratios(ours, theirs)
    return found
