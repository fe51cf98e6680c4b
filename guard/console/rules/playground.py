"""The policy author's bench: what every rule makes of a text, live, for any network, audience, group and moment.

Shows places of confidential terms, as the inspection record does: whoever comes here writes the rules. Names that are
sealed are kept from them too, so that fishing for those is noticed here as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from guard.authoring.example_line import example_line
from guard.authoring.explain import Explanation, explain
from guard.console.author.advice import Advice, advise
from guard.console.author.compose import asker_of, checks_of, overtaken
from guard.console.author.draft import NETWORKS, OPEN_ONLY, Draft, draft_of
from guard.console.forms import Form
from guard.console.page import Visit, needs
from guard.console.shown import units
from guard.console.words import LANGUAGES, Words
from guard.inspector import Inspector
from guard.policy.schema import ExampleSetting
from guard.types.decision import Action
from guard.types.matcher import SealedMatcher
from guard.types.post import Post, Visibility
from guard.types.principal import Permission

A_MINUTE = 600
MOST_GROUPS = 20

router = APIRouter(include_in_schema=False)
PolicyAuthor = Annotated[Visit, Depends(needs(Permission.POLICIES))]


@dataclass(frozen=True, slots=True)
class Example:
    """A line for a rule's file."""

    rule: str
    line: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One post of the text, and all that is known of it."""

    number: int
    offset: int
    """Where it begins in the text, in a browser's units."""
    advice: Advice
    explanation: Explanation
    says: tuple[tuple[str, Mapping[str, str]], ...]
    """Rule, and what it tells the author by language."""
    examples: tuple[Example, ...]
    counter: str
    """The line for `no_match`."""

    @property
    def marks(self) -> list[tuple[int, int, str]]:
        return [(first + self.offset, last + self.offset, kind) for first, last, kind in self.advice.marks]


@router.get("/playground")
async def blank(visit: PolicyAuthor) -> Response:
    return _page(visit, Draft(), {})


@router.post("/playground")
async def tried(visit: PolicyAuthor) -> Response:
    """The page, or for the page's own script what stands beside the text."""
    form = visit.form
    groups = [word for part in form.one("groups").split(",") if (word := part.strip())][:MOST_GROUPS]
    at, wrong = _moment(form)
    draft = replace(draft_of(form, frozenset(groups)), at=at)
    given = {"groups": ", ".join(groups), "at": form.one("at"), "wrong": wrong}
    checks, asker = checks_of(visit), asker_of(visit)
    if wrong or not draft.text.strip():
        return _page(visit, draft, given, status=422 if wrong else 200)
    if not checks.allowed(asker, visit.now, A_MINUTE):
        return _page(visit, draft, given, state="fast", status=429)
    async with checks.alone(asker) as newest:
        return await _tried_by(visit, draft, given) if newest or not visit.live else overtaken()


async def _tried_by(visit: Visit, draft: Draft, given: Mapping[str, object]) -> Response:
    checks, asker, inspector = checks_of(visit), asker_of(visit), visit.desk.inspector()
    if await checks.shut(asker, visit.now):
        return _page(visit, draft, given, state="paused")
    found = await run_in_threadpool(try_all, inspector, draft, visit.now, visit.words, visit.desk.cache)
    sealed = {matcher.id for matcher in inspector.bundle.matchers if isinstance(matcher, SealedMatcher)}
    for each in found:
        inspection = each.explanation.inspection
        if any(finding.matcher in sealed for finding in inspection.findings) and await checks.saw(
            asker, inspection, visit.now
        ):
            return _page(visit, draft, given, state="paused")
    return _page(visit, draft, given, tried=found)


def try_all(inspector: Inspector, draft: Draft, now: datetime, words: Words, cache: Path | None) -> list[Tried]:
    """Each post of the draft as the gate would judge it after those before it."""
    found: list[Tried] = []
    earlier: list[Post] = []
    for number, (start, text) in enumerate(draft.parts(), start=1):
        alone = replace(draft, text=text)
        facts = replace(alone.facts(now), earlier=tuple(earlier))
        post = alone.post(f"playground{number}")
        explanation = explain(inspector, post, facts, cache)
        passes = partial(_passes, inspector, alone, now, tuple(earlier))
        advice = advise(explanation.inspection, words, passes=passes, confide=True)
        found.append(_tried(number, units(draft.text, start), advice, explanation, draft))
        earlier.append(post)
    return found


def _passes(inspector: Inspector, draft: Draft, now: datetime, earlier: tuple[Post, ...], safe: Post) -> bool:
    return not inspector.inspect(safe, replace(draft.facts(now), earlier=earlier)).decision.action.stops


def _tried(number: int, offset: int, advice: Advice, explanation: Explanation, draft: Draft) -> Tried:
    inspection = explanation.inspection
    text = inspection.post.segments[0].text
    setting = ExampleSetting(
        draft.network if draft.network != NETWORKS[0] else None,
        draft.visibility,
        draft.groups or None,
        draft.at,
        draft.language,
    )
    acting = [match for match in inspection.decision.matches if match.action > Action.ALLOW]
    examples = []
    for match in acting:
        places = [(each.span.start, each.span.end) for each in match.findings if each.span.segment == "/0"]
        secret = any(each.entity_type == "SECRET" for each in match.findings)
        if line := example_line(text, places, setting, match.action, in_parts=secret):
            examples.append(Example(match.id, line))
    says = tuple((match.id, match.say) for match in acting)
    return Tried(
        number, offset, advice, explanation, says, tuple(examples), example_line(text, (), setting, action=None)
    )


def _moment(form: Form) -> tuple[datetime | None, bool]:
    """The moment to decide for, in the machine's own zone where none is given; and whether it cannot be read."""
    given = form.one("at").strip()
    if not given:
        return None, False
    try:
        moment = datetime.fromisoformat(given)
        return (moment if moment.tzinfo else moment.astimezone()), False
    except (ValueError, OverflowError, OSError):
        return None, True


def _page(
    visit: Visit,
    draft: Draft,
    given: Mapping[str, object],
    *,
    status: int = 200,
    state: str = "",
    tried: list[Tried] | None = None,
) -> Response:
    bundle = visit.desk.inspector().bundle
    values = {
        "draft": draft,
        "state": state,
        "tried": tried or [],
        "networks": NETWORKS,
        "open_only": OPEN_ONLY,
        "visibilities": [each.value for each in Visibility],
        "languages": LANGUAGES,
        "due_after": visit.desk.answer_by(visit.now) - visit.now,
        "rules": len(bundle.rules),
        "digest": bundle.digest,
    }
    empty = {"groups": "", "at": "", "wrong": False}
    return visit.page("_tried.html" if visit.live else "playground.html", status, **(values | empty | dict(given)))
