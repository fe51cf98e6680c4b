"""`python -m benchmarks [inspect] [detection] [models] [http] [audit] [policies] [--quick]`: measure, print tables, keep the JSON.

`python -m benchmarks docs` writes the tables of the last full run into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import detection, labelled, machine, report

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "benchmarks" / "out"
PARTS = {
    "inspect": "benchmarks.inspection",
    "detection": "benchmarks.detection",
    "models": "benchmarks.models",
    "http": "benchmarks.http_load",
    "audit": "benchmarks.audit_log",
    "policies": "benchmarks.policies",
}


def main(arguments: list[str]) -> int:
    """Exit code 0 when all that was asked was measured, 1 when something was left out or the log was wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all), or docs")
    parser.add_argument("--quick", action="store_true", help="short rounds: to try it, not to quote it")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder of labelled data sets (see docs/benchmarks.md)"
    )
    parser.add_argument("--only", metavar="GROUP,…", help=f"of detection: {', '.join(detection.GROUPS)}")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - {*PARTS, "docs"}:  # argparse's own check refuses an empty list before Python 3.12.
        parser.error(f"no part {min(unknown)!r}: there are {', '.join(PARTS)} and docs")
    if unknown := set(filter(None, (asked.only or "").split(","))) - {*detection.GROUPS}:
        parser.error(f"no group {min(unknown)!r}: there are {', '.join(detection.GROUPS)}")
    os.environ.update({detection.WANTED: asked.only} if asked.only else {})
    os.environ.update({labelled.VARIABLE: str(asked.data.resolve())} if asked.data else {})
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else a changed module is compiled at each start, as no user's is
    if "docs" in asked.parts:
        report.write_docs(ROOT / "docs" / "benchmarks.md", _latest())
        return 0
    results = measure(asked.parts or list(PARTS), quick=asked.quick)
    print(report.markdown(results), flush=True)
    whole = all(not part.get("missing") for part in results["parts"].values())
    audit = results["parts"].get("http", {}).get("audit")
    return 0 if whole and (audit is None or audit["one_decision_per_post"]) else 1


def measure(names: list[str], *, quick: bool) -> dict[str, Any]:
    """Run the parts one after the other and keep what they found."""
    OUT.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {
        "quick": quick,
        "machine": {**machine.describe(), "disk": machine.disk_of(OUT)},
        "parts": {},
    }
    for name in dict.fromkeys(names):
        print(f"{name} …", file=sys.stderr, flush=True)
        results["parts"][name] = _part(name, quick=quick)
    text = json.dumps(results, indent=1, ensure_ascii=False)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for path in (OUT / f"{stamp}.json", *([] if quick else [OUT / "latest.json"])):
        path.write_text(text + "\n", encoding="utf-8")
    return results


def _part(name: str, *, quick: bool) -> dict[str, Any]:
    """One part, in a work folder on the disk that holds the checkout; an error leaves out this part and says why."""
    with tempfile.TemporaryDirectory(dir=OUT, prefix="run-") as folder:
        try:
            found: dict[str, Any] = importlib.import_module(PARTS[name]).run(Path(folder), quick=quick)
        except Exception as error:
            words = str(error).strip().splitlines()
            return {"missing": {name: f"{type(error).__name__}: {words[0] if words else ''}"}}
    return found


def _latest() -> dict[str, Any]:
    path = OUT / "latest.json"
    if not path.exists():
        sys.exit("no full run yet: python -m benchmarks")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
