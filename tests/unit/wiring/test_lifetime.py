"""The gate's first and last lines in its log: each failed start and each stop is one event, in English, with its exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from guard.cli.main import main
from guard.errors import GuardError
from guard.wiring import lifetime

ROOT = Path(__file__).parents[3]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    return tmp_path


def end_while_serving(error):
    lifetime.ready()
    raise error


def told(capsys, *events):
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    return [{name: line[name] for name in line if name != "time"} for line in lines if line["event"] in events]


def test_mistakes_in_the_settings_are_a_failed_start(here, capsys):
    (here / "guard.toml").write_text('[gateway]\nlanguage = "de"\ndeadline_ms = -1\n')
    assert main(["serve"]) == 2
    (line,) = told(capsys, "start-failed", "stopped")
    assert (line["event"], line["level"], line["exit_code"], line["problems"]) == ("start-failed", "warning", 2, 2)
    assert line["place"].startswith("guard.toml:2:")
    assert line["first"].startswith(line["place"])
    assert "must be" in line["first"], "in one language, whatever the terminal's"


@pytest.mark.parametrize(
    ("error", "code", "first"),
    [
        (GuardError("the port is taken"), 3, "the port is taken"),
        (PermissionError(13, "Permission denied", "var/x"), 3, "Permission denied"),
        (ValueError("what somebody wrote"), 3, "ValueError"),
    ],
)
def test_whatever_ends_a_start_is_told_with_its_exit_code(here, capsys, error, code, first):
    with pytest.raises(type(error)), lifetime.told(plain=False):
        raise error
    said = capsys.readouterr().err
    line = json.loads(said)
    assert (line["event"], line["exit_code"], line["first"]) == ("start-failed", code, first)
    assert "somebody wrote" not in said


def test_an_end_after_the_doors_opened_is_a_stop(here, capsys):
    with lifetime.told(plain=False):
        lifetime.ready()
    with pytest.raises(GuardError), lifetime.told(plain=False):
        end_while_serving(GuardError("a worker ended"))
    with pytest.raises(KeyboardInterrupt), lifetime.told(plain=False):
        raise KeyboardInterrupt
    lines = told(capsys, "start-failed", "stopped")
    assert [(line["event"], line["level"], line["exit_code"]) for line in lines] == [
        ("stopped", "info", 0), ("stopped", "warning", 3), ("stopped", "info", 130),
    ]  # fmt: skip


def test_a_terminal_is_told_of_a_failed_start_in_sentences_only(here, capsys):
    with pytest.raises(GuardError), lifetime.told(plain=True):
        raise GuardError("the port is taken")
    assert capsys.readouterr().err == ""


def test_sigterm_during_the_start_ends_it_as_before_with_a_line(here):
    program = "import os, signal\nfrom guard.wiring import lifetime\nwith lifetime.told(plain=False):\n    os.kill(os.getpid(), signal.SIGTERM)\n    print('went on')\n"
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "")
    (line,) = map(json.loads, done.stderr.splitlines())
    assert (line["event"], line["level"], line["signal"]) == ("stopped", "info", "SIGTERM")


def test_the_handler_goes_with_the_gate(here):
    before = signal.getsignal(signal.SIGTERM)
    with lifetime.told(plain=False):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
