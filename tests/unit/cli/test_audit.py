"""`guard audit` on a real store: results on stdout, talk on stderr, exit codes, no traceback."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from guard.cli.main import main
from guard.types.audit import KINDS
from guard.types.held import CaseState
from guard.types.post import Author
from tests.ledgers import NOW, ORIGIN, held, opened


@pytest.fixture
def gate(tmp_path):
    """A settings file, and a log of six entries: five decisions and a case that is due for erasure."""
    config = tmp_path / "guard.toml"
    config.write_text(
        f'[store]\npath = "guard.db"\norigin = "{ORIGIN}"\n[keys]\nfolder = "keys"\n[policies]\nfolder = "policies"\n'
    )
    with opened(tmp_path) as here:
        who = here.log.pseudonym("mastodon", "alice")

        def work(tx):
            for number in range(5):
                here.append(tx, action="allow", author=who if number < 2 else "p", case=1000 + number)
            tx.put_author(who, Author("mastodon", "alice@m.example", "alice", "Alice Martin"))
            event = here.append(tx, kind="review", verdict="rejected")
            past = NOW - timedelta(days=60)
            tx.open_case(held(1001, event=event, state=CaseState.REJECTED, erase_after=past))

        here.store.write_now(work)
    return tmp_path


def guard(gate, *arguments):
    verb, *rest = arguments
    return main(["audit", verb, "--config", str(gate / "guard.toml"), *map(str, rest)])


def test_export_then_verify_then_a_changed_byte(gate, capsys):
    assert guard(gate, "export", "--output", gate / "out") == 0
    shown = capsys.readouterr()
    assert "6 entries written" in shown.out
    assert ORIGIN in shown.err
    key = gate / "company.vkey"
    key.write_text((gate / "out" / "key").read_text())
    assert guard(gate, "verify", gate / "out") == 0
    shown = capsys.readouterr()
    assert "verified: 6 entries" in shown.out
    assert "--key" in shown.err
    assert guard(gate, "verify", gate / "out", "--key", key, "--since", gate / "out" / "checkpoint") == 0
    assert "continues the older log of 6" in capsys.readouterr().out
    bundle = gate / "out" / "tile" / "entries" / "000.p" / "6"
    content = bytearray(bundle.read_bytes())
    content[100] ^= 1
    bundle.write_bytes(content)
    assert guard(gate, "verify", gate / "out") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")


def test_verifying_needs_no_settings_and_no_database(gate, capsys):
    guard(gate, "export", "--output", gate / "out")
    for file in (*gate.glob("guard.*"), *gate.glob("keys/*")):
        file.unlink()
    assert guard(gate, "verify", gate / "out", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["entries"] == 6


def test_the_live_log(gate, capsys):
    assert guard(gate, "verify", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["entries"] == 6


def test_search_says_who(gate, capsys):
    assert guard(gate, "search", "--author", "alice", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {entry["key"] for entry in found} == {"mastodon:alice@m.example"}
    assert [entry["index"] for entry in found] == [1, 0]
    assert {entry["person"] for entry in found} == {"Alice Martin"}
    assert guard(gate, "search", "--case", 1003, "--kind", "decision", "--since", "2026-11-22", "--format", "json") == 0
    assert [entry["index"] for entry in json.loads(capsys.readouterr().out)] == [3]
    assert guard(gate, "search", "--since", "2026-11-23") == 0
    assert "no entry fits" in capsys.readouterr().err
    assert guard(gate, "search", "--author", "nobody", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == []
    assert guard(gate, "search", "--limit", 2) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].split()[:3] == ["index", "time", "kind"]
    assert [line.split()[0] for line in table[1:]] == ["5", "4"]


def test_proofs(gate, capsys):
    guard(gate, "search", "--limit", 1, "--format", "json")
    event = json.loads(capsys.readouterr().out)[0]["id"]
    guard(gate, "export", "--output", gate / "out")
    for name in (event, "5"):
        assert guard(gate, "prove", name, "--output", gate / "p.tlog-proof") == 0
        capsys.readouterr()
        assert guard(gate, "verify", gate / "p.tlog-proof", "--key", gate / "out" / "key") == 0
        proved = json.loads(capsys.readouterr().out)
        assert (proved["index"], proved["entry"]["id"]) == (5, event)
    assert guard(gate, "verify", gate / "p.tlog-proof") == 2
    assert guard(gate, "prove", "99", "--output", gate / "q") == 2
    assert guard(gate, "prove", "no-such-event", "--output", gate / "q") == 2
    assert not (gate / "q").exists()


def test_erasing(gate, capsys):
    assert guard(gate, "erase", "--format", "json") == 0
    assert len(json.loads(capsys.readouterr().out)["erased"]) == 1
    assert guard(gate, "erase") == 0
    assert capsys.readouterr().out == "0 records erased, 0 approvals ended\n"
    assert guard(gate, "verify", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["entries"] == 7


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "--since", "yesterday"),
        ("search", "--limit", "0"),
        ("export", "--output", "."),
        ("verify", "--since", "no-such-file"),
        ("verify", "--key", "no-such-file"),
        ("verify", "--key", "no+such+key"),
    ],
)
def test_wrong_use(gate, capsys, monkeypatch, arguments):
    monkeypatch.chdir(gate)
    assert guard(gate, *arguments) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.splitlines()[0][:7]) == ("", "error: ")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_searched_for(gate, kind):
    assert guard(gate, "search", "--kind", kind) == 0


def test_what_is_no_export_is_told(tmp_path, capsys):
    assert guard(tmp_path, "verify", tmp_path) == 1
    assert "holds no exported log" in capsys.readouterr().err
    assert guard(tmp_path, "verify", tmp_path / "none") == 2
    assert "there is no folder or file" in capsys.readouterr().err


def test_no_log_yet(tmp_path, capsys):
    (tmp_path / "guard.toml").write_text('[store]\npath = "guard.db"\n')
    assert guard(tmp_path, "verify") in {2, 3}
    assert "error: " in capsys.readouterr().err
    assert not (tmp_path / "guard.db").exists()


def test_keys_open_to_others(gate, capsys):
    (gate / "keys" / "signing.key").chmod(0o644)
    assert guard(gate, "verify") == 2
    assert "chmod 600" in capsys.readouterr().err
