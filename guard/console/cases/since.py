"""Whether the policies have changed since a post was held, as far as it concerns this post."""

from __future__ import annotations

from guard.outbox.payload import CasePayload
from guard.types.decision import Action
from guard.types.held import CaseState, HeldPost
from guard.types.inspection import Inspection


def judged_otherwise(case: HeldPost, payload: CasePayload, today: Inspection) -> bool:
    """Whether somebody still has to decide on it, and other rules would stop it today, or mask it otherwise.

    That any file of the folder differs says nothing: a comment does that to every case.
    """
    if case.state is not CaseState.OPEN or case.policy_digest == today.decision.policy_digest:
        return False
    stopping = {match.id for match in today.decision.matches if match.action >= Action.HOLD}
    return stopping != set(case.matches) or bool(payload.edits and payload.edits != today.edits)
