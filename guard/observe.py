"""What operators see: log lines without text of posts, and Prometheus metrics. Only shells call it; stages return data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from time import monotonic
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from guard import loglines
from guard.outage import Outage
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
NOTICES = Counter("guard_notices", "Notices by outcome", ["kind", "channel", "outcome"], registry=registry)
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


def noticed(kind: str, channel: str, outcome: str) -> None:
    """Count one try to send a notice."""
    _note("noticed", (kind, channel, outcome))


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


OUTAGES = {
    "store": ("store-not-written", "store-written-again"),
    "upstream": ("upstream-not-reached", "upstream-reached-again"),
    "internal": ("internal-server-not-reached", "internal-server-reached-again"),
}
"""Events that say that one lasts, and that it has ended."""
_STEADY_S = 5.0
"""So often a process says of what works that it does: another process may have said that it does not."""
_outages: dict[tuple[str, str], Outage] = {}
_say_again: dict[tuple[str, str], float] = {}


def failed(what: str, why: str, listener: str = "") -> None:
    """A request could not be served, for want of `what` (see OUTAGES); `why` is in our own words, of no request's."""
    _say_again.pop((what, listener), None)
    _note("failed", (what, listener, why))


def worked(what: str, listener: str = "") -> None:
    """A request had what it needed."""
    now = monotonic()
    if now >= _say_again.get((what, listener), 0.0):
        _say_again[what, listener] = now + _STEADY_S
        _note("worked", (what, listener))


def _failed(told: Any) -> None:
    what, listener, why = told
    step = _outages.setdefault((what, listener), Outage()).failed(monotonic())
    if step is not None:
        warn(
            OUTAGES[what][0], step=step.step, **_where(listener), requests=step.requests, seconds=step.seconds, why=why
        )


def _worked(told: Any) -> None:
    what, listener = told
    outage = _outages.get((what, listener))
    step = outage.worked(monotonic()) if outage else None
    if step is not None:
        log(OUTAGES[what][1], **_where(listener), requests=step.requests, seconds=step.seconds)


def _where(listener: str) -> dict[str, str]:
    return {"listener": listener} if listener else {}


_COUNT: dict[str, Callable[[Any], None]] = {
    "inspected": _inspected,
    "delivered": lambda what: _child(DELIVERIES, *what).inc(),
    "noticed": lambda what: NOTICES.labels(*what).inc(),
    "refused": lambda what: TROUBLES.labels(*what).inc(),
    "failed": _failed,
    "worked": _worked,
}


def metrics() -> bytes:
    """Prometheus text exposition."""
    return generate_latest(registry)


def log(event: str, **fields: str | float | None) -> None:
    """One event with plain facts: ids, names of rules, counts. Never text of a post, a term, a token."""
    loglines.write(event, fields)


def warn(event: str, **fields: str | float | None) -> None:
    """The same, for what someone should look at."""
    loglines.write(event, fields, warning=True)
