"""The gate's first and last lines in its log, for whoever watches from outside: a start that fails, a stop and how it ended."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from guard import loglines, observe
from guard.errors import GuardError, ProblemsError, place_of

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""
_Handler = Callable[[int, FrameType | None], Any] | int
_serving = False


def ready() -> None:
    """All doors are open: from here on an end is a stop, not a start that failed."""
    global _serving  # noqa: PLW0603 -- there is one gate per process
    _serving = True


@contextmanager
def told(*, plain: bool) -> Iterator[None]:
    """From the first setting to the end; `plain`: sentences wherever the log goes. What is raised goes on to whoever asked."""
    global _serving  # noqa: PLW0603
    _serving = False
    loglines.start(plain=plain)
    before = _on_sigterm()
    try:
        yield
        observe.log("stopped", exit_code=0)
    except BaseException as error:
        _ended(error)
        raise
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def _ended(error: BaseException) -> None:
    code, place, first, problems = _what(error)
    if isinstance(error, KeyboardInterrupt):
        observe.log("stopped", exit_code=code, signal="SIGINT")
    elif _serving:
        observe.warn("stopped", exit_code=code, place=place, first=first)
    elif not loglines.plain():  # a terminal is told in sentences, by whoever asked
        observe.warn("start-failed", exit_code=code, problems=problems, place=place, first=first)


def _what(error: BaseException) -> tuple[int, str, str, int]:
    """Exit code, place, words and number of what went wrong: in English, and of no error of others' the words."""
    if isinstance(error, ProblemsError) and error.problems:
        _, place, first, _ = _what(error.problems[0])
        return error.exit_code, place, first, len(error.problems)
    if isinstance(error, GuardError):
        return error.exit_code, str(error.location or ""), str(error), 1
    if isinstance(error, OSError):
        return GuardError.exit_code, str(error.filename or ""), error.strerror or type(error).__name__, 1
    code = INTERRUPTED if isinstance(error, KeyboardInterrupt) else GuardError.exit_code
    return code, place_of(error), type(error).__name__, 1


def _on_sigterm() -> _Handler | None:
    """Until the doors open, SIGTERM ends the process as usual, with a line before; returns what stood there."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    ):
        return None
    own = os.getpid()

    def end(number: int, _: FrameType | None) -> None:
        if os.getpid() == own:  # not in what a start forks to compile
            observe.log("stopped", signal="SIGTERM")
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    return signal.signal(signal.SIGTERM, end)
