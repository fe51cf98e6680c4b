"""One hostile text through one engine in a process of its own, which is ended when it takes too long.

`python -m benchmarks.hostile ENGINE` prints a line of JSON per text: name and CPU milliseconds (best of three), or null.
With `--memory` it prints the engine's resident memory after a thousand ordinary posts instead.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from multiprocessing.connection import Connection

from benchmarks import corpus, engines, machine

LIMIT_S = 5.0
"""CPU that a text may take before it is given up and printed as null."""


def main(name: str, *, memory: bool) -> None:
    """See the module."""
    engine = engines.build(name)
    if memory:
        for sample in corpus.posts(1000):
            engine.inspect(sample.text, sample.language)
        print(json.dumps({"memory_mb": machine.memory_mb(os.getpid())}))
        return
    texts = corpus.hostile()
    for label in corpus.COMPARED:
        print(json.dumps({"text": label, "cpu_ms": _limited(engine, texts[label])}), flush=True)


def _limited(engine: engines.Engine, text: str) -> float | None:
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)
    child = context.Process(target=_time, args=(engine, text, writer))
    child.start()
    writer.close()
    found: float | None = reader.recv() if reader.poll(LIMIT_S * 2) else None
    child.kill()
    child.join()
    return found


def _time(engine: engines.Engine, text: str, answer: Connection) -> None:
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        engine.inspect(text, "en")
        best = min(best, time.process_time() - started)
        if best > 1:
            break
    answer.send(round(best * 1000, 3) if best < LIMIT_S else None)


if __name__ == "__main__":
    main(sys.argv[1], memory="--memory" in sys.argv[2:])
