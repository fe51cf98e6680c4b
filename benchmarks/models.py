"""The figures of the models: quality on posts by hands that no training saw, false alarms, speed and size, with goals.

The peer of quality needs the extra `train` (benchmarks/strangers.py). Labelled data that is not on the machine leaves out its
rows (benchmarks/labelled.py).
"""

from __future__ import annotations

import gzip
import json
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import labelled, strangers
from benchmarks.detection import steps
from benchmarks.figures import Row
from guard.models.shelf import Shelf
from guard.types.decision import Action
from guard.types.inspection import Facts
from guard.types.post import ANONYMOUS, Post, Segment
from guard.wiring.heart import build_inspector, models_folder

ROOT = Path(__file__).resolve().parents[1]
FACTS = Facts(now=datetime(2026, 12, 1, 9, tzinfo=UTC))


def run(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The JSON of this part, as that of detection."""
    rows, missing = steps({
        "quality": lambda: strangers.rows(Shelf(models_folder(None))),
        "false alarms": lambda: false_alarms(folder, 500 if quick else 20_000),
        "size": size,
    })  # fmt: skip
    found = {"command": "python -m benchmarks models", "rows": [row.as_json() for row in rows]}
    return found | ({"missing": missing} if missing else {})


def false_alarms(folder: Path, most: int) -> list[Row]:
    """Ordinary posts under the pack alone, and the time they take under all packs."""
    alone = folder / "pack"
    alone.mkdir()
    (alone / "staff-topics.yaml").write_bytes((ROOT / "policies" / "staff-topics.yaml").read_bytes())
    pack = build_inspector(alone, examples=False, cache=folder / "cache")
    everything = build_inspector(ROOT / "policies", examples=False, cache=folder / "cache")
    rows = []
    for language in ("en", "fr"):
        path = labelled.folder(f"tweets-{language}") / f"tweets.{language}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            posts = [_post(json.loads(line)["text"]) for line, _ in zip(lines, range(most), strict=False)]
        actions = [pack.inspect(post, FACTS).decision.action for post in posts]
        held = sum(action >= Action.HOLD for action in actions) / len(posts)
        flagged = sum(action is Action.FLAG for action in actions) / len(posts)
        rows += [
            Row(f"{language} tweets held by topics", 100 * held, "%", 0.1, "<=", note=f"{len(posts)} posts"),
            Row(f"{language} tweets flagged by topics", 100 * flagged, "%", 2, "<="),
        ]
        times = [_timed(everything, post) for post in posts[:2_000]]
        rows += [
            Row(f"{language} tweets, all packs and models", len(times) / sum(times), "posts/CPU-s", 2_000),
            Row(f"{language} tweets, all packs and models, p50", 1e3 * statistics.median(times), "ms", 2, "<="),
        ]
    return rows


def size() -> list[Row]:
    """What models add to the package: what pyproject.toml puts into a wheel. What they are trained on stays in a checkout."""
    folder = models_folder(None)
    packed = [path for kind in ("*.npz", "*.toml", "*.md", "data/phrases.txt") for path in folder.glob(kind)]
    with_training = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    note = f"{with_training / 1e6:.1f} MB with what topics are trained on"
    return [Row("models, package data", sum(path.stat().st_size for path in packed) / 1e6, "MB", 25, "<=", note=note)]


def _post(text: str) -> Post:
    return Post("1", "mastodon", "status.create", ANONYMOUS, (Segment("/text", "body", text),))


def _timed(inspector: Any, post: Post) -> float:
    start = time.thread_time()
    inspector.inspect(post, FACTS)
    return time.thread_time() - start
