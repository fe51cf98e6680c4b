"""`guard check`: one text through the same inspector as the gate's, nothing sent and nothing recorded."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from guard.cli.arguments import add_config, as_the_gate, expect_input, moment, moment_of
from guard.cli.output import result, result_json, talk, told, visible
from guard.cli.parser import examples
from guard.errors import PolicyError, UsageError
from guard.inspector import Inspector
from guard.parts import offered
from guard.policy.approvers import author_groups
from guard.policy.bundle import Bundle
from guard.policy.cursor import did_you_mean
from guard.scan import sarif
from guard.types.decision import Action, Match
from guard.types.finding import Finding, Span
from guard.types.inspection import Facts, Inspection
from guard.types.post import Author, Post, Segment, Visibility
from guard.types.topic import ENTITY as TOPIC
from guard.view import inspection_json
from guard.wiring import heart
from guard.words.texts import Phrase

EXAMPLE = """\
  guard check "Pff, encore un projet avec client X qui m'échappe"
  echo "Mon IBAN…" | guard check - --network bluesky --format json
"""
NETWORKS = ("mastodon", "bluesky", "x")


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "check", help=Phrase("help.check.short"), description=Phrase("help.check.about"), epilog=examples(EXAMPLE)
    )
    add_post_options(parser)
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    parser.set_defaults(run=run)


def add_post_options(parser: argparse.ArgumentParser) -> None:
    """One text, and who posts it where and when."""
    parser.add_argument("text", nargs="*", metavar="TEXT", help=Phrase("help.check.text"))
    parser.add_argument("--policies", type=Path, help=Phrase("help.policies"))
    parser.add_argument("--network", choices=NETWORKS, default="mastodon")
    parser.add_argument("--visibility", choices=[word.value for word in Visibility], default="public")
    parser.add_argument("--group", action="append", default=[], metavar="NAME", help=Phrase("help.check.group"))
    parser.add_argument("--at", type=moment, metavar="TIME", help=Phrase("help.check.at"))
    parser.add_argument("--lang", metavar="CODE", help=Phrase("help.check.lang"))
    add_config(parser)


def post_of(arguments: argparse.Namespace) -> Post:
    """The post that these options describe; told where it has no text."""
    text = _text(arguments.text)
    if not text.strip():  # of a pipe that broke, nobody should believe that it was found clean
        talk(Phrase("terminal.warning", told=Phrase("reading.no-text")))
    return Post(
        id=heart.new_id(),
        network=arguments.network,
        operation="check",
        author=Author(network=arguments.network, account="", groups=frozenset(arguments.group)),
        segments=(Segment("/text", "body", text),),
        visibility=Visibility(arguments.visibility),
        language=arguments.lang,
    )


def facts_of(arguments: argparse.Namespace, bundle: Bundle) -> Facts:
    """What they say beside it; told where a group makes no difference, as one does that is misspelt."""
    known = author_groups(bundle)
    for name in (each for each in arguments.group if each not in known):
        talk(Phrase("terminal.warning", told=PolicyError(Phrase("reading.group", name=name), hint=_meant(name, known))))
    return Facts(now=moment_of(arguments, bundle), groups=frozenset(arguments.group))


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the post would pass as written or nothing is to be acted on, 1 when a rule acts, 3 when in doubt."""
    post = post_of(arguments)
    folder = heart.policies_folder(arguments.policies)
    inspector = as_the_gate(folder, arguments.config, show={TOPIC} if arguments.format == "json" else ())
    facts = facts_of(arguments, inspector.bundle)
    inspection = inspector.inspect(post, facts)
    if arguments.format == "text":
        _print_text(inspection, safe=_safe(inspector, inspection, facts))
    elif arguments.format == "json":
        result_json(inspection_json(inspection))
    else:
        _print_sarif(inspection)
    if inspection.failures:
        return 3
    return 1 if inspection.decision.action > Action.ALLOW else 0


def _meant(name: str, known: Collection[str]) -> Phrase | None:
    return did_you_mean(name, known) if known else None


def _text(arguments: Sequence[str]) -> str:
    if len(arguments) > 1:
        raise _several(arguments)
    argument = arguments[0] if arguments else "-"
    if argument != "-":
        try:
            argument.encode("utf-8")
        except UnicodeEncodeError:
            raise UsageError(Phrase("reading.text-utf8"), hint=Phrase("reading.do.pass-utf8")) from None
        return argument
    expect_input()
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        message = Phrase("reading.input-utf8", byte=error.start)
        raise UsageError(message, hint=Phrase("reading.do.to-utf8")) from None
    return text.removesuffix("\n")


def _several(arguments: Sequence[str]) -> UsageError:
    """Some have the folder behind the text, as other commands do; others forgot the quotes."""
    folder = next((one for one in arguments[1:] if _exists(Path(one))), None)
    hint = Phrase("reading.do.one-argument")
    if folder is not None:
        hint = Phrase("reading.do.policies-option", folder=folder)
    elif any(" " in one.strip() for one in arguments):  # quotes stood there
        hint = Phrase("reading.do.text-and-policies")
    return UsageError(Phrase("reading.arguments"), hint=hint)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a long text is no path
        return False


def _safe(inspector: Inspector, inspection: Inspection, facts: Facts) -> str | None:
    """What goes out in its place; where it is stopped, what the gate would offer its author: that says something, and passes."""
    safe = inspection.redacted
    if safe is None:
        return None
    if inspection.decision.action.stops and (
        not offered(inspection.post, inspection.edits) or not inspector.passes(safe, facts)
    ):
        return None
    return safe.segments[0].text


def _print_text(inspection: Inspection, *, safe: str | None) -> None:
    """What stops a post is told in full; beside it, remarks of rules that only flag are named."""
    decision = inspection.decision
    result(decision.action.word.upper() + (f"  ({decision.reason})" if decision.reason else ""))
    text = inspection.post.segments[0].text
    secret = [finding.span for match in decision.matches if match.confidential for finding in match.findings]
    remarks = [match.id for match in decision.matches if match.action is Action.FLAG and decision.action.stops]
    for match in decision.matches:
        if match.id not in remarks:
            _print_match(match, text, secret)
    if remarks:
        result(Phrase("terminal.also-flagged", rules=tuple(remarks)))
    for match in decision.shadow:
        result(Phrase("terminal.in-shadow", rule=match.id, action=match.action.word))
    for failure in inspection.failures:
        talk(Phrase("terminal.detector-failed", name=failure.detector, reason=failure.reason))
    if safe is not None:
        result(Phrase("terminal.safe", text=visible(safe)))


def _print_match(match: Match, text: str, secret: Sequence[Span]) -> None:
    acts = Phrase("terminal.acts", rule=match.id, action=match.action.word)
    if match.exception:
        acts = Phrase("terminal.acts-exception", rule=match.id, action=match.action.word, name=match.exception)
    result(acts)
    for finding in match.findings:
        if finding.entity_type == TOPIC:
            result(_topic_line(finding, text, secret))
            continue
        start, end = finding.span.start, finding.span.end
        hidden = any(finding.span.overlaps(span) for span in secret)
        shown = "" if hidden else f"  {visible(text[start:end])!r}"
        kind = f"{finding.entity_type}/{finding.subtype}" if finding.subtype else finding.entity_type
        result(f"    {start}-{end}  {kind}{shown}")
    for language, words in match.say.items() if match.action > Action.ALLOW else ():
        result(f"    {language}: {words}")


def _topic_line(finding: Finding, text: str, secret: Sequence[Span]) -> str:
    """A topic has no place: it is told with the words that weighed most, but for those that nobody may read."""
    places = (Span(finding.span.segment, *each) for each in finding.weighed)
    words = [visible(text[one.start : one.end]) for one in places if not any(one.overlaps(span) for span in secret)]
    line = f"    {finding.subtype}  {finding.score:.0%}"
    return f"{line}  {told(Phrase('terminal.weighed', known=' · '.join(words)))}" if words else line


def _print_sarif(inspection: Inspection) -> None:
    found = ", ".join(json.dumps(one, ensure_ascii=False) for one in sarif.results(inspection, "post:"))
    result(sarif.OPENING + found + sarif.closing({match.id for match in inspection.decision.matches}))
