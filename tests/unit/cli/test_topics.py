"""What the commands say about topics: with a model, and without one."""

import json

import pytest

from guard.cli.main import main
from tests.unit.models.makers import shelf, topic_weights

POLICY = """\
guard: 1
policy: demo
owner: dpo@exemple.fr
review_by: 2027-05-31
mode: enforce
rules:
  - id: jobs
    find: {topic: layoffs, at_least: low}
    do: hold
    say: {fr: "Sujet interne.", en: "Inside matter."}
    match: ["he was fired"]
    no_match: ["all is well"]
"""
QUIET = POLICY.replace("{topic: layoffs, at_least: low}", "{terms: [abc]}").replace("he was fired", "[[abc]]")
SECRET = """\
guard: 1
policy: hidden
owner: dpo@exemple.fr
review_by: 2027-05-31
mode: enforce
confidential: true
rules:
  - id: name
    find: {terms: [virés]}
    do: flag
    say: {fr: "Sujet réservé.", en: "Reserved subject."}
    match: ["[[virés]]"]
    no_match: ["bonjour"]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "demo.yaml").write_text(POLICY)
    (tmp_path / "m").mkdir()
    shelf(tmp_path / "m")
    (tmp_path / "guard.toml").write_text('[models]\nfolder = "m"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def test_check_names_the_topic_and_the_words_that_weighed_most(folder, capsys):
    assert main(["check", "Hier, ils ont été virés.", "--policies", "p"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["HOLD", "  demo/jobs: hold"]
    assert lines[2].startswith("    layoffs  9")
    assert lines[2].endswith("  weighed most: virés")


def test_words_of_a_confidential_rule_are_not_told(folder, capsys):
    (folder / "p" / "hidden.yaml").write_text(SECRET)
    assert main(["check", "Hier, ils ont été virés.", "--policies", "p"]) == 1
    assert "virés" not in capsys.readouterr().out
    assert main(["policy", "explain", "Hier, ils ont été virés.", "--policies", "p"]) == 1
    assert "virés" not in capsys.readouterr().out


def test_explain_tells_words_and_near_misses(folder, capsys):
    assert main(["policy", "explain", "they fired him", "--policies", "p"]) == 1
    assert "TOPIC/layoffs  (topics: high, severity about 2.0 of 3, weighed most: fired)" in capsys.readouterr().out
    shelf(folder / "m", topic_weights(strength=2.0))
    (folder / "p" / "demo.yaml").write_text(POLICY.replace("at_least: low", "at_least: high"))
    assert main(["policy", "explain", "they fired him", "--policies", "p", "--format", "json"]) == 0
    (rule,) = json.loads(capsys.readouterr().out)["rules"]
    told = "the topic layoffs, but with confidence medium, not `at_least: high`"
    assert [event["words"] for event in rule["events"]] == [told]


def test_json_shows_topics_no_policy_asks_for(folder, capsys):
    (folder / "p" / "demo.yaml").write_text(QUIET)
    assert main(["check", "they fired him", "--policies", "p", "--format", "json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["topics"]) == ["layoffs"]
    assert main(["check", "they fired him", "--policies", "p"]) == 0


def test_without_the_model_a_warning_and_the_rules_go_on(folder, capsys):
    (folder / "m" / "topics.npz").write_bytes(b"altered")
    assert main(["check", "they fired him", "--policies", "p"]) == 0
    shown = capsys.readouterr()
    assert "warning: m/topics.npz: the model of topics is not the one" in shown.err.replace(f"{folder}/", "")
    assert main(["policy", "test", "p"]) == 0
    capsys.readouterr()
    (folder / "p" / "demo.yaml").write_text(QUIET)
    assert main(["check", "they fired him", "--policies", "p", "--format", "json"]) == 0
    assert capsys.readouterr().err == ""
