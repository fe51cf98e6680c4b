"""Spreads chunks over worker processes and gives their outcomes back in order.

Few chunks are under way at a time, so memory stays bounded. A worker that dies is replaced, and what it was working on
is inspected once more, line by line: a line that kills a worker again is reported, and nothing else is lost.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, Final, Self

from guard.errors import GuardError, UsageError
from guard.scan.ahead import Ahead
from guard.scan.records import Options
from guard.scan.sources import Chunk
from guard.scan.work import Build, Outcome, Work, refuse, serve
from guard.types.inspection import Versions
from guard.words.texts import Phrase

_AHEAD: Final = 4
"""Chunks for each worker that may be done before the one that is written next."""
_GRACE_S: Final = 2.0


class ScanError(GuardError):
    """The scan cannot go on."""


class _Dead(Exception):  # noqa: N818 - a state, caught at once
    """A worker is gone."""


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """A process that is started here never sees Ctrl-C, which is its parent's: from its first moment on."""
    resource_tracker.ensure_running()  # it would take the mask off
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, build: Build, options: Options, form: str, work: type[Work]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, build, options, form, work), daemon=True)
        with _without_ctrl_c():
            self.process.start()
        theirs.close()

    def send(self, chunk: Chunk) -> None:
        try:
            self.pipe.send(chunk)
        except OSError:
            raise _Dead from None

    def receive(self) -> Any:
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            raise _Dead from None

    def end(self) -> None:
        self.pipe.close()
        self.process.terminate()
        self.process.join(_GRACE_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Pool:
    """So many workers; use as a context manager, so that none outlives the scan."""

    def __init__(
        self, build: Build, options: Options, form: str, size: int, versions: Versions, work: type[Work] = Work
    ) -> None:
        self._build, self._options, self._form, self._work = build, options, form, work
        self._size = size
        self._versions = versions
        self._starting: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._busy: dict[Connection, tuple[_Worker, int, Chunk]] = {}

    def __enter__(self) -> Self:
        for _ in range(self._size):
            self._starting.append(self._spawn())
        return self

    def __exit__(self, *_: object) -> None:
        for worker in [*self._starting, *self._idle, *(worker for worker, _, _ in self._busy.values())]:
            with suppress(OSError):
                worker.end()

    def run(self, chunks: Iterable[Chunk]) -> Iterator[Outcome]:
        """The outcomes, in the chunks' order. ScanError when workers cannot be had."""
        done: dict[int, Outcome] = {}
        following, last, ended = 0, -1, False
        with Ahead(chunks, self._size) as ahead:
            while not ended or self._busy or done:
                room = not ended and len(self._busy) < self._size and last - following < self._size * _AHEAD
                for pipe in wait([*self._busy, *([ahead.pipe] if room else [])]):
                    if pipe is not ahead.pipe:
                        number, outcome = self._finish(pipe)
                        done[number] = outcome
                    elif (chunk := ahead.take()) is None:
                        ended = True
                    else:
                        last += 1
                        self._start(last, chunk)
                while following in done:
                    yield done.pop(following)
                    following += 1

    def _start(self, number: int, chunk: Chunk) -> None:
        worker = self._idle.pop() if self._idle else self._fresh()
        try:
            worker.send(chunk)
        except _Dead:  # it died while it had nothing to do
            worker.end()
            worker = self._fresh()
            try:
                worker.send(chunk)
            except _Dead:
                worker.end()
                raise _not_started(worker) from None
        self._busy[worker.pipe] = worker, number, chunk

    def _finish(self, pipe: Any) -> tuple[int, Outcome]:
        worker, number, chunk = self._busy.pop(pipe)
        try:
            outcome: Outcome = worker.receive()
        except _Dead:
            worker.end()
            return number, self._again(chunk)
        self._idle.append(worker)
        return number, outcome

    def _again(self, chunk: Chunk) -> Outcome:
        """Inspect the lines of a dead worker's chunk one at a time."""
        whole = Outcome()
        parts: list[bytes] = []
        waiting = deque((line,) for line in chunk)
        while waiting:
            one = waiting.popleft()
            worker = self._idle.pop() if self._idle else self._fresh()
            try:
                worker.send(one)
                outcome: Outcome = worker.receive()
                self._idle.append(worker)
            except _Dead:
                worker.end()
                message, hint = Phrase("reading.line-ended"), Phrase("reading.do.alone")
                outcome = refuse(one, self._form, message, hint, self._options.told_in)
            whole.add(outcome)
            parts.append(outcome.output)
        whole.output = b"".join(parts)
        return whole

    def _spawn(self) -> _Worker:
        return _Worker(self._build, self._options, self._form, self._work)

    def _fresh(self) -> _Worker:
        """A worker that is ready, with the policies the scan began with."""
        worker = self._starting.pop(0) if self._starting else self._spawn()
        try:
            said = worker.receive()
        except _Dead:
            worker.end()
            raise _not_started(worker) from None
        except BaseException:
            worker.end()
            raise
        if said == self._versions:
            return worker
        worker.end()
        if isinstance(said, str):
            raise UsageError(said)
        raise UsageError(Phrase("reading.policies-changed"), hint=Phrase("reading.do.again"))


def _not_started(worker: _Worker) -> ScanError:
    """Of a worker that has been ended."""
    code = worker.process.exitcode
    return ScanError(Phrase("reading.worker-ended", code=code), hint=Phrase("reading.do.one-worker"))
