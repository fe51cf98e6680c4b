"""The overview: what the gate did, how long people waited, which rules people overturn. Of rules and days, never of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from guard.console import figures
from guard.console import overview_figures as made
from guard.console.cases.queue import titles
from guard.console.page import Visit, needs
from guard.console.records.entries import word
from guard.console.records.following import caught_up
from guard.store.base import Transaction
from guard.types.principal import Permission

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Visit, Depends(needs(Permission.OVERVIEW))]
PERIODS = (7, 28, 91, 364)


@router.get("/overview")
async def show(visit: Watcher) -> Response:
    asked = visit.request.query_params.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else PERIODS[1]
    behind = await caught_up(visit.desk)
    values = await visit.desk.store.read(lambda tx: _values(tx, visit, days))
    return visit.page(
        "overview.html", days=days, periods=PERIODS, behind=behind, figures=figures, word=word, enough=made.ENOUGH,
        may_audit=visit.may(Permission.AUDIT), may_policies=visit.may(Permission.POLICIES), **values,
    )  # fmt: skip


def _values(tx: Transaction, visit: Visit, days: int) -> dict[str, Any]:
    today = figures.day_number(visit.now)
    over = made.spans(today, days)
    since, until = over[0].first, today + 1

    def tallies(what: str) -> list[Any]:
        return tx.catalogue.tallies(what, since, until)

    month = today - made.LEARN
    counts = tx.queue.counts(visit.now)
    held = tx.catalogue.tallies("held", month, until)
    first = tx.queue.waiting(visit.now, 1)
    decisions = tallies("decision")
    rules = made.by_first(tallies("rule"), frozenset(made.ACTIONS[1:]))
    return {
        "over": over,
        "strips": made.by_action(decisions, over),
        "networks": made.by_first(decisions),
        "rules": rules[: made.TOP],
        "called_by": called(visit, [name for name, _ in rules]),
        "learnt": made.learnt(held, today),
        "more_rules": rules[made.TOP :],
        "waits": made.waits(tallies("wait"), over),
        "overturns": made.overturns(tallies("verdict")),
        "shadow": made.by_first(tallies("shadow"), frozenset(made.ACTIONS[1:])),
        "counts": counts,
        "next_due": first[0].due if first else None,
        "forecast": made.forecast(
            held,
            tx.catalogue.tallies("answered", month, until),
            counts.open,
            today,
        ),
    }


def called(visit: Visit, rules: Sequence[str]) -> dict[str, str]:
    """What each rule is called; with its name where another is called the same."""
    known = titles(visit)
    said = {name: visit.words.either(known.get(name, {}), name) for name in rules}
    often = Counter(said.values())
    return {name: text if often[text] == 1 else f"{text} ({name})" for name, text in said.items()}
