"""Results of the author's tools in the formats that other programs read: SARIF for editors and code scanning, JUnit for CI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from guard import __version__
from guard.authoring.suite import SuiteResult
from guard.errors import Location
from guard.policy.compile import Bundle
from guard.policy.schema import PolicyException, Rule

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Result:
    """One result at a place in a policy file."""

    rule: str
    level: str
    """SARIF's: error, warning or note."""
    message: str
    location: Location


def sarif(
    results: Iterable[Result], titles: Mapping[str, str], base: str = "", *, pages: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """SARIF 2.1.0. `titles` says what each rule is, `base` is the folder of the files, with its slash; `pages` tells more."""
    rules: list[dict[str, Any]] = [
        {"id": name, "shortDescription": {"text": title}}
        | ({"help": {"text": f"{title}: see {pages[name]}"}} if pages else {})
        for name, title in titles.items()
    ]
    run = {
        "columnKind": "unicodeCodePoints",
        "tool": {"driver": {"name": "postguard", "version": __version__, "rules": rules}},
        "results": [_result(result, base) for result in results],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _result(result: Result, base: str) -> dict[str, Any]:
    place = result.location
    where: dict[str, Any] = {"artifactLocation": {"uri": base + place.file}}
    if place.line is not None:
        where["region"] = {"startLine": place.line} | ({"startColumn": place.column} if place.column else {})
    location: dict[str, Any] = {"physicalLocation": where}
    if place.field:
        location["logicalLocations"] = [{"fullyQualifiedName": place.field}]
    return {
        "ruleId": result.rule,
        "level": result.level,
        "message": {"text": result.message},
        "locations": [location],
    }


def base_uri(folder: Path) -> str:
    """The folder, or that of a single policy, as code scanning wants it: from where the command runs, with a slash."""
    path, here = folder.resolve(), Path.cwd()
    path = path.parent if path.is_file() else path
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix() + "/"


def read_place(told: str) -> Location:
    """A place told as `file:line:column`."""
    file, line, column = told.rsplit(":", 2)
    return Location(file, int(line), int(column))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example as JUnit tells of it."""

    suite: str
    name: str
    location: Location
    failed: str = ""
    skipped: str = ""


def outcomes(bundle: Bundle, result: SuiteResult) -> list[Outcome]:
    """Every example that ran, with what became of it."""
    failed = {one.location: one.message for one in result.failures}
    skipped = {one.location: one.message for one in result.todo}
    return [
        Outcome(policy, _name(owner, place), place, failed.get(place, ""), skipped.get(place, ""))
        for policy, owner, place in _examples(bundle)
    ]


def _examples(bundle: Bundle) -> Iterator[tuple[str, str, Location]]:
    for policy in bundle.policies:
        owners: list[Rule | PolicyException] = [*(rule.source for rule in policy.rules), *policy.source.exceptions]
        for owner in owners:
            for example in (*owner.match, *owner.no_match):
                yield policy.id, owner.id, example.location


def _name(owner: str, place: Location) -> str:
    """As `phone: match[2], line 31`; the text of an example may be confidential."""
    return f"{owner}: {(place.field or '').rpartition('.')[2]}, line {place.line}"


def junit(cases: Sequence[Outcome]) -> str:
    """JUnit XML: a suite for each policy, a case for each example."""
    root = ET.Element("testsuites", {"name": "guard policy test"} | _counts(cases))
    for name in dict.fromkeys(case.suite for case in cases):
        own = [case for case in cases if case.suite == name]
        suite = ET.SubElement(root, "testsuite", {"name": name} | _counts(own))
        for case in own:
            place = case.location
            element = ET.SubElement(
                suite, "testcase", classname=name, name=case.name, file=place.file, line=str(place.line or 0)
            )
            if case.failed:
                ET.SubElement(element, "failure", message=_clean(case.failed)).text = _clean(f"{place}: {case.failed}")
            elif case.skipped:
                ET.SubElement(element, "skipped", message=_clean(case.skipped))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")


def _counts(cases: Sequence[Outcome]) -> dict[str, str]:
    failed, skipped = sum(bool(case.failed) for case in cases), sum(bool(case.skipped) for case in cases)
    return {"tests": str(len(cases)), "failures": str(failed), "errors": "0", "skipped": str(skipped)}


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
