"""What became of one of my posts, as keys of words; and the form that somebody approved, where it is not what I wrote."""

from __future__ import annotations

from collections.abc import Sequence

from guard.audit.keys import Keys
from guard.console.words import Words
from guard.errors import GuardError
from guard.outbox.own import OwnPost
from guard.outbox.payload import CasePayload
from guard.outbox.review import approved_edits
from guard.outbox.states import what_it_is
from guard.parts import names, written
from guard.redact.operators import apply_edits
from guard.types.held import CaseState, DeliveryState, Form
from guard.words.texts import Phrase

_NOT_OUT = (DeliveryState.REFUSED, DeliveryState.IN_DOUBT)
_APPROVED = {
    Form.INTERNAL: {CaseState.APPROVED: "inside", CaseState.USED: "rerouted"},
    Form.EDITED: {CaseState.APPROVED: "changed", CaseState.USED: "used_changed"},
    Form.REDACTED: {CaseState.APPROVED: "changed", CaseState.USED: "used_changed"},
}
"""Of forms that are not what the author wrote, or where."""


def outcome(post: OwnPost) -> str:
    """Key of the words for what became of it."""
    data, case = post.data, post.case
    disposition = data["disposition"]
    if disposition == "deliver" and post.delivery in _NOT_OUT:
        return post.delivery.value
    if disposition == "deliver" and case is None:
        return "redacted" if data.get("form") == "redacted" else data["action"]
    if case is not None and case.review is not None and case.review.approved:
        return _APPROVED.get(case.review.form, {}).get(case.state, case.state.value)
    if case is not None:
        return case.state.value
    return {"hold": "open", "refuse": "blocked", "reroute": "rerouted"}[disposition]


def next_of(words: Words, post: OwnPost) -> str:
    """Key of the words for what comes next: a change and a file have their own, where they read otherwise."""
    key = f"mine.next.{outcome(post)}"
    own = f"{key}_{what_it_is(post.data.get('operation', ''))}"
    return own if words.has(own) else key


def approved_form(keys: Keys, post: OwnPost, payload: CasePayload | None) -> list[tuple[Phrase, str]]:
    """Each text that goes out, or went, otherwise than its author wrote it, by its name; nothing where none does."""
    if payload is None or post.case is None or outcome(post) not in {"changed", "used_changed"}:
        return []
    try:
        edits = sorted(approved_edits(keys, post.case, payload.post), key=lambda edit: edit.start)
    except GuardError:
        return []
    parts = written(payload.post)
    texts = [apply_edits(part.text, [edit for edit in edits if edit.path == part.path]) for part in parts]
    shown: Sequence[tuple[Phrase, str]] = list(zip(names(parts), texts, strict=True))
    return [one for one, part in zip(shown, parts, strict=True) if one[1] != part.text]
