from guard.cli import main as cli


def test_a_fault_of_the_program_is_not_taken_for_a_finding(monkeypatch, capsys):
    def broken(_):
        raise RuntimeError("no such thing")

    monkeypatch.setattr(cli, "_run", broken)
    assert cli.main(["check", "bonjour"]) == 3
    told = capsys.readouterr()
    assert "Traceback" in told.err
    assert told.out == ""


def test_who_ends_it_by_hand_gets_no_traceback(monkeypatch, capsys):
    def ended(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", ended)
    assert cli.main(["check", "bonjour"]) == 130
    assert capsys.readouterr().err == ""
