"""Authors' questions, and the answer box. Whoever reads a text leaves a view entry, as with a held post."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from guard import parts
from guard.authoring.evade_todo import quoted
from guard.authoring.example_line import example_line
from guard.channels.joined import ROLE as JOINED
from guard.console.author.mine import rules_said
from guard.console.effects import inspect
from guard.console.page import Visit, go, needs, not_found
from guard.errors import GuardError, ReviewError, StoreError
from guard.outbox import questions, review
from guard.outbox.deciding import may_read
from guard.outbox.payload import CasePayload
from guard.policy.schema import ExampleSetting
from guard.store.base import Transaction
from guard.types.post import Post, Segment
from guard.types.principal import Permission
from guard.types.question import Ask, Question
from guard.words.texts import Phrase

SHOWN = 200
ANSWERED = 20
EXCEPTION_FOR = timedelta(days=30)
EXCEPTION = """\
- id: already-public-{id}
  reason: {{fr: "…", en: "…"}}
  approved_by: …
  expires: {ends}
  only: {{rules: [{rules}]}}
  text: [{pattern}]
  match:
    - {text}"""

router = APIRouter(include_in_schema=False)
Reviewer = Annotated[Visit, Depends(needs(Permission.REVIEW))]


@router.get("/questions")
async def waiting(visit: Reviewer) -> Response:
    """Oldest first. Shows no text: whose question it is matters to nobody here."""

    def work(tx: Transaction) -> tuple[list[Question], list[Question]]:
        return tx.questions.open(SHOWN), tx.questions.answered(ANSWERED)

    found, answered = await visit.desk.store.read(work)
    lines = [(each, rules_said(visit, each.rules), questions.is_own(each, visit.principal)) for each in found]
    return visit.page("questions.html", lines=lines, answered=answered, done="done" in visit.request.query_params)


@router.get("/questions/{question}")
async def show(question: str, visit: Reviewer) -> Response:
    return await _page(visit, question)


@router.post("/questions/{question}")
async def answer(question: str, visit: Reviewer) -> Response:
    desk, form = visit.desk, visit.form
    text, verdict = form.one("answer"), form.one("upheld")
    if verdict not in {"yes", "no"} or not text.strip():
        return await _page(visit, question, status=422, wrong="answer" if verdict else "upheld")

    def work(tx: Transaction) -> Question:
        if not _readable(visit, tx, questions.find(tx, question)):
            raise ReviewError("this question is for other eyes")
        return questions.answer(
            tx, desk.log, desk.keys, question, visit.principal, text, visit.now,
            upheld=verdict == "yes", keep_for=desk.terms.keep_for,
        )  # fmt: skip

    try:
        await desk.store.write(work)
    except ReviewError:
        return await _page(visit, question, status=409, wrong="late")
    desk.hub.publish("questions")
    return go("/questions?done")


async def _page(visit: Visit, name: str, *, status: int = 200, wrong: str = "") -> Response:
    """One question; that somebody reads it is recorded before it is shown."""
    desk, who = visit.desk, visit.principal

    def look(tx: Transaction) -> tuple[Question, bool, CasePayload | None] | None:
        found = tx.questions.get(name)
        if found is None:
            return None
        readable = _readable(visit, tx, found)
        return found, readable, _held(visit, tx, found) if readable else None

    seen = await desk.store.read(look)
    if seen is None:
        return await not_found(visit.request, ReviewError("there is no such question"))
    question, readable, held = seen
    words = None
    if readable:
        try:
            words = questions.read(desk.keys, question)
        except GuardError:
            words = None  # sealed under a key that is gone
    if words is not None:
        try:
            await desk.store.write(lambda tx: questions.record_view(tx, desk.log, question, who, visit.now))
        except StoreError as error:
            raise StoreError("nobody may read a text while it cannot be recorded", hint=error.hint) from error
    texts: list[tuple[Phrase | None, str]] = [] if held is None else _named(_texts(held.post))
    meant = "" if held is None else await _meant(visit, question, held)
    if words and words.text:
        texts, meant = [(None, words.text)], words.text
    values = {
        "question": question,
        "own": questions.is_own(question, who),
        "words": words,
        "texts": texts,
        "rules": rules_said(visit, question.rules),
        "line": _proposal(question, meant),
        "wrong": wrong,
        "form": visit.form,
    }
    return visit.page("question.html", status, **values)


def _readable(visit: Visit, tx: Transaction, question: Question) -> bool:
    """Nobody reads their own here, and a case's question is for those who may read the case."""
    if questions.is_own(question, visit.principal):
        return False
    line = None if question.case is None else tx.queue.line(question.case, visit.now)
    return line is None or may_read(line, visit.principal)


def _held(visit: Visit, tx: Transaction, question: Question) -> CasePayload | None:
    """The case it is about, while its text is kept."""
    case = None if question.case is None else tx.case(question.case)
    if case is None or case.sealed is None:
        return None
    try:
        return review.open_payload(visit.desk.keys, case)
    except GuardError:
        return None  # sealed under a key that is gone


def _texts(post: Post) -> list[Segment]:
    return parts.written(post) or [part for part in post.segments if part.role != JOINED and part.text.strip()]


def _named(texts: list[Segment]) -> list[tuple[Phrase | None, str]]:
    """By their names where there are several: any may be the one meant."""
    called = parts.names(texts) if len(texts) > 1 or any(part.role != "body" for part in texts) else [None] * len(texts)
    return [(name, part.text) for name, part in zip(called, texts, strict=True)]


async def _meant(visit: Visit, question: Question, payload: CasePayload) -> str:
    """The text in which the rules in question find something, the severest first; none where only texts read together tell it.

    Where they find nothing any more, it is what they once found it in.
    """
    if question.ask not in {Ask.FALSE_POSITIVE, Ask.ALREADY_PUBLIC}:
        return ""
    decision = (await inspect(visit.desk, payload.post, payload)).decision
    matches = sorted(
        (match for match in decision.matches if match.id in question.rules), key=lambda match: -match.action
    )
    found = [finding for match in matches for finding in match.findings] or payload.findings
    texts = {part.path: part.text for part in _texts(payload.post)}
    if len(texts) == 1 or not found:
        return next(iter(texts.values()), "")
    return next((texts[finding.span.segment] for finding in found if finding.span.segment in texts), "")


def _proposal(question: Question, text: str) -> str:
    """What would go into the rule's file if the author is right: a counter-example, or an exception that ends."""
    if not text:
        return ""
    if question.ask is Ask.FALSE_POSITIVE:
        return example_line(text, (), ExampleSetting(), action=None)
    if question.ask is Ask.ALREADY_PUBLIC:
        names = ", ".join(rule.partition("/")[2] for rule in question.rules)
        ends = (question.created + EXCEPTION_FOR).date().isoformat()
        return EXCEPTION.format(
            id=question.id[-8:], ends=ends, rules=names, pattern=quoted(f"*{text}*"), text=quoted(text)
        )
    return ""
