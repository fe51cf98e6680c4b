"""What every post writes (leaf, record, delivery, its settlement), gathered and put down in statements of many rows.

Each statement costs a hand-over of the interpreter lock, and in a busy gate the writing thread would wait for it up to a
switch interval every time: a batch of a hundred posts makes a dozen statements, not five hundred.
"""

# ruff: noqa: S608  column lists are constants of ours, every value is a parameter
from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from guard.store import rows

_CHUNKS = (64, 16, 4, 1)
"""Rows per statement: few sizes, so that the driver's statement cache holds them all."""

_SETTLE = (
    "UPDATE deliveries SET state = new.column2, upstream_id = new.column3 FROM (VALUES {}) AS new "
    "WHERE deliveries.id = new.column1 AND deliveries.state IN ('sending', 'in_doubt')"
)


class Pending:
    """Rows that wait to be put down, in the order in which tables depend on each other."""

    __slots__ = ("deliveries", "leaves", "records", "settled")

    def __init__(self) -> None:
        self.leaves: list[tuple[Any, ...]] = []
        self.records: list[tuple[Any, ...]] = []
        self.deliveries: list[tuple[Any, ...]] = []
        self.settled: list[tuple[Any, ...]] = []

    def absorb(self, other: Pending) -> None:
        """Take over the rows of a unit that succeeded."""
        self.leaves += other.leaves
        self.records += other.records
        self.deliveries += other.deliveries
        self.settled += other.settled
        other.clear()

    def clear(self) -> None:
        self.leaves.clear()
        self.records.clear()
        self.deliveries.clear()
        self.settled.clear()

    def __bool__(self) -> bool:
        return bool(self.leaves or self.records or self.deliveries or self.settled)

    def flush(self, connection: sqlite3.Connection) -> None:
        """Put all rows down."""
        _put(connection, "INSERT INTO leaves (idx, event, entry) VALUES {}", 3, self.leaves)
        _put(connection, f"INSERT INTO records ({rows.RECORD}) VALUES {{}}", 6, self.records)
        _put(connection, f"INSERT INTO deliveries ({rows.DELIVERY}) VALUES {{}}", 8, self.deliveries)
        _put(connection, _SETTLE, 3, self.settled)
        self.clear()


@cache
def _statement(template: str, width: int, count: int) -> str:
    return template.format(", ".join(["(" + ", ".join("?" * width) + ")"] * count))


def _put(connection: sqlite3.Connection, template: str, width: int, waiting: Sequence[tuple[Any, ...]]) -> None:
    start, left = 0, len(waiting)
    while left:
        count = next(size for size in _CHUNKS if size <= left)
        parameters = list(chain.from_iterable(waiting[start : start + count]))
        connection.execute(_statement(template, width, count), parameters)
        start += count
        left -= count
