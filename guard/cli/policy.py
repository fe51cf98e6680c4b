"""`guard policy …`: the author's loop; here `test`, which runs every example of every rule."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from guard.authoring.suite import ExampleFailure, count_examples, counting, run_examples
from guard.cli.output import result, result_json
from guard.wiring import heart


def register(commands: Any) -> None:
    """Add the command group to the parser."""
    parser = commands.add_parser("policy", help="work on policy files")
    verbs = parser.add_subparsers(title="verbs", dest="verb", required=True, metavar="VERB")
    test = verbs.add_parser(
        "test",
        help="run every example of every rule",
        epilog="example:\n  guard policy test policies/",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    test.add_argument(
        "folder", nargs="?", type=Path, help="folder of policy files (default: ./policies, else the shipped ones)"
    )
    test.add_argument("--format", choices=("text", "json"), default="text")
    test.set_defaults(run=run_test)


def run_test(arguments: argparse.Namespace) -> int:
    """Exit code 0 when all examples hold, 1 when one fails, 2 when a file cannot be loaded."""
    inspector = heart.build_inspector(heart.policies_folder(arguments.folder), examples=False)
    outcome = run_examples(inspector, inspector.bundle)
    failed, total = counting(outcome), count_examples(inspector.bundle)
    if arguments.format == "json":
        result_json({"examples": total, "failed": _shown(failed), "todo": _shown([one for one in outcome if one.todo])})
    else:
        for failure in outcome:
            result(f"{'todo  ' if failure.todo else 'FAILED'} {failure.problem()}")
        result(f"{total} examples, {len(failed)} failed, {len(outcome) - len(failed)} to do")
    return 1 if failed else 0


def _shown(failures: Sequence[ExampleFailure]) -> list[dict[str, str]]:
    return [
        {"place": str(failure.location), "rule": f"{failure.policy}/{failure.rule}"}
        | {"expected": failure.expected, "got": failure.got}
        for failure in failures
    ]
