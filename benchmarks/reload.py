"""A gate under a steady load of clean posts while its folder of policies changes: what a request takes before and meanwhile."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import servers, wrk
from benchmarks.bundles import write_bundle
from benchmarks.stats import percentile, ratios, spread

POSTS_PER_S = 100
CONNECTIONS = 4
SETTLED_S = 3.5
"""After the new policies are in force, workers load them and the old ones are let go: that counts too."""
LONGEST_S = 60.0


@dataclass(slots=True)
class Seen:
    """When each request was due, what it took in milliseconds, and how many were not answered with 200."""

    requests: list[tuple[float, float]] = field(default_factory=list)
    bad: int = 0

    def between(self, start: float, end: float) -> list[float]:
        return [took for due, took in self.requests if start <= due < end]


def measure(folder: Path, *, workers: int, rounds: int, quiet_s: float) -> dict[str, Any]:
    """Spread over `rounds` reloads: the usual p99, the slowest request of each reload, and of as long a while before it, all
    in milliseconds; and the ratios of the slowest to the usual p99."""
    with ExitStack() as stack:
        upstream = stack.enter_context(servers.upstream(folder))
        policies = folder / "bundle"
        write_bundle(policies)
        gate = stack.enter_context(servers.gate(folder, upstream.port, policies=policies, workers=workers))
        return asyncio.run(_rounds(gate, policies, rounds, quiet_s))


async def _rounds(gate: servers.Server, policies: Path, rounds: int, quiet_s: float) -> dict[str, Any]:
    seen, stop = Seen(), asyncio.Event()
    bodies = wrk.bodies(200)
    load = [asyncio.create_task(_client(gate.port, bodies, seen, number, stop)) for number in range(CONNECTIONS)]
    usual: list[float] = []
    quiet: list[float] = []
    slowest: list[float] = []
    lasted: list[float] = []
    await asyncio.sleep(2)
    for number in range(rounds):
        begun = time.perf_counter()
        await asyncio.sleep(quiet_s)
        changed = time.perf_counter()
        _change(policies, number)
        gate.process.send_signal(signal.SIGHUP)  # what the gate does until it looks by itself is no reload
        await _reloaded(gate, number + 1)
        done = time.perf_counter()
        await asyncio.sleep(SETTLED_S)
        usual.append(percentile(seen.between(begun, changed), 0.99))
        slowest.append(max(seen.between(changed, done + SETTLED_S)))
        quiet.append(max(seen.between(changed - (done + SETTLED_S - changed), changed)))
        lasted.append(done - changed)
    stop.set()
    await asyncio.gather(*load)
    return {
        "posts": len(seen.requests),
        "not_answered": seen.bad,
        "usual_p99_ms": spread(usual, 2),
        "quiet_slowest_ms": spread(quiet, 2),
        "slowest_ms": spread(slowest, 2),
        "quiet_ratio": ratios(quiet, usual, 2),
        "ratio": ratios(slowest, usual, 2),
        "seconds": spread(lasted, 1),
    }


def _change(policies: Path, number: int) -> None:
    """Another version of one file: a rule of it gets a new name to look for."""
    file = policies / "names-0.yaml"
    text = file.read_text(encoding="utf-8")
    fresh = file.with_suffix(".new")
    fresh.write_text(text.replace("find: {terms: [", f'find: {{terms: ["Projet Essai {number}", ', 1), encoding="utf-8")
    fresh.replace(file)


async def _reloaded(gate: servers.Server, times: int) -> None:
    """Until the gate's log says for the so-manieth time that new policies are in force."""
    async with asyncio.timeout(LONGEST_S):
        while gate.log.read_text(encoding="utf-8").count('"policies-reloaded"') < times:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def _client(port: int, bodies: list[bytes], seen: Seen, number: int, stop: asyncio.Event) -> None:
    """One kept-alive connection that posts at its moments, whatever the answers before took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    every = CONNECTIONS / POSTS_PER_S
    due = time.perf_counter() + every * number / CONNECTIONS
    count = number
    while not stop.is_set():
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        body = bodies[count % len(bodies)]
        count += CONNECTIONS
        sent = time.perf_counter()
        writer.write(_request(body))
        answer = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length(answer))
        seen.requests.append((due, (time.perf_counter() - sent) * 1e3))
        seen.bad += not answer.startswith(b"HTTP/1.1 200")
        due = max(due + every, time.perf_counter())
    writer.close()
    await writer.wait_closed()


def _request(body: bytes) -> bytes:
    head = (
        "POST /api/v1/statuses HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {wrk.TOKEN}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
