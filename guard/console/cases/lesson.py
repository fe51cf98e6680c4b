"""From a decision to the policies: a case made an example or an exception, tried before it is kept as a draft.

Nothing comes into force here: what is kept is a draft of the policies pages, which two people bring into force. The text
that goes into the file is the reviewer's choice, offered with what is real in it replaced.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guard.authoring.amend import add_example, add_exception
from guard.authoring.lesson import Kind, Lines, example, exception, setting_of
from guard.authoring.stand_ins import Masked, masked
from guard.console import figures
from guard.console.cases import lesson_form
from guard.console.cases.lesson_form import Asked
from guard.console.cases.queue import IdleReviewer, Reviewer, titles
from guard.console.cases.showing import Number, Opened, open_case, record_reading
from guard.console.effects import inspect
from guard.console.page import NotAllowedError, Visit
from guard.console.policy_room import Examined, Told
from guard.console.rules.changes import changed_posts
from guard.console.rules.drafts import Proposed, file_change, keep_lesson, proposed, room_of
from guard.console.trials import Backtest
from guard.errors import GuardError
from guard.outbox.deciding import MINE, bar_of
from guard.outbox.payload import CasePayload
from guard.policy.compile import CompiledRule
from guard.types.held import CaseState, HeldPost
from guard.types.inspection import Inspection
from guard.types.post import Segment
from guard.words.texts import Phrase

PATIENCE_S = 4.0
"""So long a page waits for the examples, and for the stored posts, to be tried; then it shows how far that is."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Bench:
    """A case whose text this person may read, and what it can teach."""

    case: HeldPost
    payload: CasePayload
    inspection: Inspection
    rules: list[CompiledRule]

    def rule(self, name: str) -> CompiledRule:
        """The first when there is none of that name."""
        named = (one for one in self.rules if f"{one.policy.id}/{one.source.id}" == name)
        return next(named, self.rules[0])


@dataclass(frozen=True, slots=True)
class Tried:
    """What would come of it."""

    made: Proposed
    lines: Lines
    file: str
    told: Examined | None
    """None while it is being tried."""
    test: Backtest | None


@router.get("/cases/{number}/lesson")
async def show(number: Number, visit: Reviewer) -> Response:
    bench = await _bench(visit, number)
    await record_reading(visit, bench.case)
    start, found = _start(visit, bench)
    return _page(visit, bench, start, found)


@router.post("/cases/{number}/lesson")
async def try_it(number: Number, visit: Reviewer) -> Response:
    """Try it; or keep what was tried."""
    bench = await _bench(visit, number)
    start, found = _start(visit, bench)
    asked = lesson_form.filled(visit.form, start)
    if wrong := lesson_form.wrong(asked, visit.now):
        return _page(visit, bench, asked, found, status=422, wrong=wrong)
    try:
        tried = await _tried(visit, bench, asked)
    except GuardError as error:
        return _page(visit, bench, asked, found, status=422, wrong="cannot", why=visit.words.told(error))
    telling = _tells(visit, bench.payload, asked)
    if visit.form.one("do") != "keep":
        return _page(visit, bench, asked, found, tried=tried, telling=telling)
    why = (
        "changed" if visit.form.one("tried") != tried.made.key
        else "running" if tried.told is None or tried.test is None or tried.test.running
        else "telling" if telling and not asked.knowing
        else ""
    )  # fmt: skip
    if why:
        return _page(visit, bench, asked, found, status=422, wrong=why, tried=tried, telling=telling)
    kept = await keep_lesson(visit, tried.made, number)
    visit.desk.hub.publish("policies")
    return visit.page("lesson-kept.html", case=number, motion=kept)


@router.get("/cases/{number}/lesson/trial")
async def progress(number: Number, visit: IdleReviewer) -> Response:
    """How far the stored posts are, for htmx: numbers, no text."""
    key = visit.request.query_params.get("key", "")
    test = visit.desk.trials.backtest(key)
    if test is None:
        raise HTTPException(404)
    return visit.page(
        "_lesson_trial.html", number=number, key=key, told=visit.desk.trials.known(key), test=test, **_FIGURES
    )


_FIGURES: dict[str, Any] = {"figures": figures, "changed_posts": changed_posts}


async def _bench(visit: Visit, number: int) -> Bench:
    """404 where there is nothing to learn or nowhere to write it; what nobody may read here is not shown here either."""
    room_of(visit)
    opened: Opened = await open_case(visit, number)
    own = bar_of(opened.line, CaseState.OPEN, visit.principal) in MINE
    if opened.payload is None or own:
        raise NotAllowedError
    inspection = await inspect(visit.desk, opened.payload.post, opened.payload)
    rules = lesson_form.rules_of(visit.desk.inspector(), inspection, opened.case.matches)
    if not rules:
        raise HTTPException(404)
    return Bench(opened.case, opened.payload, inspection, rules)


def _start(visit: Visit, bench: Bench) -> tuple[Asked, Masked]:
    rule = bench.rule(visit.form.one("rule"))
    found = lesson_form.spoken_of(visit.desk.inspector(), bench.payload, bench.inspection, rule)
    return lesson_form.first(rule, found, visit.principal.name, visit.now), found


async def _tried(visit: Visit, bench: Bench, asked: Asked) -> Tried:
    """The change, its test, and the stored posts under it. GuardError where the file has no place for it."""
    inspector, post, room, at = visit.desk.inspector(), bench.payload.post, room_of(visit), bench.case.created
    rule = bench.rule(asked.rule)
    name, setting = rule.policy.file, setting_of(rule, post, at)
    files = await room.files()
    if name not in files:
        raise HTTPException(404)
    if asked.kind is Kind.EXCEPTION:
        wanted = asked.wanted(visit.words.language, post)
        lines = exception(inspector, rule, wanted, asked.text, setting, at)
        content = add_exception(name, files[name], lines.lines)
    else:
        note = visit.words("lesson.note", case=bench.case.number, day=at.date().isoformat())
        lines = example(inspector, rule, asked.kind, asked.text, setting, note)
        content = add_example(name, files[name], rule.source.id, asked.kind.value, *lines.lines)
    made = proposed(visit, {name: content}, files)
    trials = visit.desk.trials
    known = trials.backtest(made.key)
    if known is None or known.failed:
        trials.start_backtest(room, visit.desk.hub, made.key, made.changes)
    try:
        told = await trials.examined(room, made.key, made.changes, PATIENCE_S)
    except GuardError as error:
        told = Examined(problems=(Told(error.message, error.hint),))
    except TimeoutError:
        told = Examined(problems=(Told(Phrase("change.too-long")),))
    test = trials.backtest(made.key)
    if test is not None and test.running and test.task is not None:
        await asyncio.wait({test.task}, timeout=PATIENCE_S)
    return Tried(made, lines, name, told, test)


def _tells(visit: Visit, payload: CasePayload, asked: Asked) -> bool:
    """Whether what was typed puts a confidential word into the file."""
    typed = f"{asked.text}\n{asked.phrase}\n{asked.reason}\n{asked.translated}"
    return masked(
        visit.desk.inspector(), payload.post, Segment("/text", "body", typed), [one.text for one in payload.earlier]
    ).covered


def _page(
    visit: Visit,
    bench: Bench,
    asked: Asked,
    found: Masked,
    *,
    status: int = 200,
    wrong: str = "",
    why: str = "",
    tried: Tried | None = None,
    telling: bool = False,
) -> Response:
    post = bench.payload.post
    change = None
    if tried is not None:
        change = file_change(tried.made, tried.file, frozenset())
    return visit.page(
        "lesson.html", status, number=bench.case.number, asked=asked, kinds=list(Kind), rules=bench.rules, titles=titles(visit),
        found=found, wrong=wrong, why=why, tried=tried, change=change, telling=telling, network=post.network,
        groups=sorted(post.author.groups), key=tried.made.key if tried else "", test=tried.test if tried else None, told=tried.told if tried else None,
        **_FIGURES,
    )  # fmt: skip
