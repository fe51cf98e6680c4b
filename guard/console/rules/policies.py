"""The policies in force: what they are, since when and by whom, each rule in plain words, lint, coverage, what shadow noted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guard.console import figures
from guard.console.page import Visit, needs
from guard.console.policy_room import Examined, Files
from guard.console.records.following import caught_up
from guard.console.rules.plain_rules import plain_rule
from guard.console.trials import PATIENCE_S
from guard.errors import GuardError
from guard.outbox import motions
from guard.policy.bundle import Bundle
from guard.policy.compile import finds, terms_path
from guard.policy.schema import Policy, SealedFind, TermsFind
from guard.store.base import Transaction
from guard.store.catalogue import EntryQuery
from guard.types.motion import Motion
from guard.types.principal import Permission

router = APIRouter(include_in_schema=False)
Reader = Annotated[Visit, Depends(needs(Permission.POLICIES, Permission.ACTIVATE))]
"""Policy authors, and those who agree to their changes."""
SHADOW_DAYS = 28
CHANGES = 50
_SECRET = re.compile(r"confidential[\"']?\s*:\s*(?!false\b)", re.IGNORECASE)
"""Wherever it stands, and whatever it says but false: rather too often than too seldom."""
_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class InForce:
    """Since when, and by whom as far as these pages know."""

    since: datetime | None
    motion: Motion | None


@router.get("/policies")
async def show(visit: Reader) -> Response:
    desk = visit.desk
    bundle = desk.inspector().bundle
    await caught_up(desk)
    examined = await _examined(visit, bundle.digest)
    today = figures.day_number(visit.now)

    def work(tx: Transaction) -> dict[str, Any]:
        shadow: dict[str, int] = {}
        for tally in tx.catalogue.tallies("shadow", today - SHADOW_DAYS, today + 1):
            if tally.b != "allow":
                shadow[tally.a] = shadow.get(tally.a, 0) + tally.number
        listed = [one for one in tx.motions.newest(motions.POLICIES, CHANGES) if shown_to(visit, one)]
        return {"shadow": shadow, "since": in_force(tx, bundle.digest), "changes": listed}

    found = await desk.store.read(work)
    policies = [
        (policy.source, [plain_rule(visit.words, policy.source, rule) for rule in policy.source.rules])
        for policy in bundle.policies
    ]
    refused = desk.policies.refused() if desk.policies is not None else ()
    return visit.page(
        "policies.html", bundle=bundle, policies=policies, examined=examined, refused=refused, figures=figures,
        state_of=motions.state_of, may_change=visit.may(Permission.POLICIES) and desk.policies is not None, **found,
    )  # fmt: skip


@router.get("/policies/files/{name}")
async def file(visit: Reader, name: str) -> Response:
    """A policy file that holds no secret."""
    files = await _files(visit)
    if name not in files:
        raise HTTPException(404)
    if name in secret_files(visit.desk.inspector().bundle, files):
        return visit.page("policy-file.html", name=name, text=None)
    return visit.page("policy-file.html", name=name, text=shown(files[name]))


@router.post("/policies/files/{name}")
async def secret_file(visit: Reader, name: str) -> Response:
    """A confidential one: that somebody read it is in the log before they do."""
    files = await _files(visit)
    if name not in files:
        raise HTTPException(404)
    await note_reading(visit, name)
    return visit.page("policy-file.html", name=name, text=shown(files[name]))


async def note_reading(visit: Visit, name: str, motion: int | None = None) -> None:
    """Somebody saw a confidential file."""
    data: dict[str, object] = {"step": "read", "file": name} | ({} if motion is None else {"motion": motion})
    log, who, now = visit.desk.log, visit.principal, visit.now
    await visit.desk.store.write(lambda tx: motions.note(tx, log, motions.POLICIES, who, data, now))


def shown_to(visit: Visit, motion: Motion) -> bool:
    """A draft is its author's alone, unless they left it to policy authors; so is one that was never more."""
    left = motions.is_left(motion) and visit.may(Permission.POLICIES)
    return left or motion.answered is not None or motion.until is not None or motion.asked.id == visit.principal.id


def shown(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def secret_files(bundle: Bundle, files: Files) -> frozenset[str]:
    """Files that may hold a confidential term: by the policies in force, by their own words, and every list of terms of one."""
    found = {policy.source.file for policy in bundle.policies if policy.source.confidential}
    named: set[str] = set()
    for policy in bundle.policies:
        beside = set(_beside(policy.source))
        named |= beside
        found |= beside if policy.source.confidential else set()
    for name, content in files.items():
        if name.lower().endswith(_YAML):
            if _SECRET.search(shown(content)):
                found.add(name)
        elif name not in named:
            found.add(name)  # a list of terms that no policy in force speaks for
    return frozenset(found)


def _beside(policy: Policy) -> Iterable[str]:
    for rule in policy.rules:
        for find in finds(rule.find):
            if isinstance(find, (TermsFind, SealedFind)) and find.file:
                yield terms_path(policy.file, find.file)


def in_force(tx: Transaction, digest: str) -> InForce:
    """From the log: the entry since which these policies are in force without a break."""
    indexes = [
        index for kind in ("policies", "start") for index in tx.catalogue.search(EntryQuery(kind=kind, limit=500))
    ]
    since: datetime | None = None
    for index in sorted(indexes, reverse=True):
        leaf = json.loads(next(tx.leaves(index, index + 1)))
        policies = leaf["data"].get("policies")
        if policies is None:
            continue  # a step of a change
        if policies != digest:
            break
        since = datetime.fromisoformat(leaf["time"])
    done = (one for one in tx.motions.newest(motions.POLICIES, 500) if one.state.value == "done")
    newest = next(done, None)
    return InForce(since, newest if newest is not None and newest.subject.get("digest") == digest else None)


async def _examined(visit: Visit, digest: str) -> Examined | None:
    """Lint and coverage of what is in force; None while they are being worked out, or when the folder holds something else."""
    room = visit.desk.policies
    if room is None:
        return None
    try:
        found = await visit.desk.trials.examined(room, digest, {}, PATIENCE_S)
    except (GuardError, TimeoutError):
        return None
    return found if found is not None and found.digest == digest else None


async def _files(visit: Visit) -> Files:
    if visit.desk.policies is None:
        raise HTTPException(404)
    return await visit.desk.policies.files()
