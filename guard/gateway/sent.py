"""In which forms a post may stand at the service. Read-only."""

from __future__ import annotations

from guard.audit.keys import Keys
from guard.outbox.payload import edited_post
from guard.outbox.review import approved_edits
from guard.store.base import Reader
from guard.types.held import Delivery, Form
from guard.types.inspection import Inspection
from guard.types.post import Post


def forms_sent(store: Reader, keys: Keys, delivery: Delivery, inspection: Inspection) -> tuple[Post, ...]:
    """In which forms the post of a doubtful send may stand at the service; none where it went to the internal server.

    ReviewError when its text was erased.
    """
    written = inspection.post
    forms = [written] if inspection.redacted is None else [written, inspection.redacted]
    if delivery.case is not None:
        number = delivery.case
        case = store.read_now(lambda tx: tx.case(number))
        if case is not None and case.review is not None and case.review.form is Form.INTERNAL:
            return ()
        if case is not None:
            forms.append(edited_post(written, approved_edits(keys, case, written)))
    return tuple(forms)
