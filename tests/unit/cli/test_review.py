"""`guard review` on a real store, with the real inspector for edits."""

from __future__ import annotations

import json

import pytest

from guard.cli import reviewer
from guard.cli.main import main
from guard.outbox import review
from guard.types.decision import Action, Decision, Match
from guard.types.finding import Finding, Span
from guard.types.inspection import Inspection, Versions
from guard.types.post import Author, Post, Segment
from tests.ledgers import NOW, ORIGIN, held, opened

POLICY = """\
guard: 1
policy: client-x
owner: dpo@exemple.fr
review_by: 2027-05-31
mode: enforce
rules:
  - id: name
    find: {terms: ["client x"]}
    do: hold
    say: {fr: "Un client est nommé.", en: "A client is named."}
    match: ["[[client x]]"]
    no_match: ["a client"]
"""
POST = Post(
    "p1", "mastodon", "status.create", Author("mastodon", "alice@m.example", "alice"),
    (Segment("/status", "body", "we lost client\u202e X"), Segment("/spoiler_text", "spoiler", "work")),
)  # fmt: skip


@pytest.fixture
def gate(tmp_path):
    """A settings file and two open cases."""
    config = tmp_path / "guard.toml"
    config.write_text(
        f'[store]\npath = "guard.db"\norigin = "{ORIGIN}"\n[keys]\nfolder = "keys"\n[policies]\nfolder = "policies"\n'
    )
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "client-x.yaml").write_text(POLICY)
    for _ in range(2):
        open_case(tmp_path)
    return tmp_path


def open_case(folder, approvals=1, findings=()):
    with opened(folder) as here:
        match = Match("client-x", "name", Action.HOLD, (), {"en": "names a client"}, approvals=approvals)
        inspection = Inspection(
            POST, findings, Decision(Action.HOLD, (match,), "sha256:0"), None, (), (), Versions("1", "", "")
        )

        def work(tx):
            number = tx.next_case_number()
            event = here.append(tx, case=number)
            sealed, wrapped = review.seal_case(here.keys, event, inspection)
            author = here.log.pseudonym("mastodon", "alice@m.example")
            tx.put_author(author, Author("mastodon", "alice@m.example", "alice", "Alice Martin"))
            tx.open_case(held(number, event=event, author=author, sealed=sealed, wrapped_key=wrapped, created=NOW))

        here.store.write_now(work)


def account(gate, name, role="reviewer"):
    assert main(["user", "add", name, "--role", role, "--one-time", "--config", str(gate / "guard.toml")]) == 0


def search(gate, *arguments):
    return main(["audit", "search", "--kind", "review", "--config", str(gate / "guard.toml"), *arguments])


def guard(gate, verb, *arguments):
    return main(["review", verb, "--config", str(gate / "guard.toml"), *map(str, arguments)])


def test_listing(gate, capsys):
    assert guard(gate, "list", "--format", "json") == 0
    cases = json.loads(capsys.readouterr().out)
    assert [(case["case"], case["person"], case["state"]) for case in cases] == [
        (1001, "Alice Martin", "open"), (1002, "Alice Martin", "open")]  # fmt: skip
    assert guard(gate, "list") == 0
    table = capsys.readouterr().out
    assert "1002" in table
    assert "lost" not in table


def test_showing_the_text_with_its_tricks_visible(gate, capsys):
    assert guard(gate, "show", 1001) == 0
    shown = capsys.readouterr().out
    assert "we lost client<U+202E> X" in shown
    assert "account key:    mastodon:alice@m.example\n" in shown
    assert guard(gate, "show", 1001, "--format", "json") == 0
    post = json.loads(capsys.readouterr().out)["post"]
    assert post["segments"][0]["text"] == "we lost client\u202e X"
    assert post["messages"] == {"en": "names a client"}


def test_approving_and_rejecting(gate, capsys):
    account(gate, "Dana")
    assert guard(gate, "approve", 1001, "--reviewer", "Dana") == 0
    assert "case 1001 approved; it passes once until" in capsys.readouterr().out
    assert guard(gate, "approve", 1001) == 2
    assert "already approved by Dana" in capsys.readouterr().err
    assert guard(gate, "reject", 1002, "--reason", "names a client", "--reviewer", "Dana", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["state"] == "rejected"
    assert guard(gate, "list") == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "no case waits\n")
    assert guard(gate, "list", "--all", "--format", "json") == 0
    assert [case["reviewer"] for case in json.loads(capsys.readouterr().out)] == ["Dana", "Dana"]
    assert search(gate, "--author", "Dana", "--format", "json") == 0
    assert [entry["data"]["verdict"] for entry in json.loads(capsys.readouterr().out)] == ["rejected", "approved"]


def test_sending_to_the_internal_server(gate, capsys):
    assert guard(gate, "reroute", 1001) == 2
    assert "there is no internal server" in capsys.readouterr().err
    token = gate / "token"
    token.write_text("t")
    token.chmod(0o600)
    with (gate / "guard.toml").open("a") as config:
        config.write('[reroute]\nserver = "https://inside.example"\ntoken_file = "token"\n')
    assert guard(gate, "reroute", 1001, "--reason", "ours alone") == 0
    assert "case 1001 approved; it goes to the internal server once until" in capsys.readouterr().out
    assert guard(gate, "show", 1001, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["form"] == "internal"
    assert guard(gate, "reroute", 1001) == 2


def test_the_system_s_user_is_the_reviewer_whatever_the_environment_says(gate, capsys, monkeypatch):
    monkeypatch.setenv("LOGNAME", "erin")
    monkeypatch.setattr("guard.cli.review.os_user", lambda: "rose")
    assert guard(gate, "approve", 1001) == 0
    assert guard(gate, "list", "--all", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])[0]["reviewer"] == "rose"
    assert guard(gate, "approve", 1002, "--reviewer", " ") == 2


def test_who_logged_in_counts_where_the_kernel_knows_it(tmp_path, monkeypatch):
    monkeypatch.setattr(reviewer, "LOGIN", tmp_path / "loginuid")
    monkeypatch.setattr(reviewer.os, "getuid", lambda: 0)
    assert reviewer.os_user() == "root"
    reviewer.LOGIN.write_text("4294967295")
    assert reviewer.os_user() == "root", "nobody logged in"
    reviewer.LOGIN.write_text("3999999999")
    assert reviewer.os_user() == "uid-3999999999"


def test_a_name_that_is_no_account_that_may_review_is_refused(gate, capsys):
    account(gate, "audie", "auditor")
    for name in ("alice", "audie"):
        assert guard(gate, "approve", 1001, "--reviewer", name) == 2
        assert guard(gate, "reject", 1001, "--reviewer", name, "--reason", "r") == 2
        assert f"error: '{name}' is no account that may review" in capsys.readouterr().err
    assert guard(gate, "show", 1001, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["state"] == "open"


def test_one_login_is_one_person_and_stands_in_the_log(gate, capsys, monkeypatch):
    account(gate, "alice")
    open_case(gate, approvals=2)
    monkeypatch.setattr("guard.cli.review.os_user", lambda: "root")
    assert guard(gate, "approve", 1003) == 0
    assert guard(gate, "approve", 1003, "--reviewer", "alice") == 2
    assert "error: root has approved it at this terminal already" in capsys.readouterr().err
    monkeypatch.setattr("guard.cli.review.os_user", lambda: "rose")
    assert guard(gate, "approve", 1003, "--reviewer", "alice") == 0
    assert "case 1003 approved" in capsys.readouterr().out
    assert search(gate, "--format", "json") == 0
    entries = json.loads(capsys.readouterr().out)
    assert [(entry["account"], entry["terminal_user"]) for entry in entries] == [("alice", "rose"), ("root", "root")]
    assert "rose" not in json.dumps([entry["data"] for entry in entries])
    assert search(gate) == 0
    assert "approved written (terminal: rose)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [("show", 7), ("approve", 7), ("reject", 7, "--reason", "r"), ("approve", 1001, "--form", "redacted")]
)
def test_what_cannot_be(gate, capsys, arguments):
    assert guard(gate, *arguments) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err[:7]) == ("", "error: ")


def test_wrong_options_are_refused_by_the_parser(gate):
    for arguments in (("reject", 1001), ("approve",), ("approve", 1001, "--edit", "a", "--form", "redacted")):
        with pytest.raises(SystemExit) as caught:
            guard(gate, *arguments)
        assert caught.value.code == 2


def test_an_edit_is_inspected_again_by_the_policies_in_force(gate, capsys):
    assert guard(gate, "approve", 1001, "--edit", "we lost Client X, alas") == 2
    shown = capsys.readouterr()
    assert "client-x/name" in shown.err
    assert "alas" not in shown.err
    assert (
        guard(gate, "approve", 1001, "--edit", "we lost a tender", "--edit", "/spoiler_text=sad", "--format", "json")
        == 0
    )
    assert json.loads(capsys.readouterr().out)["state"] == "approved"
    assert guard(gate, "show", 1001, "--format", "json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["form"] == "edited"
    assert shown["post"]["edited"] == {"/status": "we lost a tender", "/spoiler_text": "sad"}


def test_what_was_found_where_how_surely_and_why_is_shown_once(gate, capsys):
    here = Span("/status", 0, 8)
    topics = [Finding("TOPIC", here, 0.57, "topics", subtype=name) for name in ("lost_deal", "layoffs", "layoffs")]
    word = Finding("CODENAME", here, 1.0, "terms", matcher="client-x/name#2.0")
    open_case(gate, findings=(*topics, word))
    assert guard(gate, "show", 1003) == 0
    shown = capsys.readouterr().out
    assert shown.endswith(
        "\nfound:\n  0-8  TOPIC/lost_deal  57%  text /status\n  0-8  TOPIC/layoffs  57%  text /status\n"
        "  0-8  CODENAME  100%  text /status  [client-x/name]\n"
    )
    assert "\nwhy, as its author is told\n  names a client\n" in shown


def test_the_list_says_by_when_an_answer_is_promised(gate, capsys):
    assert guard(gate, "list") == 0
    assert "answer by" in capsys.readouterr().out.splitlines()[0]


def test_a_login_under_another_name_is_still_that_person(gate, capsys, monkeypatch):
    account(gate, "alice")
    account(gate, "bob")
    open_case(gate, approvals=2)
    monkeypatch.setattr("guard.cli.review.os_user", lambda: "alice")
    assert guard(gate, "approve", 1003, "--reviewer", "bob") == 0
    monkeypatch.setattr("guard.cli.review.os_user", lambda: "rose")
    assert guard(gate, "approve", 1003, "--reviewer", "alice") == 2
    assert "alice" in capsys.readouterr().err
