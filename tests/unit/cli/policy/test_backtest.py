"""`guard policy backtest` as its user meets it."""

from __future__ import annotations

import asyncio
import gzip
import json

import pytest

from guard.cli.main import main
from guard.policy.bundle import load_bundle
from tests.gates import rig
from tests.unit.policy.makers import HEAD, policy, rule

MAIL = "écrivez à b@c.example"
AT = ["--at", "2026-11-01T09:00:00+01:00"]


def rules(do, name="demo", more=""):
    text = rule(do).replace("[[x]]", "a [[b@c.example]]")
    return policy(text, HEAD.replace("demo", name) + more)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    for name, text in (
        ("old", rules("redact")),
        ("new", rules("hold")),
        ("secret", rules("hold", more="confidential: true\n")),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "p.yaml").write_text(text)


def archive(path, *lines):
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path.name


def backtest(*arguments):
    return main(["policy", "backtest", *arguments])


def report(capsys, *arguments):
    code = backtest(*arguments, "--format", "json")
    return code, json.loads(capsys.readouterr().out)


def test_nothing_changes_is_0_and_a_change_is_1(tmp_path, capsys):
    posts = archive(tmp_path / "a.jsonl", {"text": MAIL}, {"text": "rien"})
    assert backtest("old", "old", posts) == 0
    assert "2 posts inspected: nothing changes." in capsys.readouterr().out
    assert backtest("old", "new", posts) == 1
    shown = capsys.readouterr().out
    assert "2 posts inspected: 1 comes out differently (50.0 %)." in shown
    assert "a.jsonl:1" in shown
    assert "écrivez à [[b@c.example]]" in shown


def test_a_broken_line_is_told_with_its_place_and_stops_nothing(tmp_path, capsys):
    posts = archive(tmp_path / "a.jsonl", {"text": MAIL}, "not json", {"text": 3}, {"text": MAIL + " !"})
    code, found = report(capsys, "old", "new", posts)
    assert code == 3
    assert (found["posts"], found["changed"], found["not_inspected"]) == (2, 2, 2)
    assert [(error["source"], error["line"]) for error in found["errors"]] == [("a.jsonl", 2), ("a.jsonl", 3)]
    assert backtest("old", "new", posts) == 3
    assert "a.jsonl:2: not JSON" in capsys.readouterr().out


def test_confidential_policies_show_no_text_in_any_format(tmp_path, capsys):
    posts = archive(tmp_path / "a.jsonl", {"text": MAIL})
    for form in ("table", "json", "html"):
        for pair in (("old", "secret"), ("secret", "old")):
            assert backtest(*pair, posts, "--format", form) == 1
            shown = capsys.readouterr().out
            assert "b@c" not in shown
            assert "/text 10-21" in shown


def test_any_number_of_workers_gives_the_same_report(tmp_path, capsys):
    lines = [{"text": f"{n} {MAIL}" if n % 7 == 0 else f"{n} rien", "groups": ["a"] * (n % 2)} for n in range(1200)]
    posts = archive(tmp_path / "a.jsonl", *lines)
    one = report(capsys, "old", "new", posts, "--workers", "1", *AT)
    assert report(capsys, "old", "new", posts, "--workers", "2", *AT) == one
    assert one[1]["changed"] == 172


def test_a_line_is_decided_on_at_its_own_moment(tmp_path, capsys):
    ladder = "\n      - {when: {before: end}, action: hold}\n      - {action: allow}"
    (tmp_path / "dated").mkdir()
    (tmp_path / "dated" / "p.yaml").write_text(
        rules(ladder, more="dates: {end: 2026-11-10}\nexamples_at: 2026-11-01\n")
    )
    moments = ("2026-11-09T00:30:00+01:00", "2026-11-10T09:00:00+01:00", "2026-11-11T09:00:00+01:00")
    posts = archive(tmp_path / "a", *({"text": MAIL, "at": at} for at in moments), {"text": MAIL})
    _, found = report(capsys, "dated", "old", posts, "--at", "2026-12-01T00:00:00Z")
    assert (
        found["load"]["old"] | {"held": 2, "days": 4, "per_day": 0.5, "posts_without_a_day": 1} == found["load"]["old"]
    )


def test_gzip_standard_input_and_other_fields(tmp_path, capsys):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(json.dumps({"data": {"content": MAIL}}).encode()))
    code, found = report(capsys, "old", "new", "a.jsonl.gz", "--text-field", "data.content", "--network", "x")
    assert (code, found["changes"][1]["by_network"]) == (1, [{"network": "x", "posts": 1, "of": 1}])


def test_one_page_of_html_in_a_file(tmp_path, capsys):
    posts = archive(tmp_path / "a.jsonl", {"text": MAIL})
    assert backtest("old", "new", posts, "--format", "html", "--output", "r.html") == 1
    assert capsys.readouterr() == ("", "written to r.html\n")
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert backtest("old", "new", posts, "--output", posts) == 2


def test_progress_is_told_on_stderr(tmp_path, capsys):
    posts = archive(tmp_path / "a.jsonl", {"text": MAIL})
    backtest("old", "new", posts, "--progress")
    shown = capsys.readouterr().err
    assert "[########################] 100%" in shown
    assert "1 post, " in shown


@pytest.mark.parametrize(
    "arguments",
    [["old", "new"], ["old", "new", "none.jsonl"], ["old", "new", "a", "--store"], ["old", "none", "a"]],
)
def test_wrong_usage_is_2(tmp_path, arguments, capsys):
    archive(tmp_path / "a", {"text": MAIL})
    assert backtest(*arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "error: " in printed.err


def test_the_side_that_cannot_be_loaded_is_named(tmp_path, capsys):
    (tmp_path / "new" / "p.yaml").write_text("guard: 2")
    archive(tmp_path / "a", {"text": MAIL})
    assert backtest("old", "new", "a") == 2
    assert "the NEW policies cannot be loaded" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--samples", "-1"], ["--samples", "x"], ["--minutes-per-case", "0"], ["--workers", "0"]]
)
def test_numbers_that_make_no_sense(tmp_path, words, capsys):
    with pytest.raises(SystemExit) as caught:
        backtest("old", "new", archive(tmp_path / "a", {"text": MAIL}), *words)
    assert caught.value.code == 2


def gate(tmp_path, policies, *texts):
    """A gate that decided on these posts, and its settings."""
    from guard.detect.run import Detectors
    from guard.inspector import Inspector

    bundle = load_bundle(policies)

    async def work(here):
        for text in texts:
            await here.post(text)

    with rig(tmp_path, Inspector(Detectors.build(bundle.matchers), bundle)) as here:
        asyncio.run(work(here))
    settings = '[store]\npath = "guard.db"\norigin = "test"\n[keys]\nfolder = "keys"\n'
    (tmp_path / "guard.toml").write_text(settings)


def test_the_posts_that_the_gate_held(tmp_path, capsys):
    gate(tmp_path, tmp_path / "new", MAIL, MAIL, f"2 {MAIL}", "rien")
    code, found = report(capsys, "new", "old", "--store")
    assert (code, found["posts"], found["changed"]) == (1, 2, 2)
    passed = next(one for one in found["changes"] if one["kind"] == "newly-passed")
    assert [(one["where"], one["old"], one["new"]) for one in passed["samples"]] == [
        ("case 1001", "hold", "redact"),
        ("case 1002", "hold", "redact"),
    ]
    assert found["load"]["old"] | {"held": 2, "days": 1, "first_day": "2026-12-01"} == found["load"]["old"]
    stored = found["store"]
    assert (stored["decisions"], stored["replayed"], stored["sent_again"]) == (4, 2, 1)
    assert stored["text_never_kept"] == {"allow": 1}
    assert report(capsys, "new", "new", "--store")[0] == 0


def test_what_cannot_be_replayed_is_said_plainly(tmp_path, capsys):
    gate(tmp_path, tmp_path / "new", MAIL)
    from guard.store.sqlite import SqliteStore

    store = SqliteStore(tmp_path / "guard.db")
    store.write_now(lambda tx: tx.erase(tx.case(1001).event))
    store.close()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "p.yaml").write_text(rules("block", name="another"))
    assert backtest("old", "other", "--store") == 0
    shown = capsys.readouterr().out
    assert "1 held post cannot be replayed: the text has been erased." in shown
    assert "demo/r" in shown
    assert "not in the new policies" in shown


def test_a_store_that_is_not_there(tmp_path, capsys):
    assert backtest("old", "new", "--store") == 2
    assert "there is no log" in capsys.readouterr().err


def test_what_authors_contested_and_were_right_about_is_an_example_of_what_should_pass(tmp_path, capsys):
    from datetime import UTC, datetime

    from guard.audit.keys import load_keys
    from guard.outbox import questions
    from guard.store.sqlite import SqliteStore
    from guard.types.question import Ask, Question, Words

    gate(tmp_path, tmp_path / "new", MAIL, f"2 {MAIL}", f"3 {MAIL}")
    keys, at = load_keys(tmp_path / "keys", "test"), datetime(2026, 12, 2, tzinfo=UTC)

    def contested(name, case, upheld, text=""):
        sealed, key = questions._sealed(keys, name, Words("", text, "mastodon"))
        return Question(
            name, "p", "Marie", Ask.FALSE_POSITIVE, None, case, (), at, sealed, key, at if upheld is not None else None, upheld
        )  # fmt: skip

    asked = [
        contested("q1", 1001, True), contested("q2", 1001, True), contested("q3", 1002, False), contested("q4", 1003, None),
        contested("q5", None, True, MAIL), contested("q6", None, True, "rien"), contested("q7", None, True),
    ]  # fmt: skip
    store = SqliteStore(tmp_path / "guard.db")
    for one in asked:
        store.write_now(lambda tx, one=one: tx.questions.add(one))
        store.write_now(lambda tx, one=one: tx.questions.update(one))
    store.close()
    found = report(capsys, "old", "new", "--store")[1]["store"]
    assert (found["upheld"], found["upheld_stopped"]) == (3, ["case 1001", "question q5"])
    assert report(capsys, "new", "old", "--store")[1]["store"]["upheld_stopped"] == []
    backtest("old", "new", "--store")
    shown = capsys.readouterr().out
    assert "3 texts of which a colleague said that the author was right" in shown.replace("\n", " ")
    assert "the new policies stop 2 of them" in shown.replace("\n", " ")
    assert "case 1001, question q5" in shown


def test_the_terminals_language_is_spoken_and_programs_get_english(tmp_path, capsys, monkeypatch):
    archive(tmp_path / "a", {"text": MAIL}, {"text": MAIL, "at": "2026-11-01T09:00:00+01:00"}, "not json")
    english = report(capsys, "old", "new", "a", *AT)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert backtest("old", "new", "a", "--progress") == 3
    out, err = (text.replace("\u00a0", " ").replace("\u202f", " ") for text in capsys.readouterr())
    for line in (
        "avant  old  sha256:",
        "Sur 2 messages, 2 ont une autre issue (100 %).",
        "TRAVAIL DES RELECTEURS  (3 minutes par dossier et par relecteur)",
        "       retenus  pour 1 000 messages  par jour  jour le plus chargé  minutes par jour",
        "1 jour, du 2026-11-01 au 2026-11-01 (UTC) ; sans compter 1 message sans heure.",
        "NOUVELLEMENT RETENUS  2 messages, 100 %",
        "  par groupe\n  (aucun groupe)  2 sur 2",
        "NON INSPECTÉS  1\n  a:3: pas du JSON",
    ):
        assert line in out, line
    assert "3 messages, " in err
    assert report(capsys, "old", "new", "a", *AT) == english
    assert backtest("old", "new", "a", "--format", "html") == 3
    out = capsys.readouterr().out
    assert '<html lang="fr">' in out
    assert "<td>pas du JSON</td>" in out
    assert backtest("old", "new") == 2
    assert "nommez une archive de messages" in capsys.readouterr().err
