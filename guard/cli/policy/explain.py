"""`guard policy explain`: how one text is read, what was found and nearly found, and which line decided."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from guard.authoring.explain import Explanation, Found, View, explain
from guard.authoring.explain_near import together
from guard.authoring.explain_rule import Event, Line, RuleTrace
from guard.authoring.explain_words import detector_name, kind_name, sure
from guard.cli.arguments import as_the_gate, pattern_cache
from guard.cli.check import add_post_options, facts_of, post_of
from guard.cli.output import result, result_json, talk, told, visible
from guard.cli.parser import examples
from guard.types.decision import Action
from guard.view import inspection_json
from guard.wiring import heart
from guard.words.texts import Phrase

_MOST = 40
"""Findings, places and reasons that are printed of one kind; JSON holds all."""


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser(
        "explain",
        help=Phrase("help.explain.short"),
        epilog=examples('guard policy explain "Le projet Aurrore avance" --policies policies/'),
    )
    add_post_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit codes as of `guard check`."""
    folder = heart.policies_folder(arguments.policies)
    post = post_of(arguments)
    inspector = as_the_gate(folder, arguments.config)
    explanation = explain(inspector, post, facts_of(arguments, inspector.bundle), pattern_cache())
    if arguments.format == "json":
        result_json(_json(explanation))
    else:
        _print(explanation)
    for failure in explanation.inspection.failures:
        talk(Phrase("terminal.detector-failed", name=failure.detector, reason=failure.reason))
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
    _print_views(explanation.views)
    _heading(Phrase("terminal.what-found"))
    for found in explanation.found[:_MOST]:
        result(_found_line(found))
    if len(explanation.found) > _MOST:
        result(Phrase("terminal.more", number=len(explanation.found) - _MOST))
    for event in explanation.passed_over[:_MOST]:
        result(Phrase("terminal.passed-over", start=event.start, end=event.end, told=event.words))
    if not explanation.found and not explanation.passed_over:
        result(Phrase("terminal.nothing"))
    _heading(Phrase("terminal.what-rules-say"))
    for rule in explanation.rules:
        _print_rule(rule)
    if explanation.quiet:
        count = len(explanation.quiet)
        others = bool(explanation.rules)
        result(Phrase("terminal.quiet-others" if others else "terminal.quiet", count=count))
    if explanation.off:
        result(Phrase("terminal.switched-off", rules=explanation.off))
    if explanation.goes_out is not None:
        _heading(Phrase("terminal.goes-out", text=visible(explanation.goes_out)))


def _heading(text: Phrase) -> None:
    result(f"\n{told(text)}")


def _print_views(views: Sequence[View]) -> None:
    _heading(Phrase("terminal.how-read"))
    width = max(10, *(len(told(view.name)) for view in views)) + 2
    for number, view in enumerate(views):
        text = visible(told(view.text)).replace("\n", f"\n{'':{width + 2}}")
        same = number > 0 and view.text == views[0].text
        result(f"  {told(view.name):<{width}}{told(Phrase('terminal.the-same')) if same else text}")


def _found_line(found: Found) -> str:
    text = "" if found.text is None else f"  {visible(found.text)!r}"
    more = [sure(found.confidence), *([found.why] if found.why else [])]
    if found.weighed:
        more.append(Phrase("terminal.weighed", known=" · ".join(map(visible, found.weighed))))
    elif not found.exact:
        more.append(Phrase("terminal.about"))
    rules = Phrase("terminal.asked-by", rules=found.rules) if found.rules else Phrase("terminal.asked-by-none")
    said = Phrase("explain.said-by", name=detector_name(found.detector), said=tuple(more))
    return Phrase(
        "terminal.found",
        start=found.start,
        end=found.end,
        kind=kind_name(found.kind),
        text=text,
        said=said,
        rules=rules,
    )


def _print_rule(rule: RuleTrace) -> None:
    outcome = rule.action or Phrase("terminal.no-outcome")
    result(
        Phrase(
            "terminal.rule" if rule.acted else "terminal.rule-recorded", rule=rule.id, place=rule.at, outcome=outcome
        )
    )
    if rule.places:
        places = tuple(f"{start}-{end}" for start, end in rule.places[:_MOST])
        result(Phrase("terminal.found-at", places=(*places, "…") if len(rule.places) > _MOST else places))
    for line in rule.lines:
        result(_ladder_line(line))
    for event in rule.events[:_MOST]:
        result(_event_line(event))


def _ladder_line(line: Line) -> str:
    if not line.but_for:
        return Phrase("terminal.line", number=line.number, place=line.at, action=line.action, state=line.state)
    why = together(line.but_for)
    return Phrase("terminal.line-why", number=line.number, place=line.at, action=line.action, state=line.state, why=why)


def _event_line(event: Event) -> str:
    line = Phrase("terminal.event", kind=event.kind, told=event.words)
    if event.start is not None:
        line = Phrase("terminal.event-at", kind=event.kind, start=event.start, end=event.end, told=event.words)
    return told(line) + (f" ({event.at})" if event.at else "")
