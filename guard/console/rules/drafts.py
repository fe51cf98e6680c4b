"""A change of policies as it is kept and shown: its files, sealed; what differs, line by line; what is confidential in it."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from starlette.exceptions import HTTPException

from guard.audit.seal import seal, unseal
from guard.console.page import Visit
from guard.console.policy_room import Changes, Files, PolicyRoom
from guard.console.rules.policies import secret_files, shown, shown_to
from guard.outbox import motions
from guard.outbox.motions import POLICIES
from guard.store.base import Transaction
from guard.types.motion import Motion, MotionState
from guard.types.principal import Permission

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.ya?ml")
LONGEST = 100_000
"""Characters of a text that a page edits."""
BEFORE = ""
"""Beside the names of a change's files, which are never empty: what they held before."""
NEWEST = 50
"""Changes among which one that was kept already is looked for."""
LINES = 3
"""Unchanged lines around a change."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    sign: str
    """`+`, `-`, a space, or `@` where lines are left out."""
    text: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a change."""

    name: str
    state: str
    """`added`, `changed` or `removed`."""
    secret: bool
    added: int
    removed: int
    lines: tuple[DiffLine, ...]
    """Empty for a confidential file that nobody asked to see."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """Files as somebody wants them, beside those in force."""

    changes: Changes
    files: Files
    """As they lie in the folder now."""
    secret: frozenset[str]
    base: str

    @property
    def key(self) -> str:
        """All that trying it depends on."""
        text = json.dumps([self.base, plain(self.changes)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Opened(Proposed):
    """A change with all that its page shows."""

    motion: Motion
    before: Changes | None = None
    """Its files as they were when it was asked for; None while it is written, and of one that was asked for by an older version."""

    @property
    def stale(self) -> bool:
        """Whether the policies have changed since."""
        return self.motion.subject.get("base") != self.base


async def open_change(visit: Visit, number: int) -> Opened:
    """404 for what is not there, or not for them."""
    motion = await visit.desk.store.read(lambda tx: tx.motions.get(number))
    if motion is None or motion.kind != POLICIES or not shown_to(visit, motion):
        raise HTTPException(404)
    changes: Changes = {}
    before = None
    if motion.sealed is not None and motion.wrapped_key is not None:
        kept = json.loads(unseal(visit.desk.keys.sealing, motion.event, motion.sealed, motion.wrapped_key))
        old = kept.pop(BEFORE, None)
        changes, before = _bytes(kept), None if old is None else _bytes(old)
    found = proposed(visit, changes, await room_of(visit).files(), before or {})
    return Opened(found.changes, found.files, found.secret, found.base, motion, before)


def proposed(visit: Visit, changes: Changes, files: Files, before: Changes = MappingProxyType({})) -> Proposed:
    """`files` as they lie in the folder now; what was confidential `before` is so still."""
    bundle = visit.desk.inspector().bundle
    secret = secret_files(bundle, files)
    for other in (changes, before):
        secret |= secret_files(bundle, {**files, **{name: each for name, each in other.items() if each is not None}})
    return Proposed(changes, files, secret, bundle.digest)


async def open_draft(visit: Visit, number: int) -> Opened:
    """One's own, while it is being written."""
    opened = await open_change(visit, number)
    if opened.motion.state is not MotionState.DRAFT or opened.motion.asked.id != visit.principal.id:
        raise HTTPException(404)
    return opened


def with_file(opened: Opened, name: str, content: bytes | None) -> Opened:
    """With one file changed; a file that is as it lies there is no change."""
    changes = {other: kept for other, kept in opened.changes.items() if other != name}
    if content != opened.files.get(name):
        changes[name] = content
    return replace(opened, changes=changes)


async def keep(visit: Visit, opened: Opened) -> None:
    """The draft's files; from now on they stand on what is in force now."""
    subject = {**opened.motion.subject, "base": opened.base}
    sealed, wrapped = _sealed(visit, opened.motion.event, opened.changes)
    await visit.desk.store.write(
        lambda tx: tx.motions.put(
            replace(
                motions.own_draft(tx, visit.principal, POLICIES, opened.motion.number),
                subject=subject, sealed=sealed, wrapped_key=wrapped,
            )
        )
    )  # fmt: skip


async def keep_lesson(visit: Visit, made: Proposed, case: int) -> int:
    """A new draft that a case gave rise to, and its entry; for policy authors to take up where its author is none.

    The same one sent twice is one draft.
    """
    desk, who, now = visit.desk, visit.principal, visit.now
    subject: dict[str, object] = {"base": made.base, "case": case, "key": made.key}
    if not visit.may(Permission.POLICIES):
        subject["left"] = True

    def work(tx: Transaction) -> int:
        for known in tx.motions.newest(POLICIES, NEWEST):
            if known.state is MotionState.DRAFT and known.asked.id == who.id and known.subject == subject:
                return known.number
        motion = motions.draft(tx, who, POLICIES, subject, now)
        sealed, wrapped = _sealed(visit, motion.event, made.changes)
        tx.motions.put(replace(motion, sealed=sealed, wrapped_key=wrapped))
        motions.record(tx, desk.log, motion, who, "drafted", now, event=motion.event)
        tx.queue.note(case, motion.event)
        return motion.number

    return await desk.store.write(work)


async def keep_inverse(visit: Visit, opened: Opened, before: Changes) -> int:
    """A new draft of one's own that undoes a change."""
    desk, who, now = visit.desk, visit.principal, visit.now
    subject: dict[str, object] = {"base": opened.base, "undoes": opened.motion.number}

    def work(tx: Transaction) -> int:
        motion = motions.draft(tx, who, POLICIES, subject, now)
        sealed, wrapped = _sealed(visit, motion.event, before)
        tx.motions.put(replace(motion, sealed=sealed, wrapped_key=wrapped))
        return motion.number

    return await desk.store.write(work)


def sealed_with_before(visit: Visit, opened: Opened) -> tuple[bytes, bytes]:
    """The files of a change that is asked for, and what they replace: once it is in force, nothing else tells."""
    return _sealed(
        visit, opened.motion.event, opened.changes, {name: opened.files.get(name) for name in opened.changes}
    )


def _sealed(visit: Visit, event: str, changes: Changes, before: Changes | None = None) -> tuple[bytes, bytes]:
    """As held posts are: the files may hold confidential terms."""
    kept = plain(changes) if before is None else {**plain(changes), BEFORE: plain(before)}
    return seal(visit.desk.keys.sealing, event, json.dumps(kept).encode())


def _bytes(kept: Mapping[str, str | None]) -> Changes:
    return {name: None if text is None else text.encode() for name, text in kept.items()}


def plain(changes: Changes) -> dict[str, str | None]:
    return {name: None if content is None else shown(content) for name, content in changes.items()}


def then(opened: Opened) -> Opened:
    """A change that is over, beside the files that it was written on."""
    return replace(opened, files={name: old for name, old in (opened.before or {}).items() if old is not None})


def file_change(opened: Proposed, name: str, open_files: frozenset[str]) -> FileChange:
    old, new = opened.files.get(name), opened.changes[name]
    state = "removed" if new is None else "added" if old is None else "changed"
    lines = diff_lines(shown(old or b""), shown(new or b""))
    secret = name in opened.secret
    return FileChange(
        name, state, secret, sum(line.sign == "+" for line in lines), sum(line.sign == "-" for line in lines),
        () if secret and name not in open_files else lines,
    )  # fmt: skip


def diff_lines(old: str, new: str) -> tuple[DiffLine, ...]:
    """What changes, with a few lines around."""
    told: Sequence[str] = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=LINES))[2:]
    return tuple(DiffLine(line[:1], "" if line.startswith("@") else line[1:]) for line in told)


async def others_who_may(visit: Visit, motion: Motion) -> list[str]:
    """Names of those who may agree to it."""
    people = await visit.desk.sessions.colleagues()
    return [one.name for one in people if one.may(Permission.ACTIVATE) and not motions.same_person(motion.asked, one)]


def room_of(visit: Visit) -> PolicyRoom:
    if visit.desk.policies is None:
        raise HTTPException(404)
    return visit.desk.policies
