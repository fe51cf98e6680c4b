"""Our inspection beside Presidio's: runs the pytest-benchmark file, the hostile texts and the memory probes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import engines
from benchmarks.stats import percentile, ratios

ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The JSON of this part; `missing` says what was left out, and why."""
    raw = folder / "inspect.json"
    command = [sys.executable, "-m", "pytest", "benchmarks/bench_inspect.py", "-p", "no:cacheprovider", "-q"]
    command += ["-o", "addopts=", "-o", "filterwarnings=default", "-o", "timeout=0", "--disable-warnings"]
    command += [
        "--benchmark-save-data",
        "--benchmark-quiet",
        f"--benchmark-json={raw}",
        "--benchmark-storage",
        str(folder),
    ]
    environment = {**os.environ, **({"BENCHMARKS_QUICK": "1"} if quick else {})}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"missing": {"inspect": _last_line(done.stdout + done.stderr)}}
    return {**summary(json.loads(raw.read_text(encoding="utf-8"))), "hostile_ms": _hostile(), "memory_mb": _memory()}


def summary(raw: dict[str, Any]) -> dict[str, Any]:
    """Per engine p50, p99 and mean CPU per post in microseconds over all slices; the ratio per slice."""
    slices: dict[str, dict[int, list[float]]] = defaultdict(dict)
    what = {}
    for entry in raw["benchmarks"]:
        extra = entry["extra_info"]
        slices[extra["engine"]][extra["slice"]] = [seconds * 1e6 for seconds in entry["stats"]["data"]]
        what[extra["engine"]] = extra["what"]
    found: dict[str, Any] = {"engines": {}}
    for name, by_slice in slices.items():
        every = [value for values in by_slice.values() for value in values]
        found["engines"][name] = {
            "what": what[name],
            "posts": len(every),
            "p50_us": round(percentile(every, 0.5), 1),
            "p99_us": round(percentile(every, 0.99), 1),
            "mean_us": round(sum(every) / len(every), 1),
        }
    ours, theirs = slices["guard"], slices["presidio"]
    order = sorted(ours)
    found["ratio_mean"] = ratios([sum(theirs[n]) for n in order], [sum(ours[n]) for n in order], 1)
    found["ratio_p50"] = ratios([median(theirs[n]) for n in order], [median(ours[n]) for n in order], 1)
    return found


def _hostile() -> dict[str, dict[str, float | None]]:
    table: dict[str, dict[str, float | None]] = defaultdict(dict)
    for name in engines.NAMES:
        for line in _child(name).splitlines():
            entry = json.loads(line)
            table[entry["text"]][name] = entry["cpu_ms"]
    return dict(table)


def _memory() -> dict[str, float]:
    return {name: json.loads(_child(name, "--memory"))["memory_mb"] for name in engines.NAMES}


def _child(*arguments: str) -> str:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.hostile", *arguments]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def _last_line(output: str) -> str:
    told = [line for line in output.splitlines() if line.startswith("E  ")] or output.strip().splitlines()
    return told[-1].removeprefix("E").strip()[:300] if told else "pytest said nothing"
