"""The figures of detection, beside Presidio, in one run: each row with its value, its goal and whether it is met.

Each group runs in a process of its own: what one has loaded or remembered helps or hurts no other. Labelled data that is
not on the machine leaves out its rows, with one line that says so (benchmarks/labelled.py).
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Row, shown
from benchmarks.labelled import AbsentError

ROOT = Path(__file__).resolve().parents[1]
GROUPS = {
    "speed": "benchmarks.detection_speed:throughput",
    "patterns": "benchmarks.detection_speed:same_patterns",
    "terms": "benchmarks.detection_speed:many_terms",
    "hostile": "benchmarks.detection_speed:worst_case",
    "start": "benchmarks.detection_speed:start",
    "f1": "benchmarks.detection_quality:f1",
    "french": "benchmarks.detection_quality:french_identifiers",
    "secrets": "benchmarks.detection_quality:secrets",
    "disguises": "benchmarks.disguised:rows",
    "posts": "benchmarks.detection_quality:ordinary_posts",
}
MARK = "FIGURES "
WANTED = "BENCHMARKS_GROUPS"
"""Names of groups, separated by commas: only these (`--only`)."""


def run(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The JSON of this part: rows in the order of the groups; `missing` says what was left out, and why."""
    asked = [name for name in os.environ.get(WANTED, "").split(",") if name] or list(GROUPS)
    found: dict[str, Any] = {"command": "python -m benchmarks detection", "rows": [], "missing": {}}
    for name in asked:
        print(f"  {name} …", file=sys.stderr, flush=True)
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.detection", name, str(folder)]
        done = subprocess.run(
            [*command, *(["--quick"] if quick else [])], cwd=ROOT, capture_output=True, text=True, check=False
        )
        told = [line.removeprefix(MARK) for line in done.stdout.splitlines() if line.startswith(MARK)]
        if not told:
            words = done.stderr.strip().splitlines()
            found["missing"][name] = (words[-1] if words else "said nothing")[:300]
            continue
        answer = json.loads(told[-1])
        found["rows"] += answer["rows"]
        found["missing"].update(answer["missing"])
        _tell(answer)
    if not found["missing"]:
        del found["missing"]
    return found


def _tell(answer: dict[str, Any]) -> None:
    for row in answer["rows"]:
        verdict = {True: "met", False: "NOT met", None: ""}[row["met"]]
        print(f"    {row['what']}: {shown(row['value'], row['unit'])} {verdict}", file=sys.stderr, flush=True)
    for what, why in answer["missing"].items():
        print(f"    {what}: left out: {why}", file=sys.stderr, flush=True)


Step = Callable[[], Sequence[Row]]
"""One measurement of a group; it may raise AbsentError."""


def steps(named: dict[str, Step]) -> tuple[list[Row], dict[str, str]]:
    """Rows of all steps that could be taken; for the others, why not. One that breaks leaves the others alone."""
    rows: list[Row] = []
    missing: dict[str, str] = {}
    for name, step in named.items():
        try:
            rows += step()
        except AbsentError as absent:
            missing[name] = str(absent)
        except Exception as error:
            words = str(error).strip().splitlines()
            missing[name] = f"{type(error).__name__}: {words[0] if words else ''}"
    return rows, missing


def main(name: str, folder: Path, *, quick: bool) -> None:
    """Measure one group and print its rows as a line of JSON."""
    module, _, function = GROUPS[name].partition(":")
    rows, missing = getattr(importlib.import_module(module), function)(folder, quick=quick)
    print(MARK + json.dumps({"rows": [row.as_json() for row in rows], "missing": missing}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), quick="--quick" in sys.argv[3:])
