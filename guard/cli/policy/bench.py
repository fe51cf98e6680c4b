"""`guard policy bench`: what each rule costs a post, and the text that costs most."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from time import process_time
from typing import Any

from guard.authoring.bench import Costs, bench
from guard.authoring.bench_texts import LENGTH
from guard.cli.arguments import add_folder, as_the_gate
from guard.cli.output import result, result_json, table, talk
from guard.wiring import heart


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser(
        "bench",
        help="measure what each rule costs a post, and the text that costs most",
        epilog="example:\n  guard policy bench policies/",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when some text reaches the time limit of a rule's pattern: whoever posts such a text is always held."""
    inspector = as_the_gate(heart.policies_folder(arguments.folder), arguments.config)
    talk("measuring; this takes a few seconds, and a quiet machine")
    costs = bench(inspector, inspector.bundle, process_time)
    if arguments.format == "json":
        result_json(asdict(costs))
    else:
        _print(costs)
    return int(any(rule.unfinished for rule in costs.rules))


def _print(costs: Costs) -> None:
    rows = [
        (rule.rule, f"{rule.post_us:.1f}", f"{rule.worst_ms:.2f}", rule.worst + "; TIME LIMIT" * rule.unfinished)
        for rule in sorted(costs.rules, key=lambda rule: -rule.post_us)
    ]
    result(table(rows, ("rule", "µs a post", "worst ms", f"worst text ({LENGTH:,} characters)")))
    result(
        f"\nAll rules together: {costs.all_us:.0f} µs a post, reading and deciding included ({costs.posts} examples)."
    )
