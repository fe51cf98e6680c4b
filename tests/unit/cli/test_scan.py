"""`guard scan` as a user meets it: records in order, exit codes, formats, interruptions."""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from guard.cli.main import main

ROOT = Path(__file__).parents[3]
POLICIES = ["--policies", str(ROOT / "policies"), "--at", "2026-12-01T09:00:00+01:00"]
PHONE = "06 39 98 12 34"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))  # one for all tests


def write(path: Path, *values: Any) -> str:
    path.write_text("".join((v if isinstance(v, str) else json.dumps(v)) + "\n" for v in values), encoding="utf-8")
    return str(path)


def scan(*arguments: str) -> int:
    return main(["scan", *POLICIES, *arguments])


def test_records_in_input_order_of_all_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = write(tmp_path / "a.jsonl", {"id": "a", "text": "bonjour"}, {"id": "b", "text": f"appelle le {PHONE}"})
    second = tmp_path / "b.jsonl.gz"
    second.write_bytes(gzip.compress(b'{"id": "c", "thread": ["salut", "06 39 98 12 34"]}'))
    assert scan(first, str(second)) == 1
    shown = capsys.readouterr()
    records = [json.loads(line) for line in shown.out.splitlines()]
    assert [(record["id"], record["action"]) for record in records] == [
        ("a", "allow"),
        ("b", "redact"),
        ("c", "redact"),
    ]
    assert records[1]["redacted"] == "appelle le [téléphone]"
    assert records[2]["redacted"] == "[téléphone]"
    assert records[2]["findings"][0]["segment"] == "/1"
    assert shown.err == "3 posts: allow 1, redact 2\n"


def test_nothing_to_act_on_is_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scan(write(tmp_path / "a", {"text": "bonjour"})) == 0
    assert scan(write(tmp_path / "b")) == 0
    assert json.loads(capsys.readouterr().out)["id"] == f"{tmp_path / 'a'}:1"


def test_wrong_lines_keep_their_place_and_make_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "a", {"text": PHONE}, "nope", {"id": "x", "text": 3}, {"text": "bonjour"})
    assert scan(source) == 3
    shown = capsys.readouterr()
    records = [json.loads(line) for line in shown.out.splitlines()]
    assert [record.get("error", {}).get("line") for record in records] == [None, 2, 3, None]
    assert [record["id"] for record in records] == [f"{source}:1", f"{source}:2", "x", f"{source}:4"]
    assert "2 lines could not be inspected" in shown.err


@pytest.mark.parametrize("workers", [["--workers", "1"], ["--workers", "2"]])
def test_standard_input_and_lone_surrogates(
    workers: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b'{"id": "a", "text": "\\ud800 06 39 98 12 34"}\n'))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert scan("-", *workers) == 1
    assert json.loads(capsys.readouterr().out)["redacted"] == "\ud800 [téléphone]"


def test_options_hold_for_lines_that_do_not_say_otherwise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "a", {"data": {"content": PHONE}}, {"data": {}, "text": "x"})
    assert scan(source, "--text-field", "data.content", "--lang", "fr", "--network", "x", "--visibility", "direct") == 3
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["findings"][0]["entity_type"] == "PHONE_NUMBER"
    assert second["error"]["line"] == 2


def test_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "a", {"id": "a", "text": "bonjour"}, {"id": "b\u202e", "text": PHONE}, "nope")
    assert scan(source, "--format", "table") == 3
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["action", "id", "rules"]
    assert [line.split()[:2] for line in lines] == [["redact", "b?"], ["error", f"{source}:3:1"]]


@pytest.mark.parametrize(
    "values", [(), ("nope",), ({"text": "a"},), ({"text": PHONE}, {"text": "a"}, "nope", {"text": PHONE})]
)
def test_sarif_is_whole_whatever_comes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], values: tuple[Any, ...]
) -> None:
    source = write(tmp_path / "a b.jsonl", *values)
    scan(source, "--format", "sarif")
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    lines = [
        (result["ruleId"], result["locations"][0]["physicalLocation"]["region"]["startLine"])
        for result in run["results"]
    ]
    expected = [
        ("not-inspected" if value == "nope" else "pii-fr/phone", number)
        for number, value in enumerate(values, 1)
        if value != {"text": "a"}
    ]
    assert lines == expected
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {rule for rule, _ in expected}
    assert run["invocations"][0]["executionSuccessful"] is ("nope" not in values)
    for result in run["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.endswith("a%20b.jsonl")


def test_output_file_appears_when_complete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "a", {"id": "a", "text": "bonjour"})
    assert scan(source, "--output", str(tmp_path / "out")) == 0
    assert json.loads((tmp_path / "out").read_text())["id"] == "a"
    assert not (tmp_path / "out.part").exists()
    assert capsys.readouterr().out == ""
    assert scan(source, "--output", source) == 2
    assert scan(source, "--output", str(tmp_path / "no" / "out")) == 2
    assert scan(source, "--output", str(tmp_path)) == 2


def test_output_goes_where_a_link_or_device_leads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "a", {"id": "a", "text": "bonjour"})
    link = tmp_path / "link"
    link.symlink_to("target")
    assert scan(source, "--output", str(link)) == 0
    assert link.is_symlink()
    assert json.loads((tmp_path / "target").read_text())["id"] == "a"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert scan(source, "--output", str(pipe)) == 0
    assert json.loads(os.read(reader, 10_000))["id"] == "a"
    os.close(reader)
    assert pipe.is_fifo()
    if not sys.platform.startswith("linux"):
        return
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    capsys.readouterr()
    assert scan(source, "--output", str(full)) == 3
    assert "cannot be written: No space left on device (name another" in capsys.readouterr().err
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["a", "--engine", "spark"], "not in this version"),
        (["none.jsonl"], "there is no file"),
        (["."], ". is a folder (name its files: ./*.jsonl)"),
        (["a", "--policies", "nowhere"], "nowhere"),
    ],
)
def test_usage(arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a", {"text": "x"})
    assert scan(*arguments) == 2
    shown = capsys.readouterr()
    assert told in shown.err
    assert shown.out == ""


def test_progress_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan(write(tmp_path / "a", {"text": "x"}), "--progress")
    assert "1 post, " in capsys.readouterr().err


def started(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "guard.cli.main", "scan", *POLICIES, *arguments]
    pipe = subprocess.PIPE
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True, env=environment)


def group_members(group: int) -> list[int]:
    members = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(state[2]) == group and state[0] != "Z":
            members.append(int(path.parent.name))
    return members


def all_gone(group: int) -> bool:
    for _ in range(100):
        if not group_members(group):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("wait_for_output", [False, True])
def test_ctrl_c_leaves_nothing_behind(wait_for_output: bool) -> None:
    process = started("-", "--workers", "2")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'{"text": "bonjour"}\n' * 1100)
    process.stdin.flush()
    if wait_for_output:
        assert json.loads(process.stdout.readline())["action"] == "allow"
    else:
        while len(group_members(process.pid)) < 4:  # this one, the resource tracker, and workers that are just starting
            time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in told
    assert all_gone(process.pid)


def test_workers_end_with_a_killed_parent() -> None:
    process = started("-", "--workers", "2")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'{"text": "bonjour"}\n' * 1100)
    process.stdin.flush()
    process.stdout.readline()
    process.kill()
    process.communicate(timeout=30)
    assert all_gone(process.pid)


def test_a_reader_that_has_read_enough_is_no_error() -> None:
    process = started("-", "--workers", "2")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'{"text": "bonjour"}\n' * 1100)
    process.stdin.flush()
    process.stdout.readline()
    process.stdout.close()
    process.stdin.write(b'{"text": "bonjour"}\n' * 1100)
    process.stdin.close()
    assert process.wait(timeout=30) == 0
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert all_gone(process.pid)


def test_the_talk_is_in_the_terminals_language_and_records_stay_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    source = write(tmp_path / "a", {"text": f"appelle le {PHONE}"}, "not json")
    assert scan(source) == 3
    shown = capsys.readouterr()
    assert '"message": "not JSON"' in shown.out
    assert shown.err.replace("\u00a0", " ") == (
        "1 message : redact 1 ; 1 ligne n’a pas pu être inspectée : la sortie dit pourquoi\n"
    )
    for workers in ("1", "2"):
        assert scan(source, "--format", "table", "--workers", workers) == 3
        assert "pas du JSON (écrivez un objet par ligne" in capsys.readouterr().out
    assert scan(str(tmp_path / "none")) == 2
    assert "nommez des fichiers JSON Lines" in capsys.readouterr().err
