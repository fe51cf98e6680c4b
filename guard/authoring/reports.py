"""Results of the author's tools in the formats that other programs read: SARIF for editors and code scanning, JUnit for CI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

from guard import __version__
from guard.errors import Location

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Remark:
    """One result at a place in a policy file."""

    rule: str
    level: str
    """SARIF's: error, warning or note."""
    message: str
    location: Location


def sarif(remarks: Iterable[Remark], titles: Mapping[str, str], base: str = "") -> dict[str, Any]:
    """SARIF 2.1.0. `titles` says what each rule is, `base` is the folder of the files, with its slash."""
    rules = [{"id": name, "shortDescription": {"text": title}} for name, title in titles.items()]
    run = {
        "columnKind": "unicodeCodePoints",
        "tool": {"driver": {"name": "postguard", "version": __version__, "rules": rules}},
        "results": [_result(remark, base) for remark in remarks],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _result(remark: Remark, base: str) -> dict[str, Any]:
    place = remark.location
    where: dict[str, Any] = {"artifactLocation": {"uri": base + place.file}}
    if place.line is not None:
        where["region"] = {"startLine": place.line} | ({"startColumn": place.column} if place.column else {})
    location: dict[str, Any] = {"physicalLocation": where}
    if place.field:
        location["logicalLocations"] = [{"fullyQualifiedName": place.field}]
    return {
        "ruleId": remark.rule,
        "level": remark.level,
        "message": {"text": remark.message},
        "locations": [location],
    }


@dataclass(frozen=True, slots=True)
class TestCase:
    """One example as JUnit tells of it."""

    suite: str
    name: str
    location: Location
    failed: str = ""
    skipped: str = ""


def junit(cases: Sequence[TestCase]) -> str:
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


def _counts(cases: Sequence[TestCase]) -> dict[str, str]:
    failed, skipped = sum(bool(case.failed) for case in cases), sum(bool(case.skipped) for case in cases)
    return {"tests": str(len(cases)), "failures": str(failed), "errors": "0", "skipped": str(skipped)}


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
