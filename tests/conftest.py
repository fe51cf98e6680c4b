"""For all tests: compiled automata are kept by digest in the user's cache folder, as commands keep them."""

import logging
import os
import signal
from collections.abc import Iterator

import pytest

from guard.detect.automata import kept
from guard.wiring.heart import user_cache

os.environ["LC_ALL"] = "C.UTF-8"  # commands speak the language of the terminal
kept.DEFAULT_FOLDER = user_cache()
# A run started in the background (`make test &`) ignores Ctrl-C, and so would every program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_log_of_another_test() -> Iterator[None]:
    """A gate that a test starts in this process would write its log to that test's closed output for ever after."""
    logger = logging.getLogger("guard")
    before = logger.handlers[:], logger.level, logger.propagate
    yield
    logger.handlers[:], logger.propagate = before[0], before[2]
    logger.setLevel(before[1])
