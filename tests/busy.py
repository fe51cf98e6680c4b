"""A log with months of life in it, for pages that count."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from guard.audit.log import event_id
from guard.types.audit import AuditEntry
from guard.types.held import CaseState, Form, Review
from tests.consoles import Rig
from tests.ledgers import held

RULES = ("pii-fr/phone", "pii-fr/iban", "client-x/name", "secrets/token", "workplace/mood")
DAYS = 95


def busy(rig: Rig, now: datetime, days: int = DAYS) -> None:
    """Each day: two dozen posts, three of them stopped or masked, one or two held; `workplace/mood` is mostly overturned."""

    def work(tx) -> None:
        number = 5000
        for day in range(days, -1, -1):
            start = (now - timedelta(days=day)).replace(hour=6, minute=0)
            for place in range(24 + day % 7):
                moment = start + timedelta(minutes=place)
                event = event_id(moment)
                data = {
                    "network": ("mastodon", "mastodon", "bluesky", "x")[place % 4],
                    "author": "a",
                    "action": "allow",
                }
                if place % 9 == 1:
                    data |= {"action": ("flag", "redact", "block")[(place + day) % 3]}
                    data["matches"] = [{"rule": RULES[(place + day) % 4], "action": data["action"]}]
                if place == 2:
                    data["shadow"] = [{"rule": "press-embargo/results", "action": "hold"}]
                if place in {3, 11} and (place == 3 or day % 2):
                    rule = RULES[4] if place == 3 else RULES[day % 3]
                    data |= {"action": "hold", "case": number, "matches": [{"rule": rule, "action": "hold"}]}
                    case = held(number, event=event, created=moment, matches=(rule,))
                    if day:
                        at = moment + timedelta(minutes=7 + (day * 37) % 190)
                        approved = place == 3 or day % 3 == 0
                        review = Review(approved, "ana", at, "", Form.WRITTEN)
                        state = CaseState.USED if approved else CaseState.REJECTED
                        case = replace(case, review=review, state=state)
                    tx.open_case(case)
                    rig.opened.log.append(tx, AuditEntry(event, "decision", moment, data))
                    if case.review is not None:
                        said = {"case": number, "verdict": "approved" if case.review.approved else "rejected"}
                        rig.opened.log.append(tx, AuditEntry(event_id(at), "review", at, said))
                    number += 1
                    continue
                rig.opened.log.append(tx, AuditEntry(event, "decision", moment, data))

    rig.opened.store.write_now(work)
