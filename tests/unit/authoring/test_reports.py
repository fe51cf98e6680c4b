"""SARIF and JUnit as other programs read them."""

from pathlib import Path
from xml.etree import ElementTree as ET

from guard.authoring.reports import Outcome, Result, base_uri, junit, outcomes, sarif
from guard.authoring.suite import run_examples
from guard.errors import Location
from guard.policy.bundle import bundle_from_texts
from tests.unit.policy.makers import RULE, ToyInspector, policy

PLACE = Location("p.yaml", 12, 3, "rules[0].match[1]")


def test_sarif_names_the_place_in_the_file():
    shown = sarif(
        [Result("r", "error", "wrong", PLACE), Result("s", "note", "whole file", Location("q.yaml"))],
        {"r": "R"},
        "policies/",
    )
    (run,) = shown["runs"]
    assert shown["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"] == [{"id": "r", "shortDescription": {"text": "R"}}]
    first, second = run["results"]
    assert (first["ruleId"], first["level"], first["message"]["text"]) == ("r", "error", "wrong")
    (place,) = first["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "policies/p.yaml"}, "region": {"startLine": 12, "startColumn": 3},
    }  # fmt: skip
    assert place["logicalLocations"] == [{"fullyQualifiedName": "rules[0].match[1]"}]
    assert second["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "policies/q.yaml"}}}]


def test_junit_counts_and_tells_why():
    cases = [
        Outcome("p", "r: match[0], line 3", PLACE),
        Outcome("p", "r: match[1], line 4", PLACE, failed='expected <block>; got "\x00"'),
        Outcome("q", "s: match[0], line 5", PLACE, skipped="known"),
    ]
    root = ET.fromstring(junit(cases))
    assert root.attrib == {"name": "guard policy test", "tests": "3", "failures": "1", "errors": "0", "skipped": "1"}
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("p", "2"), ("q", "1")]
    failure = root.find(".//failure")
    assert failure.get("message") == 'expected <block>; got "\ufffd"'
    assert failure.text.startswith("p.yaml:12:3: rules[0].match[1]: expected <block>")
    assert root.find(".//skipped").get("message") == "known"


def test_every_example_is_a_case():
    bundle = bundle_from_texts({"p.yaml": policy(RULE.replace('"a b"', '"see b@c.example"'))})
    good, bad = outcomes(bundle, run_examples(ToyInspector(bundle), bundle))
    assert (good.suite, good.name, good.failed) == ("demo", "mail: match[0], line 11", "")
    assert (bad.name, bad.failed) == (
        "mail: no_match[0], line 12",
        "expected allow; got redact for [[b@c.example]] (4–15)",
    )


def test_files_are_named_from_where_the_command_runs(tmp_path, monkeypatch):
    (tmp_path / "policies").mkdir()
    monkeypatch.chdir(tmp_path)
    assert base_uri(Path("policies")) == "policies/"
    monkeypatch.chdir("/")
    assert base_uri(tmp_path / "policies").endswith("/policies/")
