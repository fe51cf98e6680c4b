"""SQL of motions."""

# ruff: noqa: S608  column lists are constants of ours, every value is a parameter
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from guard.store.motions import Motions
from guard.store.rows import micros, micros_or_none, moment, moment_or_none
from guard.types.motion import Hand, Motion, MotionState

_COLUMNS = (
    "number, kind, event, subject, reason, state, asked_by, asked_person, asked_name, asked_at, "
    "answered_by, answered_person, answered_name, answered_at, answer, until, sealed, wrapped_key"
)


_BITS = 63
"""Of the largest number that a column holds."""


class SqliteMotions:
    """Keeps the promise of guard.store.motions.Motions."""

    def __init__(
        self, write: Callable[[str, Sequence[Any]], int], ask: Callable[[str, Sequence[Any]], list[Any]]
    ) -> None:
        self._write, self._ask = write, ask

    def next_number(self) -> int:
        return int(self._ask("SELECT coalesce(max(number), 0) + 1 FROM motions", ())[0][0])

    def put(self, motion: Motion) -> None:
        row = _row(motion)
        self._write(f"INSERT OR REPLACE INTO motions ({_COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)

    def get(self, number: int) -> Motion | None:
        if number.bit_length() > _BITS:
            return None
        found = self._ask(f"SELECT {_COLUMNS} FROM motions WHERE number = ?", (number,))
        return _motion(found[0]) if found else None

    def newest(self, kind: str, limit: int) -> list[Motion]:
        sql = f"SELECT {_COLUMNS} FROM motions WHERE kind = ? ORDER BY number DESC LIMIT ?"
        return [_motion(row) for row in self._ask(sql, (kind, limit))]


def _row(motion: Motion) -> tuple[Any, ...]:
    asked, answered = motion.asked, motion.answered
    second: tuple[Any, ...] = (None,) * 4
    if answered is not None:
        second = (answered.id, answered.person, answered.name, micros(answered.at))
    return (
        motion.number, motion.kind, motion.event, json.dumps(dict(motion.subject)), motion.reason, motion.state.value,
        asked.id, asked.person, asked.name, micros(asked.at), *second,
        motion.answer, micros_or_none(motion.until), motion.sealed, motion.wrapped_key,
    )  # fmt: skip


def _motion(row: Sequence[Any]) -> Motion:
    answered = None if row[10] is None else Hand(row[10], row[11], row[12], moment(row[13]))
    return Motion(
        number=row[0],
        kind=row[1],
        event=row[2],
        subject=json.loads(row[3]),
        reason=row[4],
        state=MotionState(row[5]),
        asked=Hand(row[6], row[7], row[8], moment(row[9])),
        answered=answered,
        answer=row[14],
        until=moment_or_none(row[15]),
        sealed=row[16],
        wrapped_key=row[17],
    )


_keeps_promise: type[Motions] = SqliteMotions
