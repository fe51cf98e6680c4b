"""SQL of the catalogue. Each search goes through the one index that leaves fewest entries; the planner is not left to guess."""

# ruff: noqa: S608  column names are constants of ours, every value is a parameter
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from guard.store.catalogue import Catalogue, Count, EntryQuery, Line, Tally

DAY = 86_400_000_000
"""Microseconds."""
_COMMON_KINDS = frozenset({"decision", "delivery"})
_LAST = 2**62


class SqliteCatalogue:
    """Keeps the promise of guard.store.catalogue.Catalogue."""

    def __init__(
        self,
        write: Callable[[str, Sequence[Any]], int],
        write_many: Callable[[str, Iterable[Sequence[Any]]], None],
        ask: Callable[[str, Sequence[Any]], list[Any]],
    ) -> None:
        self._write, self._write_many, self._ask = write, write_many, ask

    def reach(self) -> int:
        return int(self._ask("SELECT reach FROM catalogue_reach", ())[0][0])

    def extend(self, lines: Sequence[Line], counts: Mapping[Count, int], reach: int) -> None:
        self._write_many("INSERT INTO catalogue VALUES (?, ?, ?, ?, ?, ?, ?)", [
            (line.index, line.time, line.kind, line.action, line.network, line.author, line.case) for line in lines
        ])  # fmt: skip
        rules = [(rule, line.index) for line in lines for rule in line.rules]
        self._write_many("INSERT INTO catalogue_rules VALUES (?, ?)", rules)
        days: dict[int, tuple[int, int]] = {}
        for line in lines:
            first, _ = days.get(line.time // DAY, (line.index, 0))
            days[line.time // DAY] = first, line.index
        self._write_many(
            "INSERT INTO catalogue_days VALUES (?, ?, ?) ON CONFLICT (day) DO UPDATE SET last = excluded.last",
            [(day, *span) for day, span in days.items()],
        )
        self._write_many(
            "INSERT INTO daily VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET number = number + excluded.number",
            [(*key, number) for key, number in counts.items()],
        )
        self._write("UPDATE catalogue_reach SET reach = ?", (reach,))

    def search(self, query: EntryQuery) -> list[int]:
        low, high = self._between(query)
        backwards = query.after is None
        if query.before is not None:
            high = min(high, query.before - 1)
        if query.after is not None:
            low = max(low, query.after + 1)
        best = _best(query)
        tests = ["c.idx BETWEEN ? AND ?"]
        values: list[Any] = [low, high]
        for column, value in (
            ("case_number", query.case), ("action", query.action), ("kind", query.kind), ("network", query.network),
        ):  # fmt: skip
            if value is not None:
                # A plus keeps the planner from that column's index; the index's own condition lets it in
                tests.append(f"c.{column} = ?{_PARTIAL[column]}" if column == best else f"+c.{column} = ?")
                values.append(value)
        if query.authors is not None:
            plus = "" if best == "author" else "+"
            tests.append(f"{plus}c.author IN ({', '.join('?' * len(query.authors))})")
            values += query.authors
        if query.since is not None:
            tests.append("c.time >= ?")
            values.append(query.since)
        if query.until is not None:
            tests.append("c.time < ?")
            values.append(query.until)
        source = "catalogue c"
        if query.rule is not None:
            source = "catalogue_rules r CROSS JOIN catalogue c ON c.idx = r.idx"
            tests.append("r.rule = ? AND r.idx BETWEEN ? AND ?")
            values += [query.rule, low, high]
        order = "r.idx" if query.rule is not None else "c.idx"
        direction = "DESC" if backwards else "ASC"
        sql = f"SELECT c.idx FROM {source} WHERE {' AND '.join(tests)} ORDER BY {order} {direction} LIMIT ?"
        return [row[0] for row in self._ask(sql, (*values, query.limit))]

    def _between(self, query: EntryQuery) -> tuple[int, int]:
        """Between which indexes the days asked for lie. Clocks may jump: within them each time is looked at again."""
        sql = "SELECT min(first), max(last) FROM catalogue_days WHERE day BETWEEN ? AND ?"
        first = 0 if query.since is None else query.since // DAY
        last = _LAST if query.until is None else (query.until - 1) // DAY
        low, high = self._ask(sql, (first, last))[0]
        return (0, -1) if low is None else (low, high)

    def tallies(self, what: str, since: int, until: int) -> list[Tally]:
        sql = "SELECT day, a, b, number FROM daily WHERE what = ? AND day >= ? AND day < ? ORDER BY day, a, b"
        return [Tally(*row) for row in self._ask(sql, (what, since, until))]

    def words(self, what: str) -> list[str]:
        return [row[0] for row in self._ask("SELECT DISTINCT a FROM daily WHERE what = ? ORDER BY a", (what,))]

    def put_subtrees(self, level: int, hashes: Iterable[tuple[int, bytes]]) -> None:
        rows = [(level, number, digest) for number, digest in hashes]
        self._write_many("INSERT OR REPLACE INTO subtrees VALUES (?, ?, ?)", rows)

    def subtrees(self, level: int, start: int, end: int) -> list[bytes]:
        sql = "SELECT number, hash FROM subtrees WHERE level = ? AND number >= ? AND number < ? ORDER BY number"
        found = self._ask(sql, (level, start, end))
        return [digest for place, (number, digest) in enumerate(found, start) if number == place]


_PARTIAL = {
    "case_number": "",
    "action": " AND c.action IS NOT NULL AND c.action <> 'allow'",
    "kind": " AND c.kind NOT IN ('decision', 'delivery')",
    "network": " AND c.network IS NOT NULL",
}


def _best(query: EntryQuery) -> str | None:
    """The column whose index leaves fewest; None: going through the entries in order is best, or the rule's table is."""
    if query.rule is not None:
        return None
    if query.case is not None:
        return "case_number"
    if query.authors is not None:
        return "author"
    if query.action not in {None, "allow"}:
        return "action"
    if query.kind is not None and query.kind not in _COMMON_KINDS:
        return "kind"
    return None if query.network is None else "network"


_keeps_promise: type[Catalogue] = SqliteCatalogue
