"""The figures of the models: quality on posts by hands that a model had not seen, false alarms, speed and size, with goals.

Quality needs the extra `train`: the model is made again four times, each time without the posts of one hand. Labelled
data that is not on the machine leaves out its rows (benchmarks/labelled.py).
"""

from __future__ import annotations

import gzip
import json
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import labelled
from benchmarks.detection import steps
from benchmarks.figures import Row
from guard.types.decision import Action
from guard.types.inspection import Facts
from guard.types.post import ANONYMOUS, Post, Segment
from guard.wiring.heart import build_inspector, models_folder

ROOT = Path(__file__).resolve().parents[1]
FACTS = Facts(now=datetime(2026, 12, 1, 9, tzinfo=UTC))


def run(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The JSON of this part, as that of detection."""
    rows, missing = steps({
        "quality": quality,
        "false alarms": lambda: false_alarms(folder, 500 if quick else 20_000),
        "size": size,
    })  # fmt: skip
    found = {"command": "python -m benchmarks models", "rows": [row.as_json() for row in rows]}
    return found | ({"missing": missing} if missing else {})


def quality() -> list[Row]:
    """Posts by strangers' hands."""
    from guard.training.evaluate import evaluate, judged_of
    from guard.training.posts import read_phrases, read_posts
    from guard.training.senses import read_senses
    from guard.training.topics import ordinary_lines, train

    posts = read_posts([labelled.folder("posts")])
    data = models_folder(None) / "data"
    phrases, senses = read_phrases(data / "phrases.txt"), read_senses(data / "senses.npz")
    trained = train(posts, phrases, ordinary_lines(labelled.folder("text"), 1), senses, 1, lambda _: None)
    score = evaluate(posts, judged_of(trained.judged))[-1]
    note = "posts by hands left out"
    return [
        Row("topics: harmless against sensitive, AUC", score.auc, goal=0.95, note=note),
        Row("topics: caught at 5 % false alarms", score.caught, goal=0.8, note=note),
        Row("topics: minimal pairs told apart", score.pairs, goal=0.85, note=f"{score.pair_count} pairs"),
        Row("topics: macro F1", score.macro_f1, goal=0.7, note=note),
    ]


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
    """What models add to the package."""
    total = sum(path.stat().st_size for path in models_folder(None).rglob("*") if path.is_file())
    return [Row("models, package data", total / 1e6, "MB", 25, "<=")]


def _post(text: str) -> Post:
    return Post("1", "mastodon", "status.create", ANONYMOUS, (Segment("/text", "body", text),))


def _timed(inspector: Any, post: Post) -> float:
    start = time.thread_time()
    inspector.inspect(post, FACTS)
    return time.thread_time() - start
