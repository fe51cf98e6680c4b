"""pytest-benchmark: our inspection and Presidio's on the same posts, in turns of a slice each, CPU time of every post.

Run by `python -m benchmarks inspect`. A round of pytest-benchmark is one post; slices alternate between the engines, so
that both meet the same neighbours.
"""

from __future__ import annotations

import os
import time
from functools import cache
from typing import Any

import pytest

from benchmarks import corpus, engines

QUICK = bool(os.environ.get("BENCHMARKS_QUICK"))
SLICES = 4 if QUICK else 10
POSTS = 150 if QUICK else 400
WARM_UP = 20


@cache
def _engine(name: str) -> engines.Engine:
    return engines.build(name)


@cache
def _slices() -> list[list[corpus.Sample]]:
    """All slices; no word order repeats, so nothing is remembered from an earlier one."""
    posts = corpus.posts(SLICES * (POSTS + WARM_UP))
    return [posts[at : at + POSTS + WARM_UP] for at in range(0, len(posts), POSTS + WARM_UP)]


@pytest.mark.benchmark(timer=time.thread_time, disable_gc=False, warmup=False)
@pytest.mark.parametrize("engine", engines.NAMES)
@pytest.mark.parametrize("number", range(SLICES))
def test_inspect(benchmark: Any, number: int, engine: str) -> None:
    inspect = _engine(engine).inspect
    posts = _slices()[number]
    for sample in posts[:WARM_UP]:  # Fills the caches that the other engine's slice has emptied.
        inspect(sample.text, sample.language)
    queue = iter(posts[WARM_UP:])

    def next_post() -> tuple[tuple[str, str], dict[str, Any]]:
        sample = next(queue)
        return (sample.text, sample.language), {}

    benchmark.extra_info["engine"] = engine
    benchmark.extra_info["what"] = _engine(engine).what
    benchmark.extra_info["slice"] = number
    benchmark.pedantic(inspect, setup=next_post, rounds=POSTS, iterations=1)
