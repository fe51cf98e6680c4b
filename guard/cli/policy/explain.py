"""`guard policy explain`: how one text is read, what was found and nearly found, and which line decided."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from guard.authoring.explain import Explanation, Found, explain
from guard.authoring.explain_rule import Event, Line, RuleTrace
from guard.cli.arguments import as_settings_say, pattern_cache, tell_missing
from guard.cli.check import add_post_options, post_of
from guard.cli.output import result, result_json, talk, visible
from guard.types.decision import Action
from guard.view import inspection_json
from guard.wiring import heart

_MOST = 40
"""Findings, places and reasons that are printed of one kind; JSON holds all."""


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser(
        "explain",
        help="say why a text is stopped, or why not",
        epilog='example:\n  guard policy explain "Le projet Aurrore avance" --policies policies/',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_post_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit codes as of `guard check`."""
    folder = heart.policies_folder(arguments.policies)
    post, facts = post_of(arguments)
    inspector = heart.build_inspector(
        folder, examples=False, cache=pattern_cache(), warn=tell_missing, **as_settings_say(arguments.config)
    )
    explanation = explain(inspector, post, facts, pattern_cache())
    if arguments.format == "json":
        result_json(_json(explanation))
    else:
        _print(explanation)
    for failure in explanation.inspection.failures:
        talk(f"detector {failure.detector} failed: {failure.reason}")
    if explanation.inspection.failures:
        return 3
    return 1 if explanation.inspection.decision.action > Action.ALLOW else 0


def _json(explanation: Explanation) -> dict[str, Any]:
    decision = explanation.inspection.decision
    return {
        "action": decision.action.word,
        "reason": decision.reason,
        "views": [asdict(view) for view in explanation.views],
        "findings": [asdict(found) for found in explanation.found],
        "passed_over": [asdict(event) for event in explanation.passed_over],
        "rules": [asdict(rule) for rule in explanation.rules],
        "quiet": list(explanation.quiet),
        "off": list(explanation.off),
        "goes_out": explanation.goes_out,
        "failures": inspection_json(explanation.inspection)["failures"],
    }


def _print(explanation: Explanation) -> None:
    decision = explanation.inspection.decision
    result(decision.action.word.upper() + (f"  ({decision.reason})" if decision.reason else ""))
    result("\nHow the text is read")
    written = explanation.views[0].text
    for view in explanation.views:
        same = view.name != "as written" and view.text == written
        shown = "the same" if same else visible(view.text).replace("\n", f"\n{'':14}")
        result(f"  {view.name:<12}{shown}")
    result("\nWhat the detectors found")
    for found in explanation.found[:_MOST]:
        result(_found_line(found))
    if len(explanation.found) > _MOST:
        result(f"  and {len(explanation.found) - _MOST} more")
    for event in explanation.passed_over[:_MOST]:
        result(f"  {event.start}-{event.end}  passed over: {event.words}")
    if not explanation.found and not explanation.passed_over:
        result("  nothing")
    result("\nWhat the rules say")
    for rule in explanation.rules:
        _print_rule(rule)
    if explanation.quiet:
        other = "other " if explanation.rules else ""
        rules = "rule" if len(explanation.quiet) == 1 else "rules"
        result(f"  {len(explanation.quiet)} {other}{rules} found nothing, nor anything near")
    if explanation.off:
        result(f"  switched off: {', '.join(explanation.off)}")
    if explanation.goes_out is not None:
        result(f"\nIt goes out as: {visible(explanation.goes_out)}")


def _found_line(found: Found) -> str:
    text = "" if found.text is None else f"  {visible(found.text)!r}"
    weighed = " · ".join(map(visible, found.weighed))
    place = "" if found.exact or found.weighed else "place only about right"
    more = [found.confidence, found.why, f"weighed most: {weighed}" if weighed else "", place]
    rules = f"asked for by {', '.join(found.rules)}" if found.rules else "no rule asks for it"
    said = ", ".join(filter(None, more))
    return f"  {found.start}-{found.end}  {found.kind}{text}  ({found.detector}: {said}); {rules}"


def _print_rule(rule: RuleTrace) -> None:
    outcome = rule.action or "does not apply"
    result(f"  {rule.id} ({rule.at}): {outcome}{'' if rule.acted else ', recorded only'}")
    if rule.places:
        more = ", …" if len(rule.places) > _MOST else ""
        result("    found at " + ", ".join(f"{start}-{end}" for start, end in rule.places[:_MOST]) + more)
    for line in rule.lines:
        result(_ladder_line(line))
    for event in rule.events[:_MOST]:
        result(_event_line(event))


def _ladder_line(line: Line) -> str:
    why = f": {'; '.join(line.but_for)}" if line.but_for else ""
    return f"    line {line.number} ({line.at}) {line.action}: {line.state}{why}"


def _event_line(event: Event) -> str:
    place = "" if event.start is None else f" at {event.start}-{event.end}"
    return f"    {event.kind}{place}: {event.words}" + (f" ({event.at})" if event.at else "")
