"""A page of the queue as its address asks for it. Looking for words opens held texts: who does it stands in the log, and the words
leave the form sealed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlencode

from guard.console.cases.queue_filters import LONGEST, Wanted, wanted_of
from guard.console.cases.queue_lines import Found, find_lines
from guard.console.page import Visit
from guard.errors import StoreError
from guard.outbox import searches
from guard.store.queue import Place


async def found_here(visit: Visit, view: str, wanted: Wanted, *, renewed: bool) -> Found:
    """The lines; that words were looked for is recorded before anybody sees what was found."""
    desk, asked, who, now = visit.desk, visit.request.query_params, visit.principal, visit.now
    changes = desk.hub.queue_changes  # before it is read: what changes meanwhile is told
    before = _shown_before(asked.get("only", "")) if renewed and wanted.text else None
    after = place_at(asked.get("after", ""))
    found = await desk.store.read(lambda tx: find_lines(visit, tx, view, wanted, after, changes, before))
    if before is not None:
        return replace(
            found, more=asked.get("more", "") if place_at(asked.get("more", "")) else "", tired="tired" in asked
        )
    if wanted.text:
        try:
            await desk.store.write(lambda tx: searches.record_search(tx, desk.log, who, found.opened, now))
        except StoreError as error:
            raise StoreError("nobody may search held posts while it cannot be recorded", hint=error.hint) from error
    return found


def renewal(visit: Visit, wanted: Wanted, found: Found) -> str:
    """What the part that live updates renew is asked for: the same page, and of a search what it has found."""
    query = visit.request.url.query
    if not wanted.text:
        return f"?{query}" if query else ""
    numbers = [*(line.case.number for line in found.lines), *(one.number for one in found.decided)]
    shown = {"only": ",".join(map(str, numbers)), "more": found.more} | ({"tired": ""} if found.tired else {})
    return f"?{query}&{urlencode(shown)}"


def _shown_before(numbers: str) -> frozenset[int]:
    return frozenset(int(each) for each in numbers.split(",") if each.isascii() and each.isdecimal() and len(each) < 16)


def wanted_here(visit: Visit) -> Wanted:
    asked = visit.request.query_params
    wanted = wanted_of(asked, zone_of(visit))
    text = searches.words_of(visit.desk.keys, visit.principal, wanted.given.get("words", ""), visit.now)
    # `text`: of addresses kept from before words were sealed
    ended = not text and ("words" in wanted.given or bool(asked.get("text", "").strip()))
    return replace(wanted, text=text, ended=ended, given=wanted.given if text else wanted.without("words"))


def zone_of(visit: Visit) -> tzinfo:
    return visit.words.zone or visit.now.astimezone().tzinfo or UTC


def sealed_words(visit: Visit, words: str) -> dict[str, str]:
    """The condition that words are, as addresses have it."""
    words = words.strip()[:LONGEST]
    return {"words": searches.seal_words(visit.desk.keys, visit.principal, words, visit.now)} if words else {}


def place_at(text: str) -> Place | None:
    """A place in the queue as the page's address has it, or None."""
    due, _, number = text.rpartition("~")
    try:
        moment = datetime.fromisoformat(due)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), int(number[:15])
    except ValueError:
        return None
