"""Cost of detection: posts per CPU-second, dictionaries, adversarial texts, start; Presidio in turns on the same posts.

CPU time of this process, in slices that alternate between the engines, so that both meet the same neighbours.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import corpus, engines, labelled
from benchmarks.detection import steps
from benchmarks.figures import Row
from benchmarks.names import names
from benchmarks.stats import ratios, spread
from guard.detect.dictionary.scanner import DictionaryScanner
from guard.detect.run import Detectors
from guard.text.normalize import normalize
from guard.types.matcher import TermsMatcher
from guard.types.post import Author, Post, Segment

ROOT = Path(__file__).resolve().parents[1]
AUTHOR = Author("mastodon", "noor@social.example")
WARM_UP = 20
Inspect = Callable[[str], Any]
Answer = tuple[list[Row], dict[str, str]]


def one_segment(text: str) -> Post:
    return Post("bench", "mastodon", "status.create", AUTHOR, (Segment("/status", "body", text),))


def detector(terms: int, folder: Path | None, typos: int = 0) -> Inspect:
    """All of our detection (normalised, catalogue, secrets, names) as one function of a text."""
    matchers = [TermsMatcher("bench/names", tuple(names(terms)), typos=typos, confidential=True)] if terms else []
    detectors = Detectors.build(matchers, cache_dir=folder)
    detectors.warm()
    return lambda text: detectors.run(one_segment(text))


def presidio() -> Inspect:
    inspect = engines.build("presidio").inspect
    return lambda text: inspect(text, "en")


def in_turns(engines_: dict[str, Inspect], slices: Sequence[Sequence[str]]) -> dict[str, list[float]]:
    """CPU seconds per post, by engine and slice."""
    found: dict[str, list[float]] = {name: [] for name in engines_}
    for texts in slices:
        for name, inspect in engines_.items():
            for text in texts[:WARM_UP]:
                inspect(text)
            started = time.process_time()
            for text in texts[WARM_UP:]:
                inspect(text)
            found[name].append((time.process_time() - started) / (len(texts) - WARM_UP))
    return found


def slices_of(texts: Sequence[str], count: int, size: int) -> list[list[str]]:
    return [list(texts[at * size : (at + 1) * size]) for at in range(count)]


def generated(count: int, size: int) -> list[list[str]]:
    return slices_of([post.text for post in corpus.posts(count * size)], count, size)


def throughput(folder: Path, *, quick: bool) -> Answer:
    """Everything we look for, beside Presidio with what it looks for."""
    count, size = (4, 250) if quick else (10, 420)
    both = {"guard": detector(10_000, folder), "presidio": presidio()}
    gc.collect()

    def made() -> list[Row]:
        return [_throughput("generated posts", in_turns(both, generated(count, size)), 50_000)]

    def real() -> list[Row]:
        texts = [text for pair in zip(labelled.tweets("en"), labelled.tweets("fr"), strict=False) for text in pair]
        return [_throughput("ordinary tweets", in_turns(both, slices_of(texts, count, size)), None)]

    return steps({"posts per CPU-second": made, "posts per CPU-second, tweets": real})


def _throughput(what: str, cpu: dict[str, list[float]], goal: float | None) -> Row:
    ours, theirs = ([1 / seconds for seconds in cpu[name]] for name in ("guard", "presidio"))
    return Row(
        f"posts per CPU-second: catalogue, secrets, 10,000 names, normalised; {what}",
        round(median(ours)),
        goal=goal,
        peer=f"{median(theirs):,.0f}, without secrets or names",
        details={"guard": spread(ours, 0), "presidio": spread(theirs, 0), "ratio": ratios(ours, theirs, 1)},
    )


def same_patterns(folder: Path, *, quick: bool) -> Answer:
    """Presidio's own pattern recognisers in both; then with 60 patterns more in both."""
    count, size = (4, 200) if quick else (10, 320)

    def step(more: int, goal: float) -> Callable[[], list[Row]]:
        def measure() -> list[Row]:
            from benchmarks.shared_patterns import pair

            cpu = in_turns(pair(folder, more), generated(count, size))
            ratio = ratios(cpu["presidio"], cpu["guard"], 1)
            what = "Presidio's pattern recognisers" + (f" and {more} patterns more" if more else "")
            return [
                Row(
                    f"{what} in both: times faster", ratio["median"], "x", goal,
                    peer=f"{median(cpu['presidio']) * 1e6:,.0f} µs a post",
                    note=f"{median(cpu['guard']) * 1e6:,.1f} µs a post",
                    details={"ratio": ratio},
                )
            ]  # fmt: skip

        return measure

    return steps({"same patterns": step(0, 100), "with 60 patterns more": step(60, 200)})


def many_terms(folder: Path, *, quick: bool) -> Answer:
    """The dictionary alone, on texts already normalised: nothing else hides its growth."""
    del folder
    count, size = (4, 250) if quick else (10, 420)
    slices = generated(count, size)

    def scan(terms: int, typos: int) -> Inspect:
        found = DictionaryScanner([TermsMatcher("bench/names", tuple(names(terms)), typos=typos)]).scan
        ready = {text: normalize(text) for texts in slices for text in texts}
        return lambda text: found(ready[text])

    def exact() -> list[Row]:
        cpu = in_turns({"few": scan(1_000, 0), "many": scan(100_000, 0)}, slices)
        ratio = ratios(cpu["many"], cpu["few"], 2)
        note = f"{median(cpu['few']) * 1e6:.1f} and {median(cpu['many']) * 1e6:.1f} µs a post"
        return [
            Row(
                "100,000 names against 1,000", ratio["median"], "x", 2.5, "<=", "grows linearly", note, {"ratio": ratio}
            )
        ]

    def misspelt() -> list[Row]:
        cpu = in_turns({"typos": scan(100_000, 1)}, slices)["typos"]
        peer = "20 ms a post (rapidfuzz, 1,000 names)"
        return [Row("100,000 names with 1 typo allowed", round(median(cpu) * 1e6, 1), "µs a post", 60, "<=", peer)]

    return steps({"100,000 names": exact, "1 typo": misspelt})


def worst_case(folder: Path, *, quick: bool) -> Answer:
    """The slowest of the adversarial texts, all policies and 10,000 names loaded, best of three runs each."""

    def ours() -> list[Row]:
        inspect = detector(10_000, folder, typos=1)
        times: dict[str, float] = {}
        for name, text in corpus.hostile().items():
            best = min(_once(inspect, text) for _ in range(3))
            times[name] = round(best * 1000, 2)
        worst = max(times, key=lambda name: times[name])
        slowest = sorted(times.items(), key=lambda item: -item[1])
        note = "then " + ", ".join(f"{name} {value:.1f}" for name, value in slowest[1:4])
        peer = "" if quick else f"{_dots():,.0f} ms for 500 dots"
        return [
            Row(f"worst of {len(times)} adversarial texts of 5,000 characters: {worst}", times[worst], "ms", 10, "<=",
                peer, note, {"ms": dict(slowest)})
        ]  # fmt: skip

    return steps({"adversarial texts": ours})


def _once(inspect: Inspect, text: str) -> float:
    started = time.process_time()
    inspect(text)
    return time.process_time() - started


def _dots() -> float:
    return _once(presidio(), "." * 500) * 1000


OUR_START = """
import time; started = time.perf_counter()
from datetime import UTC, datetime
from pathlib import Path
import sys
from guard.wiring.heart import build_inspector
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment
inspector = build_inspector(Path(sys.argv[1]), examples=False, cache=Path(sys.argv[2]))
segments = (Segment("/status", "body", "Appelez-moi au 06 39 98 12 34"),)
post = Post("start", "mastodon", "status.create", Author("mastodon", "noor"), segments, language="fr")
inspector.inspect(post, Facts(now=datetime(2026, 11, 22, tzinfo=UTC)))
print(time.perf_counter() - started, time.process_time())
"""
THEIR_START = """
import time; started = time.perf_counter()
from benchmarks import engines
engines.build("presidio")
print(time.perf_counter() - started, time.process_time())
"""


def start(folder: Path, *, quick: bool) -> Answer:
    """Import to first decision, in a fresh process, compiled patterns on disk."""

    def clock(program: str, *arguments: str) -> tuple[float, float]:
        command = [sys.executable, "-W", "ignore", "-c", program, *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=_environment())
        wall, cpu = done.stdout.split()[-2:]
        return float(wall), float(cpu)

    def measure() -> list[Row]:
        ours_in = (OUR_START, str(ROOT / "policies"), str(folder / "cache"))
        clock(*ours_in)  # Compiles and keeps the patterns.
        ours, theirs = [], []
        for _ in range(1 if quick else 3):
            ours += [clock(*ours_in), clock(*ours_in)]
            theirs.append(clock(THEIR_START))
        wall, cpu = median(one for one, _ in ours), median(one for _, one in ours)
        peer = f"{median(one for one, _ in theirs):.2f} s"
        return [
            Row("import to first decision", round(wall, 3), "s", 0.5, "<=", peer, f"{cpu:.2f} s of CPU, whole process")
        ]

    return steps({"import to first decision": measure})


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
