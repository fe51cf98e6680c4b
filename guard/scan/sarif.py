"""Matches as SARIF 2.1.0, the format that code-scanning dashboards read; written piece by piece, so of any length."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from guard import __version__
from guard.types.decision import Action
from guard.types.inspection import Inspection

_LEVEL: Final = {
    Action.ALLOW: "none",
    Action.FLAG: "note",
    Action.REDACT: "warning",
    Action.REROUTE: "error",
    Action.HOLD: "error",
    Action.BLOCK: "error",
}
NOT_INSPECTED: Final = "not-inspected"
OPENING: Final = (
    '{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", '
    '"runs": [{"columnKind": "unicodeCodePoints", "results": ['
)


def closing(rules: Iterable[str], *, complete: bool = True) -> str:
    """What follows the results."""
    driver = {"name": "postguard", "version": __version__, "rules": [{"id": rule} for rule in sorted(rules)]}
    invocations = [{"executionSuccessful": complete}]
    return f'], "tool": {json.dumps({"driver": driver})}, "invocations": {json.dumps(invocations)}}}]}}'


def results(inspection: Inspection, uri: str, line: int | None = None) -> list[dict[str, Any]]:
    """One result for each match; `uri` names the post or its file, `line` its place in it."""
    return [
        {
            "ruleId": match.id,
            "level": _LEVEL[match.action],
            "message": {"text": match.say.get("en") or next(iter(match.say.values()), match.id)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": uri if line is not None else f"{uri}{finding.span.segment}"},
                        "region": _region(finding.span.start, finding.span.end, line),
                    },
                    "logicalLocations": [{"fullyQualifiedName": f"{inspection.post.id}{finding.span.segment}"}],
                }
                for finding in match.findings
            ],
            "properties": {"action": match.action.word, "id": inspection.post.id},
        }
        for match in inspection.decision.matches
    ]


def failure(message: str, uri: str, line: int) -> dict[str, Any]:
    """The result that stands for a line that could not be inspected."""
    place = {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}
    return {
        "ruleId": NOT_INSPECTED,
        "level": "error",
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
    }


def _region(start: int, end: int, line: int | None) -> dict[str, Any]:
    """In a file of many posts the offsets count in the post's text, so they are told apart from the file's."""
    if line is None:
        return {"charOffset": start, "charLength": end - start}
    return {"startLine": line, "properties": {"textOffset": start, "textLength": end - start}}
