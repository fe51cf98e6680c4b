"""All SQL of the records, as one transaction of SQLite; what its units of work are stands in unit.py."""

# ruff: noqa: S608  column lists are constants of ours, every value is a parameter
from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from guard.errors import StoreError
from guard.store import rows
from guard.store.base import FIRST_CASE, LeafQuery, Send
from guard.store.sqlite_accounts import SqliteAccounts
from guard.store.sqlite_catalogue import SqliteCatalogue
from guard.store.sqlite_motions import SqliteMotions
from guard.store.sqlite_notices import SqliteNotices
from guard.store.sqlite_questions import SqliteQuestions
from guard.store.sqlite_queue import SqliteQueue
from guard.store.unit import SqliteUnits
from guard.types.audit import Record
from guard.types.held import CaseState, Delivery, DeliveryState, HeldPost
from guard.types.post import Attachment, Author

_SENDING = DeliveryState.SENDING.value


class SqliteTransaction(SqliteUnits):
    """Keeps the promise of guard.store.base.Transaction on one connection."""

    @property
    def catalogue(self) -> SqliteCatalogue:
        return SqliteCatalogue(self._write, self._write_many, partial(self._all, settled=False))

    @property
    def motions(self) -> SqliteMotions:
        return SqliteMotions(self._write, partial(self._all, settled=False))

    @property
    def accounts(self) -> SqliteAccounts:
        return SqliteAccounts(self._write, partial(self._all, settled=False))

    @property
    def queue(self) -> SqliteQueue:
        return SqliteQueue(self._write, partial(self._all, settled=False))

    @property
    def notices(self) -> SqliteNotices:
        return SqliteNotices(self._write, partial(self._all, settled=False))

    @property
    def questions(self) -> SqliteQuestions:
        return SqliteQuestions(self._write, partial(self._all, settled=False))

    # The tree

    def add_leaf(self, index: int, event: str, entry: bytes) -> None:
        self._own.leaves.append((index, event, entry))

    def leaves(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        if self.pending:
            self._write_through()
        sql = "SELECT entry FROM leaves WHERE idx >= ? AND idx < ? ORDER BY idx"
        stop = self.frontier.size if end is None else end
        return (row[0] for row in self._connection.execute(sql, (start, stop)))

    def leaf_index(self, event: str) -> int | None:
        row = self._one("SELECT min(idx) FROM leaves WHERE event = ?", (event,))
        return None if row is None else row[0]

    def search(self, query: LeafQuery) -> list[tuple[int, bytes]]:
        tests: list[str] = ["1"]
        parameters: list[Any] = []
        for sql, value in (("kind') =", query.kind), ("data.case') =", query.case), ("time') >=", query.since)):
            if value is not None:
                tests.append(f"json_extract(CAST(entry AS TEXT), '$.{sql} ?")
                parameters.append(value)
        if query.authors is not None:
            tests.append(
                f"json_extract(CAST(entry AS TEXT), '$.data.author') IN ({', '.join('?' * len(query.authors))})"
            )
            parameters += query.authors
        sql = f"SELECT idx, entry FROM leaves WHERE {' AND '.join(tests)} ORDER BY idx DESC LIMIT ?"
        return self._all(sql, (*parameters, query.limit))

    def checkpoint(self) -> str | None:
        return self._checkpoint

    def put_checkpoint(self, note: str) -> None:
        self._checkpoint = note

    # Records and their erasure

    def add_record(self, record: Record) -> None:
        self._own.records.append(rows.record_row(record))

    def record(self, event: str) -> Record | None:
        row = self._one(f"SELECT {rows.RECORD} FROM records WHERE event = ?", (event,))
        return None if row is None else rows.record_of(row)

    def due_erasures(self, now: datetime, limit: int) -> list[str]:
        waiting = "SELECT 1 FROM cases w WHERE w.event = due.event AND (w.state = 'open' OR w.state = 'approved' AND w.expires > ?)"
        sql = (
            "SELECT event FROM (SELECT event FROM records WHERE erase_after <= ? UNION "
            "SELECT event FROM cases WHERE sealed IS NOT NULL AND erase_after <= ?) AS due "
            f"WHERE NOT EXISTS ({waiting}) ORDER BY event LIMIT ?"
        )
        time = rows.micros(now)
        return [row[0] for row in self._all(sql, (time, time, time, limit))]

    def erase(self, event: str) -> None:
        self._write("DELETE FROM records WHERE event = ?", (event,))
        self._write("DELETE FROM verdicts WHERE case_number IN (SELECT number FROM cases WHERE event = ?)", (event,))
        self._write("UPDATE cases SET sealed = NULL, wrapped_key = NULL WHERE event = ?", (event,))

    # Cases

    def next_case_number(self) -> int:
        row = self._one("SELECT max(number) FROM cases", (), settled=False)
        return FIRST_CASE if row is None or row[0] is None else int(row[0]) + 1

    def open_case(self, case: HeldPost) -> None:
        row = rows.case_row(case)
        self._write(f"INSERT INTO cases ({rows.CASE}) VALUES ({', '.join('?' * len(row))})", row)

    def update_case(self, case: HeldPost) -> None:
        changed = ", ".join(f"{column} = ?" for column in rows.CASE.split(", ")[rows.CASE_FIXED :])
        if not self._write(f"UPDATE cases SET {changed} WHERE number = ?", (*rows.case_state_row(case), case.number)):
            raise StoreError(f"there is no case {case.number}")

    def case(self, number: int) -> HeldPost | None:
        row = self._one(f"SELECT {rows.CASE} FROM cases WHERE number = ?", (number,), settled=False)
        return None if row is None else rows.case_of(row)

    def newest_case(self, binding: bytes) -> HeldPost | None:
        sql = f"SELECT {rows.CASE} FROM cases WHERE binding = ? ORDER BY number DESC LIMIT 1"
        row = self._one(sql, (binding,), settled=False)
        return None if row is None else rows.case_of(row)

    def cases(self, state: CaseState | None = None, limit: int = 1000) -> list[HeldPost]:
        where, parameters = ("", (limit,)) if state is None else ("WHERE state = ?", (state.value, limit))
        sql = f"SELECT {rows.CASE} FROM cases {where} ORDER BY number LIMIT ?"
        return [rows.case_of(row) for row in self._all(sql, parameters, settled=False)]

    # Deliveries

    def add_delivery(self, delivery: Delivery) -> None:
        if delivery.id in self._settled:
            self._write_through()
        self._own.deliveries.append(rows.delivery_row(delivery))

    def add_sends(self, sends: Iterable[Send], *, erase_after: int) -> None:
        own = self._own
        for send in sends:
            event, author, time = send.event, send.pseudonym, send.time
            own.records.append((event, send.salt, author, None, None, time + erase_after))
            if send.sends:
                if event in self._settled:
                    self._write_through()
                row = (event, send.binding, send.network, author, time, _SENDING, None, send.case)
                own.deliveries.append(row)

    def settle_delivery(self, delivery: str, state: str, upstream_id: str | None = None) -> None:
        if delivery in self._settled:
            self._write_through()
        self._settled.add(delivery)
        self._own.settled.append((delivery, str(state), upstream_id))

    def deliveries(self, state: DeliveryState, limit: int = 1000, since: datetime | None = None) -> list[Delivery]:
        # Said twice so that SQLite may use the small index of unfinished ones.
        few = (
            "state IN ('sending', 'in_doubt') AND " if state in {DeliveryState.SENDING, DeliveryState.IN_DOUBT} else ""
        )
        sql = f"SELECT {rows.DELIVERY} FROM deliveries WHERE {few}state = ? AND created >= ? ORDER BY id DESC LIMIT ?"
        found = self._all(sql, (state.value, 0 if since is None else rows.micros(since), limit))
        return [rows.delivery_of(row) for row in reversed(found)]

    def delivery(self, delivery: str) -> Delivery | None:
        row = self._one(f"SELECT {rows.DELIVERY} FROM deliveries WHERE id = ?", (delivery,))
        return None if row is None else rows.delivery_of(row)

    def sent_of_case(self, network: str, upstream_id: str, before: datetime) -> Delivery | None:
        tests = "upstream_id = ? AND case_number IS NOT NULL AND network = ? AND state = 'sent' AND created < ?"
        sql = f"SELECT {rows.DELIVERY} FROM deliveries WHERE {tests} ORDER BY created DESC LIMIT 1"
        row = self._one(sql, (upstream_id, network, rows.micros(before)))
        return None if row is None else rows.delivery_of(row)

    # Uploads and authors

    def put_media(self, network: str, account: str, upstream_id: str, media: Attachment) -> None:
        row = (network, account, upstream_id, media.digest, media.media_type, media.size, int(media.inspected))
        self._write("INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def media(self, network: str, account: str, upstream_id: str) -> Attachment | None:
        sql = "SELECT digest, media_type, size, inspected FROM media WHERE network = ? AND account = ? AND upstream_id = ?"
        row = self._one(sql, (network, account, upstream_id), settled=False)
        return None if row is None else Attachment(row[0], row[1], row[2], bool(row[3]))

    def knows_file(self, network: str, account: str, digest: str) -> bool:
        sql = "SELECT 1 FROM media WHERE network = ? AND account = ? AND digest = ? LIMIT 1"
        return self._one(sql, (network, account, digest), settled=False) is not None

    def probe(self) -> None:
        self._write("UPDATE tree SET size = size", ())

    def put_author(self, pseudonym: str, author: Author) -> None:
        known = self.new_authors.get(pseudonym) or self._known_authors.get(pseudonym)
        if known is not None and (known is author or _same(known, author)):
            return
        row = (pseudonym, author.network, author.account, author.handle, author.person)
        self._write("INSERT OR REPLACE INTO authors VALUES (?, ?, ?, ?, ?)", row)
        self.new_authors[pseudonym] = author

    def author(self, pseudonym: str) -> Author | None:
        sql = "SELECT network, account, handle, person FROM authors WHERE pseudonym = ?"
        row = self._one(sql, (pseudonym,), settled=False)
        return None if row is None else Author(*row)

    def authors(self) -> list[tuple[str, Author]]:
        sql = "SELECT pseudonym, network, account, handle, person FROM authors ORDER BY pseudonym"
        return [(row[0], Author(*row[1:])) for row in self._all(sql, settled=False)]

    def find_authors(self, who: str) -> list[str]:
        folded = who.removeprefix("@").casefold()
        sql = "SELECT pseudonym, account, handle, person FROM authors ORDER BY pseudonym"
        found = self._all(sql, settled=False)
        return [row[0] for row in found if folded in {(value or "").removeprefix("@").casefold() for value in row}]


def _same(one: Author, other: Author) -> bool:
    return (one.network, one.account, one.handle, one.person) == (
        other.network,
        other.account,
        other.handle,
        other.person,
    )
