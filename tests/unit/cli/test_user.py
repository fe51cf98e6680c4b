"""`guard user` as people use it: each in a folder of its own, through the program's entrance."""

import io
import json
import re

import pytest

from guard.cli.main import main
from guard.wiring.ledger import open_existing
from guard.wiring.people import open_people

PASSWORD = "three quiet green lamps"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command; returns exit code, output and talk."""
    monkeypatch.chdir(tmp_path)

    def run(*words, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main(["user", *words])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def account(name):
    opened = open_existing_here()
    try:
        return opened.store.read_now(lambda tx: tx.accounts.named(name))
    finally:
        opened.store.close()


def open_existing_here():
    from pathlib import Path

    return open_existing(Path("guard.toml"))


def verifies(name, password):
    opened = open_existing_here()
    try:
        return open_people(opened).passwords.verify(account(name).password, password)
    finally:
        opened.store.close()


def test_the_first_administrator_is_made_before_any_gate_ran(run):
    code, out, err = run("add", "ada", "--role", "administrator", "--one-time")
    assert code == 0, err
    password = re.search(r"one-time password, good for 3 days: ([a-z0-9-]{19})\n", out)[1]
    assert verifies("ada", password)
    assert account("ada").one_time is not None
    assert run("list", "--format", "json")[1].count('"ada"') == 2


def test_a_password_comes_by_standard_input_and_is_printed_nowhere(run, tmp_path):
    code, out, err = run(
        "add",
        "marie",
        "--role",
        "reviewer",
        "--stdin",
        "--person",
        "Marie Dupont",
        "--group",
        "legal",
        stdin=PASSWORD + "\n",
    )
    assert (code, out, err) == (0, "marie may sign in\n", "")
    assert verifies("marie", PASSWORD)
    assert (account("marie").person, account("marie").groups) == ("Marie Dupont", {"legal"})
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("guard.db*"))
    assert PASSWORD.encode() not in stored


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        (("add", "x", "--stdin"), "short\n", "12 characters"),
        (("add", "x", "--stdin"), "motdepasse123\n", "first that would be tried"),
        (("add", "x", "--stdin"), "", "12 characters"),
        (("add", "x"), "", "no terminal"),
        (("add", " x", "--one-time"), "", "cannot be a sign-in name"),
        (("role", "nobody", "--add", "dpo"), "", "no account 'nobody'"),
        (("role", "ada"), "", "which role?"),
        (("role", "ada", "--remove", "administrator"), "", "last administrator"),
        (("disable", "ada"), "", "last administrator"),
        (("totp", "ada", "--remove"), "", "no second factor"),
        (("token", "ada", "--label", "x"), "", "at least one scope"),
        (("token", "ada", "--scope", "check", "--days", "9999999999999"), "", "within a year"),
        (("token", "ada", "--scope", "review"), "", "ada may not review"),
        (("token", "ada", "--revoke", "000000000000"), "", "no such token"),
        (("password", "nobody", "--one-time"), "", "no account"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do(run, words, stdin, told):
    run("add", "ada", "--role", "administrator", "--one-time")
    code, out, err = run(*words, stdin=stdin)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_a_password_is_no_argument(run, capsys):
    with pytest.raises(SystemExit):
        run("add", "x", "--password", PASSWORD)
    with pytest.raises(SystemExit):
        run("password", "x", PASSWORD)


def test_roles_passwords_and_switching_off(run):
    run("add", "ada", "--role", "administrator", "--one-time")
    run("add", "marie", "--role", "reviewer", "--stdin", stdin=PASSWORD)
    assert (
        run("role", "marie", "--add", "dpo", "--add", "auditor", "--remove", "reviewer")[1] == "marie: auditor, dpo\n"
    )
    assert run("password", "marie", "--stdin", stdin="another quiet green lamp\n")[0] == 0
    assert verifies("marie", "another quiet green lamp")
    once = json.loads(run("password", "marie", "--one-time", "--format", "json")[1])["one_time_password"]
    assert verifies("marie", once)
    assert json.loads(run("disable", "marie", "--format", "json")[1])["disabled"] is True
    assert run("disable", "MARIE", "--undo")[1] == "marie may sign in again\n"
    columns, ada, marie = run("list")[1].splitlines()
    assert columns.split()[:3] == ["name", "roles", "person"]
    assert ada.split()[:2] == ["ada", "administrator"]
    assert marie.startswith("marie  auditor, dpo")


def test_a_second_factor_is_shown_once(run, tmp_path):
    run("add", "marie", "--stdin", stdin=PASSWORD)
    made = json.loads(run("totp", "marie", "--format", "json")[1])
    assert made["uri"].startswith("otpauth://totp/postguard:marie?secret=")
    assert len(made["recovery_codes"]) == 10
    assert account("marie").totp is not None
    assert "recovery codes:" in run("totp", "marie")[1]
    assert run("totp", "marie", "--remove")[1] == "marie signs in without a second factor\n"
    assert account("marie").totp is None


def test_tokens_of_an_account_for_programs(run):
    assert run("add", "ci", "--no-password")[0] == 0
    assert account("ci").password == ""
    code, out, err = run("token", "ci", "--scope", "check", "--label", "build <b>\x1b[31m", "--days", "7")
    assert code == 0
    assert re.fullmatch(r"pgt_([0-9a-f]{12})_[0-9a-f]{64}\n", out)
    assert "it ends on" in err
    (listed,) = json.loads(run("token", "ci", "--list", "--format", "json")[1])
    assert listed["id"] == out[4:16]
    assert "\x1b" not in run("token", "ci", "--list")[1]
    assert run("token", "ci", "--revoke", listed["id"])[0] == 0
    assert run("token", "ci", "--list")[2] == "there is no token\n"


def test_what_is_done_at_the_terminal_stands_in_the_log(run, capsys):
    run("add", "marie", "--role", "reviewer", "--stdin", stdin=PASSWORD)
    run("role", "marie", "--add", "dpo")
    assert main(["audit", "search", "--kind", "account", "--author", "marie", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [entry["data"]["what"] for entry in found] == ["roles", "added"]
    opened = open_existing_here()
    try:
        by = opened.store.read_now(lambda tx: tx.author(found[0]["data"]["by"]))
    finally:
        opened.store.close()
    assert by.account.startswith("terminal")
    assert main(["audit", "verify"]) == 0


def test_the_list_of_nobody_and_of_no_gate(run):
    code, _, err = run("list")
    assert (code, "there is no log" in err) == (2, True)
    run("add", "x", "--no-password")
    run("disable", "x")
    assert "x" in run("list")[1]


def test_a_new_account_is_told_apart_by_authors_toml_at_once(run, tmp_path):
    (tmp_path / "authors.toml").write_text('[person."Marie Petit"]\naccounts = ["console:marie2"]\n')
    (tmp_path / "guard.toml").write_text('[authors]\nfile = "authors.toml"\n')
    assert run("add", "marie2", "--no-password")[0] == 0
    assert account("marie2").person == "Marie Petit", "not somebody else, whose approval would count beside Marie's"
    assert run("list")[0] == 0
    (tmp_path / "authors.toml").write_text("[person\n")
    assert run("add", "paul", "--no-password")[0] == 2
    assert run("list")[0] == 0


def test_who_somebody_is_can_be_said_later(run):
    run("add", "marie.petit", "--no-password")
    code, out, err = run("person", "marie.petit", "Marie Petit")
    assert (code, out) == (0, "marie.petit is Marie Petit\n"), err
    assert account("marie.petit").person == "Marie Petit"
    assert run("person", "nobody", "Marie Petit")[0] == 2


def test_groups_change_later_and_the_log_names_them(run):
    run("add", "marie", "--no-password", "--role", "reviewer", "--group", "juridique")
    code, out, err = run("group", "marie", "--add", "dpo", "--add", "rh", "--remove", "juridique")
    assert (code, out) == (0, "marie: dpo, rh\n"), err
    assert account("marie").groups == {"dpo", "rh"}
    assert "dpo, rh" in run("list")[1]
    assert [entry["groups"] for entry in noted("account")] == [["juridique"], ["dpo", "rh"]]
    assert run("group", "marie", "--add", "dpo")[0] == 0
    assert len(noted("account")) == 2, "nothing changed"
    assert run("group", "marie", "--remove", "dpo", "--remove", "rh")[1] == "marie: no group\n"
    code, _, err = run("group", "marie")
    assert (code, "which group?" in err) == (2, True)
    assert run("group", "nobody", "--add", "dpo")[0] == 2


def noted(kind):
    opened = open_existing_here()
    try:
        found = opened.store.read_now(lambda tx: [json.loads(leaf) for leaf in tx.leaves()])
    finally:
        opened.store.close()
    return [leaf["data"] for leaf in found if leaf["kind"] == kind]


def test_a_person_whom_authors_toml_does_not_name_is_warned_of(run, tmp_path):
    assert "take care" not in run("add", "first", "--no-password", "--person", "Marie Petti")[2], "there is no list"
    (tmp_path / "authors.toml").write_text('[person."Marie Petit"]\naccounts = ["mastodon:marie@a.example"]\n')
    (tmp_path / "guard.toml").write_text('[authors]\nfile = "authors.toml"\n')
    code, out, err = run("add", "marie", "--no-password", "--person", "Marie Petti")
    assert (code, out) == (0, "marie may sign in\n")
    assert "does not name 'Marie Petti'" in err
    assert "did you mean Marie Petit?" in err
    assert "does not name 'Zoé'" in run("person", "marie", "Zoé")[2]
    for known in ("Marie Petit", ""):
        assert "take care" not in run("person", "marie", known)[2]
