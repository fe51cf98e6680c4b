"""`guard policy coverage`: the parts of rules that no example reaches."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from guard.authoring.coverage import Coverage, Covered, coverage, percent
from guard.authoring.reports import Result, base_uri, read_place, sarif
from guard.cli.arguments import add_folder, as_the_gate
from guard.cli.output import result, result_json, told, visible
from guard.cli.parser import examples
from guard.wiring import heart
from guard.words.texts import Phrase


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser(
        "coverage", help=Phrase("help.coverage.short"), epilog=examples("guard policy coverage policies/ --min 90")
    )
    add_folder(parser)
    parser.add_argument("--min", type=_share, metavar="PERCENT", help=Phrase("help.coverage.min"))
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    parser.set_defaults(run=run)


def _share(text: str) -> Decimal:
    try:
        share = Decimal(text)
    except InvalidOperation:
        share = Decimal(-1)
    if not (share.is_finite() and 0 <= share <= 100):
        raise argparse.ArgumentTypeError(told(Phrase("help.wrong.between", least=0, most=100)))
    return share


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when less than `--min` is reached."""
    folder = heart.policies_folder(arguments.folder)
    inspector = as_the_gate(folder, arguments.config)
    found = coverage(inspector, inspector.bundle)
    if arguments.format == "json":
        result_json(_json(found))
    elif arguments.format == "sarif":
        result_json(sarif(_results(found), {"not-covered": "A part that no example reaches"}, base_uri(folder)))
    else:
        _print(found)
    return int(arguments.min is not None and 100 * found.reached < arguments.min * found.total)


def _json(found: Coverage) -> dict[str, Any]:
    return {
        "reached": found.reached,
        "total": found.total,
        "percent": percent(found.reached, found.total),
        "rules": [
            {"rule": f"{rule.policy}/{rule.name}", "place": rule.at, "reached": rule.reached, "total": len(rule.parts)}
            | {"missing": [{"kind": p.kind, "what": p.words, "place": p.at} for p in rule.parts if not p.reached]}
            for rule in found.rules
        ],
    }


def _results(found: Coverage) -> Iterator[Result]:
    for rule in found.rules:
        for part in rule.parts:
            if not part.reached:
                message = f"{rule.policy}/{rule.name}: no example reaches {visible(part.words)}"
                yield Result("not-covered", "note", message, read_place(part.at))


def _print(found: Coverage) -> None:
    for rule in found.rules:
        _print_rule(rule)
    share = float(percent(found.reached, found.total))
    result(Phrase("terminal.covered-all", reached=found.reached, all=found.total, percent=share))


def _print_rule(rule: Covered) -> None:
    if rule.reached == len(rule.parts):
        return
    name = f"{rule.policy}/{rule.name}"
    result(Phrase("terminal.covered", rule=name, reached=rule.reached, all=len(rule.parts)))
    for part in rule.parts:
        if not part.reached:
            result(visible(told(Phrase("terminal.uncovered", place=part.at, part=part.words))))
