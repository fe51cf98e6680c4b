"""A case as a page shows it: the texts for those who may read them, why it waits, who has it, what was done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from guard import parts
from guard.console.cases import sides, timeline
from guard.console.cases.before import before_values
from guard.console.cases.lesson_form import rules_of
from guard.console.cases.queue import REASONS, titles, toasts
from guard.console.cases.sides import acting_matches, published, reasons, written
from guard.console.cases.since import judged_otherwise
from guard.console.effects import inspect
from guard.console.links import address
from guard.console.page import Visit
from guard.console.shown import plain
from guard.console.words import Words
from guard.errors import StoreError
from guard.outbox import deciding, review
from guard.outbox.approvals import asked_for, wanted
from guard.outbox.deciding import MINE, Bar, bar_of, may_read, must_say
from guard.outbox.payload import CasePayload, edited_post
from guard.outbox.states import may_go_inside
from guard.store.base import Transaction
from guard.types.decision import Action
from guard.types.held import CaseState, Form, HeldPost
from guard.types.inspection import Inspection
from guard.types.post import Attachment, Post
from guard.types.principal import Permission, Principal
from guard.types.queue import Decided, Verdict, Waiting
from guard.words.texts import Phrase

SIMILAR = 5
DECISIONS = ("written", "redacted", "edited", "internal", "rejected")
FIELD = "text:"
"""An edited text's field is named so, and its path."""

Number = Annotated[int, Path(ge=1, lt=2**53)]
"""A case number, or what is typed in its place: no larger than stores and browsers count."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as this person may see it."""

    line: Waiting
    case: HeldPost
    payload: CasePayload | None
    """None: erased, unreadable, or not for these eyes."""
    bar: Bar | None
    verdict: Verdict | None
    events: list[timeline.Event]
    similar: list[Decided]
    readable: bool


def could_decide(line: Waiting, person: Principal) -> bool:
    """Whether it makes sense to give it to them."""
    free = replace(line, claim=None, verdict_by=None)
    return person.may(Permission.REVIEW) and bar_of(free, CaseState.OPEN, person) is None


def tell(visit: Visit, number: int) -> None:
    visit.desk.hub.publish("queue")
    visit.desk.hub.publish(f"case-{number}")


async def open_case(visit: Visit, number: int) -> Opened:
    """The case, with its text only for those who may read it. UnknownCaseError when there is none."""
    who, now = visit.principal, visit.now

    def work(tx: Transaction) -> Opened:
        line, case = deciding.find(tx, number, now)
        bar = bar_of(line, case.state, who)
        readable = may_read(line, who) and bar not in MINE
        verdict = tx.queue.verdict(number)
        payload = None
        if readable and case.sealed is not None:
            payload = review.open_payload(visit.desk.keys, case)
        similar = tx.queue.similar(case.matches, number, SIMILAR) if case.matches else []
        return Opened(line, case, payload, bar, verdict, timeline.timeline(tx, case), similar, readable)

    return await visit.desk.store.read(work)


async def record_reading(visit: Visit, case: HeldPost) -> None:
    """That somebody reads the text is in the log before they do. StoreError: nobody does."""
    desk, who, now = visit.desk, visit.principal, visit.now
    try:
        await desk.store.write(lambda tx: deciding.record_view(tx, desk.log, case, who, now))
    except StoreError as error:
        raise StoreError("nobody may read a held post while it cannot be recorded", hint=error.hint) from error


def goes_inside(visit: Visit, payload: CasePayload) -> bool:
    """Whether a reviewer can send it to the internal server."""
    return visit.desk.internal and may_go_inside(payload.post)


async def case_page(
    visit: Visit, opened: Opened, status: int = 200, wrong: str = "", edited: Inspection | None = None
) -> Response:
    """The page; that somebody reads the text is recorded before it is shown."""
    desk, case, payload = visit.desk, opened.case, opened.payload
    values = status_values(visit, opened) | toasts(visit)
    values |= {"wrong": wrong, "form": visit.form, "decisions": DECISIONS, "reason_list": REASONS, "field": FIELD}
    values["typed_here"] = _typed(visit, opened) if wrong.startswith("bar-") else []
    values["must_say"] = desk.store.read_now(lambda tx: must_say(tx, opened.line, visit.principal))
    values["own"] = bar_of(opened.line, CaseState.OPEN, visit.principal) is Bar.OWN
    values |= {"events": opened.events, "similar": opened.similar, "titles": titles(visit)}
    if payload is not None:
        await record_reading(visit, case)
        inspection = await inspect(desk, payload.post, payload)
        values |= _text_values(visit, opened, payload, inspection)
        values |= await before_values(visit, case, payload.post)
    if edited is not None:
        values |= edit_values(visit, edited)
    people = await desk.sessions.colleagues()
    values["colleagues"] = [person for person in people if could_decide(opened.line, person)]
    return visit.page("case.html", status, **(_NO_TEXT | values))


_NO_TEXT: dict[str, Any] = {
    "post": None, "left": [], "right": [], "right_title": "", "reasons": [], "told": "", "called": {}, "editable": [], "stops": [], "edit_marked": [],
    "edit_checked": False, "edit_redacted": False, "files": (), "scheduled": None, "earlier": (), "safe": False, "inside": False, "changed_policies": False, "teaches": False,
    "before": None, "before_texts": [], "before_changed": [],
}  # fmt: skip


def _text_values(visit: Visit, opened: Opened, payload: CasePayload, inspection: Inspection) -> dict[str, Any]:
    post = payload.post
    own = bar_of(opened.line, CaseState.OPEN, visit.principal) in MINE
    matches = acting_matches(inspection)
    typed = {path: visit.form.one(FIELD + path) for path in typed_paths(visit)}
    safe = {segment.path: segment.text for segment in edited_post(post, payload.edits).segments}
    begun = safe | dict(payload.edited)  # where somebody approved an edit, the next approves that one or starts anew
    editable = [
        (segment, typed.get(segment.path, begun.get(segment.path, segment.text)))
        for segment in post.segments
        if segment.redactable and segment.role not in {"joined", "key"}
    ]
    title, right = _right(visit, opened, payload)
    return {
        "post": post,
        "right": right,
        "right_title": title,
        "left": written(post, matches, payload.findings),
        "safe": bool(payload.edits),
        "inside": goes_inside(visit, payload),
        "reasons": reasons(inspection, opened.case.matches, titles(visit)),
        "told": visit.words.either(payload.messages),
        "called": _called(post),
        "editable": editable,
        "files": _files(post, visit.words),
        "scheduled": deciding.scheduled_time(post),
        "earlier": payload.earlier,
        "reply": address(post, post.reply_to),
        "quote": address(post, post.quote_of),
        "changes": address(post, post.target),
        "changed_policies": judged_otherwise(opened.case, payload, inspection),
        "form_given": payload.form,
        "teaches": visit.desk.policies is not None
        and not own
        and bool(rules_of(visit.desk.inspector(), inspection, opened.case.matches)),
    }


def _right(visit: Visit, opened: Opened, payload: CasePayload) -> tuple[str, list[sides.Text]]:
    """What stands beside the text as written, and the key of its title: what was approved, where that is another text."""
    case, verdict = opened.case, opened.verdict
    if payload.form == Form.EDITED and payload.edited:
        whole = case.state is not CaseState.OPEN
        return "approved_text" if whole else "approved_first", sides.retold(payload.post, payload.edited)
    if verdict is not None and verdict.approved and not verdict.failed and verdict.form is Form.EDITED:
        return "approved_soon", sides.retold(payload.post, deciding.texts_of(visit.desk.keys, verdict))
    # Also where only labels are left, which no author is offered: whoever reads both may still want it so
    safe = published(payload.post, payload.edits) if payload.edits else []
    if case.review is not None and case.review.approved and case.review.form is Form.REDACTED:
        return "approved_text", safe
    return "published" if case.state is CaseState.OPEN else "safe_version", safe


def status_values(visit: Visit, opened: Opened) -> dict[str, Any]:
    """Who has it in hand, who looks, by when."""
    now, line = visit.now, opened.line
    visit.desk.hub.look(line.number, visit.principal.id, visit.principal.name, now)
    claim = line.claim
    return {
        "case": opened.case,
        "line": line,
        "bar": opened.bar,
        "verdict": opened.verdict,
        "whose_said": _whose_said(visit, opened),
        "readable": opened.readable,
        "mine": claim is not None and claim.holder == visit.principal.id,
        "claim": claim,
        "lookers": visit.desk.hub.lookers(line.number, now, visit.principal.id),
        "late": line.due < now,
        "left_time": abs(line.due - now),
        "wanted": wanted(line.needs),
        "needed": asked_for(line.needs, len(opened.case.approved_by), enough=opened.case.state is not CaseState.OPEN),
        "form_given": "",
    }


def _whose_said(visit: Visit, opened: Opened) -> str:
    """Who decided on it, and what, whether or not that has taken effect; empty where nobody has."""
    t, verdict, given = visit.words, opened.verdict, opened.case.review
    if verdict is not None and not verdict.failed:
        return t("case.soon", did=_did(t, verdict.name, verdict.form, approved=verdict.approved))
    return "" if given is None else t("case.done", did=_did(t, given.reviewer, given.form, approved=given.approved))


def _did(t: Words, name: str, form: Form, *, approved: bool) -> str:
    return t(f"case.did_{form.value if approved else 'rejected'}", name=plain(name))


def _typed(visit: Visit, opened: Opened) -> list[tuple[str, str]]:
    """What somebody typed whose decision came too late, each text with a label: it is theirs to take along."""
    form, payload = visit.form, opened.payload
    reason = form.one("reason")
    offered = () if payload is None else edited_post(payload.post, payload.edits).segments
    known = {each.path: each.text for each in offered}
    texts = [(path, form.one(FIELD + path)) for path in typed_paths(visit)] if form.one("decision") == "edited" else []
    found = [(visit.words("case.typed_text"), text) for path, text in texts if text != known.get(path)]
    return ([(visit.words("case.reason"), reason)] if reason.strip() else []) + found


def _called(post: Post) -> dict[str, Phrase]:
    """What tells texts of one kind, or of several posts, apart, by path: `picture 1 of post 2`."""
    texts = parts.written(post)
    kinds = Counter(text.role for text in texts)
    return {
        text.path: name
        for text, name in zip(texts, parts.names(texts), strict=True)
        if kinds[text.role] > 1 or parts.names_post(name)
    }


def _files(post: Post, t: Words) -> list[tuple[Attachment, str, str]]:
    """Each with its size in words, and its description where the post brings one for each."""
    told = [segment.text for segment in post.segments if segment.role == "alt"]
    told = told if len(told) == len(post.attachments) else [""] * len(post.attachments)
    return [(file, _size(t, file.size), text) for file, text in zip(post.attachments, told, strict=True)]


def _size(t: Words, size: int) -> str:
    """`47.1 kB`; empty where it is not known."""
    if not size:
        return ""
    key, unit = ("megabytes", 1024**2) if size >= 1024**2 else ("kilobytes", 1024)
    number = f"{size / unit:.1f}"
    return t(f"case.{key}", n=number.replace(".", ",") if t.language == "fr" else number)


def typed_paths(visit: Visit) -> list[str]:
    return [name.removeprefix(FIELD) for name, _ in visit.form.pairs if name.startswith(FIELD)]


def edit_values(visit: Visit, inspection: Inspection) -> dict[str, Any]:
    """What the gate says of an edit: its marks, and the rules that would stop it."""
    matches = acting_matches(inspection)
    return {
        "edit_checked": True,
        "edit_marked": written(inspection.post, matches, ()),
        "edit_redacted": inspection.decision.action is Action.REDACT,
        "stops": [(match, visit.words.either(match.title, match.id)) for match in matches if match.action.stops],
        "edit_stopped": inspection.decision.action.stops or bool(inspection.failures),
    }
