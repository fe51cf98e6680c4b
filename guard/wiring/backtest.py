"""Two inspectors over an archive or over the gate's own cases: reading and processes are those of `guard scan`.

Workers give back JSON lines: a change, what could not be inspected, or the counts of a chunk.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any

from guard.audit.keys import Keys
from guard.authoring.backtest.compare import Change, compare
from guard.authoring.backtest.counts import Counts
from guard.authoring.backtest.report import Collector
from guard.errors import GuardError
from guard.inspector import Inspector
from guard.outbox import questions
from guard.outbox.payload import CasePayload, facts_with
from guard.outbox.review import open_payload
from guard.policy.bundle import Bundle
from guard.scan.pool import Pool
from guard.scan.records import LineError, Options, Place, error_json
from guard.scan.sources import Chunk
from guard.scan.work import Outcome, Work
from guard.store.base import Reader, Transaction
from guard.types.decision import Action
from guard.types.held import HeldPost
from guard.types.inspection import Facts, Versions
from guard.types.post import ANONYMOUS, Post, Segment
from guard.words.texts import packed, unpacked

MOST_ANSWERS = 10_000
"""The newest answers to authors that are looked at."""
CHECKED = "status.create"
"""What a text that was only checked would have been."""


class Pair:
    """The inspectors of the old and the new policies."""

    def __init__(self, old: Inspector, new: Inspector) -> None:
        self.old, self.new = old, new
        both = [f"{one.policies} {one.detectors}" for one in (old.versions, new.versions)]
        self.versions = Versions(new.versions.guard, *both)

    def titles(self) -> dict[str, Mapping[str, str]]:
        """What people call each rule, by `policy/rule`; the new title where both have one."""
        rules = (rule for one in (self.old, self.new) for rule in one.bundle.rules)
        return {f"{rule.policy.id}/{rule.source.id}": rule.source.title for rule in rules if rule.source.title}

    def inspect(self, where: str, post: Post, facts: Facts, day: str, counts: Counts) -> Change | None:
        """Count the post, and tell whether it comes out differently."""
        before, after = self.old.inspect(post, facts), self.new.inspect(post, facts)
        counts.see(before, after, day)
        return compare(where, before, after)


@dataclass(frozen=True, slots=True)
class BuildPair:
    """Makes the pair; picklable, as each worker calls it."""

    old: Callable[[], Inspector]
    new: Callable[[], Inspector]

    def __call__(self) -> Pair:
        return Pair(self.old(), self.new())


class Compare(Work):
    """Inspects chunks twice."""

    def __init__(self, pair: Pair, options: Options, form: str) -> None:
        super().__init__(pair.new, options, form)
        self._pair = pair
        self._now = options.now
        self._counts = Counts()

    def __call__(self, chunk: Chunk) -> Outcome:
        self._counts = Counts()
        outcome = super().__call__(chunk)
        outcome.output += _line({"counts": self._counts.as_json()}).encode()
        return outcome

    def _told(self, place: Place, error: LineError) -> str:
        fields = error_json(place, error)["error"]
        return _line({"error": {name: packed(value) for name, value in fields.items()}})

    def _post(self, post: Post, facts: Facts, place: Place, outcome: Outcome) -> str:
        outcome.posts += 1
        day = "" if facts.now == self._now else _day(facts.now)
        change = self._pair.inspect(str(place), post, facts, day, self._counts)
        return "" if change is None else _line({"change": change.as_json()})


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value) + "\n"


def over_archive(chunks: Iterator[Chunk], build: BuildPair, pair: Pair, options: Options, size: int) -> Iterator[bytes]:
    """What each chunk gave, for `take`, in order. A single chunk, or `size` 1, is done in this process."""
    first = list(islice(chunks, 2))
    whole = chain(first, chunks)
    if size == 1 or len(first) < 2:
        work = Compare(pair, options, "jsonl")
        yield from (work(chunk).output for chunk in whole)
        return
    with Pool(build, options, "jsonl", size, pair.versions, Compare) as pool:
        yield from (outcome.output for outcome in pool.run(whole))


def take(output: bytes, collector: Collector) -> int:
    """Hand a chunk's lines to the collector; returns how many posts and errors they tell of."""
    before = collector.counts.posts + collector.error_count
    for line in output.splitlines():
        value = json.loads(line)
        if "change" in value:
            collector.change(Change(**value["change"]))
        elif "counts" in value:
            collector.counts.add(Counts.from_json(value["counts"]))
        else:
            collector.error({name: unpacked(each) for name, each in value["error"].items()})
    return collector.counts.posts + collector.error_count - before


@dataclass(slots=True)
class Stored:
    """What the gate's log tells of decisions whose text it does not have."""

    decisions: int = 0
    replayed: int = 0
    otherwise: int = 0
    """Replayed cases that the old policies do not hold today: other policies or detectors held them."""
    again: int = 0
    """Held posts that were sent again: they have their case already."""
    erased: int = 0
    """Held posts whose text has been erased."""
    never_kept: Counter[str] = field(default_factory=Counter)
    """Decisions about posts of which the gate never keeps the text, by action."""
    upheld: int = 0
    """Held posts and checked texts, still readable, of which a colleague said that their author was right."""
    upheld_stopped: list[str] = field(default_factory=list)
    """Those that the new policies stop all the same: `case 1001`, `question 019a…`."""
    rules: Counter[str] = field(default_factory=Counter)
    """`pii-fr/phone: redact`: what rules did in decisions that cannot be replayed."""


def over_store(store: Reader, keys: Keys, pair: Pair, collector: Collector, progress: Callable[[int], None]) -> Stored:
    """Replay every held post whose text is still there, at the moment it was decided on; count all other decisions."""
    return store.read_now(lambda tx: _Replay(tx, keys, pair, collector, progress).run())


class _Replay:
    def __init__(
        self, tx: Transaction, keys: Keys, pair: Pair, collector: Collector, progress: Callable[[int], None]
    ) -> None:
        self._tx, self._keys, self._pair, self._collector, self._progress = tx, keys, pair, collector, progress
        self._cases: set[int] = set()
        self._found = Stored()

    def run(self) -> Stored:
        for raw in self._tx.leaves():
            leaf = json.loads(raw)
            if leaf["kind"] == "decision":
                self._found.decisions += 1
                self._decision(leaf["data"])
                self._progress(self._found.decisions)
        self._contested()
        return self._found

    def _contested(self) -> None:
        """What authors contested, and were right about: examples of what should pass, each case once."""
        cases: set[int] = set()
        for question in self._tx.questions.answered(MOST_ANSWERS):
            if not question.upheld or question.case in cases:
                continue
            try:
                if question.case is None:
                    words = questions.read(self._keys, question)
                    if words is not None and words.text:
                        post = Post(
                            "checked", words.network, CHECKED, ANONYMOUS, (Segment("/text", "body", words.text),)
                        )
                        self._upheld(f"question {question.id}", post, Facts(now=question.created))
                    continue
                cases.add(question.case)
                case = self._tx.case(question.case)
                if case is not None and case.sealed is not None:
                    payload = open_payload(self._keys, case)
                    self._upheld(f"case {case.number}", payload.post, facts_with(payload, case.created))
            except GuardError:
                continue  # told of where the case is replayed

    def _upheld(self, where: str, post: Post, facts: Facts) -> None:
        self._found.upheld += 1
        if self._pair.new.inspect(post, facts).decision.action.stops:
            self._found.upheld_stopped.append(where)

    def _decision(self, data: dict[str, Any]) -> None:
        number = data.get("case")
        if number is None:
            self._found.never_kept[data["action"]] += 1
            self._unreplayed(data)
        elif number in self._cases:
            self._found.again += 1
        else:
            self._cases.add(number)
            self._case(number, data)

    def _case(self, number: int, data: dict[str, Any]) -> None:
        case = self._tx.case(number)
        if case is None or case.sealed is None:
            self._found.erased += 1
            self._unreplayed(data)
            return
        try:
            payload = open_payload(self._keys, case)
        except GuardError as error:
            self._collector.error({"source": f"case {number}", "message": error.message, "hint": error.hint})
            return
        self._inspect(case, payload)

    def _inspect(self, case: HeldPost, payload: CasePayload) -> None:
        facts = facts_with(payload, case.created)
        counts = self._collector.counts
        held = counts.held_old.total()
        change = self._pair.inspect(f"case {case.number}", payload.post, facts, _day(case.created), counts)
        self._found.replayed += 1
        self._found.otherwise += counts.held_old.total() == held
        if change is not None:
            self._collector.change(change)

    def _unreplayed(self, data: dict[str, Any]) -> None:
        matches = data.get("matches", ())
        self._found.rules.update(f"{one['rule']}: {one['action']}" for one in matches if one["action"] != "allow")


def stored_json(found: Stored, new: Bundle) -> dict[str, Any]:
    """For the report; `now` says what became of the rule in the new policies."""
    order = [action.word for action in Action]
    rules = []
    for name, decisions in sorted(found.rules.items(), key=lambda item: (-item[1], item[0])):
        rule, _, action = name.partition(": ")
        rules.append({"rule": rule, "action": action, "decisions": decisions, "now": _state(rule, new)})
    return {
        "decisions": found.decisions,
        "replayed": found.replayed,
        "replayed_not_held_by_old": found.otherwise,
        "sent_again": found.again,
        "upheld": found.upheld,
        "upheld_stopped": sorted(found.upheld_stopped),
        "text_erased": found.erased,
        "text_never_kept": {word: found.never_kept[word] for word in order if found.never_kept[word]},
        "rules_of_decisions_not_replayed": rules,
    }


def _state(rule: str, bundle: Bundle) -> str:
    if any(f"{one.policy.id}/{one.source.id}" == rule for one in bundle.rules):
        return "there"
    named = (f"{policy.id}/{one.id}" for policy in bundle.policies for one in policy.source.rules)
    return "off" if rule in set(named) else "gone"


def _day(moment: datetime) -> str:
    """In UTC: one archive may hold several zones."""
    return moment.astimezone(UTC).date().isoformat()
