"""`guard check`: what it prints and which settings it looks at."""

import io
import json
from pathlib import Path

import pytest

from guard.cli.main import main

ROOT = Path(__file__).parents[3]
PHONE = "appelle le 06 39 98 12 34"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def check(*arguments: str) -> int:
    return main(["check", *arguments, "--policies", str(ROOT / "policies")])


def test_sarif(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(PHONE, "--format", "sarif", "--at", "2026-12-01T09:00:00+01:00") == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"], result["properties"]["action"]) == ("pii-fr/phone", "warning", "redact")
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "post:/text"}, "region": {"charOffset": 11, "charLength": 14}}
    assert run["tool"]["driver"]["rules"] == [{"id": "pii-fr/phone"}]
    assert check("bonjour", "--format", "sarif") == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []


CODENAME = """\
guard: 1
policy: codename
owner: o@example.com
review_by: 2037-01-01
mode: enforce
rules:
  - id: name
    find: {{terms: [Orion]}}
    do: {action}
    say: {{fr: "Non.", en: "No."}}
    match: ["[[Orion]]"]
    no_match: ["bonjour"]
  - id: gap
    find: {{regex: 'Vive \\[…'}}
    do: {again}
    say: {{fr: "Non.", en: "No."}}
    match: ["[[Vive […]]]"]
    no_match: ["bonjour"]
"""


@pytest.mark.parametrize(
    ("text", "action", "again", "safe"),
    [
        ("Vive Orion", "block", "off", "Vive […]"),
        ("Vive Orion", "hold", "off", "Vive […]"),
        ("Orion !", "block", "off", None),
        ("Orion !", "hold", "off", None),
        ("Orion !", "redact", "off", "[…] !"),
        ("Vive Orion", "block", "block", None),
        ("Vive Orion", "block", "redact", None),
    ],
)
def test_the_safe_version_is_what_goes_out_or_what_the_gate_would_offer(
    text: str, action: str, again: str, safe: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("p").mkdir()
    mode = "block\n    mode: off" if again == "off" else again
    Path("p/p.yaml").write_text(CODENAME.format(action=action, again=mode), encoding="utf-8")
    assert main(["check", text, "--policies", "p"]) == 1
    shown = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  safe version: ")]
    assert shown == ([] if safe is None else [f"  safe version: {safe}"])


@pytest.mark.parametrize("at", ["tomorrow", "2026-12-01T09:00:00", "20261201", "2026-W49-2", "2026-12-32"])
def test_a_moment_needs_a_zone(at: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        check(PHONE, "--at", at)
    assert caught.value.code == 2
    assert "write a time with a zone" in capsys.readouterr().err


def test_settings_here_are_looked_at_and_their_mistakes_told(capsys: pytest.CaptureFixture[str]) -> None:
    for table in ("inspection", "inspecton"):
        Path("guard.toml").write_text(f"\n[{table}]\npth = 3\n")
        assert check(PHONE) == 2
        assert "guard.toml:" in capsys.readouterr().err
    Path("guard.toml").write_text("[store]\n")
    assert check(PHONE) == 1
    assert check(PHONE, "--config", "none.toml") == 2
    Path("guard.toml").write_text('[notices]\nreviewers = ["a@b.example"]\n[[listener]]\nlisten = "nowhere"\n')
    assert check(PHONE) == 1, "what is not asked for is not in the way"


def test_protected_documents_are_found_and_a_missing_index_is_never_passed_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("guard.toml").write_text('[fingerprints]\nindex = "fp.idx"\n')
    assert check("bonjour") == 3
    assert "fp.idx cannot be read: No such file or directory (`guard fingerprint add" in capsys.readouterr().err
    Path("a.txt").write_text("un deux trois quatre cinq six sept huit neuf", encoding="utf-8")
    assert main(["fingerprint", "add", "a.txt", "--set", "board"]) == 0
    capsys.readouterr()
    check("Un, deux, trois : QUATRE cinq six sept huit !", "--format", "json")
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["entity_type"], finding["subtype"], finding["start"], finding["end"]) == (
        "FINGERPRINT",
        "board",
        0,
        43,
    )
    Path("var/keys/fingerprints.key").unlink()
    assert check("bonjour") == 2
    assert "restore it from your backup" in capsys.readouterr().err
    Path("fp.idx").unlink()
    assert check("bonjour") == 3
    assert "fp.idx" in capsys.readouterr().err


SECRET = """\
guard: 1
policy: secret
title: {{fr: "S", en: "S"}}
owner: o@example.com
confidential: {confidential}
review_by: 2037-01-01
mode: enforce
rules:
  - id: number
    title: {{fr: "N", en: "N"}}
    find: {{terms: ["06 39 98 12 34"]}}
    do: flag
    say: {{fr: "Non.", en: "No."}}
    match: ["[[06 39 98 12 34]]"]
    no_match: ["bonjour"]
"""


@pytest.mark.parametrize(("confidential", "shown"), [("true", False), ("false", True)])
def test_a_confidential_term_is_not_shown_where_another_rule_found_it_too(
    confidential: str, shown: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("p").mkdir()
    Path("p/secret.yaml").write_text(SECRET.format(confidential=confidential), encoding="utf-8")
    Path("p/pii-fr.yaml").write_bytes((ROOT / "policies/pii-fr.yaml").read_bytes())
    assert main(["check", PHONE, "--policies", "p"]) == 1
    out = capsys.readouterr().out
    assert "pii-fr/phone" in out
    assert "secret/number" in out
    assert ("06 39 98 12 34" in out) is shown


def test_what_a_rule_in_shadow_would_do_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p").mkdir()
    Path("p/secret.yaml").write_text(SECRET.format(confidential="true").replace("enforce", "shadow"), encoding="utf-8")
    assert main(["check", PHONE, "--policies", "p"]) == 0
    out = capsys.readouterr().out
    assert "secret/number: flag, recorded and not acted on (shadow)" in out
    assert "06 39" not in out


def test_a_post_of_several_arguments_is_a_slip(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("appelle", "Marie") == 2
    assert "put it in quotes" in capsys.readouterr().err
    assert check("--lang", "fr", "appelle", "--network", "x") == 0


def test_a_folder_behind_the_text_wants_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine").mkdir()
    assert check("Projet Mélisande", "mine") == 2
    assert "to choose the policies, write --policies mine" in capsys.readouterr().err
    assert check("Projet Mélisande", "elsewhere") == 2
    assert "a folder of policies comes after --policies" in capsys.readouterr().err
    assert check("a" * 5000, "b" * 5000) == 2
    assert "put it in quotes" in capsys.readouterr().err


def test_remarks_beside_what_stops_a_post_are_named_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    lost = "on perd le client X et le projet Aurore, dix postes en jeu"
    assert check(lost, "--at", "2026-12-01T09:00:00+01:00") == 1
    lines = capsys.readouterr().out.splitlines()
    (also,) = [line for line in lines if line.startswith("  also flagged: ")]
    assert "staff-topics/lost-deal" in also
    assert not any(line.endswith(": flag") for line in lines)
    assert "  client-x/name: block" in lines


@pytest.mark.parametrize("text", ["", " \n"])
@pytest.mark.parametrize("piped", [True, False])
def test_no_text_is_no_clean_text(
    text: str, piped: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    given = () if piped else (text,)
    assert check(*given) == 0
    shown = capsys.readouterr()
    assert shown.out == "ALLOW\n"
    assert shown.err == "warning: there is no text to check: nothing was inspected\n"
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert check("", "--format", "json") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["action"] == "allow"
    assert "il n’y a pas de texte à vérifier" in shown.err


def test_a_group_that_no_policy_names_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("Bonjour", "--group", "prese") == 0
    assert "no policy names the group prese, so it makes no difference here (did you mean `presse`?)" in (
        capsys.readouterr().err
    )
    assert check("Bonjour", "--group", "presse") == 0
    assert capsys.readouterr().err == ""
