"""What a worker does: chunks of lines go through the inspector and come back as finished output.

A worker is a process of its own that builds its inspector once. It ends when its parent does, leaves Ctrl-C to it, and
may be killed at any moment: the parent has what it was working on.
"""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import Any, Final
from urllib.parse import quote

from guard.channels.joined import PATH as JOINED
from guard.errors import GuardError
from guard.inspector import Inspector
from guard.scan import sarif
from guard.scan.records import LineError, Options, Place, error_json, read
from guard.scan.sources import STDIN, Chunk, Line
from guard.types.decision import Action
from guard.types.inspection import Facts, Inspection
from guard.types.post import Post
from guard.view import inspection_json
from guard.words.texts import DEFAULT, words_of

Build = Callable[[], Any]
"""Makes what the worker's kind of Work inspects with: an Inspector, or more; picklable, as each worker calls it."""
FORMATS: Final = ("jsonl", "table", "sarif")
_TABLE: Final = "{:<8}{:<32}{}"
TABLE_HEAD: Final = _TABLE.format("action", "id", "rules")


@dataclass(slots=True)
class Outcome:
    """Of one chunk: finished output, and counts."""

    output: bytes = b""
    """Lines that end in a line feed; of sarif, results that each begin with a comma."""
    posts: int = 0
    errors: int = 0
    """Lines that are no post, or that a worker died of."""
    failures: int = 0
    """Posts that a detector failed on."""
    actions: Counter[Action] = field(default_factory=Counter)
    rules: set[str] = field(default_factory=set)

    def add(self, other: Outcome) -> None:
        """Add the counts of another outcome, not its output."""
        self.posts += other.posts
        self.errors += other.errors
        self.failures += other.failures
        self.actions.update(other.actions)
        self.rules |= other.rules


class Work:
    """Inspects chunks with one inspector, for one format of output."""

    def __init__(self, inspector: Inspector, options: Options, form: str) -> None:
        self._inspector = inspector
        self._options = options
        self._form = form
        self._clean: str | None = None
        """A clean post's record, between its id and its time: the same for all of them."""

    def __call__(self, chunk: Chunk) -> Outcome:
        """Every line gives its record, whatever it holds."""
        outcome = Outcome()
        parts = [self._line(line, outcome) for line in chunk]
        outcome.output = "".join(parts).encode("utf-8", "backslashreplace")
        return outcome

    def _line(self, line: Line, outcome: Outcome) -> str:
        try:
            if line.problem:
                raise LineError(line.problem)
            post, facts = read(line.raw, line.place, self._options, line.earlier)
        except LineError as error:
            outcome.errors += 1
            return self._told(line.place, error)
        return self._post(post, facts, line.place, outcome)

    def _told(self, place: Place, error: LineError) -> str:
        return told(self._form, place, error, self._options.told_in)

    def _post(self, post: Post, facts: Facts, place: Place, outcome: Outcome) -> str:
        inspection = self._inspector.inspect(post, facts)
        decision = inspection.decision
        outcome.posts += 1
        outcome.failures += bool(inspection.failures)
        outcome.actions[decision.action] += 1
        if decision.matches:
            outcome.rules.update(match.id for match in decision.matches)
        if self._form == "jsonl" and not (
            inspection.findings or decision.matches or decision.shadow or decision.reason or inspection.failures
        ):
            return self._clean_record(inspection)
        return _shown(self._form, inspection, place)

    def _clean_record(self, inspection: Inspection) -> str:
        """What `inspection_json` gives when nothing was found, at a tenth of the cost: nearly all posts are so."""
        if self._clean is None:
            record = inspection_json(inspection)
            middle = {name: value for name, value in record.items() if name not in {"id", "elapsed_ms"}}
            self._clean = json.dumps(middle, ensure_ascii=False)[1:-1]
        name = json.dumps(inspection.post.id)
        return f'{{"id": {name}, {self._clean}, "elapsed_ms": {inspection.elapsed_ms:.3f}}}\n'


def refuse(chunk: Sequence[Line], form: str, message: str, hint: str = "", language: str = DEFAULT) -> Outcome:
    """The outcome of lines that could not be inspected at all."""
    parts = [told(form, line.place, LineError(message, hint), language) for line in chunk]
    return Outcome("".join(parts).encode("utf-8", "backslashreplace"), errors=len(parts))


def told(form: str, place: Place, error: LineError, language: str) -> str:
    """An error in the output; a table is for people, and speaks their language."""
    if form == "jsonl":
        return _line_of(error_json(place, error))
    if form == "sarif":
        return ",\n" + json.dumps(sarif.failure(error.message, _uri(place), place.line))
    words = words_of(language)
    hint = f" ({words.told(error.hint)})" if error.hint else ""
    column = f":{error.column}" if error.column is not None else ""
    return _TABLE.format("error", f"{place}{column} ", f"{words.told(error.message)}{hint}") + "\n"


def _shown(form: str, inspection: Inspection, place: Place) -> str:
    if form == "jsonl":
        return _line_of(inspection_json(_without_joined(inspection)))
    decision = inspection.decision
    if form == "sarif":
        return "".join(",\n" + json.dumps(one) for one in sarif.results(inspection, _uri(place), place.line))
    if decision.action is Action.ALLOW and not inspection.failures:
        return ""
    rules = ", ".join(dict.fromkeys(match.id for match in decision.matches if match.action > Action.ALLOW))
    name = "".join(char if char.isprintable() else "?" for char in inspection.post.id)
    return _TABLE.format(decision.action.word, f"{name} ", rules or decision.reason) + "\n"


def _without_joined(inspection: Inspection) -> Inspection:
    """The safe version of a thread's own texts: their joined text is for finding only."""
    safe = inspection.redacted
    if safe is None or safe.segments[-1].path != JOINED:
        return inspection
    return replace(inspection, redacted=replace(safe, segments=safe.segments[:-1]))


def _line_of(record: dict[str, Any]) -> str:
    line = json.dumps(record, ensure_ascii=False)
    # A lone surrogate has no UTF-8; other than escaped it would not come back as it was.
    return line + "\n" if line.isascii() or _encodes(line) else json.dumps(record) + "\n"


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _uri(place: Place) -> str:
    return "stdin:" if place.source == STDIN else quote(place.source)


def serve(pipe: Connection, build: Build, options: Options, form: str, kind: type[Work]) -> None:
    """A worker's life: tell which policies it has, then take chunks until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        try:
            inspector = build()
        except GuardError as error:
            pipe.send(str(error))
            return
        work = kind(inspector, options, form)
        pipe.send(inspector.versions)
        while True:
            pipe.send(work(pipe.recv()))
    except (EOFError, OSError):
        return
