"""From the audit log to the outbox: what entries make people be told.

Why from the log: an entry is durable in the very transaction that records its event, whoever writes it (the gate's doors,
the console, a terminal). Whoever reads the log in order, and keeps its place in the transaction that fills the outbox,
misses nothing, tells nothing twice, and costs no post anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from guard.notices.base import People
from guard.outbox.own import subjects
from guard.store.base import Store, Transaction
from guard.types.held import Form
from guard.types.notice import Channel, Kind, Notice

AT_ONCE = 1_000
"""Entries read in one go."""
REMINDED = 200
"""Cases looked at for a promised time that is near."""
KEEP = timedelta(days=7)
"""How long it is kept what was sent."""
_AT_ONCE_KINDS = frozenset({Kind.PROBE, Kind.RESPONSIBILITY, Kind.ACCESS})
"""IT hears of these whatever the hour."""
_GIVES = frozenset({"roles", "person", "one-time-password", "second-factor-removed"})
"""What an account may be given with which somebody may do more, or sign in as another."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event, and the addresses that hear of it."""

    kind: Kind
    event: str
    mails: Sequence[str]
    about: dict[str, object]


class Follower:
    """One for the gate; runs in the background."""

    def __init__(self, store: Store, people: People, now: Callable[[], datetime]) -> None:
        self._store, self._people, self._now = store, people, now

    async def follow(self) -> int:
        """Look at the next entries; returns how many there were. StoreError when nothing could be kept: nothing is lost."""
        begun, since, leaves = await self._store.read(_next)
        now = self._now()
        if leaves:
            done = begun + len(leaves)
            about = [(subject, index) for index, leaf in enumerate(leaves, begun) for subject in subjects(leaf)]
            entries = [json.loads(leaf) for index, leaf in enumerate(leaves, begun) if index >= since and _tells(leaf)]

            def work(tx: Transaction) -> None:
                if tx.notices.follow(begun, done, about):
                    for told in (each for entry in entries for each in self._told(tx, entry)):
                        self._add(tx, told, now)

            await self._store.write(work)
        return len(leaves)

    async def remind(self) -> None:
        """Tell reviewers of promised times that are near, of each once; and let go of what was sent long ago."""
        now = self._now()
        before = timedelta(minutes=self._people.settings.before_minutes)

        def near(tx: Transaction) -> list[int]:
            told = {case for notice in tx.notices.of_kind(Kind.DEADLINE, now - KEEP) for case in _cases(notice)}
            waiting = tx.queue.waiting(now, REMINDED)
            return [line.number for line in waiting if line.due - before <= now and line.number not in told]

        if before and (cases := await self._store.read(near)):
            about: dict[str, object] = {"cases": cases}
            told = Told(Kind.DEADLINE, f"{cases[0]} {now.isoformat()}", self._people.settings.reviewers, about)
            await self._store.write(lambda tx: self._add(tx, told, now))
        await self._store.write(lambda tx: tx.notices.forget(now - KEEP))

    def _add(self, tx: Transaction, told: Told, now: datetime) -> None:
        """Into the outbox; what reviewers hear of held posts joins the mail that waits."""
        settings = self._people.settings
        if told.kind in settings.off:
            return
        if settings.smtp is not None:
            for mail in dict.fromkeys(told.mails):
                self._mail(tx, told, mail, now)
        if settings.webhook is not None and told.kind in settings.webhook.kinds:
            name = _id(told, Channel.WEBHOOK, "")
            tx.notices.add(Notice(name, told.kind, Channel.WEBHOOK, "", told.about, now, now))

    def _mail(self, tx: Transaction, told: Told, mail: str, now: datetime) -> None:
        settings = self._people.settings
        due = now
        if told.kind is Kind.HELD:
            waiting = tx.notices.waiting(told.kind, Channel.MAIL, mail)
            if waiting is not None:
                cases = [*_cases(waiting), *(case for case in _listed(told.about) if case not in _cases(waiting))]
                tx.notices.update(replace(waiting, about={"cases": cases}))
                return
            due += timedelta(minutes=settings.batch_minutes)
        if told.kind not in _AT_ONCE_KINDS:
            due = after_quiet(due, settings.quiet)
        tx.notices.add(Notice(_id(told, Channel.MAIL, mail), told.kind, Channel.MAIL, mail, told.about, now, due))

    def _told(self, tx: Transaction, entry: dict[str, Any]) -> Iterator[Told]:
        tells = _KINDS.get(entry["kind"])
        if tells is not None:
            yield from tells(self._people, tx, entry["id"], entry["data"])


# What each kind of entry tells


def _decision(people: People, tx: Transaction, event: str, data: dict[str, Any]) -> Iterator[Told]:
    settings, disposition = people.settings, data["disposition"]
    case = data.get("case")
    if disposition == "hold":
        held = tx.case(case) if case is not None else None
        if held is not None and held.event == event:  # sent again while it waits, it is no new case
            yield Told(Kind.HELD, event, settings.reviewers, {"cases": [case]})
    elif disposition == "reroute" or (data.get("form") == "redacted" and case is None):
        kind = Kind.REROUTED if disposition == "reroute" else Kind.REDACTED
        yield Told(kind, event, _author(people, tx, data["author"]), _about(event, data))


_FORMS = {Form.INTERNAL.value: Kind.INSIDE, Form.EDITED.value: Kind.CHANGED, Form.REDACTED.value: Kind.CHANGED}
"""What is approved otherwise than as written."""


def _review(people: People, tx: Transaction, event: str, data: dict[str, Any]) -> Iterator[Told]:
    verdict, case = data["verdict"], tx.case(data["case"])
    if case is None or verdict not in {"approved", "rejected"} or data.get("approvals", 1) < data.get("needed", 1):
        return  # not the last one yet, or nobody's: an approval that ended unused
    kind = Kind.REJECTED if verdict == "rejected" else _FORMS.get(str(data.get("form")), Kind.APPROVED)
    about: dict[str, object] = {"case": case.number, "network": case.network, "decision": case.event}
    yield Told(kind, event, _author(people, tx, case.author), about)


def _question(people: People, _: Transaction, event: str, data: dict[str, Any]) -> Iterator[Told]:
    settings, rules = people.settings, data.get("rules", [])
    about: dict[str, object] = {"question": event, "ask": data["ask"], "rules": rules}
    owners = people.owners_of(rules) if data["ask"] in {"false-positive", "already-public"} else ()
    yield Told(Kind.QUESTION, event, (*settings.reviewers, *owners), about)
    if data["ask"] == "responsibility":
        yield Told(Kind.RESPONSIBILITY, event, settings.it, about)


def _answer(people: People, tx: Transaction, event: str, data: dict[str, Any]) -> Iterator[Told]:
    question = tx.questions.get(data["question"])
    if question is not None:
        yield Told(Kind.ANSWERED, event, people.author(question.person), {"question": question.id})


def _probe(people: People, _: Transaction, event: str, data: dict[str, Any]) -> Iterator[Told]:
    about: dict[str, object] = {"entry": event, "who": data["author"], "via": data["via"], "turns": data["turns"]}
    yield Told(Kind.PROBE, event, people.settings.it, about)


def _take_down(people: People, tx: Transaction, event: str, data: dict[str, Any]) -> Iterator[Told]:
    about: dict[str, object] = {"decision": data["decision"]}
    yield Told(Kind.TAKE_DOWN, event, _author(people, tx, data["of"]), about)


def _motion(people: People, _: Transaction, event: str, data: dict[str, Any]) -> Iterator[Told]:
    """Who could agree must hear of it: a request is over after a day, one about policies after a week."""
    if data.get("step") == "asked":
        page = f"policies/changes/{data['motion']}" if "what" not in data else "audit/reveals"
        yield Told(Kind.AGREEMENT, event, people.settings.dpo, {"request": data["motion"], "page": page})


def _account(people: People, _: Transaction, event: str, data: dict[str, Any]) -> Iterator[Told]:
    """Whoever gives out rights can give them to themselves by another name: others are told."""
    if "by" in data and (data["what"] in _GIVES or (data["what"] == "added" and (data["roles"] or "person" in data))):
        about: dict[str, object] = {"entry": event, "what": data["what"], "who": data["author"], "by": data["by"]}
        yield Told(Kind.ACCESS, event, (*people.settings.dpo, *people.settings.it), about)


def _author(people: People, tx: Transaction, pseudonym: str) -> tuple[str, ...]:
    author = tx.author(pseudonym)
    return people.author(None if author is None else author.person)


_KINDS: dict[str, Callable[[People, Transaction, str, dict[str, Any]], Iterator[Told]]] = {
    "decision": _decision,
    "review": _review,
    "question": _question,
    "answer": _answer,
    "probe": _probe,
    "take-down": _take_down,
    "reveal": _motion,
    "policies": _motion,
    "account": _account,
}
_HEARD = tuple(f'"kind":"{kind}"'.encode() for kind in _KINDS)


def after_quiet(moment: datetime, quiet: tuple[time, time] | None) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into, by this machine's clock."""
    if quiet is None:
        return moment
    begins, ends = quiet
    local = moment.astimezone()
    at = local.time()
    within = begins <= at < ends if begins < ends else at >= begins or at < ends
    if not within:
        return moment
    day = local.date() if at < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends).astimezone().astimezone(moment.tzinfo)


def _next(tx: Transaction) -> tuple[int, int, list[bytes]]:
    begun, since = tx.notices.followed()
    return begun, since, list(islice(tx.leaves(begun), AT_ONCE))


def _tells(leaf: bytes) -> bool:
    """Whether anybody might hear of it; most entries are of posts that passed as written."""
    if b'"kind":"decision"' in leaf:
        return b'"disposition":"deliver"' not in leaf or b'"form":"redacted"' in leaf
    return any(kind in leaf for kind in _HEARD)


def _about(event: str, data: dict[str, Any]) -> dict[str, object]:
    rules = [match["rule"] for match in data.get("matches", ()) if match["action"] != "allow"]
    return {"decision": event, "network": data["network"], "rules": list(dict.fromkeys(rules))}


def _cases(notice: Notice) -> list[int]:
    return _listed(notice.about)


def _listed(about: Any) -> list[int]:
    return [case for case in about.get("cases", []) if isinstance(case, int)]


def _id(told: Told, channel: Channel, recipient: str) -> str:
    """The same for the same event and address, however often it is made."""
    named = f"{told.kind.value}\n{told.event}\n{channel.value}\n{recipient}"
    return sha256(named.encode()).hexdigest()[:32]
