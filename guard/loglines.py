"""The shape of the gate's own log on stderr: JSON, one object a line; sentences for a person at a terminal. Each line has its time.

Nothing is shaped until a gate runs in this process: other commands talk to whoever typed them.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

Field = str | float | None

_QUIET = ("uvicorn", "uvicorn.error", "uvicorn.access", "websockets", "presidio-analyzer", "asyncio")
"""Loggers of others: they do not know what must not be written."""

_logger: Final = logging.getLogger("guard")


class _Shape(logging.Formatter):
    """`plain`: sentences instead of JSON."""

    def __init__(self, *, plain: bool) -> None:
        super().__init__()
        self.plain = plain

    def format(self, record: logging.LogRecord) -> str:
        time = f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03}Z"
        facts: dict[str, Field] = getattr(record, "facts", {})
        level, event = record.levelname.lower(), record.getMessage()
        if not self.plain:
            return json.dumps({"time": time, "level": level, "event": event, **facts}, ensure_ascii=False)
        if event == "said":
            text = str(facts["text"])
            return text if "\n" in text else f"{time} {text}"  # what is to be copied from has no time before it
        told = ", ".join(f"{name}: {value}" for name, value in facts.items())
        mark = "! " if record.levelno > logging.INFO else ""
        return f"{time} {mark}{event}{' (' + told + ')' if told else ''}"


def start(*, plain: bool = False) -> None:
    """From now on; `plain` wherever the lines go, else at a terminal only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Shape(plain=plain or sys.stderr.isatty()))
    _logger.handlers[:] = [handler]
    _logger.setLevel(logging.INFO)
    _logger.propagate = False
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def write(event: str, facts: dict[str, Field], *, warning: bool = False) -> None:
    """One line. A line break in a fact stays within its line."""
    _logger.log(logging.WARNING if warning else logging.INFO, event, extra={"facts": facts})


def plain() -> bool:
    """Whether a gate runs in this process and its lines are sentences."""
    shape = _shape()
    return shape is not None and shape.plain


def say(text: str, *, warning: bool = False) -> bool:
    """Sentences for people as lines of the log; False where there is none in this process."""
    shape = _shape()
    if shape is None:
        return False
    lines = [text] if shape.plain else text.splitlines()
    for line in lines:
        write("said", {"text": line}, warning=warning)
    return True


def _shape() -> _Shape | None:
    return next((each.formatter for each in _logger.handlers if isinstance(each.formatter, _Shape)), None)
