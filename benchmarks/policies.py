"""What policies cost their authors and the gate: each figure with its goal.

The commands run in processes of their own, as from a shell; CPU time, which is what they take where nobody else computes,
the best of several runs, with the wall time beside it. A reload is measured at a running gate (benchmarks/reload.py).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import reload
from benchmarks.bundles import write_bundle
from benchmarks.detection import steps
from benchmarks.figures import Row
from benchmarks.servers import GUARD, MissingError

ROOT = Path(__file__).resolve().parents[1]
RULES, TERMS = 500, 20_000
COMPILE = """\
import sys, time
from pathlib import Path
from guard.detect.patterns import catalogue
from guard.detect.run import Detectors
from guard.policy.bundle import load_bundle
Detectors.build((), cache_dir=Path(sys.argv[2]))
wall, cpu = time.perf_counter(), time.process_time()
bundle = load_bundle(Path(sys.argv[1]))
Detectors.build(bundle.matchers, cache_dir=Path(sys.argv[2]))
print(time.process_time() - cpu, time.perf_counter() - wall)
"""
DECIDE = """\
import time
from pathlib import Path
from guard.authoring.suite import example_facts, example_post
from guard.policy.decide import decide
from guard.wiring.heart import build_inspector, user_cache
inspector = build_inspector(Path("policies"), examples=False, cache=user_cache())
bundle = inspector.bundle
cases = [(example_post(rule.policy, example), example_facts(rule.policy, example))
         for rule in bundle.rules for example in (*rule.source.match, *rule.source.no_match)]
found = [(post, inspector.detectors.run(post)[0], facts) for post, facts in cases]
best = float("inf")
for _ in range(20):
    started = time.process_time()
    for post, findings, facts in found:
        decide(post, findings, facts, bundle)
    best = min(best, time.process_time() - started)
print(best / len(found) * 1e6, sum(bool(findings) for _, findings, _ in found), len(found))
"""
"""Times the posts of all examples of the shipped packs: nearly all of them hold something to decide on."""


def run(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The JSON of this part; `missing` says what was left out, and why."""
    bundle = folder / "generated"
    write_bundle(bundle, rules=RULES, terms=TERMS)
    times = 3 if quick else 7
    rows, missing = steps({
        "compile": lambda: _compile(bundle, folder, times),
        "reload": lambda: _reload(folder, quick=quick),
        "test": lambda: [_command("`guard policy test` on the shipped packs", ["policy", "test", "policies"], 3.0, times)],
        "decide": _decide,
        "check": lambda: [_command("`guard check` from a cold shell", ["check", "Bonjour tout le monde"], 0.6, times)],
    })  # fmt: skip
    told: dict[str, Any] = {"command": "python -m benchmarks policies", "rows": [row.as_json() for row in rows]}
    return {**told, "missing": missing} if missing else told


def _compile(bundle: Path, folder: Path, times: int) -> list[Row]:
    """The folder's own share: the catalogue's automata, made once on a machine, are a figure of their own."""
    cache = folder / "cache"
    started = time.perf_counter()
    _python(COMPILE, str(bundle), str(cache))
    first = time.perf_counter() - started
    found = [tuple(map(float, _python(COMPILE, str(bundle), str(cache)).split())) for _ in range(times)]
    cpu, wall = min(each[0] for each in found), min(each[1] for each in found)
    what = f"compile {RULES} rules with {TERMS:,} terms"
    return [
        Row(what, round(cpu, 2), "s", 2.0, "<=", note=f"wall {wall:.2f} s; best of {times}, catalogue compiled before"),
        Row("the first start on a machine", round(first, 1), "s", note="the same, and all patterns of the catalogue"),
    ]


def _reload(folder: Path, *, quick: bool) -> list[Row]:
    rows = []
    for workers in (0, 2):
        own = folder / f"reload-{workers}"
        own.mkdir()
        try:
            found = reload.measure(own, workers=workers, rounds=2 if quick else 7, quiet_s=5 if quick else 10)
        except MissingError as error:
            raise RuntimeError(str(error)) from error
        if found["not_answered"]:
            raise RuntimeError(f"{found['not_answered']} posts were not answered with 200")
        kind = f"{workers} workers" if workers else "one process"
        usual, most, quiet = (found[key]["median"] for key in ("usual_p99_ms", "slowest_ms", "quiet_slowest_ms"))
        note = f"{most} ms, usual p99 {usual} ms; {quiet} ms is the slowest of as long a while without a reload"
        rows.append(Row(f"slowest request of a reload, of the usual p99 ({kind})", found["ratio"]["median"], "x", 2.0, "<=", note=note, details=found))  # fmt: skip
        rows.append(Row(f"slowest request without a reload, of the usual p99 ({kind})", found["quiet_ratio"]["median"], "x", note="the machine's own noise"))  # fmt: skip
    return rows


def _decide() -> list[Row]:
    cost, telling, posts = _python(DECIDE).split()
    note = f"CPU, {posts} posts of the packs' examples, {telling} of them with findings"
    return [Row("deciding, beyond detection", round(float(cost), 1), "µs a post", 50.0, "<=", note=note)]


def _command(what: str, words: Sequence[str], goal: float, times: int) -> Row:
    """What a command of ours takes; the run before the first that counts fills the cache, as the first day's does."""
    walls: list[float] = []
    cpus: list[float] = []
    for number in range(times + 1):
        before, started = os.times(), time.perf_counter()
        subprocess.run([sys.executable, "-c", GUARD, *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        wall, after = time.perf_counter() - started, os.times()
        if number:
            walls.append(wall)
            cpus.append(after.children_user + after.children_system - before.children_user - before.children_system)
    note = f"wall {min(walls):.2f} s; best of {times}"
    return Row(what, round(min(cpus), 2), "s", goal, "<=", note=note, details={"wall_s": walls, "cpu_s": cpus})


def _python(program: str, *words: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", program, *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(json.dumps(done.stderr.strip().splitlines()[-1:]))
    return done.stdout
