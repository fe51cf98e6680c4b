"""`guard policy evade`: which disguises of a policy's own examples slip through."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from guard.authoring import evade_ratchet
from guard.authoring.coverage import percent
from guard.authoring.disguises import DISGUISES
from guard.authoring.evade import Evaded, Slip, evade
from guard.authoring.evade_ratchet import Change
from guard.authoring.evade_todo import todo_lines
from guard.authoring.reports import Result, base_uri, sarif
from guard.cli.arguments import add_folder, as_the_gate
from guard.cli.output import result, result_json, table, talk, terminal_words, told
from guard.cli.parser import examples
from guard.errors import UsageError
from guard.wiring import heart
from guard.words.texts import Phrase

EXAMPLE = """\
  guard policy evade policies/
  guard policy evade policies/ --ratchet evade.json --update
"""


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser("evade", help=Phrase("help.evade.short"), epilog=examples(EXAMPLE))
    add_folder(parser)
    parser.add_argument("--ratchet", type=Path, metavar="FILE", help=Phrase("help.evade.ratchet"))
    parser.add_argument("--update", action="store_true", help=Phrase("help.evade.update"))
    parser.add_argument("--accept", action="store_true", help=Phrase("help.evade.accept"))
    parser.add_argument("--places", action="store_true", help=Phrase("help.evade.places"))
    parser.add_argument("--todo", action="store_true", help=Phrase("help.evade.todo"))
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when something slips through that the ratchet file does not know."""
    if (arguments.update or arguments.accept) and arguments.ratchet is None:
        raise UsageError(Phrase("evade.ratchet-unnamed"), hint=Phrase("evade.do.name-ratchet"))
    known = _known(arguments)
    folder = heart.policies_folder(arguments.folder)
    inspector = as_the_gate(folder, arguments.config)
    evaded = evade(inspector, inspector.bundle, DISGUISES)
    now = evade_ratchet.slips_of(evaded)
    worse, better = evade_ratchet.changes(known, now) if known is not None else ((), ())
    if arguments.format == "json":
        result_json(
            _json(evaded) | {"new": [_change(each) for each in worse], "gone": [_change(each) for each in better]}
        )
    elif arguments.format == "sarif":
        titles = {"slip": "A disguise that slips through", "new-slip": "One that the ratchet file does not know"}
        result_json(sarif(_results(evaded, worse), titles, base_uri(folder)))
    elif arguments.todo:
        for each in evaded:
            for line in todo_lines(each, terminal_words()):
                result(line)
    else:
        _print(evaded, places=arguments.places)
    _tell(worse, better, arguments)
    if arguments.accept:
        arguments.ratchet.write_text(evade_ratchet.written(now), encoding="utf-8")
        return 0
    if arguments.update and known is not None and better:
        arguments.ratchet.write_text(evade_ratchet.written(evade_ratchet.lowered(known, now)), encoding="utf-8")
    return 1 if worse else 0


def _known(arguments: argparse.Namespace) -> evade_ratchet.Known | None:
    if arguments.ratchet is None:
        return None
    try:
        return evade_ratchet.read(arguments.ratchet.read_bytes())
    except (FileNotFoundError, UsageError) as error:
        if arguments.accept:
            return {}
        if isinstance(error, UsageError):
            raise
        raise UsageError(Phrase("evade.ratchet-missing"), hint=Phrase("evade.do.make")) from None


def _tell(worse: Sequence[Change], better: Sequence[Change], arguments: argparse.Namespace) -> None:
    if arguments.accept:
        talk(Phrase("evade.accepted", count=sum(change.now - change.known for change in worse)))
        return
    for change in worse:
        talk(Phrase("evade.new-slip", rule=change.rule, disguise=change.disguise, now=change.now, known=change.known))
    if worse:
        talk(Phrase("evade.mend-or-accept"))
    if better and not arguments.update:
        talk(Phrase("evade.caught-by-now", count=sum(change.known - change.now for change in better)))


def _change(change: Change) -> dict[str, Any]:
    return {"rule": change.rule, "disguise": change.disguise, "known": change.known, "now": change.now}


def _json(evaded: Sequence[Evaded]) -> dict[str, Any]:
    classes = {klass: {"tried": tried, "caught": caught} for klass, tried, caught in _by_class(evaded)}
    return {
        "tried": sum(len(each.tried) for each in evaded),
        "caught": sum(each.caught for each in evaded),
        "classes": classes,
        "rules": [
            {"rule": each.id, "tried": len(each.tried), "caught": each.caught}
            | {
                "slips": [
                    {"disguise": s.disguise, "class": s.klass, "place": s.at, "stopped_by_another_rule": s.stopped}
                    for s in each.slips
                ]
            }
            for each in evaded
        ],
    }


def _results(evaded: Sequence[Evaded], worse: Sequence[Change]) -> Iterator[Result]:
    """One for each example, with all disguises in which it slips through; and one for each disguise that is new."""
    fresh = {(change.rule, change.disguise) for change in worse}
    for each in evaded:
        slips: dict[str, list[Slip]] = {}
        for slip in each.slips:
            slips.setdefault(slip.at, []).append(slip)
        for own in slips.values():
            place = own[0].example.location
            new = [slip.disguise for slip in own if (each.id, slip.disguise) in fresh]
            known = [slip.disguise for slip in own if slip.disguise not in new]
            if new:
                yield Result("new-slip", "error", f"{each.id} slips through now: {', '.join(new)}", place)
            if known:
                yield Result("slip", "note", f"{each.id} slips through: {', '.join(known)}", place)


def _by_class(evaded: Sequence[Evaded]) -> list[tuple[str, int, int]]:
    """Class, tries and catches, the leakiest first."""
    tried = Counter(klass for each in evaded for klass, _ in each.tried)
    slipped = Counter(slip.klass for each in evaded for slip in each.slips)
    rows = [(klass, count, count - slipped[klass]) for klass, count in tried.items()]
    return sorted(rows, key=lambda row: (row[2] / row[1], row[0]))


def _print(evaded: Sequence[Evaded], *, places: bool) -> None:
    for each in evaded:
        _print_slips(each, places=places)
    rows = [(each.id, *_share(each.caught, len(each.tried))) for each in evaded if each.tried]
    result(table(rows, (Phrase("evade.rule"), Phrase("evade.caught"), Phrase("evade.share"))) + "\n")
    rows = [(klass, *_share(caught, tried)) for klass, tried, caught in _by_class(evaded)]
    result(table(rows, (Phrase("evade.class"), Phrase("evade.caught"), Phrase("evade.share"))) + "\n")
    caught, tried = sum(each.caught for each in evaded), sum(len(each.tried) for each in evaded)
    result(Phrase("evade.sum", caught=caught, tried=tried, percent=float(percent(caught, tried))))


def _print_slips(each: Evaded, *, places: bool) -> None:
    if not each.slips:
        return
    tried = Counter(name for _, name in each.tried)
    slipped: dict[str, list[Slip]] = {}
    for slip in each.slips:
        slipped.setdefault(slip.disguise, []).append(slip)
    result(Phrase("evade.slips", rule=each.id))
    if places:
        for name, slips in slipped.items():
            places_of = tuple(slip.at for slip in slips)
            result(Phrase("evade.places", disguise=name, counted=_counted(slips, tried[name]), places=places_of))
    else:
        counts = [
            Phrase("evade.slipped", disguise=name, counted=_counted(slips, tried[name]))
            for name, slips in slipped.items()
        ]
        words = told(Phrase("terminal.between")).join(map(told, counts))
        result(fill(words, 110, initial_indent="  ", subsequent_indent="  "))
    result("")


def _counted(slips: Sequence[Slip], tried: int) -> str:
    stopped = sum(slip.stopped for slip in slips)
    counted = f"{len(slips)}/{tried}"
    return Phrase("evade.stopped", counted=counted, count=stopped) if stopped else counted


def _share(caught: int, tried: int) -> tuple[str, str]:
    share = Phrase("evade.percent", percent=float(percent(caught, tried)))
    return Phrase("evade.of", caught=caught, tried=tried), share
