"""SQL of authors' questions, as part of a SQLite transaction."""

# ruff: noqa: S608  column lists are constants of ours, every value is a parameter
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from guard.errors import StoreError
from guard.store.rows import micros, micros_or_none, moment, moment_or_none
from guard.types.question import Ask, Question

_QUESTION = "id, principal, person, ask, decision, case_number, rules, created, sealed, wrapped_key, answered, upheld, erase_after"


class SqliteQuestions:
    """Keeps the promise of guard.store.questions.Questions with the two verbs of a transaction."""

    def __init__(self, write: Callable[[str, Sequence[Any]], int], read: Callable[..., list[Any]]) -> None:
        self._write, self._read = write, read

    def add(self, question: Question) -> None:
        row = (
            question.id, question.principal, question.person, question.ask.value, question.decision, question.case,
            " ".join(question.rules), micros(question.created), *_state(question),
        )  # fmt: skip
        self._write(f"INSERT INTO questions ({_QUESTION}) VALUES ({', '.join('?' * len(row))})", row)

    def update(self, question: Question) -> None:
        sql = "UPDATE questions SET sealed = ?, wrapped_key = ?, answered = ?, upheld = ?, erase_after = ? WHERE id = ?"
        if not self._write(sql, (*_state(question), question.id)):
            raise StoreError("there is no such question")

    def get(self, question: str) -> Question | None:
        found = self._some("WHERE id = ?", (question,))
        return found[0] if found else None

    def open(self, limit: int, after: str = "") -> list[Question]:
        return self._some("WHERE answered IS NULL AND id > ? ORDER BY id LIMIT ?", (after, limit))

    def answered(self, limit: int) -> list[Question]:
        return self._some("WHERE answered IS NOT NULL ORDER BY id DESC LIMIT ?", (limit,))

    def of(self, principal: str, limit: int) -> list[Question]:
        return self._some("WHERE principal = ? ORDER BY id DESC LIMIT ?", (principal, limit))

    def asked(self, principal: str) -> int:
        sql = "SELECT count(*) FROM questions WHERE principal = ? AND answered IS NULL"
        return int(self._read(sql, (principal,))[0][0])

    def due_erasures(self, now: datetime, limit: int) -> list[Question]:
        return self._some("WHERE sealed IS NOT NULL AND erase_after <= ? LIMIT ?", (micros(now), limit))

    def _some(self, which: str, values: Sequence[Any]) -> list[Question]:
        return [_question(row) for row in self._read(f"SELECT {_QUESTION} FROM questions {which}", values)]


def _state(question: Question) -> tuple[Any, ...]:
    upheld = None if question.upheld is None else int(question.upheld)
    erase = micros_or_none(question.erase_after)
    return question.sealed, question.wrapped_key, micros_or_none(question.answered), upheld, erase


def _question(row: Any) -> Question:
    name, principal, person, ask, decision, case, rules, created, sealed, key, answered, upheld, erase = row
    return Question(
        name, principal, person, Ask(ask), decision, case, tuple(rules.split()), moment(created), sealed, key,
        moment_or_none(answered), None if upheld is None else bool(upheld), moment_or_none(erase),
    )  # fmt: skip
