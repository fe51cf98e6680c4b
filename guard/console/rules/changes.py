"""Changing the policies: a draft of files, tried as it is written; a second person who agrees; then in force at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guard.console import figures
from guard.console.page import Visit, go, needs
from guard.console.policy_room import Examined, Told
from guard.console.rules.drafts import (
    LONGEST,
    NAME,
    Opened,
    file_change,
    keep,
    keep_inverse,
    open_change,
    open_draft,
    others_who_may,
    room_of,
    sealed_with_before,
    then,
    with_file,
)
from guard.console.rules.policies import Reader, note_reading, shown
from guard.errors import GuardError, MotionError
from guard.outbox import motions
from guard.outbox.motions import POLICIES
from guard.store.base import Transaction
from guard.types.motion import MotionState
from guard.types.principal import Permission
from guard.words.texts import Phrase

router = APIRouter(include_in_schema=False)
Author = Annotated[Visit, Depends(needs(Permission.POLICIES))]
Activator = Annotated[Visit, Depends(needs(Permission.ACTIVATE))]
IdleReader = Annotated[Visit, Depends(needs(Permission.POLICIES, Permission.ACTIVATE, idle=True))]


@router.post("/policies/changes")
async def begin(visit: Author) -> Response:
    room_of(visit)
    subject = {"base": visit.desk.inspector().bundle.digest}
    made = await visit.desk.store.write(
        lambda tx: motions.draft(tx, visit.principal, POLICIES, subject, visit.now).number
    )
    return go(f"/policies/changes/{made}")


@router.get("/policies/changes/{number:int}")
async def show(visit: Reader, number: int) -> Response:
    return await _page(visit, await open_change(visit, number))


@router.post("/policies/changes/{number:int}/show")
async def show_secret(visit: Reader, number: int) -> Response:
    """The change with one confidential file in clear; noted first."""
    opened, name = await open_change(visit, number), visit.form.one("file")
    if name not in opened.changes:
        raise HTTPException(404)
    await note_reading(visit, name, number)
    return await _page(visit, opened, open_files=frozenset({name}))


@router.post("/policies/changes/{number:int}/edit")
async def edit(visit: Author, number: int) -> Response:
    """A file to write in; a new one by its name. A confidential one is noted first."""
    opened, name = await open_draft(visit, number), visit.form.one("file").strip()
    if name not in opened.files and not NAME.fullmatch(name):
        return await _page(visit, opened, 422, wrong="name")
    content = opened.changes.get(name, opened.files.get(name, b""))
    text = shown(content or b"")
    if len(text) > LONGEST:
        return await _page(visit, opened, 422, wrong="long")
    if name in opened.secret and text:
        await note_reading(visit, name, number)
    return visit.page("policy-edit.html", motion=opened.motion, name=name, text=text, problems=())


@router.post("/policies/changes/{number:int}/save")
async def save(visit: Author, number: int) -> Response:
    """Keep a file's text and try the whole; located mistakes of this file come back beside it."""
    opened, name, text = await open_draft(visit, number), visit.form.one("file"), visit.form.one("text")
    if name not in opened.files and not NAME.fullmatch(name):
        return await _page(visit, opened, 422, wrong="name")
    if len(text) > LONGEST:
        return await _page(visit, opened, 422, wrong="long")
    content = text.encode("utf-8", "replace")
    changed = with_file(opened, name, content)
    await keep(visit, changed)
    examined = await _examined(visit, changed)
    problems = [one for one in examined.problems if one.file == name] if examined is not None else []
    if problems:
        return visit.page("policy-edit.html", 422, motion=opened.motion, name=name, text=text, problems=problems)
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number:int}/remove")
async def remove(visit: Author, number: int) -> Response:
    opened, name = await open_draft(visit, number), visit.form.one("file")
    if name not in opened.files:
        raise HTTPException(404)
    await keep(visit, with_file(opened, name, None))
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number:int}/keep")
async def leave(visit: Author, number: int) -> Response:
    """Leave a file as it is in force."""
    opened, name = await open_draft(visit, number), visit.form.one("file")
    rest = {other: content for other, content in opened.changes.items() if other != name}
    await keep(visit, replace(opened, changes=rest))
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number:int}/renew")
async def renew(visit: Author, number: int) -> Response:
    """On top of what is in force now."""
    await keep(visit, await open_draft(visit, number))
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number:int}/backtest")
async def backtest(visit: Reader, number: int) -> Response:
    opened = await open_change(visit, number)
    visit.desk.trials.start_backtest(room_of(visit), visit.desk.hub, opened.key, opened.changes)
    return go(f"/policies/changes/{number}#backtest")


@router.get("/policies/changes/{number:int}/backtest")
async def progress(visit: IdleReader, number: int) -> Response:
    """The part of the page that tells of it, for htmx."""
    opened = await open_change(visit, number)
    return visit.page(
        "_backtest.html",
        motion=opened.motion,
        test=visit.desk.trials.backtest(opened.key),
        figures=figures,
        changed_posts=changed_posts,
    )


@router.post("/policies/changes/{number:int}/ask")
async def ask(visit: Author, number: int) -> Response:
    """From now on it waits for a second person, and cannot be written in any more."""
    opened, reason = await open_draft(visit, number), visit.form.one("reason")
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
    sealed, wrapped = sealed_with_before(visit, opened)

    def submit(tx: Transaction) -> None:
        if motions.own_draft(tx, who, POLICIES, number).sealed != opened.motion.sealed:
            raise MotionError(f"request {number} was written in while it was tried", hint="load the page again")
        asked = motions.submit(tx, desk.log, who, POLICIES, number, subject, reason, visit.now)
        tx.motions.put(replace(asked, sealed=sealed, wrapped_key=wrapped))

    try:
        await desk.store.write(submit)
    except MotionError:
        return await _page(visit, await open_change(visit, number), 409, wrong="over", reason=reason)
    desk.hub.publish("policies")
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number:int}/take")
async def take_up(visit: Author, number: int) -> Response:
    """A draft that a reviewer left becomes this person's own."""
    opened = await open_change(visit, number)
    try:
        await visit.desk.store.write(lambda tx: motions.take_up(tx, visit.principal, POLICIES, number, visit.now))
    except MotionError:
        return await _page(visit, opened, 409, wrong="over")
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number:int}/withdraw")
async def withdraw(visit: Author, number: int) -> Response:
    desk, who = visit.desk, visit.principal
    try:
        await desk.store.write(lambda tx: motions.withdraw(tx, desk.log, who, POLICIES, number, visit.now))
    except MotionError:
        return await _page(visit, await open_change(visit, number), 409, wrong="over")
    return go("/policies")


@router.post("/policies/changes/{number:int}/answer")
async def answer(visit: Activator, number: int) -> Response:
    """The second person's word. A yes is put in force at once."""
    opened, form = await open_change(visit, number), visit.form
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


@router.post("/policies/changes/{number:int}/again")
async def again(visit: Activator, number: int) -> Response:
    """What was agreed to, and broken off before it was in force."""
    opened = await open_change(visit, number)
    if motions.state_of(opened.motion, visit.now) != MotionState.AGREED.value:
        return await _page(visit, opened, 409, wrong="over")
    await _put_in_force(visit, opened)
    return go(f"/policies/changes/{number}")


@router.post("/policies/changes/{number:int}/inverse")
async def inverse(visit: Author, number: int) -> Response:
    """A draft that undoes a change in force, for two people as any other."""
    opened = await open_change(visit, number)
    if opened.before is None or opened.motion.state is not MotionState.DONE:
        raise HTTPException(404)
    if any(opened.files.get(name) != content for name, content in opened.changes.items()):
        return await _page(visit, opened, 409, wrong="later")  # it would undo what came after, too
    return go(f"/policies/changes/{await keep_inverse(visit, opened, opened.before)}")


async def _put_in_force(visit: Visit, opened: Opened) -> None:
    """Written, proved and swapped; or said why not, with the folder as it was."""
    desk, subject, number, failed = visit.desk, opened.motion.subject, opened.motion.number, ""
    agreed = str(subject["digest"])
    try:
        await room_of(visit).activate(opened.changes, str(subject["base"]), agreed)
    except (GuardError, TimeoutError) as error:
        # A crash may have come between putting it in force and saying so here
        if desk.inspector().bundle.digest != agreed:
            failed = visit.words.told(error if isinstance(error, GuardError) else Phrase("change.too-long"))
    await desk.store.write(
        lambda tx: motions.conclude(tx, desk.log, visit.principal, POLICIES, number, visit.now, failed)
    )


async def _examined(visit: Visit, opened: Opened) -> Examined | None:
    """What trying it gave; None where nothing changes or the trial broke off."""
    if not opened.changes:
        return None
    try:
        return await visit.desk.trials.examined(room_of(visit), opened.key, opened.changes, None)
    except GuardError as error:
        return Examined(problems=(Told(error.message, error.hint),))
    except TimeoutError:
        return Examined(problems=(Told(Phrase("change.too-long")),))


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
    mine = motion.asked.id == who.id and not motions.is_left(motion)
    return visit.page(
        "policy-change.html", status, motion=motion, state=state, files=sorted(opened.files), wrong=wrong, reason=reason,
        changed=[file_change(opened if running else then(opened), name, open_files) for name in sorted(opened.changes)] if running or opened.before else (),
        examined=await _examined(visit, opened) if running else None, test=visit.desk.trials.backtest(opened.key), figures=figures,
        changed_posts=changed_posts, stale=opened.stale and running, writable=mine and state == "draft", waits=mine and state == "asked",
        may_answer=state == "asked" and visit.may(Permission.ACTIVATE) and not motions.same_person(motion.asked, who),
        own=state == "asked" and motions.same_person(motion.asked, who), may_again=state == "agreed" and visit.may(Permission.ACTIVATE),
        may_undo=state == "done" and opened.before is not None and visit.may(Permission.POLICIES),
        others=await others_who_may(visit, motion) if state == "asked" else (), running=running, left=motions.is_left(motion) and visit.may(Permission.POLICIES),
    )  # fmt: skip


def changed_posts(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Kinds of change that a backtest found, with how many posts."""
    return [(one["kind"], one["posts"]) for one in report["changes"] if one["posts"]]
