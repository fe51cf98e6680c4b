"""A post of too many texts to be read together: each was read alone, and nobody knows what they say side by side."""

from __future__ import annotations

from dataclasses import replace

from guard.channels.joined import too_many
from guard.types.decision import Action
from guard.types.inspection import Inspection


def hold_unjoined(inspection: Inspection) -> Inspection:
    """In doubt a person looks; what is stopped anyway stays as it was decided."""
    settings = inspection.post.operation == "preferences.update"  # nobody else reads those: muted words by the hundred
    if settings or inspection.decision.action.stops or not too_many(inspection.post.segments):
        return inspection
    return replace(inspection, decision=replace(inspection.decision, action=Action.HOLD, reason="texts-unjoined"))
