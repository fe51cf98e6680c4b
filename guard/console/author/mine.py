"""My posts: what the gate decided about them, why, the safe version, who has looked; and asking a person about it.

Shows people their own posts and nobody else's; counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from guard.console.author.advice import marks_in
from guard.console.author.became import approved_form, next_of, outcome
from guard.console.author.compose import asker_of, checks_of, groups_of, look
from guard.console.author.draft import MAX_TEXT, NETWORKS, draft_of
from guard.console.effects import inspect, safe_passes
from guard.console.page import Anyone, Visit, go, not_found
from guard.errors import GuardError, ReviewError
from guard.outbox import questions, review
from guard.outbox.deciding import scheduled_time
from guard.outbox.flagged import Reason, take_downs
from guard.outbox.own import OwnPost, lookers, own_post, own_posts
from guard.outbox.payload import CasePayload
from guard.parts import names, offered, written
from guard.store.base import Transaction
from guard.types.decision import Action
from guard.types.held import CaseState
from guard.types.question import Ask, Question, Words
from guard.types.topic import ENTITY as TOPIC
from guard.view import tells_confidential
from guard.words.texts import Phrase

PAGE = 30
ANSWERS = 20
BEGINNING = 100
"""Code points of a post in the list."""
COVER = "▇▇▇"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in plain words."""

    id: str
    title: str
    say: str


@dataclass(frozen=True, slots=True)
class Row:
    """One decision in the list."""

    post: OwnPost
    outcome: str
    rules: tuple[RuleWords, ...]
    begins: str = ""
    """The first words of a held post, while it is kept: how else would one know which it is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of mine, with what was written while it is kept."""

    question: Question
    words: Words | None
    rules: tuple[RuleWords, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a held post, with what may be marked."""

    name: Phrase
    text: str
    spans: list[tuple[int, int]]
    kinds: list[str]


@router.get("/mine")
async def mine(visit: Anyone) -> Response:
    before = visit.request.query_params.get("before", "")
    end = int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else None
    person = visit.principal.person

    def work(tx: Transaction) -> tuple[list[OwnPost], list[Question]]:
        asked = tx.questions.of(visit.principal.id, ANSWERS) if end is None else []
        return own_posts(tx, person, PAGE + 1, end), asked

    posts, asked = await visit.desk.store.read(work)
    more = posts[PAGE - 1].index if len(posts) > PAGE else None
    rows = [
        Row(post, outcome(post), rules_said(visit, post.told), _begins(visit, post)) for post in _once(posts[:PAGE])
    ]
    answers = [_asked(visit, question) for question in asked]
    return visit.page("mine.html", rows=rows, more=more, asked=answers, sent="sent" in visit.request.query_params)


@router.get("/mine/{event}")
async def one(event: str, visit: Anyone) -> Response:
    return await _post_page(visit, event)


@router.post("/mine/ask")
async def ask(visit: Anyone) -> Response:
    """From the bench: a page to say why, with the text; from either page: the question itself."""
    form, desk = visit.form, visit.desk
    event = form.one("event")
    why = form.one("why")
    words = form.one("words").strip()[: questions.MOST_WORDS]
    draft = draft_of(form, groups_of(visit))
    if why not in list(Ask):
        if event:
            return await _post_page(visit, event, status=422, wrong="why", words=words)
        return _ask_page(
            visit, draft.text, draft.network, wrong="why" if "words" in dict(form.pairs) else "", words=words
        )
    rules: Sequence[str] = ()
    if not event:
        if not draft.text.strip():
            return go("/compose")
        # Which rules speak is the gate's to say, not the form's; and asking is no way round what is said of checks
        checks, asker = checks_of(visit), asker_of(visit)
        if await checks.shut(asker, visit.now):
            return _ask_page(visit, draft.text, draft.network, wrong="many", words=words, why=why)
        inspection = await run_in_threadpool(look, desk.inspector(), draft, visit)
        await checks.saw(asker, inspection, visit.now)
        rules = [match.id for match in inspection.decision.matches if match.action > Action.ALLOW]
    sealed = Words(words) if event else Words(words, draft.text[:MAX_TEXT], draft.network)

    def work(tx: Transaction) -> Question:
        return questions.ask(
            tx, desk.log, desk.keys, visit.principal, Ask(why), sealed, visit.now, decision=event or None, rules=rules
        )

    try:
        await desk.store.write(work)
    except ReviewError:
        if event and desk.store.read_now(lambda tx: own_post(tx, visit.principal.person, event)) is None:
            return await not_found(visit.request, ReviewError("there is no such decision"))
        if event:
            return await _post_page(visit, event, status=422, wrong="many", words=words)
        return _ask_page(visit, draft.text, draft.network, wrong="many", words=words, why=why)
    desk.hub.publish("questions")
    return go("/mine?sent")


def rules_said(visit: Visit, ids: Sequence[str]) -> tuple[RuleWords, ...]:
    """The rules in the words of now; of one that is gone only its name."""
    known = {f"{rule.policy.id}/{rule.source.id}": rule.source for rule in visit.desk.inspector().bundle.rules}
    t = visit.words
    return tuple(
        RuleWords(name, t.either(known[name].title, name), t.either(known[name].say))
        if name in known
        else RuleWords(name, name, "")
        for name in ids
    )


def _once(posts: Sequence[OwnPost]) -> list[OwnPost]:
    """Of a post that was sent several times while it waited, the newest decision."""
    kept: dict[int | str, OwnPost] = {}
    for post in posts:
        kept.setdefault(post.event if post.case is None else post.case.number, post)
    return list(kept.values())


def _begins(visit: Visit, post: OwnPost) -> str:
    """The first words of the text at fault, with what the catalogue's detectors found covered: a list is read over one's shoulder.

    Terms of policies stay as they were written: a cover would tell the author of a confidential one.
    """
    payload = _payload(visit, post)
    texts = [] if payload is None else written(payload.post)
    if payload is None or not texts:
        return ""
    told = [one.span for one in payload.findings if one.matcher is None]
    spans = [one.span for one in payload.findings if one.matcher is None and one.entity_type != TOPIC]
    at_fault = {span.segment for span in spans} or {span.segment for span in told}
    text, said, place = next((text for text in texts if text.path in at_fault), texts[0]), "", 0
    for span in sorted(span for span in spans if span.segment == text.path):
        if span.start >= place:
            said += text.text[place : span.start] + COVER
        place = max(place, span.end)
    said = " ".join((said + text.text[place:]).split())
    return said if len(said) <= BEGINNING else said[:BEGINNING].rstrip() + "…"


def _asked(visit: Visit, question: Question) -> Asked:
    return Asked(question, _words(visit, question), rules_said(visit, question.rules))


def _words(visit: Visit, question: Question) -> Words | None:
    try:
        return questions.read(visit.desk.keys, question)
    except GuardError:
        return None  # sealed under a key that is gone


def _ask_page(visit: Visit, text: str, network: str, *, wrong: str = "", words: str = "", why: str = "") -> Response:
    values = {"text": text, "network": network, "wrong": wrong, "words": words, "why": why, "whys": list(Ask)}
    return visit.page("mine-ask.html", 422 if wrong else 200, **values)


async def _post_page(visit: Visit, event: str, *, status: int = 200, wrong: str = "", words: str = "") -> Response:
    desk, person = visit.desk, visit.principal.person

    def work(
        tx: Transaction,
    ) -> tuple[OwnPost, list[tuple[str, datetime]], list[Question], Sequence[tuple[datetime, Reason]]] | None:
        post = own_post(tx, person, event)
        if post is None:
            return None
        looked = [] if post.case is None else list(lookers(tx, post.case.number))
        mine = [each for each in tx.questions.of(visit.principal.id, 200) if each.decision == event]
        return post, looked, mine, take_downs(tx, event)

    found = await desk.store.read(work)
    if found is None:
        return await not_found(visit.request, ReviewError("there is no such decision"))
    post, looked, asked, down = found
    payload = _payload(visit, post)
    parts, safe = await _parts(visit, payload)
    values = {
        "post": post,
        "outcome": outcome(post),
        "next": next_of(visit.words, post),
        "approved": approved_form(desk.keys, post, payload),
        "hour": payload and scheduled_time(payload.post),
        "rules": rules_said(visit, post.told),
        "parts": parts,
        "safe": safe,
        "looked": await _looked(visit, looked),
        "asked": [_asked(visit, question) for question in asked],
        "take_downs": down,
        "whys": list(Ask),
        "wrong": wrong,
        "words": words,
        "open": post.case is not None and post.case.state is CaseState.OPEN,
        "networks": NETWORKS,
        "promised": post.case and (post.case.due or desk.answer_by(post.case.created)),
    }
    return visit.page("mine-post.html", status, **values)


async def _parts(visit: Visit, payload: CasePayload | None) -> tuple[list[Part], list[tuple[Phrase, str]]]:
    """The texts of a held post while they are kept; and of its safe version those that change, by their names."""
    if payload is None:
        return [], []
    inspection = await inspect(visit.desk, payload.post, payload)
    shown = written(payload.post)
    parts = [
        Part(name, part.text, *marks_in(inspection, part.path)) for part, name in zip(shown, names(shown), strict=True)
    ]
    if tells_confidential(inspection) or not payload.edits or not await safe_passes(visit.desk, inspection, payload):
        return parts, []
    return parts, offered(payload.post, payload.edits)


def _payload(visit: Visit, post: OwnPost) -> CasePayload | None:
    if post.case is None or post.case.sealed is None:
        return None
    try:
        return review.open_payload(visit.desk.keys, post.case)
    except GuardError:
        return None  # sealed under a key that is gone


async def _looked(visit: Visit, looked: Sequence[tuple[str, datetime]]) -> list[tuple[list[str], datetime]]:
    """In which role somebody read it, and when last; not by name: they act for the company, not for themselves."""
    roles = {
        person.name: sorted(role.value for role in person.roles) for person in await visit.desk.sessions.colleagues()
    }
    last: dict[str, datetime] = dict(looked)
    return sorted(((roles.get(name) or ["reviewer"], when) for name, when in last.items()), key=lambda each: each[1])
