"""`guard policy lint`: three outputs, exit codes, folders in which some file does not load."""

from __future__ import annotations

import json
from time import process_time

import pytest

from guard.authoring.lint.table import RULES
from guard.cli.main import main
from guard.detect.automata import prefilter
from tests.unit.authoring.lint.makers import fragment

BASE = fragment("")
NOW = ["--at", "2026-12-01T12:00:00Z"]
SLIP = fragment("unles: {near: [a]}\n").replace("policy: demo", "policy: slip")
DUE = fragment("review_by: 2026-12-15\n").replace("policy: demo", "policy: due")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.yaml").write_text(fragment(""))
    return tmp_path


def run(folder, *more):
    return main(["policy", "lint", str(folder), *NOW, *more])


def test_nothing_found(folder, capsys):
    assert run(folder) == 0
    assert capsys.readouterr().out == "1 policy, nothing found\n"


def test_a_warning_is_told_with_its_place_and_its_rule(folder, capsys):
    (folder / "due.yaml").write_text(DUE)
    assert run(folder) == 1
    assert capsys.readouterr().out == (
        "due.yaml:4:12: warning: `review_by` is 14 days away [review-due]\n"
        "    read the policy again with its owner, then write the next date\n"
        "2 policies, 0 errors, 1 warning; what they mean: docs/lint/\n"
    )
    assert run(folder, "--severity", "error") == 0


@pytest.mark.parametrize("missing", ['    no_match: ["Orion brille ce soir"]\n', "say"])
def test_what_does_not_load_is_an_error_whatever_its_rule_is_otherwise(folder, missing, capsys):
    slip = fragment("say: {de: a}\n") if missing == "say" else BASE.replace(missing, "")
    assert slip != BASE
    (folder / "good.yaml").write_text(slip)
    assert run(folder, "--severity", "error") == 1
    assert "1 policy, 1 error, 0 warnings" in capsys.readouterr().out
    assert run(folder, "--format", "json") == 1
    assert [one["severity"] for one in json.loads(capsys.readouterr().out)["findings"]] == ["error"]


def test_a_file_that_does_not_load_is_told_of_and_the_others_are_linted(folder, capsys):
    (folder / "slip.yaml").write_text(SLIP)
    (folder / "due.yaml").write_text(DUE)
    (folder / "bytes.yaml").write_bytes(b"\xff")
    (folder / "r.yaml.txt").write_text("")
    (folder / "dir.yaml").mkdir()
    assert run(folder, "--format", "json") == 1
    printed = capsys.readouterr()
    assert printed.err == ""
    shown = json.loads(printed.out)
    assert shown["files"] == 6
    assert [(one["file"], one["line"], one["rule"]) for one in shown["findings"]] == [
        ("bytes.yaml", 1, "yaml-trap"), ("dir.yaml", None, "not-understood"), ("due.yaml", 4, "review-due"), ("r.yaml.txt", None, "not-understood"), ("slip.yaml", 14, "unknown-key"),
    ]  # fmt: skip
    slip = shown["findings"][-1]
    assert (slip["severity"], slip["column"], slip["page"]) == ("error", 5, "docs/lint/unknown-key.md")
    assert "`unless`" in slip["hint"]


def test_when_no_file_loads_all_are_told(folder, capsys):
    (folder / "good.yaml").write_text(SLIP)
    assert run(folder) == 1
    assert "[unknown-key]" in capsys.readouterr().out


def test_entities_networks_and_terms_files_are_told_too(folder, capsys):
    (folder / "entity.yaml").write_text(fragment("policy: a\nfind: {entity: EMIAL_ADDRESS}\n"))
    (folder / "network.yaml").write_text(fragment("policy: b\napplies_to: {networks: [mastodno]}\n"))
    (folder / "terms.yaml").write_text(fragment("policy: c\nfind: {terms_file: clients.txt}\n"))
    (folder / "clients.txt").write_text("Projet Orion\nOrion | colour = red\n")
    assert run(folder, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(one["file"], one["line"]) for one in found] == [
        ("clients.txt", 2),
        ("entity.yaml", 9),
        ("network.yaml", 7),
    ]


def test_what_no_gate_reads_is_a_finding(folder, capsys):
    (folder / "juridique").mkdir()
    (folder / "juridique" / "orion.yaml").write_text(DUE)
    (folder / "good_test.yaml").write_text(DUE)
    assert run(folder, "--format", "json") == 1
    shown = json.loads(capsys.readouterr().out)
    assert [(one["file"], one["line"], one["rule"]) for one in shown["findings"]] == [
        ("good_test.yaml", None, "not-read"), ("juridique", None, "not-read"),
    ]  # fmt: skip
    assert shown["files"] == 1
    (folder / "slip.yaml").write_text(SLIP)
    assert run(folder) == 1
    out = capsys.readouterr().out
    assert "juridique: warning: folders within are not read" in out
    assert "[unknown-key]" in out
    (folder / "slip.yaml").unlink()
    (folder / "good.yaml").unlink()  # no policy is left: nothing loads
    assert run(folder) == 1
    assert "juridique: error: folders within are not read" in capsys.readouterr().out


ASKED = fragment("do:\n  - {when: {networks: [x]}, action: block}\n  - {action: hold, approvers: [group:juridique]}\n")


@pytest.mark.parametrize(
    ("settings", "groups", "found"),
    [
        ('[authors]\nfile = "authors.toml"\n', '["presse"]', [("good.yaml", 12, "approvers-unknown")]),
        ('[authors]\nfile = "authors.toml"\n', '["presse", "Juridique"]', []),
        ("", '["presse"]', []),
    ],
)
def test_approvers_are_somebody_where_the_settings_say_who_is_who(folder, capsys, settings, groups, found):
    (folder / "good.yaml").write_text(ASKED)
    (folder / "guard.toml").write_text(settings)
    (folder / "authors.toml").write_text(f'[person."Marie"]\naccounts = ["console:marie"]\ngroups = {groups}\n')
    run(folder, "--format", "json", "--config", str(folder / "guard.toml"))
    shown = json.loads(capsys.readouterr().out)["findings"]
    assert [(one["file"], one["line"], one["rule"]) for one in shown] == found
    assert all("juridique" in one["message"] for one in shown)


def test_sarif_names_every_rule_and_the_file_from_here(folder, capsys, monkeypatch):
    (folder / "due.yaml").write_text(DUE)
    monkeypatch.chdir(folder.parent)
    assert run(folder.name, "--format", "sarif") == 1
    (shown,) = json.loads(capsys.readouterr().out)["runs"]
    assert len(shown["tool"]["driver"]["rules"]) == len(RULES)
    assert all(f"docs/lint/{rule['id']}.md" in rule["help"]["text"] for rule in shown["tool"]["driver"]["rules"])
    (result,) = shown["results"]
    assert (result["ruleId"], result["level"]) == ("review-due", "warning")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == f"{folder.name}/due.yaml"
    assert place["region"] == {"startLine": 4, "startColumn": 12}


def test_confidential_words_are_never_printed(folder, capsys, monkeypatch):
    monkeypatch.setattr(prefilter, "hyperscan", None)  # no automaton for patterns that are used once
    text = fragment(
        'confidential: true\nfind: {any_of: [{terms: [Zephyrine, Projet Zephyrine]}, {regex: "(?:Zephyrine ?){1,10}+;|(?:\\\\w+ ?){1,10};"}]}\n'
        'say: {fr: "Rien sur Z3phyrine", en: "Nothing"}\nmatch: ["[[Zephyrine]]"]\nno_match: ["Bonjour"]\n'
    )
    (folder / "good.yaml").write_text(text)
    for form in ("text", "json", "sarif"):
        assert run(folder, "--format", form) == 1
        printed = capsys.readouterr()
        assert "phyrine" not in (printed.out + printed.err).lower()
        for rule in ("term-inside-term", "message-reveals-secret", "no-near-miss", "expensive-regex"):
            assert rule in printed.out


def test_a_folder_that_cannot_be_read_is_a_usage_error(tmp_path, capsys):
    assert run(tmp_path / "none") == 2
    assert run(tmp_path) == 2
    assert "holds no policy" in capsys.readouterr().err


def test_shipped_policies_have_nothing_to_mend(capsys):
    assert main(["policy", "lint", "policies", *NOW]) == 0
    assert "nothing found" in capsys.readouterr().out


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)),
        BOMB.encode(),
        b"x: y\n" * 2_000_000,
        b"[" * 5_000,
        b"\tguard: 1",
        b"guard: 1\nguard: 1",
        b"",
        b"- \xff",
    ],
    ids=["bytes", "bomb", "large", "deep", "tab", "twice", "empty", "not utf-8"],
)
def test_a_file_of_any_kind_is_told_of(data, folder, capsys):
    (folder / "bad.yaml").write_bytes(data)
    started = process_time()
    assert run(folder, "--format", "json") == 1
    assert process_time() - started < 3
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {one["file"] for one in found} == {"bad.yaml"}
    assert {one["rule"] for one in found} <= {"yaml-trap", "not-understood", "unknown-key"}


def test_one_file_may_be_named(folder, capsys):
    (folder / "due.yaml").write_text(DUE)
    (folder / "slip.yaml").write_text(SLIP)
    assert run(folder / "good.yaml") == 0
    assert capsys.readouterr().out == "1 policy, nothing found\n"
    assert run(folder / "slip.yaml") == 1
    out = capsys.readouterr().out
    assert "slip.yaml:" in out
    assert "1 policy, 1 error" in out


def test_what_is_no_ordinary_file_is_told_of_and_not_read(folder, capsys):
    (folder / "endless.yaml").symlink_to("/dev/zero")
    (folder / "folder.yaml").mkdir()
    assert run(folder) == 1
    out = capsys.readouterr().out
    assert "endless.yaml: error: the file cannot be read" in out
    assert "folder.yaml: error: the file cannot be read" in out
    assert "3 policies, 2 errors" in out


def test_the_terminals_language_is_spoken_and_programs_get_english(folder, capsys, monkeypatch):
    (folder / "due.yaml").write_text(DUE)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert run(folder) == 1
    assert capsys.readouterr().out == (
        "due.yaml:4:12: avertissement\u00a0: `review_by` est dans 14 jours [review-due]\n"
        "    relisez la politique avec son responsable, puis écrivez la prochaine date\n"
        "2 politiques, 0 erreur, 1 avertissement\u00a0; ce que cela veut dire\u00a0: docs/fr/lint/\n"
    )
    run(folder, "--format", "json")
    assert "`review_by` is 14 days away" in capsys.readouterr().out
    run(folder, "--format", "sarif")
    assert "`review_by` is 14 days away" in capsys.readouterr().out
    assert main(["policy", "lint", str(folder / "none")]) == 2
    assert capsys.readouterr().err.startswith("erreur\u00a0: ")


@pytest.mark.parametrize(
    ("all_of_it", "messages", "lang", "word"),
    [
        ("", "", "fr_CA.UTF-8", "rien à signaler"), ("C", "fr", "fr", "nothing found"), ("", "fr", "en_GB", "rien à signaler"),
        ("", "", "", "nothing found"), ("", "", "de_DE", "nothing found"),
    ],
)  # fmt: skip
def test_which_variable_counts(folder, capsys, monkeypatch, all_of_it, messages, lang, word):
    for name, value in (("LC_ALL", all_of_it), ("LC_MESSAGES", messages), ("LANG", lang)):
        monkeypatch.setenv(name, value)
    run(folder)
    assert word in capsys.readouterr().out


def test_a_folder_whose_only_policy_lies_unread_is_no_clean_one(tmp_path, capsys):
    (tmp_path / ".secrets.yaml").write_text("guard: 1\n", encoding="utf-8")
    assert main(["policy", "lint", str(tmp_path), "--severity", "error"]) == 1
    assert "not-read" in capsys.readouterr().out


AUTHORS = """\
[person."Marie"]
accounts = ["console:marie"]
groups = ["dpo", "juridique", "Presse"]
"""
HOLD = "do: {{action: hold, approvers: {}}}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HOLD.format("[dpo]"), [("approvers-unknown", "write group: before it")]),
        (HOLD.format("[DPO]"), [("approvers-unknown", "write group: before it")]),
        (HOLD.format("juridique"), [("approvers-unknown", "write group: before it")]),
        (HOLD.format("[Marie, 'Group:DPO', group:presse]"), []),
        (HOLD.format("[jean]"), [("approvers-unknown", "write a group as group:dpo; give the person")]),
        (HOLD.format("[marie, group:jurridique]"), [("approvers-unknown", "did you mean `juridique`?")]),
        (HOLD.format("[group:jurridique]"), [("approvers-unknown", "did you mean `juridique`?")]),
        (HOLD.format("[group:rh]"), [("approvers-unknown", "put somebody into it")]),
        (HOLD.format("[groupe:dpo]"), [("approvers-unknown", "write a group as group:dpo, a person")]),
        (HOLD.format('["group: dpo"]'), [("approvers-unknown", "write a group as group:dpo, a person")]),
        ("do: [{when: {groups: [jurridique]}, action: flag}, block]\n", [("group-unknown", "did you mean `juridique`?")]),
        ("do: [{when: {groups: [presse]}, action: flag}, block]\n", [("group-unknown", "did you mean `Presse`?")]),
        ("do: [{when: {groups: [Presse]}, action: flag}, block]\n", []),
        ("applies_to: {groups: vendeurs}\n", [("group-unknown", "put somebody into it")]),
        ('no_match: ["Orion", {text: "Orion", as: {groups: [rh]}}]\n', [("group-unknown", "put somebody into it")]),
    ],
)  # fmt: skip
def test_names_stand_for_somebody(folder, capsys, text, found):
    (folder / "good.yaml").write_text(fragment(text))
    (folder / "guard.toml").write_text('[authors]\nfile = "authors.toml"\n')
    (folder / "authors.toml").write_text(AUTHORS)
    run(folder, "--format", "json", "--config", str(folder / "guard.toml"))
    shown = json.loads(capsys.readouterr().out)["findings"]
    assert [(one["rule"], one["hint"][: len(hint)]) for one, (_, hint) in zip(shown, found, strict=True)] == found


def test_a_group_that_nobody_is_in_is_told_of_once_with_all_rules_that_ask_for_it(folder, capsys):
    for name in ("good", "second", "third"):
        text = fragment(HOLD.format("[group:rh]" if name != "third" else "[group:rh, group:paie]"))
        (folder / f"{name}.yaml").write_text(text.replace("policy: demo", f"policy: {name}"))
    (folder / "guard.toml").write_text('[authors]\nfile = "authors.toml"\n')
    (folder / "authors.toml").write_text(AUTHORS)
    run(folder, "--format", "json", "--config", str(folder / "guard.toml"))
    shown = [one for one in json.loads(capsys.readouterr().out)["findings"] if one["rule"] == "approvers-unknown"]
    assert [(one["file"], one["message"].partition(": ")[0]) for one in shown] == [
        ("good.yaml", "nobody is in the group that must approve for 2 rules"),
        ("third.yaml", "nobody is in the group that must approve here"),
    ]
    assert "good/" in shown[0]["message"]
    assert "second/" in shown[0]["message"]


def test_an_exception_for_nobody(folder, capsys):
    more = "exceptions:\n  - id: e\n    reason: {fr: a, en: b}\n    approved_by: a@b.example\n    expires: 2026-12-31\n    only: {rules: [name], groups: [evenement]}\n"
    (folder / "good.yaml").write_text(fragment(more))
    (folder / "guard.toml").write_text('[authors]\nfile = "authors.toml"\n')
    (folder / "authors.toml").write_text(AUTHORS)
    run(folder, "--format", "json", "--config", str(folder / "guard.toml"))
    assert [one["rule"] for one in json.loads(capsys.readouterr().out)["findings"]] == ["group-unknown"]


def test_a_group_that_stands_for_a_person_is_told_of_where_policies_name_it_elsewhere(folder, capsys):
    (folder / "good.yaml").write_text(fragment(HOLD.format("[dpo]")))
    assert run(folder) == 0
    capsys.readouterr()
    (folder / "other.yaml").write_text(fragment("policy: other\n" + HOLD.format("[group:dpo]")))
    assert run(folder) == 1
    assert "this is a group, and as it stands here it is taken for a sign-in name" in capsys.readouterr().out
