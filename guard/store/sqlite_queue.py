"""All SQL of the reviewers' queue."""

# ruff: noqa: S608  column lists are constants of ours, every value is a parameter
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from guard.store import rows
from guard.store.queue import Place, Queue
from guard.types.held import CaseState, Form
from guard.types.queue import Assignment, Claim, Counts, Decided, Verdict, Waiting

_VERDICT = "case_number, reviewer, name, groups, approved, form, reason, made, due, sealed, wrapped_key, failed, batch"
_DECIDED = "number, state, created, reviewed_at, reviewer, form, reason, matches, network, author"
_WAITING = """SELECT c.number, c.created, c.due, c.network, c.operation, c.author, a.person, a.account, a.handle, c.matches, c.needs, c.approved_by,
  h.holder, h.name, h.since, h.until, m.assignee, m.name, m.assigned_by, v.reviewer
FROM cases c {index}
LEFT JOIN authors a ON a.pseudonym = c.author
LEFT JOIN claims h ON h.case_number = c.number AND h.until > :now AND h.since <= :soon
LEFT JOIN assignments m ON m.case_number = c.number
LEFT JOIN verdicts v ON v.case_number = c.number AND v.failed = ''"""
ASTRAY = timedelta(minutes=1)
"""A claim that begins later than that is of a clock that was set back since: it must not keep a case from others for so long."""
_DUE_FIRST = "INDEXED BY cases_waiting"
"""Said aloud: the planner would take the index of states, and sort a hundred thousand cases for fifty lines."""


class SqliteQueue:
    """Keeps the promise of guard.store.queue.Queue. `write` runs a statement and says how many rows it changed, `read` a query."""

    def __init__(self, write: Callable[[str, Sequence[Any]], int], read: Callable[..., list[Any]]) -> None:
        self._write, self._read = write, read

    def waiting(
        self, now: datetime, limit: int, *, after: Place | None = None, overdue: bool = False, mine: str | None = None
    ) -> list[Waiting]:
        tests = ["c.state = 'open'", "v.reviewer IS NULL"]
        values: dict[str, Any] = {"now": rows.micros(now), "soon": rows.micros(now + ASTRAY), "limit": limit}
        if after is not None:
            tests.append("(c.due, c.number) > (:due, :number)")
            values |= {"due": rows.micros(after[0]), "number": after[1]}
        if overdue:
            tests.append("c.due < :now")
        if mine is not None:
            owned = "SELECT case_number FROM claims WHERE holder = :mine AND until > :now AND since <= :soon"
            meant = "SELECT case_number FROM assignments WHERE assignee = :mine"
            tests.append(f"c.number IN ({owned} UNION {meant})")
            values["mine"] = mine
        lines = _WAITING.format(index=_DUE_FIRST if mine is None else "")
        sql = f"{lines} WHERE {' AND '.join(tests)} ORDER BY c.due, c.number LIMIT :limit"
        return [_waiting(row) for row in self._read(sql, values)]

    def line(self, number: int, now: datetime) -> Waiting | None:
        sql = f"{_WAITING.format(index='')} WHERE c.number = :number"
        found = self._read(sql, {"now": rows.micros(now), "soon": rows.micros(now + ASTRAY), "number": number})
        return _waiting(found[0]) if found else None

    def counts(self, now: datetime) -> Counts:
        waiting = f"SELECT count(*) FROM cases {_DUE_FIRST} WHERE state = 'open'"
        decided = "SELECT count(*) FROM verdicts v JOIN cases c ON c.number = v.case_number WHERE failed = '' AND state = 'open'"
        sql = f"SELECT ({waiting}) - ({decided}), ({waiting} AND due < :now) - ({decided} AND c.due < :now)"
        return Counts(*self._read(sql, {"now": rows.micros(now)})[0])

    def decided(self, limit: int, *, rule: str = "", before: Place | None = None) -> list[Decided]:
        tests, values = ["approved IS NOT NULL"], dict[str, Any](limit=limit)
        if rule:
            tests.append("instr(char(10) || matches || char(10), char(10) || :rule || char(10))")
            values["rule"] = rule
        if before is not None:
            tests.append("(reviewed_at, number) < (:reviewed, :number)")
            values |= {"reviewed": rows.micros(before[0]), "number": before[1]}
        sql = f"SELECT {_DECIDED} FROM cases WHERE {' AND '.join(tests)} ORDER BY reviewed_at DESC, number DESC LIMIT :limit"
        return [_decided(row) for row in self._read(sql, values)]

    def similar(self, matches: Sequence[str], but: int, limit: int) -> list[Decided]:
        sql = (
            f"SELECT {_DECIDED} FROM cases WHERE approved IS NOT NULL AND matches = ? AND number <> ? "
            "ORDER BY reviewed_at DESC LIMIT ?"
        )
        return [_decided(row) for row in self._read(sql, ("\n".join(matches), but, limit))]

    def pulse(self) -> tuple[int, ...]:
        cases = "SELECT max(number) FROM cases", "SELECT max(reviewed_at) FROM cases WHERE approved IS NOT NULL"
        claims = "SELECT total(until) + count(*) FROM claims", "SELECT count(*) FROM assignments"
        verdicts = "SELECT total(made) + count(*) FROM verdicts"
        row = self._read(f"SELECT {', '.join(f'({sql})' for sql in (*cases, *claims, verdicts))}", ())[0]
        return tuple(int(value or 0) for value in row)

    def note(self, case: int, event: str) -> None:
        self._write("INSERT OR IGNORE INTO case_entries VALUES (?, ?)", (case, event))

    def noted(self, case: int) -> list[str]:
        found = self._read("SELECT event FROM case_entries WHERE case_number = ? ORDER BY event", (case,))
        return [row[0] for row in found]

    def claim(self, claim: Claim) -> bool:
        values = (claim.case, claim.holder, claim.name, rows.micros(claim.since), rows.micros(claim.until))
        soon = rows.micros(claim.since + ASTRAY)
        sql = (
            "INSERT INTO claims VALUES (?, ?, ?, ?, ?) ON CONFLICT (case_number) DO UPDATE SET "
            "since = iif(holder = excluded.holder AND until > excluded.since AND since <= ?, since, excluded.since), "
            "holder = excluded.holder, name = excluded.name, until = excluded.until "
            "WHERE holder = excluded.holder OR until <= excluded.since OR since > ?"
        )
        return bool(self._write(sql, (*values, soon, soon)))

    def release(self, case: int, holder: str) -> None:
        self._write("DELETE FROM claims WHERE case_number = ? AND holder = ?", (case, holder))

    def claims_of(self, holder: str, now: datetime) -> list[Claim]:
        sql = "SELECT case_number, holder, name, since, until FROM claims WHERE holder = ? AND until > ? AND since <= ? ORDER BY since"
        found = self._read(sql, (holder, rows.micros(now), rows.micros(now + ASTRAY)))
        return [Claim(row[0], row[1], row[2], rows.moment(row[3]), rows.moment(row[4])) for row in found]

    def assign(self, assignment: Assignment) -> None:
        row = (assignment.case, assignment.assignee, assignment.name, assignment.by)
        self._write("INSERT OR REPLACE INTO assignments VALUES (?, ?, ?, ?)", row)

    def unassign(self, case: int) -> None:
        self._write("DELETE FROM assignments WHERE case_number = ?", (case,))

    def let_go(self, case: int) -> None:
        for table in ("claims", "assignments"):
            self._write(f"DELETE FROM {table} WHERE case_number = ?", (case,))

    def disown(self, reviewer: str, author: str) -> None:
        self._write("INSERT OR IGNORE INTO not_own VALUES (?, ?)", (reviewer, author))

    def disowned(self, reviewer: str, author: str) -> bool:
        return bool(self._read("SELECT 1 FROM not_own WHERE reviewer = ? AND author = ?", (reviewer, author)))

    def put_verdict(self, verdict: Verdict) -> None:
        self._write("DELETE FROM verdicts WHERE case_number = ? AND failed <> ''", (verdict.case,))
        row = (
            verdict.case,
            verdict.reviewer,
            verdict.name,
            "\n".join(sorted(verdict.groups)),
            int(verdict.approved),
            verdict.form.value,
            verdict.reason,
            rows.micros(verdict.made),
            rows.micros(verdict.due),
            verdict.sealed,
            verdict.wrapped_key,
            verdict.failed,
            verdict.batch,
        )
        self._write(f"INSERT INTO verdicts ({_VERDICT}) VALUES ({', '.join('?' * len(row))})", row)

    def verdict(self, case: int) -> Verdict | None:
        found = self._read(f"SELECT {_VERDICT} FROM verdicts WHERE case_number = ?", (case,))
        return _verdict(found[0]) if found else None

    def drop_verdict(self, case: int) -> None:
        self._write("DELETE FROM verdicts WHERE case_number = ?", (case,))

    def verdicts_of(self, reviewer: str) -> list[Verdict]:
        sql = f"SELECT {_VERDICT} FROM verdicts WHERE reviewer = ? ORDER BY made DESC, case_number DESC"
        return [_verdict(row) for row in self._read(sql, (reviewer,))]

    def pending_verdicts(self) -> list[Verdict]:
        sql = f"SELECT {_VERDICT} FROM verdicts WHERE failed = '' ORDER BY made, case_number"
        return [_verdict(row) for row in self._read(sql, ())]


def _waiting(row: tuple[Any, ...]) -> Waiting:
    number, created, due, network, operation, author, person, account, handle, matches, needs, approved_by = row[:12]
    holder, name, since, until, assignee, assigned, by, verdict_by = row[12:]
    return Waiting(
        number,
        rows.moment(created),
        rows.moment(created if due is None else due),
        network,
        operation,
        author,
        person,
        account or "",
        handle or "",
        rows.lines_of(matches),
        rows.needs_of(needs),
        rows.lines_of(approved_by),
        None if holder is None else Claim(number, holder, name, rows.moment(since), rows.moment(until)),
        None if assignee is None else Assignment(number, assignee, assigned, by),
        verdict_by,
    )


def _decided(row: tuple[Any, ...]) -> Decided:
    number, state, created, reviewed, reviewer, form, reason, matches, network, author = row
    times = rows.moment(created), rows.moment(reviewed)
    return Decided(
        number, CaseState(state), *times, reviewer, Form(form), reason, rows.lines_of(matches), network, author
    )


def _verdict(row: tuple[Any, ...]) -> Verdict:
    case, reviewer, name, groups, approved, form, reason, made, due, sealed, wrapped_key, failed, batch = row
    return Verdict(
        case=case,
        reviewer=reviewer,
        name=name,
        groups=frozenset(rows.lines_of(groups)),
        approved=bool(approved),
        form=Form(form),
        reason=reason,
        made=rows.moment(made),
        due=rows.moment(due),
        sealed=sealed,
        wrapped_key=wrapped_key,
        failed=failed,
        batch=batch,
    )


_keeps_promise: type[Queue] = SqliteQueue
