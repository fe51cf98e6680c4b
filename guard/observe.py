"""What operators see: log lines without text of posts, and Prometheus metrics. Only shells call it; stages return data."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from guard.types.inspection import Inspection

registry = CollectorRegistry()
DECISIONS = Counter("guard_decisions", "Posts decided", ["network", "action"], registry=registry)
INSPECTION = Histogram(
    "guard_inspection_seconds",
    "Time to inspect one post",
    buckets=(0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0),
    registry=registry,
)
FAILURES = Counter(
    "guard_detector_failures", "Detectors that crashed or ran out of time", ["detector"], registry=registry
)
DELIVERIES = Counter("guard_deliveries", "Sends by outcome", ["network", "state"], registry=registry)
TROUBLES = Counter(
    "guard_refused_requests", "Requests answered by the gate itself", ["network", "trouble"], registry=registry
)
POLICY_PROBLEMS = Gauge(
    "guard_policy_problems", "Mistakes in changed policies, which are therefore not in force", registry=registry
)
IN_DOUBT = Gauge("guard_deliveries_in_doubt", "Sends whose outcome is not known", registry=registry)


@cache
def _child(counter: Counter, *labels: str) -> Counter:
    """A counter's child; looking it up by its labels costs more than counting."""
    return counter.labels(*labels)


_hand_over: Callable[[tuple[str, object]], None] | None = None


def hand_over(take: Callable[[tuple[str, object]], None]) -> None:
    """In a worker process: give what is counted to `take`, for `counted` in the process that shows it."""
    global _hand_over  # noqa: PLW0603 -- there is one set of metrics per process
    _hand_over = take


def counted(handed_over: Iterable[tuple[str, object]]) -> None:
    """Count what a worker process handed over."""
    for kind, what in handed_over:
        _COUNT[kind](what)


def inspected(inspection: Inspection) -> None:
    """Count one decided post."""
    failed = tuple(failure.detector for failure in inspection.failures)
    _note("inspected", (inspection.post.network, inspection.decision.action.word, inspection.elapsed_ms, failed))


def delivered(network: str, state: str) -> None:
    """Count one send by what became of it."""
    _note("delivered", (network, state))


def refused(network: str, trouble: str) -> None:
    """Count one request that the gate answered itself."""
    _note("refused", (network, trouble))


def _note(kind: str, what: object) -> None:
    if _hand_over is None:
        _COUNT[kind](what)
    else:
        _hand_over((kind, what))


def _inspected(what: Any) -> None:
    network, action, elapsed_ms, failed = what
    _child(DECISIONS, network, action).inc()
    INSPECTION.observe(elapsed_ms / 1000)
    for detector in failed:
        FAILURES.labels(detector).inc()


_COUNT: dict[str, Callable[[Any], None]] = {
    "inspected": _inspected,
    "delivered": lambda what: _child(DELIVERIES, *what).inc(),
    "refused": lambda what: TROUBLES.labels(*what).inc(),
}


_logger = logging.getLogger("guard")


def metrics() -> bytes:
    """Prometheus text exposition."""
    return generate_latest(registry)


def start_logging() -> None:
    """JSON lines on stderr. Third-party loggers are kept quiet: they do not know what must not be written."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _logger.handlers[:] = [handler]
    _logger.setLevel(logging.INFO)
    _logger.propagate = False
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "websockets", "presidio-analyzer", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def log(event: str, **fields: str | float | None) -> None:
    """One event with plain facts: ids, names of rules, counts. Never text of a post, a term, a token."""
    _logger.info(json.dumps({"event": event, **fields}, ensure_ascii=False))


def warn(event: str, **fields: str | float | None) -> None:
    """The same, for what someone should look at."""
    _logger.warning(json.dumps({"event": event, "level": "warning", **fields}, ensure_ascii=False))
