"""What `guard review` prints of a case, for people."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from guard.channels.joined import ROLE
from guard.cli.output import result, result_json, terminal_words, told, visible
from guard.outbox.payload import CasePayload, safe_texts
from guard.types.finding import Finding
from guard.types.held import CaseState, Form, HeldPost
from guard.types.post import Segment
from guard.words.texts import Phrase

_WIDTH = {"en": 16, "fr": 19}
"""Of the names of fields, of which French ones are longer."""


def print_payload(payload: CasePayload) -> None:
    """Its texts, as written and as they would be published, and where something was found."""
    print_field("visibility", payload.post.visibility.value)
    if why := payload.messages.get(terminal_words().language) or next(iter(payload.messages.values()), ""):
        _print_text(Phrase("cases.told"), "\n".join(dict.fromkeys(why.splitlines())))
    for segment in payload.post.segments:
        if segment.role == ROLE:
            continue  # the other texts once more
        _print_text(_place(segment), segment.text)
    for one in payload.earlier:
        visibility = one.visibility.value if one.visibility else ""
        title = Phrase("cases.earlier-to", visibility=visibility) if visibility else Phrase("cases.earlier")
        _print_text(title, one.text)
    for path, text in safe_texts(payload).items():
        _print_text(Phrase("cases.safe", path=visible(path)), text)
    for path, text in payload.edited.items():
        _print_text(Phrase("cases.edited", path=visible(path)), text)
    places = {segment.path: told(_place(segment)) for segment in payload.post.segments}
    lines = dict.fromkeys(_finding(one, places) for one in payload.findings)
    if lines:
        result("\n" + told(Phrase("cases.found")))
        result("\n".join(f"  {line}" for line in lines))


def print_answer(arguments: argparse.Namespace, case: HeldPost) -> None:
    """What became of the case."""
    if arguments.format == "json":
        result_json({"case": case.number, "state": case.state.value, "expires": time_text(case.expires)})
        return
    if case.state is CaseState.OPEN:
        result(Phrase("cases.recorded", number=str(case.number)))
        return
    inside = case.review is not None and case.review.form is Form.INTERNAL
    number, state = str(case.number), Phrase(f"cases.state.{case.state.value}")
    if case.expires:
        until = time_text(case.expires)
        result(
            Phrase("cases.answer-inside" if inside else "cases.answer-until", number=number, state=state, until=until)
        )
    else:
        result(Phrase("cases.answer", number=number, state=state))


def time_text(time: datetime | None) -> str | None:
    """ISO 8601, to the second."""
    return None if time is None else time.isoformat(timespec="seconds")


def print_field(name: str, value: str) -> None:
    """One line: a name and what it holds."""
    label = told(Phrase("cases.label", name=Phrase(f"cases.column.{name}")))
    result(f"{label:<{_WIDTH[terminal_words().language]}}{visible(told(value))}")


def _place(segment: Segment) -> str:
    """A text of the post by its name and its path."""
    known = terminal_words().has(f"author.part.{segment.role}")
    role = told(Phrase(f"author.part.{segment.role}")) if known else segment.role
    return f"{role} {visible(segment.path)}"


def _finding(finding: Finding, places: Mapping[str, str]) -> str:
    """Where, what by the name that rules have for it, how sure, in which text, and by which rule's own words."""
    span = finding.span
    kind = f"{finding.entity_type}/{finding.subtype}" if finding.subtype else finding.entity_type
    place = places.get(span.segment) or visible(span.segment)
    line = f"{span.start}-{span.end}  {kind}  {finding.score:.0%}  {place}"
    return f"{line}  [{visible(finding.matcher.partition('#')[0])}]" if finding.matcher else line


def _print_text(title: str, text: str) -> None:
    result(f"\n{told(title)}\n  " + visible(text).replace("\n", "\n  "))


def cell(case: dict[str, Any], name: str) -> str:
    """A field of a case as a text, told in both languages where it is one of a few words."""
    value = case[name]
    if name == "state":
        return Phrase(f"cases.state.{value}")
    if name == "form" and value:
        return Phrase(f"cases.form.{value}")
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
