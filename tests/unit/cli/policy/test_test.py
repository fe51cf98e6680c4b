"""`guard policy test`: results on stdout, warnings on stderr, exit codes."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from guard.cli.main import main
from tests.unit.policy.makers import HEAD, RULE, policy


@pytest.fixture
def folder(tmp_path):
    text = policy(RULE.replace(', en: "Personal address."', ""), HEAD)
    (tmp_path / "p.yaml").write_text(text)
    return str(tmp_path)


MISSING = "p.yaml:10:10: rules[0].say: `en` is missing"
PASSED = "p.yaml:4:12: review_by: `review_by` has passed"


def test_warnings_go_to_stderr_and_stop_nothing(folder, capsys):
    assert main(["policy", "test", folder, "--at", "2027-05-31T23:59:59Z"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "1 policy, 2 examples, 0 failed, 0 to do\n"
    assert printed.err.startswith(f"warning: {MISSING} (")
    assert printed.err.count("\n") == 1


def test_a_review_that_is_due_at_the_moment_asked_for(folder, capsys):
    assert main(["policy", "test", folder, "--at", "2027-06-01T00:00:00Z"]) == 0
    assert f"warning: {PASSED} (" in capsys.readouterr().err


def test_without_a_moment_the_clock_of_the_shell_counts(folder, capsys, monkeypatch):
    from datetime import UTC, datetime

    monkeypatch.setattr("guard.wiring.heart.now", lambda: datetime(2030, 1, 1, tzinfo=UTC))
    assert main(["policy", "test", folder]) == 0
    assert PASSED in capsys.readouterr().err


def test_json_holds_the_warnings(folder, capsys):
    assert main(["policy", "test", folder, "--format", "json", "--at", "2028-01-01T00:00:00+01:00"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    shown = json.loads(printed.out)
    assert (shown["policies"], shown["examples"], shown["failed"]) == (1, 2, [])
    assert [f"{one['place']}: {one['message']}" for one in shown["warnings"]] == [MISSING, PASSED]
    assert all(one["hint"] for one in shown["warnings"])


@pytest.mark.parametrize("at", ["soon", "2028-01-32", "2028-01-01T00:00:00"])
def test_a_moment_without_a_zone_is_refused(folder, at, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["policy", "test", folder, "--at", at])
    assert caught.value.code == 2
    assert "a time with a zone" in capsys.readouterr().err


def test_a_failing_example_and_a_bad_file(folder, tmp_path, capsys):
    (tmp_path / "q.yaml").write_text(policy(RULE.replace("a b", "x@y.example"), HEAD.replace("demo", "q")))
    assert main(["policy", "test", folder]) == 1
    assert "FAILED q.yaml:12:16" in capsys.readouterr().out
    (tmp_path / "r.yaml.txt").write_text("")
    assert main(["policy", "test", folder]) == 2
    assert "rename it to r.yaml" in capsys.readouterr().err


def test_what_is_not_read_is_told_of_and_how_much_was_read(folder, tmp_path, capsys, monkeypatch):
    (tmp_path / "juridique").mkdir()
    (tmp_path / "juridique" / "orion.yaml").write_text(policy())
    (tmp_path / "c.yam").write_text("")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(["policy", "test", folder]) == 0
    printed = capsys.readouterr()
    assert printed.out == "1 politique, exemples\u00a0: 2, dont échoués\u00a0: 0, à faire\u00a0: 0\n"
    assert "juridique: les dossiers à l’intérieur ne sont pas lus" in printed.err
    assert "c.yam: ceci ressemble à une politique" in printed.err


def test_junit_and_sarif(folder, tmp_path, capsys):
    (tmp_path / "q.yaml").write_text(policy(RULE.replace("a b", "x@y.example"), HEAD.replace("demo", "q")))
    at = ["--at", "2028-01-01T00:00:00+01:00"]
    assert main(["policy", "test", folder, "--format", "junit", *at]) == 1
    root = ET.fromstring(capsys.readouterr().out)
    assert (root.get("tests"), root.get("failures")) == ("4", "1")
    assert root.find(".//testcase[failure]").get("file") == "q.yaml"
    assert main(["policy", "test", folder, "--format", "sarif", *at]) == 1
    printed = capsys.readouterr()
    (shown,) = json.loads(printed.out)["runs"]
    assert printed.err == ""
    kinds = [(one["ruleId"], one["level"]) for one in shown["results"]]
    assert kinds == [("example", "error"), ("warning", "warning"), ("warning", "warning"), ("warning", "warning")]
    assert shown["results"][0]["message"]["text"].startswith("q/mail: expected allow; got redact")


def test_an_unknown_key_hides_no_unknown_entity(tmp_path, capsys):
    text = policy(RULE.replace("EMAIL_ADDRESS", "EMIAL_ADDRESS").replace("    say:", "    saay: x\n    say:"), HEAD)
    (tmp_path / "p.yaml").write_text(text)
    assert main(["policy", "test", str(tmp_path)]) == 2
    assert [line.partition(" (")[0] for line in capsys.readouterr().err.splitlines()] == [
        "error: p.yaml:8:11: rules[0].find: no detector gives EMIAL_ADDRESS",
        "error: p.yaml:10:5: rules[0].saay: this key is unknown",
    ]
