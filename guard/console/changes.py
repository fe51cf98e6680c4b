"""Changing the policies: a draft of files, tried as it is written; a second person who agrees; then in force at once."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guard.audit.seal import seal, unseal
from guard.console import figures
from guard.console.page import Visit, go, needs
from guard.console.policies import Reader, note_reading, secret_files, shown, shown_to
from guard.console.policy_room import Changes, Examined, Files, PolicyRoom, Told
from guard.console.trials import Backtest
from guard.errors import GuardError, MotionError
from guard.outbox import motions
from guard.outbox.motions import POLICIES
from guard.types.motion import Motion, MotionState
from guard.types.principal import Permission

router = APIRouter(include_in_schema=False)
Author = Annotated[Visit, Depends(needs(Permission.POLICIES))]
Activator = Annotated[Visit, Depends(needs(Permission.ACTIVATE))]
IdleReader = Annotated[Visit, Depends(needs(Permission.POLICIES, Permission.ACTIVATE, idle=True))]
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.ya?ml")
LONGEST = 100_000
"""Characters of a text that a page edits."""
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
class Opened:
    """A change with all that its page shows."""

    motion: Motion
    changes: Changes
    files: Files
    """As they lie in the folder now."""
    secret: frozenset[str]
    base: str

    @property
    def stale(self) -> bool:
        """Whether the policies have changed since."""
        return self.motion.subject.get("base") != self.base

    @property
    def key(self) -> str:
        """All that trying it depends on."""
        text = json.dumps([self.base, _plain(self.changes)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@router.post("/policies/changes")
async def begin(visit: Author) -> Response:
    _room(visit)
    subject = {"base": visit.desk.inspector().bundle.digest}
    made = await visit.desk.store.write(
        lambda tx: motions.draft(tx, visit.principal, POLICIES, subject, visit.now).number
    )
    return go(f"/policies/changes/{made}")


@router.get("/policies/changes/{number}")
async def show(visit: Reader, number: int) -> Response:
    return await _page(visit, await _open(visit, number))


@router.post("/policies/changes/{number}/show")
async def show_secret(visit: Reader, number: int) -> Response:
    """The change with one confidential file in clear; noted first."""
    opened, name = await _open(visit, number), visit.form.one("file")
    if name not in opened.changes:
        raise HTTPException(404)
    await note_reading(visit, name, number)
    return await _page(visit, opened, open_files=frozenset({name}))


@router.post("/policies/changes/{number}/edit")
async def edit(visit: Author, number: int) -> Response:
    """A file to write in; a new one by its name. A confidential one is noted first."""
    opened, name = await _open_draft(visit, number), visit.form.one("file").strip()
    if name not in opened.files and not NAME.fullmatch(name):
        return await _page(visit, opened, 422, wrong="name")
    content = opened.changes.get(name, opened.files.get(name, b""))
    text = shown(content or b"")
    if len(text) > LONGEST:
        return await _page(visit, opened, 422, wrong="long")
    if name in opened.secret and text:
        await note_reading(visit, name, number)
    return visit.page("policy-edit.html", motion=opened.motion, name=name, text=text, problems=())


@router.post("/policies/changes/{number}/save")
async def save(visit: Author, number: int) -> Response:
    """Keep a file's text and try the whole; located mistakes of this file come back beside it."""
    opened, name, text = await _open_draft(visit, number), visit.form.one("file"), visit.form.one("text")
    if name not in opened.files and not NAME.fullmatch(name):
        return await _page(visit, opened, 422, wrong="name")
    if len(text) > LONGEST:
        return await _page(visit, opened, 422, wrong="long")
    content = text.encode("utf-8", "replace")
    changed = _with(opened, name, content)
    await _keep(visit, changed)
    examined = await _examined(visit, changed)
    problems = [one for one in examined.problems if one.file == name] if examined is not None else []
    if problems:
        return visit.page("policy-edit.html", 422, motion=opened.motion, name=name, text=text, problems=problems)
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number}/remove")
async def remove(visit: Author, number: int) -> Response:
    opened, name = await _open_draft(visit, number), visit.form.one("file")
    if name not in opened.files:
        raise HTTPException(404)
    await _keep(visit, _with(opened, name, None))
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number}/keep")
async def leave(visit: Author, number: int) -> Response:
    """Leave a file as it is in force."""
    opened, name = await _open_draft(visit, number), visit.form.one("file")
    rest = {other: content for other, content in opened.changes.items() if other != name}
    await _keep(visit, replace(opened, changes=rest))
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number}/renew")
async def renew(visit: Author, number: int) -> Response:
    """On top of what is in force now."""
    await _keep(visit, await _open_draft(visit, number))
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number}/backtest")
async def backtest(visit: Reader, number: int) -> Response:
    opened = await _open(visit, number)
    visit.desk.trials.start_backtest(_room(visit), visit.desk.hub, opened.key, opened.changes)
    return go(f"/policies/changes/{number}#backtest")


@router.get("/policies/changes/{number}/backtest")
async def progress(visit: IdleReader, number: int) -> Response:
    """The part of the page that tells of it, for htmx."""
    opened = await _open(visit, number)
    return visit.page(
        "_backtest.html", motion=opened.motion, test=_test(visit, opened), figures=figures, changed_posts=changed_posts
    )


@router.post("/policies/changes/{number}/ask")
async def ask(visit: Author, number: int) -> Response:
    """From now on it waits for a second person, and cannot be written in any more."""
    opened, reason = await _open_draft(visit, number), visit.form.one("reason")
    examined = await _examined(visit, opened)
    wrong = (
        "empty" if not opened.changes
        else "stale" if opened.stale
        else "broken" if examined is None or not examined.holds
        else "reason" if not reason.strip()
        else ""
    )  # fmt: skip
    if wrong or examined is None:
        return await _page(visit, opened, 422, wrong=wrong, reason=reason)
    desk, who = visit.desk, visit.principal
    subject = {**opened.motion.subject, "digest": examined.digest}
    await desk.store.write(lambda tx: motions.submit(tx, desk.log, who, POLICIES, number, subject, reason, visit.now))
    desk.hub.publish("policies")
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number}/withdraw")
async def withdraw(visit: Author, number: int) -> Response:
    desk, who = visit.desk, visit.principal
    try:
        await desk.store.write(lambda tx: motions.withdraw(tx, desk.log, who, POLICIES, number, visit.now))
    except MotionError:
        return await _page(visit, await _open(visit, number), 409, wrong="over")
    return go("/policies")


@router.post("/policies/changes/{number}/answer")
async def answer(visit: Activator, number: int) -> Response:
    """The second person's word. A yes is put in force at once."""
    opened, form = await _open(visit, number), visit.form
    if form.one("answer") not in {"agree", "refuse"}:
        raise HTTPException(404)
    agreed, words = form.one("answer") == "agree", form.one("words")
    if agreed and opened.stale:
        return await _page(visit, opened, 409, wrong="stale")
    desk, who = visit.desk, visit.principal
    try:
        await desk.store.write(
            lambda tx: motions.answer(tx, desk.log, who, POLICIES, number, visit.now, agreed=agreed, words=words)
        )
    except MotionError:
        return await _page(visit, opened, 409, wrong="over")
    if agreed:
        await _put_in_force(visit, opened)
    desk.hub.publish("policies")
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number}/again")
async def again(visit: Activator, number: int) -> Response:
    """What was agreed to, and broken off before it was in force."""
    opened = await _open(visit, number)
    if motions.state_of(opened.motion, visit.now) != MotionState.AGREED.value:
        return await _page(visit, opened, 409, wrong="over")
    await _put_in_force(visit, opened)
    return go(f"/policies/changes/{number}")


async def _put_in_force(visit: Visit, opened: Opened) -> None:
    """Written, proved and swapped; or said why not, with the folder as it was."""
    desk, number, failed = visit.desk, opened.motion.number, ""
    try:
        digest = await _room(visit).activate(opened.changes, str(opened.motion.subject["base"]))
        if digest != opened.motion.subject.get("digest"):
            failed = "the folder holds something else than what was agreed to"
    except (GuardError, TimeoutError) as error:
        failed = str(error) or "it took too long"
    await desk.store.write(
        lambda tx: motions.conclude(tx, desk.log, visit.principal, POLICIES, number, visit.now, failed)
    )


async def _open(visit: Visit, number: int) -> Opened:
    """404 for what is not there, or not for them."""
    motion = await visit.desk.store.read(lambda tx: tx.motions.get(number))
    if motion is None or motion.kind != POLICIES or not shown_to(visit, motion):
        raise HTTPException(404)
    changes: dict[str, bytes | None] = {}
    if motion.sealed is not None and motion.wrapped_key is not None:
        kept = json.loads(unseal(visit.desk.keys.sealing, motion.event, motion.sealed, motion.wrapped_key))
        changes = {name: None if text is None else text.encode() for name, text in kept.items()}
    files = await _room(visit).files()
    bundle = visit.desk.inspector().bundle
    new = {name: content for name, content in changes.items() if content is not None}
    secret = secret_files(bundle, files) | secret_files(bundle, {**files, **new})
    return Opened(motion, changes, files, secret, bundle.digest)


async def _open_draft(visit: Visit, number: int) -> Opened:
    """One's own, while it is being written."""
    opened = await _open(visit, number)
    if opened.motion.state is not MotionState.DRAFT or opened.motion.asked.id != visit.principal.id:
        raise HTTPException(404)
    return opened


def _with(opened: Opened, name: str, content: bytes | None) -> Opened:
    """With one file changed; a file that is as it lies there is no change."""
    changes = {other: kept for other, kept in opened.changes.items() if other != name}
    if content != opened.files.get(name):
        changes[name] = content
    return replace(opened, changes=changes)


async def _keep(visit: Visit, opened: Opened) -> None:
    """The draft's files, sealed as held posts are: they may hold confidential terms."""
    motion, keys = opened.motion, visit.desk.keys
    sealed, wrapped = seal(keys.sealing, motion.event, json.dumps(_plain(opened.changes)).encode())
    subject = {"base": opened.base}
    await visit.desk.store.write(
        lambda tx: tx.motions.put(
            replace(
                motions.own_draft(tx, visit.principal, POLICIES, motion.number),
                subject=subject, sealed=sealed, wrapped_key=wrapped,
            )
        )
    )  # fmt: skip


def _plain(changes: Changes) -> dict[str, str | None]:
    return {name: None if content is None else shown(content) for name, content in changes.items()}


async def _examined(visit: Visit, opened: Opened) -> Examined | None:
    """What trying it gave; None where nothing changes or the trial broke off."""
    if not opened.changes:
        return None
    try:
        return await visit.desk.trials.examined(_room(visit), opened.key, opened.changes, None)
    except (GuardError, TimeoutError) as error:
        return Examined(problems=(Told(str(error)),))


def _test(visit: Visit, opened: Opened) -> Backtest | None:
    return visit.desk.trials.backtest(opened.key)


async def _page(
    visit: Visit,
    opened: Opened,
    status: int = 200,
    *,
    wrong: str = "",
    reason: str = "",
    open_files: frozenset[str] = frozenset(),
) -> Response:
    motion, who = opened.motion, visit.principal
    state = motions.state_of(motion, visit.now)
    running = state in {"draft", "asked"}
    mine = motion.asked.id == who.id
    return visit.page(
        "policy-change.html", status, motion=motion, state=state, files=sorted(opened.files), wrong=wrong, reason=reason,
        changed=[_file_change(opened, name, open_files) for name in sorted(opened.changes)] if running else (),
        examined=await _examined(visit, opened) if running else None, test=_test(visit, opened), figures=figures,
        changed_posts=changed_posts, stale=opened.stale and running, writable=mine and state == "draft", waits=mine and state == "asked",
        may_answer=state == "asked" and visit.may(Permission.ACTIVATE) and not motions.same_person(motion.asked, who),
        own=state == "asked" and motions.same_person(motion.asked, who), may_again=state == "agreed" and visit.may(Permission.ACTIVATE),
        running=running,
    )  # fmt: skip


def _file_change(opened: Opened, name: str, open_files: frozenset[str]) -> FileChange:
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


def _room(visit: Visit) -> PolicyRoom:
    if visit.desk.policies is None:
        raise HTTPException(404)
    return visit.desk.policies


def changed_posts(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Kinds of change that a backtest found, with how many posts."""
    return [(one["kind"], one["posts"]) for one in report["changes"] if one["posts"]]
