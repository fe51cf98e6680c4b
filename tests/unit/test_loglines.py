"""The gate's log: one shape, a time on every line, sentences at a terminal, and nothing of it in other commands."""

import json
import logging
import re
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from guard import loglines, observe
from guard.cli.output import talk
from guard.errors import PolicyError
from guard.outage import Outage
from guard.wiring import gate
from guard.words.texts import Phrase

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Start the log; returns what reads it."""
    monkeypatch.setattr(observe, "_outages", {})
    monkeypatch.setattr(observe, "_say_again", {})

    def read():
        return capsys.readouterr().err.splitlines()

    def start(**options):
        loglines.start(**options)
        return read

    yield start
    logging.getLogger("guard").handlers[:] = []


def test_json_lines_when_nobody_sits_there(started, monkeypatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    lines = started()
    observe.log("ready", listeners=2)
    observe.warn("notice-failed", why="a\nb")
    talk("mastodon http://127.0.0.1:1\nconsole http://127.0.0.1:2")
    talk(Phrase("change.refused"))
    told = [json.loads(line) for line in lines()]
    assert all(re.fullmatch(TIME, each.pop("time")) for each in told)
    assert told[:2] == [
        {"level": "info", "event": "ready", "listeners": 2},
        {"level": "warning", "event": "notice-failed", "why": "a\nb"},
    ]
    assert [each["text"] for each in told[2:4]] == ["mastodon http://127.0.0.1:1", "console http://127.0.0.1:2"]
    assert told[4]["text"] != str(Phrase("change.refused")), "in the language of the environment"


def test_sentences_with_a_time_at_a_terminal(started) -> None:
    lines = started(plain=True)
    observe.log("ready", listeners=2)
    observe.warn("start")
    talk("warning: look")
    assert [re.sub(TIME, "T", line) for line in lines()] == ["T ready (listeners: 2)", "T ! start", "T warning: look"]


@pytest.mark.parametrize("plain", [False, True])
def test_what_to_look_at_at_the_start_is_told_once(started, plain) -> None:
    lines = started(plain=plain)
    gate._warn(PolicyError("look", hint="mend it"), talk)
    (line,) = lines()
    if plain:
        assert re.sub(TIME, "T", line) == "T warning: look (mend it)"
    else:
        told = json.loads(line)
        assert (told["level"], told["event"], told["problem"]) == ("warning", "start", "look (mend it)")


@pytest.mark.parametrize("plain", [False, True])
def test_a_change_of_policies_that_is_taken_back_is_told_once_in_the_readers_language(
    started, plain, monkeypatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setattr(gate, "only_gate", lambda _: nullcontext())
    monkeypatch.setattr(gate, "recover", lambda _: ("a.yaml", "b.yaml"))
    monkeypatch.setattr(gate, "_run", lambda *_, **__: None)
    monkeypatch.setattr(gate, "signal", lambda *_: None)
    lines = started(plain=plain)
    gate.run(SimpleNamespace(listeners=("one",), policies_folder=None), sandbox=plain, say=talk)
    (line,) = lines()
    if plain:
        told = "avertissement : une modification des politiques a été interrompue, et elle est annulée : a.yaml, b.yaml"
        assert re.sub(TIME, "T", line).replace("\u00a0", " ") == f"T {told}"
    else:
        told = json.loads(line)
        assert (told["level"], told["event"], told["files"]) == ("warning", "policies-put-back", 2)
        assert told["problem"] == "a change of policies was broken off, and is taken back: a.yaml, b.yaml"


@pytest.mark.parametrize("sandbox", [False, True])
def test_the_sandbox_is_not_warned_of_groups_that_its_first_person_will_be_in(started, sandbox) -> None:
    lines = started(plain=True)
    gate._warn_of_groups(SimpleNamespace(empty_groups=lambda: PolicyError("no members")), talk, sandbox=sandbox)
    assert len(lines()) == (not sandbox)


def test_other_commands_talk_as_they_did(capsys: pytest.CaptureFixture[str]) -> None:
    talk("no entry fits")
    assert capsys.readouterr().err == "no entry fits\n"


def test_an_outage_is_told_once_and_its_end(started) -> None:
    lines = started()
    observe.worked("upstream", "m")
    for _ in range(3):
        observe.failed("upstream", "no connection", "m")
    observe.failed("store", "the disk is full")
    observe.worked("upstream", "other")
    observe.worked("upstream", "m")
    observe.worked("upstream", "m")
    told = [json.loads(line) for line in lines()]
    assert [(each["event"], each.get("listener"), each["requests"]) for each in told] == [
        ("upstream-not-reached", "m", 1),
        ("store-not-written", None, 1),
        ("upstream-reached-again", "m", 3),
    ]
    assert (told[0]["step"], told[0]["why"], told[0]["level"]) == ("begins", "no connection", "warning")


def test_a_worker_hands_over_what_it_met(started, monkeypatch) -> None:
    lines, handed = started(), []
    monkeypatch.setattr(observe, "_hand_over", handed.append)
    for _ in range(50):
        observe.worked("store")
    observe.failed("store", "full")
    observe.worked("store")
    assert [kind for kind, _ in handed] == ["worked", "failed", "worked"], "what works is not told for every post"
    assert lines() == []
    observe.counted(handed)
    assert [json.loads(line)["event"] for line in lines()] == ["store-not-written", "store-written-again"]
    assert isinstance(observe._outages["store", ""], Outage)
