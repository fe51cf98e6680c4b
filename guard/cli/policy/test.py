"""`guard policy test`: runs every example of every rule."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from guard.authoring.suite import ExampleFailure, run_examples
from guard.cli.arguments import add_config, as_settings_say, moment
from guard.cli.output import result, result_json, talk
from guard.errors import GuardError
from guard.policy.bundle import overdue
from guard.wiring import heart


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    test = verbs.add_parser(
        "test",
        help="run every example of every rule",
        epilog="example:\n  guard policy test policies/",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    test.add_argument(
        "folder", nargs="?", type=Path, help="folder of policy files (default: ./policies, else the shipped ones)"
    )
    test.add_argument(
        "--at", type=moment, metavar="TIME", help="warn of reviews due at that moment, with a zone (default: now)"
    )
    add_config(test)
    test.add_argument("--format", choices=("text", "json"), default="text")
    test.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when all examples hold, 1 when one fails, 2 when a file cannot be loaded. Warnings change nothing."""
    warnings: list[GuardError] = []
    folder = heart.policies_folder(arguments.folder)
    inspector = heart.build_inspector(folder, examples=False, warn=warnings.append, **as_settings_say(arguments.config))
    warnings.extend(overdue(inspector.bundle, arguments.at or heart.now()))
    outcome = run_examples(inspector, inspector.bundle)
    if arguments.format == "json":
        shown = {"examples": outcome.total, "failed": _shown(outcome.failures), "todo": _shown(outcome.todo)}
        result_json(shown | {"warnings": [_warning(warning) for warning in warnings]})
    else:
        for warning in warnings:
            talk(f"warning: {warning}")
        for word, failures in (("FAILED", outcome.failures), ("todo", outcome.todo)):
            for failure in failures:
                result(f"{word} {failure.location}: {failure.message}")
        result(f"{outcome.total} examples, {len(outcome.failures)} failed, {len(outcome.todo)} to do")
    return 1 if outcome.failures else 0


def _warning(warning: GuardError) -> dict[str, str]:
    return {"place": str(warning.location or ""), "message": warning.message, "hint": warning.hint}


def _shown(failures: Sequence[ExampleFailure]) -> list[dict[str, str]]:
    return [
        {"place": str(failure.location), "rule": f"{failure.policy}/{failure.rule}"}
        | {"expected": failure.expected, "got": failure.got}
        for failure in failures
    ]
