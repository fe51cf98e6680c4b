"""`python -m guard.wiring.examine`: a folder of policies tried for the console, in a process of its own, as guard.wiring.prove is.

Reads JSON on standard input: what `prove.question` asks, and `task`. Answers with JSON Lines on standard output: for a
backtest how far it is, and last the result. Holds no text of a post.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from guard.audit.keys import load_keys
from guard.authoring.backtest.report import Collector
from guard.authoring.coverage import coverage
from guard.authoring.lint.finding import Case, LintFinding, Severity
from guard.authoring.lint.sources import Sources
from guard.authoring.lint.table import lint, severity_of
from guard.authoring.suite import run_examples
from guard.console.policy_room import Told
from guard.errors import GuardError, ProblemsError
from guard.inspector import Inspector
from guard.settings.load import Settings
from guard.store.reader import SqliteReader
from guard.wiring import prove
from guard.wiring.backtest import Pair, over_store, stored_json
from guard.wiring.heart import as_settings_say, build_inspector
from guard.words.texts import Phrase, packed

EVERY = 500
"""Decisions between two words of progress."""
MINUTES = 3.0
"""Of one reviewer for one case, as `guard policy backtest` takes."""


def examine(asked: Mapping[str, Any]) -> dict[str, Any]:
    """`Examined` as JSON: mistakes, or else lint and coverage."""
    folder = Path(asked["policies"])
    try:
        inspector = _inspector(asked, folder)
    except GuardError as error:
        return {"digest": "", "problems": _problems(error)}
    failures = run_examples(inspector, inspector.bundle).failures
    hint = Phrase("examples.do.mend")
    wrong = [Told(Phrase("examples.broken", told=one.message), hint, *_place(one.location)) for one in failures]
    files = {policy.source.file: (folder / policy.source.file).read_bytes() for policy in inspector.bundle.policies}
    case = Case(inspector, Sources(files, lambda name: _read(folder / name)), datetime.fromisoformat(asked["at"]))
    covered = coverage(inspector, inspector.bundle)
    return {
        "digest": "" if wrong else inspector.bundle.digest,
        "problems": [_packed(one) for one in wrong],
        "lint": [_packed(_lint(one)) for one in lint(case)],
        "coverage": {f"{one.policy}/{one.name}": [one.reached, len(one.parts)] for one in covered.rules},
    }


def backtest(asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """`{"done": n}` now and then, last `{"report": …}` or `{"problems": …}`."""
    try:
        pair = Pair(_inspector(asked, Path(asked["old"])), _inspector(asked, Path(asked["policies"])))
        keys = load_keys(Path(asked["keys"]), asked["origin"], create=False)
        store = SqliteReader(Path(asked["store"]))
        collector = Collector(samples=0, titles=pair.titles())
        try:
            found = over_store(store, keys, pair, collector, _tell)
        finally:
            store.close()
    except GuardError as error:
        yield {"problems": _problems(error)}
        return
    yield {"report": collector.report(MINUTES) | {"store": stored_json(found, pair.new.bundle)}}


def _tell(done: int) -> None:
    if done % EVERY == 0:
        _say({"done": done})


def _inspector(asked: Mapping[str, Any], folder: Path) -> Inspector:
    settings: Settings = prove.asked_for(asked)
    return build_inspector(folder, examples=False, cache=settings.cache_folder, **as_settings_say(settings))


def _problems(error: GuardError) -> list[dict[str, Any]]:
    told = error.problems if isinstance(error, ProblemsError) else (error,)
    return [_packed(Told(one.message, one.hint, *_place(one.location))) for one in told]


def _packed(one: Told) -> dict[str, Any]:
    return asdict(one) | {"message": packed(one.message), "hint": packed(one.hint)}


def _lint(one: LintFinding) -> Told:
    error = severity_of(one) is Severity.ERROR
    return Told(one.message, one.hint, *_place(one.location), kind=one.rule, error=error)


def _place(location: Any) -> tuple[str, int | None, int | None]:
    return ("", None, None) if location is None else (location.file, location.line, location.column)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _say(value: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    asked = json.load(sys.stdin)
    for value in backtest(asked) if asked["task"] == "backtest" else [examine(asked)]:
        _say(value)


if __name__ == "__main__":
    main()
