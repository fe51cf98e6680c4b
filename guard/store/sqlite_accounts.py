"""SQL of accounts, sessions and tokens, as part of a SQLite transaction."""

# ruff: noqa: S608  column lists are constants of ours, every value is a parameter
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from guard.errors import StoreError
from guard.store.accounts import Accounts
from guard.store.rows import folded, micros, micros_or_none, moment, moment_or_none
from guard.types.account import Account, ApiToken, Session, Stage
from guard.types.principal import Permission, Role

ACCOUNT = (
    "id, name, folded, created, provider, subject, person, roles, groups, password, one_time, totp, totp_step, "
    "recovery, language, theme, shortcuts, disabled"
)
FIXED = ("id", "created", "provider")
SESSION = "digest, account, stage, csrf, created, seen, second_factor, via, address, vouched"
TOKEN = "id, account, label, digest, scopes, created, expires, used"  # noqa: S105 -- columns

Write: TypeAlias = Callable[[str, Sequence[Any]], int]
Ask: TypeAlias = Callable[[str, Sequence[Any]], list[Any]]


class SqliteAccounts:
    """Keeps the promise of guard.store.accounts.Accounts with the two verbs of a transaction."""

    def __init__(self, write: Write, ask: Ask) -> None:
        self._write = write
        self._ask = ask

    def add(self, account: Account) -> None:
        row = _account_row(account)
        self._write(f"INSERT INTO accounts ({ACCOUNT}) VALUES ({_marks(row)})", row)

    def update(self, account: Account) -> None:
        values = dict(zip(ACCOUNT.split(", "), _account_row(account), strict=True))
        changed = {column: value for column, value in values.items() if column not in FIXED}
        sets = ", ".join(f"{column} = ?" for column in changed)
        if not self._write(f"UPDATE accounts SET {sets} WHERE id = ?", (*changed.values(), account.id)):
            raise StoreError("there is no such account")

    def get(self, account: str) -> Account | None:
        return self._account("id = ?", (account,))

    def named(self, name: str) -> Account | None:
        return self._account("folded = ?", (folded(name),))

    def of_subject(self, provider: str, subject: str) -> Account | None:
        return self._account("provider = ? AND subject = ? AND subject <> ''", (provider, subject))

    def all(self) -> list[Account]:
        return [_account_of(row) for row in self._ask(f"SELECT {ACCOUNT} FROM accounts ORDER BY folded", ())]

    def put_session(self, session: Session) -> None:
        times = (micros(session.created), micros(session.seen))
        start = (session.digest, session.account, session.stage.value, session.csrf, *times)
        row = (*start, int(session.second_factor), session.via, session.address, micros_or_none(session.vouched))
        self._write(f"INSERT INTO sessions ({SESSION}) VALUES ({_marks(row)})", row)

    def session(self, digest: str) -> Session | None:
        found = self._ask(f"SELECT {SESSION} FROM sessions WHERE digest = ?", (digest,))
        return _session_of(found[0]) if found else None

    def touch_session(self, digest: str, seen: datetime) -> None:
        self._write("UPDATE sessions SET seen = ? WHERE digest = ?", (micros(seen), digest))

    def sessions(self, account: str) -> list[Session]:
        sql = f"SELECT {SESSION} FROM sessions WHERE account = ? ORDER BY created DESC, digest"
        return [_session_of(row) for row in self._ask(sql, (account,))]

    def end_sessions(self, digests: Sequence[str]) -> None:
        self._write(f"DELETE FROM sessions WHERE digest IN ({_marks(digests)})", tuple(digests))

    def end_sessions_of(self, account: str, *, but: str | None = None) -> int:
        return self._write("DELETE FROM sessions WHERE account = ? AND digest IS NOT ?", (account, but))

    def end_sessions_before(self, created: datetime, seen: datetime) -> int:
        return self._write("DELETE FROM sessions WHERE created < ? OR seen < ?", (micros(created), micros(seen)))

    def add_token(self, token: ApiToken) -> None:
        scopes = _joined(token.scopes)
        start = (token.id, token.account, token.label, token.digest, scopes)
        row = (*start, micros(token.created), micros(token.expires), micros_or_none(token.used))
        self._write(f"INSERT INTO tokens ({TOKEN}) VALUES ({_marks(row)})", row)

    def token(self, token: str) -> ApiToken | None:
        found = self._ask(f"SELECT {TOKEN} FROM tokens WHERE id = ?", (token,))
        return _token_of(found[0]) if found else None

    def tokens(self, account: str | None = None) -> list[ApiToken]:
        sql = f"SELECT {TOKEN} FROM tokens WHERE ? IN (account, '') ORDER BY created DESC, id"
        return [_token_of(row) for row in self._ask(sql, (account or "",))]

    def use_token(self, token: str, used: datetime) -> None:
        self._write("UPDATE tokens SET used = ? WHERE id = ?", (micros(used), token))

    def remove_token(self, token: str) -> None:
        self._write("DELETE FROM tokens WHERE id = ?", (token,))

    def _account(self, where: str, parameters: Sequence[Any]) -> Account | None:
        found = self._ask(f"SELECT {ACCOUNT} FROM accounts WHERE {where}", parameters)
        return _account_of(found[0]) if found else None


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _joined(words: frozenset[Any]) -> str:
    return " ".join(sorted(words))


def _account_row(account: Account) -> tuple[Any, ...]:
    """Groups are kept as JSON: a directory's group names hold anything."""
    start = (account.id, account.name, folded(account.name), micros(account.created), account.provider, account.subject)
    who = (account.person, _joined(account.roles), json.dumps(sorted(account.groups)))
    secrets = (
        account.password,
        micros_or_none(account.one_time),
        account.totp,
        account.totp_step,
        " ".join(account.recovery),
    )
    taste = (account.language, account.theme, json.dumps(dict(account.shortcuts)), int(account.disabled))
    return (*start, *who, *secrets, *taste)


def _account_of(row: Sequence[Any]) -> Account:
    return Account(
        id=row[0],
        name=row[1],
        created=moment(row[3]),
        provider=row[4],
        subject=row[5],
        person=row[6],
        roles=frozenset(Role(word) for word in row[7].split()),
        groups=frozenset(json.loads(row[8])),
        password=row[9],
        one_time=moment_or_none(row[10]),
        totp=row[11],
        totp_step=row[12],
        recovery=tuple(row[13].split()),
        language=row[14],
        theme=row[15],
        shortcuts=json.loads(row[16]),
        disabled=bool(row[17]),
    )


def _session_of(row: Sequence[Any]) -> Session:
    digest, account, stage, csrf, created, seen, second, via, address, vouched = row
    times = moment(created), moment(seen)
    return Session(digest, account, Stage(stage), csrf, *times, bool(second), via, address, moment_or_none(vouched))


def _token_of(row: Sequence[Any]) -> ApiToken:
    name, account, label, digest, scopes, created, expires, used = row
    allowed = frozenset(Permission(word) for word in scopes.split())
    return ApiToken(name, account, label, digest, allowed, moment(created), moment(expires), moment_or_none(used))


_keeps_promise: type[Accounts] = SqliteAccounts
