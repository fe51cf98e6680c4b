"""What becomes of an inspected post: delivered, rerouted, held or refused. Pure; the type checker proves that no action is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from guard.outbox.states import covers
from guard.types.decision import Action
from guard.types.held import CaseState, Form, HeldPost
from guard.types.inspection import Inspection


@dataclass(frozen=True, slots=True)
class Deliver:
    """Send it, in this form; `case` is the approval that it uses up, if any."""

    form: Form
    case: HeldPost | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A person decides. `case` is the one already open for this very post, if any."""

    case: HeldPost | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """It does not go out. `case` is the review that rejected it, if one did."""

    case: HeldPost | None = None


@dataclass(frozen=True, slots=True)
class Reroute:
    """It is published inside the company instead; `case` is the approval that said so, if one did."""

    case: HeldPost | None = None


Disposition = Deliver | Hold | Refuse | Reroute


def dispose(inspection: Inspection, case: HeldPost | None, now: datetime) -> Disposition:
    """`case` is the newest one bound to this very post (account, route, visibility, targets, text, media), or None."""
    action = inspection.decision.action
    match action:
        case Action.ALLOW | Action.FLAG:
            return Deliver(Form.WRITTEN)
        case Action.REDACT:
            return Deliver(Form.REDACTED)
        case Action.REROUTE:
            return Reroute()
        case Action.HOLD:
            return Hold() if case is None else _known(case, inspection, now)
        case Action.BLOCK:
            return Refuse()
        case _:
            assert_never(action)


def _known(case: HeldPost, inspection: Inspection, now: datetime) -> Disposition:
    match case.state:
        case CaseState.OPEN:
            return Hold(case)
        case CaseState.REJECTED:
            return Refuse(case)
        case CaseState.APPROVED:
            stopped_by = (match.id for match in inspection.decision.matches if match.action.stops)
            if case.review is not None and covers(case, stopped_by, now):
                inside = case.review.form is Form.INTERNAL
                return Reroute(case) if inside else Deliver(case.review.form, case)
            return Hold()
        case CaseState.USED | CaseState.EXPIRED:
            return Hold()
        case _:
            assert_never(case.state)
