"""The audit log: searching it, an entry with its proof, taking it away. Shows no text and no name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse

from guard.audit.checkpoint import open_checkpoint
from guard.audit.export import prove
from guard.audit.proofs import Tree
from guard.console import figures
from guard.console.page import Visit, go, needs
from guard.console.records import downloads
from guard.console.records.entries import Entry, entries_at, said, word
from guard.console.records.filters import NAMES, PAGE, Filters, filters_of
from guard.console.records.following import caught_up
from guard.console.records.reveals import ENDINGS, EXPORT, awaited
from guard.console.titles import titles
from guard.errors import MotionError
from guard.outbox import motions
from guard.store.base import Transaction
from guard.types.audit import KINDS
from guard.types.motion import Motion
from guard.types.principal import Permission

router = APIRouter(include_in_schema=False)
Auditor = Annotated[Visit, Depends(needs(Permission.AUDIT))]
ACTIONS = ("allow", "flag", "redact", "reroute", "hold", "block")
_MEDIA = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8", "tiles": "application/x-tar"}


@dataclass(frozen=True, slots=True)
class _Found:
    entries: Sequence[Entry]
    newer: int | None
    older: int | None
    """Indexes to turn the page at; None: there is none."""


@router.get("/audit")
async def search(visit: Auditor) -> Response:
    filters = filters_of(list(visit.request.query_params.multi_items()))
    asked = parse_qsl(visit.request.url.query, keep_blank_values=True, max_num_fields=100)
    if any(name in NAMES and not value.strip() for name, value in asked):
        return go(filters.link())  # a form sends empty fields too; the link to keep has none
    behind = await caught_up(visit.desk)
    allowed = await visit.desk.store.read(lambda tx: motions.allowed_authors(tx, visit.principal, visit.now))
    barred = bool(filters.author) and filters.author not in allowed
    if barred or filters.wrong:
        found = _Found((), None, None)
    else:
        found = await visit.desk.store.read(lambda tx: _page(tx, filters))
    choices = await visit.desk.store.read(_choices)
    asked_for = await visit.desk.store.read(lambda tx: awaited(tx, visit))
    status = 403 if barred else 422 if filters.wrong else 200
    return visit.page(
        "audit.html", status, filters=filters, found=found, behind=behind, barred=barred, choices=choices, kinds=KINDS,
        actions=ACTIONS, said=said, word=word, figures=figures, key=str(visit.desk.keys.verifier), asked_for=asked_for, titles=titles(visit),
    )  # fmt: skip


@router.get("/audit/entries/{index}")
async def entry(visit: Auditor, index: str) -> Response:
    number = _index(index)
    size, found = await visit.desk.store.read(lambda tx: (tx.frontier.size, _entries(tx, number)))
    if not found:
        raise HTTPException(404)
    return visit.page(
        "audit-entry.html", entry=found[0], size=size, said=said, word=word, figures=figures,
        key=str(visit.desk.keys.verifier),
    )  # fmt: skip


@router.get("/audit/entries/{index}/proof")
async def proof(visit: Auditor, index: str) -> Response:
    """A file that `guard audit verify FILE --key …` and other tools check without us."""
    number, key = _index(index), visit.desk.keys.verifier
    written = await visit.desk.store.read(lambda tx: prove(tx, key, number) if number < tx.frontier.size else None)
    if written is None:
        raise HTTPException(404)
    return _file(Response(written, media_type="text/plain; charset=utf-8"), f"entry-{number}.tlog-proof")


@router.get("/audit/check")
async def check(visit: Auditor) -> Response:
    """What the page's own verifier needs: the newest checkpoint, growth since an older one, the path of an entry."""
    asked = visit.request.query_params
    index = _index(asked["entry"]) if "entry" in asked else None
    since = _index(asked["since"]) if "since" in asked else None
    key = visit.desk.keys.verifier

    def work(tx: Transaction) -> dict[str, object]:
        note = tx.checkpoint()
        if note is None:
            return {"note": None}
        size = open_checkpoint(note, key).size
        answer: dict[str, object] = {"note": note, "key": str(key)}
        if since is not None and since <= size:
            answer["growth"] = [step.hex() for step in Tree(tx).consistency(since, size)]
        if index is not None and index < size:
            answer["path"] = [step.hex() for step in Tree(tx).inclusion(index, size)]
        return answer

    return JSONResponse(await visit.desk.store.read(work))


@router.get("/audit/key")
async def verifier_key(visit: Auditor) -> Response:
    """The key to note elsewhere."""
    return _file(Response(f"{visit.desk.keys.verifier}\n", media_type="text/plain"), "postguard.vkey")


@router.post("/audit/export/{number:int}")
async def export(visit: Auditor, number: int) -> Response:
    """What another person agreed to, to whoever asked, for a while. Each time it is taken is an entry of its own."""
    await caught_up(visit.desk)
    log, now, who = visit.desk.log, visit.now, visit.principal

    def work(tx: Transaction) -> Motion:
        motion = motions.find(tx, motions.REVEAL, number)
        if motion.subject["what"] != EXPORT:
            raise MotionError(f"request {number} is about no export")
        motion = motions.use(tx, log, who, number, now)
        form = motion.subject["form"]
        data = {"form": form, "entries": "all" if form == "tiles" else "search", "motion": number}
        motions.note(tx, log, "export", who, data, now)
        return motion

    try:
        subject = (await visit.desk.store.write(work)).subject
    except MotionError:
        return go("/audit/reveals?over")
    form, name = str(subject["form"]), f"audit-{now:%Y-%m-%d}"
    return _file(StreamingResponse(_body(visit, subject, name), media_type=_MEDIA[form]), f"{name}.{ENDINGS[form]}")


def _body(visit: Visit, subject: Mapping[str, Any], name: str) -> AsyncIterator[bytes]:
    store, form = visit.desk.store, subject["form"]
    if form == "tiles":
        return downloads.whole(store, visit.desk.keys.verifier, name, visit.now)
    query = replace(filters_of(list(subject["search"].items())).query(), before=subject["size"])
    return (downloads.jsonl if form == "jsonl" else downloads.table)(store, query)


def _page(tx: Transaction, filters: Filters) -> _Found:
    """A page of the search, newest first, and where the pages beside it begin."""
    indexes = tx.catalogue.search(filters.query())
    more = len(indexes) > PAGE
    indexes = indexes[:PAGE]
    if filters.after is not None:
        indexes.reverse()
        newer, older = more, bool(indexes)
    else:
        newer, older = filters.before is not None, more
    if not indexes:
        return _Found((), None, None)
    return _Found(entries_at(tx, indexes), indexes[0] if newer else None, indexes[-1] if older else None)


def _choices(tx: Transaction) -> dict[str, list[str]]:
    rules = {*tx.catalogue.words("rule"), *tx.catalogue.words("shadow")}
    return {"network": [name for name in tx.catalogue.words("decision") if name], "rule": sorted(rules)}


def _entries(tx: Transaction, index: int) -> list[Entry]:
    return entries_at(tx, [index]) if index < tx.frontier.size else []


def _index(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise HTTPException(404)
    return int(text)


def _file(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
