"""Between records and database rows: columns in one place, so that no query and no reader disagree on their order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from guard.types.audit import Record
from guard.types.held import CaseState, Delivery, DeliveryState, Form, HeldPost, Need, Review

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

RECORD = "event, salt, author, sealed, wrapped_key, erase_after"
CASE = (
    "number, event, binding, created, network, operation, author, matches, policy_digest, due, needs, "
    "state, sealed, wrapped_key, approved, reviewer, reviewed_at, reason, form, expires, erase_after, approved_by"
)
CASE_FIXED = CASE.split(", ").index("state")
"""How many of them never change."""
DELIVERY = "id, binding, network, author, created, state, upstream_id, case_number"


def folded(name: str) -> str:
    """The one form of a sign-in name under which it is unique."""
    sound = name.encode("utf-8", "replace").decode()  # half a surrogate pair is no character, and no column takes it
    return normalize("NFKC", normalize("NFKC", sound).casefold())


def micros(time: datetime) -> int:
    """Microseconds since 1970 in UTC; exact, unlike `timestamp()`."""
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def micros_or_none(time: datetime | None) -> int | None:
    return None if time is None else micros(time)


def moment(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


def moment_or_none(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


def record_row(record: Record) -> tuple[Any, ...]:
    erase_after = micros_or_none(record.erase_after)
    return (record.event, record.salt, record.author, record.sealed, record.wrapped_key, erase_after)


def record_of(row: tuple[Any, ...]) -> Record:
    event, salt, author, sealed, wrapped_key, erase_after = row
    return Record(event, salt, author, sealed, wrapped_key, moment_or_none(erase_after))


def case_row(case: HeldPost) -> tuple[Any, ...]:
    """Matches are kept as lines: policy and rule names hold no line break."""
    fixed = (case.number, case.event, case.binding, micros(case.created), case.network, case.operation, case.author)
    more = ("\n".join(case.matches), case.policy_digest, micros_or_none(case.due), needs_text(case.needs))
    return (*fixed, *more, *case_state_row(case))


def needs_text(needs: tuple[Need, ...]) -> str:
    """A line each: how many, and who, apart by tabs."""
    return "\n".join("\t".join((str(need.approvals), *need.approvers)) for need in needs)


def needs_of(text: str) -> tuple[Need, ...]:
    lines = (line.split("\t") for line in text.split("\n") if line)
    return tuple(Need(int(count), tuple(approvers)) for count, *approvers in lines)


def case_state_row(case: HeldPost) -> tuple[Any, ...]:
    """The columns from `state` on: all that changes in a case's life."""
    review = case.review
    verdict: tuple[Any, ...] = (None,) * 5
    if review is not None:
        verdict = (int(review.approved), review.reviewer, micros(review.at), review.reason, review.form.value)
    times = (micros_or_none(case.expires), micros_or_none(case.erase_after))
    return (case.state.value, case.sealed, case.wrapped_key, *verdict, *times, "\n".join(case.approved_by))


def case_of(row: tuple[Any, ...]) -> HeldPost:
    number, event, binding, created, network, operation, author, matches, policy_digest, due, needs = row[:11]
    state, sealed, wrapped_key, approved, reviewer, at, reason, form, expires, erase_after, approved_by = row[11:]
    review = None if approved is None else Review(bool(approved), reviewer, moment(at), reason, Form(form))
    return HeldPost(
        number=number,
        event=event,
        binding=binding,
        created=moment(created),
        network=network,
        operation=operation,
        author=author,
        matches=lines_of(matches),
        policy_digest=policy_digest,
        state=CaseState(state),
        sealed=sealed,
        wrapped_key=wrapped_key,
        review=review,
        expires=moment_or_none(expires),
        erase_after=moment_or_none(erase_after),
        due=moment_or_none(due),
        needs=needs_of(needs),
        approved_by=lines_of(approved_by),
    )


def lines_of(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def delivery_row(delivery: Delivery) -> tuple[Any, ...]:
    start = (delivery.id, delivery.binding, delivery.network, delivery.author, micros(delivery.created))
    return (*start, delivery.state.value, delivery.upstream_id, delivery.case)


def delivery_of(row: tuple[Any, ...]) -> Delivery:
    name, binding, network, author, created, state, upstream_id, case = row
    return Delivery(name, binding, network, author, moment(created), DeliveryState(state), upstream_id, case)
