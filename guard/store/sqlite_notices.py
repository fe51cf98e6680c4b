"""SQL of notices and of what follows from the log, as part of a SQLite transaction."""

# ruff: noqa: S608  column lists are constants of ours, every value is a parameter
from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from guard.store.rows import micros, moment
from guard.types.notice import Channel, Kind, Notice, NoticeState

_NOTICE = "id, kind, channel, recipient, about, made, due, tries, state, error"


class SqliteNotices:
    """Keeps the promise of guard.store.notices.Notices with the two verbs of a transaction."""

    def __init__(self, write: Callable[[str, Sequence[Any]], int], read: Callable[..., list[Any]]) -> None:
        self._write, self._read = write, read

    def followed(self) -> tuple[int, int]:
        index, since = self._read("SELECT idx, since FROM followed", ())[0]
        return index, since

    def follow(self, begun: int, done: int, about: Iterable[tuple[str, int]]) -> bool:
        if not self._write("UPDATE followed SET idx = ? WHERE idx = ?", (done, begun)):
            return False
        for row in about:
            self._write("INSERT OR IGNORE INTO entries_about VALUES (?, ?)", row)
        return True

    def about(self, subjects: Sequence[str], limit: int, before: int | None = None) -> list[int]:
        marks = ", ".join("?" * len(subjects))
        test, more = ("", []) if before is None else ("AND idx < ?", [before])
        sql = f"SELECT DISTINCT idx FROM entries_about WHERE subject IN ({marks}) {test} ORDER BY idx DESC LIMIT ?"
        return [row[0] for row in self._read(sql, (*subjects, *more, limit))]

    def settle(self, subject: str, index: int) -> bool:
        return self._write("DELETE FROM entries_about WHERE subject = ? AND idx = ?", (subject, index)) > 0

    def add(self, notice: Notice) -> None:
        row = (
            notice.id, notice.kind.value, notice.channel.value, notice.recipient, json.dumps(notice.about),
            micros(notice.made), micros(notice.due), notice.tries, notice.state.value, notice.error,
        )  # fmt: skip
        self._write(f"INSERT OR IGNORE INTO notices ({_NOTICE}) VALUES ({', '.join('?' * len(row))})", row)

    def update(self, notice: Notice) -> None:
        sql = "UPDATE notices SET about = ?, due = ?, tries = ?, state = ?, error = ? WHERE id = ?"
        about = json.dumps(notice.about)
        self._write(sql, (about, micros(notice.due), notice.tries, notice.state.value, notice.error, notice.id))

    def waiting(self, kind: Kind, channel: Channel, recipient: str) -> Notice | None:
        tests = "state = 'waiting' AND tries = 0 AND kind = ? AND channel = ? AND recipient = ?"
        sql = f"SELECT {_NOTICE} FROM notices WHERE {tests} ORDER BY due DESC LIMIT 1"
        found = self._read(sql, (kind.value, channel.value, recipient))
        return _notice(found[0]) if found else None

    def of_kind(self, kind: Kind, since: datetime) -> list[Notice]:
        sql = f"SELECT {_NOTICE} FROM notices WHERE kind = ? AND made >= ?"
        return [_notice(row) for row in self._read(sql, (kind.value, micros(since)))]

    def due(self, now: datetime, limit: int) -> list[Notice]:
        sql = f"SELECT {_NOTICE} FROM notices WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT ?"
        return [_notice(row) for row in self._read(sql, (micros(now), limit))]

    def forget(self, before: datetime) -> None:
        self._write("DELETE FROM notices WHERE state <> 'waiting' AND made < ?", (micros(before),))


def _notice(row: Any) -> Notice:
    name, kind, channel, recipient, about, made, due, tries, state, error = row
    return Notice(
        name, Kind(kind), Channel(channel), recipient, json.loads(about), moment(made), moment(due), tries,
        NoticeState(state), error,
    )  # fmt: skip
