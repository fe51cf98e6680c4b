"""`guard policy test`: runs every example of every rule."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from guard.authoring.reports import Result, base_uri, junit, outcomes, sarif
from guard.authoring.suite import ExampleFailure, SuiteResult, run_examples
from guard.cli.arguments import add_folder, as_settings_say, moment, moment_of
from guard.cli.output import result, result_json, talk
from guard.cli.parser import examples
from guard.errors import GuardError
from guard.policy.bundle import overdue
from guard.wiring import heart
from guard.words.texts import Phrase


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    test = verbs.add_parser(
        "test",
        help=Phrase("help.test.short"),
        epilog=examples("guard policy test policies/\nguard policy test policies/ --format junit > examples.xml"),
    )
    add_folder(test)
    test.add_argument("--at", type=moment, metavar="TIME", help=Phrase("help.test.at"))
    test.add_argument("--format", choices=("text", "json", "junit", "sarif"), default="text")
    test.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when all examples hold, 1 when one fails, 2 when a file cannot be loaded. Warnings change nothing."""
    warnings: list[GuardError] = []
    folder = heart.policies_folder(arguments.folder)
    settings = as_settings_say(arguments.config)
    inspector = heart.build_inspector(
        folder, examples=False, cache=heart.user_cache(), warn=warnings.append, **settings
    )
    warnings.extend(overdue(inspector.bundle, moment_of(arguments, inspector.bundle)))
    policies = len(inspector.bundle.policies)
    outcome = run_examples(inspector, inspector.bundle, inspector.detectors.missing)
    if arguments.format == "json":
        shown = {
            "policies": policies,
            "examples": outcome.total,
            "failed": _shown(outcome.failures),
            "todo": _shown(outcome.todo),
        }
        result_json(shown | {"warnings": [_warning(warning) for warning in warnings]})
    elif arguments.format == "junit":
        result(junit(outcomes(inspector.bundle, outcome)))
    elif arguments.format == "sarif":
        result_json(sarif(_results(outcome, warnings), _TITLES, base_uri(folder)))
    else:
        _print(outcome, warnings, policies)
    return 1 if outcome.failures else 0


def _print(outcome: SuiteResult, warnings: Sequence[GuardError], policies: int) -> None:
    for warning in warnings:
        talk(Phrase("terminal.warning", told=warning))
    for one in outcome.failures:
        result(Phrase("terminal.failed", place=str(one.location), told=one.message))
    for one in outcome.todo:
        result(Phrase("terminal.todo", place=str(one.location), told=one.message))
    failed, todo = len(outcome.failures), len(outcome.todo)
    read = Phrase("terminal.policies", count=policies)
    result(Phrase("terminal.tested", policies=read, total=outcome.total, failed=failed, todo=todo))


_TITLES = {"example": "An example that does not hold", "todo": "A known gap", "warning": "A remark on a policy"}


def _results(outcome: SuiteResult, warnings: Sequence[GuardError]) -> Iterator[Result]:
    for name, level, failures in (("example", "error", outcome.failures), ("todo", "note", outcome.todo)):
        for one in failures:
            yield Result(name, level, f"{one.policy}/{one.rule}: {one.message}", one.location)
    for warning in warnings:
        if warning.location:
            yield Result("warning", "warning", warning.message, warning.location)


def _warning(warning: GuardError) -> dict[str, str]:
    return {"place": str(warning.location or ""), "message": warning.message, "hint": warning.hint}


def _shown(failures: Sequence[ExampleFailure]) -> list[dict[str, str]]:
    return [
        {"place": str(failure.location), "rule": f"{failure.policy}/{failure.rule}"}
        | {"expected": failure.expected, "got": failure.got}
        for failure in failures
    ]
