"""`guard policy explain`: what it prints, and its exit codes."""

import io
import json

import pytest

from guard.cli.main import main
from tests.unit.authoring.inspecting import rule
from tests.unit.policy.makers import HEAD, policy


@pytest.fixture
def folder(tmp_path):
    ladder = "[{when: {count: 2+}, action: hold}, {action: redact}]"
    more = "    unless: {near: [standard]}\n"
    rules = rule("{entity: EMAIL_ADDRESS}", ladder, more=more) + rule("{terms: [Projet Aurore]}", name="s")
    (tmp_path / "p.yaml").write_text(policy(rules, HEAD), "utf-8")
    return str(tmp_path)


def test_a_lawyer_reads_why(folder, capsys):
    text = "écrire à c@d.example, projet aurrore"
    assert main(["policy", "explain", text, "--policies", folder, "--lang", "fr"]) == 1
    printed = capsys.readouterr()
    assert printed.err == ""
    assert (
        printed.out
        == """\
REDACT

How the text is read
  as written  écrire à c@d.example, projet aurrore
  plain       the same
  folded      ecrire a c@d.example, projet aurrore

What the detectors found
  9-20  EMAIL_ADDRESS  'c@d.example'  (patterns: high); asked for by demo/r

What the rules say
  demo/r (p.yaml:7:5): redact
    found at 9-20
    line 1 (p.yaml:9:10) hold: does not fit: count 2+: 1 place is found
    line 2 (p.yaml:9:45) redact: decides
  demo/s (p.yaml:14:5): does not apply
    near miss at 22-36: a term misspelt: `typos: 1` would find it, `typos: 0` stands here (p.yaml:15:19)

It goes out as: écrire à [e-mail], projet aurrore
"""
    )


def test_json_and_standard_input(folder, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"standard : c@d.example\n")))
    assert main(["policy", "explain", "-", "--policies", folder, "--format", "json"]) == 0
    printed = capsys.readouterr()
    shown = json.loads(printed.out)
    assert (shown["action"], shown["quiet"], shown["off"], shown["failures"]) == ("allow", ["demo/s"], [], [])
    (told,) = shown["rules"]
    assert (told["rule"], told["action"], told["lines"]) == ("r", None, [])
    assert [(event["kind"], event["start"], event["end"]) for event in told["events"]] == [("suppressed", 11, 22)]
    assert shown["findings"][0]["rules"] == ["demo/r"]


def test_a_broken_policy(folder, tmp_path, capsys):
    (tmp_path / "q.yaml").write_text("guard: 1\n")
    assert main(["policy", "explain", "x", "--policies", folder]) == 2
    assert "q.yaml" in capsys.readouterr().err


def test_control_characters_are_never_printed_raw(folder, capsys):
    assert main(["policy", "explain", "\x1b[31m \u202ex", "--policies", folder]) == 0
    assert not set("\x1b\u202e") & set(capsys.readouterr().out)


def test_a_french_terminal_gets_the_whole_trace_in_french(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    main(["policy", "explain", "projet aurrore, 06 39 98 12 34 mon portable"])
    told = capsys.readouterr().out
    for line in (
        "Comment le texte est lu",
        "Ce que les détecteurs ont trouvé",
        "Ce que disent les règles",
        "demandé par",
    ):
        assert line in told
    for word in ("the ", "found", "near miss", "does not", "asked for", "rule"):
        assert word not in told, word


def test_no_text_is_no_clean_text(folder, capsys):
    assert main(["policy", "explain", "", "--policies", folder]) == 0
    assert capsys.readouterr().err == "warning: there is no text to check: nothing was inspected\n"


def test_in_french_no_code_stands_for_a_word(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    ladder = "[{when: {count: 5+}, action: hold}, {when: {before: 2026-01-31}, action: block}, {action: flag}]"
    rules = rule("{terms: [CSE]}", ladder) + rule("{regex: 'D-\\d{3}'}", name="s")
    (tmp_path / "p.yaml").write_text(policy(rules, HEAD + "timezone: Europe/Paris\nexamples_at: 2026-01-01\n"), "utf-8")
    arguments = ["--policies", str(tmp_path), "--at", "2026-02-01T12:00:00Z"]
    assert main(["policy", "explain", "le CSE, D-123", *arguments]) == 1
    out = capsys.readouterr().out.replace("\u00a0", " ")
    assert "un terme de votre liste  'CSE'  (vos termes : confiance haute) ; demandé par demo/r" in out
    assert "votre expression régulière  'D-123'" in out
    assert "`count` demande au moins 5 endroits (1 endroit est trouvé)" in out
    assert "`before` 2026-01-31 (le moment est 2026-02-01T13:00:00+01:00)" in out
