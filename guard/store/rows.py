"""Between records and database rows: columns in one place, so that no query and no reader disagree on their order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from guard.types.audit import Record
from guard.types.held import CaseState, Delivery, DeliveryState, Form, HeldPost, Review

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

RECORD = "event, salt, author, sealed, wrapped_key, erase_after"
CASE = (
    "number, event, binding, created, network, operation, author, matches, policy_digest, state, sealed, wrapped_key, "
    "approved, reviewer, reviewed_at, reason, form, expires, erase_after"
)
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
    return (*fixed, "\n".join(case.matches), case.policy_digest, *case_state_row(case))


def case_state_row(case: HeldPost) -> tuple[Any, ...]:
    """The columns from `state` on: all that changes in a case's life."""
    review = case.review
    verdict: tuple[Any, ...] = (None,) * 5
    if review is not None:
        verdict = (int(review.approved), review.reviewer, micros(review.at), review.reason, review.form.value)
    times = (micros_or_none(case.expires), micros_or_none(case.erase_after))
    return (case.state.value, case.sealed, case.wrapped_key, *verdict, *times)


def case_of(row: tuple[Any, ...]) -> HeldPost:
    approved, reviewer, at, reason, form = row[12:17]
    review = None if approved is None else Review(bool(approved), reviewer, moment(at), reason, Form(form))
    return HeldPost(
        number=row[0],
        event=row[1],
        binding=row[2],
        created=moment(row[3]),
        network=row[4],
        operation=row[5],
        author=row[6],
        matches=tuple(row[7].split("\n")) if row[7] else (),
        policy_digest=row[8],
        state=CaseState(row[9]),
        sealed=row[10],
        wrapped_key=row[11],
        review=review,
        expires=moment_or_none(row[17]),
        erase_after=moment_or_none(row[18]),
    )


def delivery_row(delivery: Delivery) -> tuple[Any, ...]:
    start = (delivery.id, delivery.binding, delivery.network, delivery.author, micros(delivery.created))
    return (*start, delivery.state.value, delivery.upstream_id, delivery.case)


def delivery_of(row: tuple[Any, ...]) -> Delivery:
    name, binding, network, author, created, state, upstream_id, case = row
    return Delivery(name, binding, network, author, moment(created), DeliveryState(state), upstream_id, case)
