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
from guard.cli.parser import examples
from guard.wiring import heart
from guard.words.texts import Phrase


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser("bench", help=Phrase("help.bench.short"), epilog=examples("guard policy bench policies/"))
    add_folder(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when some text reaches the time limit of a rule's pattern: whoever posts such a text is always held."""
    inspector = as_the_gate(heart.policies_folder(arguments.folder), arguments.config)
    talk(Phrase("bench.measuring"))
    costs = bench(inspector, inspector.bundle, process_time)
    if arguments.format == "json":
        result_json(asdict(costs))
    else:
        _print(costs)
    return int(any(rule.unfinished for rule in costs.rules))


def _print(costs: Costs) -> None:
    rows = [
        (
            rule.rule,
            Phrase("bench.tenths", value=rule.post_us),
            Phrase("bench.hundredths", value=rule.worst_ms),
            Phrase("bench.time-limit", text=rule.worst) if rule.unfinished else rule.worst,
        )
        for rule in sorted(costs.rules, key=lambda rule: -rule.post_us)
    ]
    worst_text = Phrase("bench.worst-text", length=LENGTH)
    result(table(rows, (Phrase("bench.rule"), Phrase("bench.a-post"), Phrase("bench.worst-ms"), worst_text)) + "\n")
    result(Phrase("bench.all", us=costs.all_us, posts=costs.posts))
