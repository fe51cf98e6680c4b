"""What was nearly otherwise: near misses of a case, as `guard policy explain` tells them, worked out when somebody looks.

Confidential rules stay out of it: where one of their words nearly stands is a hint at the word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from guard.authoring.explain import explain
from guard.authoring.explain_rule import RuleTrace
from guard.channels.joined import ROLE as JOINED
from guard.console.cases.queue import Reviewer, titles
from guard.console.cases.showing import Number, open_case, record_reading
from guard.console.page import NotAllowedError
from guard.console.words import Words
from guard.inspector import Inspector
from guard.outbox.payload import facts_with
from guard.types.decision import Action
from guard.types.inspection import Facts
from guard.types.post import Post
from guard.words.texts import Phrase

MOST = 20
LONGEST = 60
"""Characters shown of a place."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, repr=False)
class Nearly:
    """One thing that nearly was otherwise."""

    rule: str
    kind: str
    """`near`: not found; `passed-over`: found, and does not count; `step`: a severer line of the rule does not fit."""
    text: str
    """Where in the post; empty where it is about no place."""
    words: tuple[str, ...]
    action: str = ""
    """Of a step."""


@router.get("/cases/{number}/near")
async def show(number: Number, visit: Reviewer) -> Response:
    """The part that htmx puts into the case page, or a page of its own without script."""
    opened = await open_case(visit, number)
    if opened.payload is None:
        raise NotAllowedError
    if not any(event.kind == "view" and event.who == visit.principal.name for event in opened.events):
        await record_reading(visit, opened.case)
    desk, payload = visit.desk, opened.payload
    facts = facts_with(payload, visit.now)
    found = await run_in_threadpool(nearly, desk.inspector(), payload.post, facts, desk.cache)
    named = (replace(one, words=tuple(_named(each, visit.words) for each in one.words)) for one in found)
    template = "_near.html" if visit.live else "near.html"
    return visit.page(template, number=number, found=list(dict.fromkeys(named)), titles=titles(visit))


def nearly(inspector: Inspector, post: Post, facts: Facts, cache: Path | None) -> list[Nearly]:
    """Of every text of the post, each thing once."""
    found: dict[Nearly, None] = {}
    for segment in post.segments:
        if segment.text and segment.role not in {JOINED, "key"}:
            alone = replace(post, segments=(segment,))
            explanation = explain(inspector, alone, facts, cache)
            for trace in explanation.rules:
                if not trace.confidential:
                    found.update(dict.fromkeys(_told(trace, segment.text)))
    return list(found)[:MOST]


_KINDS: Mapping[str, str] = {"near miss": "near", "suppressed": "passed-over"}


def _told(trace: RuleTrace, text: str) -> Iterator[Nearly]:
    for event in trace.events:
        if event.kind in _KINDS:
            place = "" if event.start is None else text[event.start : event.end]
            yield Nearly(trace.id, _KINDS[event.kind], _short(place), (event.words,))
    reached = Action.from_word(trace.action) if trace.action else Action.ALLOW
    for line in trace.lines:
        if line.but_for and Action.from_word(line.action) > reached:
            yield Nearly(trace.id, "step", "", line.but_for, line.action)


def _named(told: str, words: Words) -> str:
    """With the name of what was nearly found, as people call it; policy authors know `IBAN_CODE (finance/iban)`."""
    if not isinstance(told, Phrase) or not words.has(name := f"entities.{told.values.get('entity')}"):
        return told
    if told.key == "explain.refused":
        return words("case.near_refused", entity=words(name), why=words.told(told.values["why"]))
    return words.filled(told.key, {**told.values, "entity": words(name)})


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
