"""`--help` and what is wrong with a command line, in the language of the terminal."""

import argparse

import pytest

from guard.cli.main import build_parser, main
from guard.types.principal import Permission, Role
from guard.words.texts import Phrase, words_of

NAMES = {", ".join(word.value for word in words) for words in (Role, Permission)}
"""Helps that are nothing but words to type."""


def parsers(parser, name="guard"):
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb, below in action.choices.items():
                yield from parsers(below, f"{name} {verb}")


ALL = dict(parsers(build_parser()))


def texts(parser):
    yield from (parser.description, parser.epilog)
    for group in parser._action_groups:
        yield from (group.title, group.description)
    for action in parser._actions:
        yield action.help
        if isinstance(action, argparse._SubParsersAction):
            yield from (choice.help for choice in action._choices_actions)


def test_every_command_is_looked_at():
    assert len(ALL) > 40
    assert "guard review approve" in ALL


@pytest.mark.parametrize("name", ALL)
def test_every_text_of_a_help_page_is_in_both_languages(name):
    """What is a phrase stands in both catalogues: tests/unit/words holds that."""
    assert [text for text in texts(ALL[name]) if text and text not in NAMES and not isinstance(text, Phrase)] == []


@pytest.mark.parametrize("name", [name for name in ALL if name.count(" ") < 2 or "policy" in name or "user" in name])
def test_a_help_page_is_printed_in_either_language(name, monkeypatch):
    english = ALL[name].format_help()
    assert english.startswith(f"usage: {name} [-h]")
    assert "show this help message and exit" in english
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    french = ALL[name].format_help()
    assert french.startswith(f"utilisation\u00a0: {name} [-h]")
    assert "montre cette aide et s’arrête" in french
    described = ALL[name].description
    assert described is None or words_of("fr").told(described).split("\n")[0] in french
    assert [word for word in ("example:", "examples:", "options:", "positional", "(default:") if word in french] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("foo", "argument COMMAND\u00a0: 'foo' n’est pas possible ici (au choix\u00a0: "),
        ("policy", "il manque\u00a0: VERB"),
        ("review reject 3", "il manque\u00a0: --reason"),
        ("review show abc", "argument CASE\u00a0: 'abc' n’est pas un nombre entier"),
        ("review list --format", "argument --format\u00a0: une valeur est attendue après"),
        ("model train --posts", "argument --posts\u00a0: une valeur au moins est attendue après"),
        ("model train --seed x", "argument --seed\u00a0: 'x' n’est pas une valeur possible (int)"),
        ("review approve 3 --form redacted --edit x", "argument --edit\u00a0: ne va pas avec l’argument --form"),
        ("review list --all=3", "argument --all\u00a0: cette option ne prend pas de valeur\u00a0: '3'"),
        ("check --nope x", "arguments inconnus\u00a0: --nope"),
        ("scan --net=y a", "argument --network\u00a0: 'y' n’est pas possible ici"),
        ("scan --te x --at 2026 a", "argument --at\u00a0: écrivez une heure avec son fuseau"),
        ("scan --w 0 a", "argument --workers\u00a0: écrivez un nombre de 1 à 256"),
        ("scan --text x --o y --pro --lang fr --a n x", "option ambiguë\u00a0: --a peut vouloir dire --a"),
        ("fingerprint add --set Ü", "argument --set\u00a0: écrivez des minuscules sans accent"),
    ],
)
def test_a_wrong_command_line_is_told_in_french(words, told, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2
    assert f"\u00a0: erreur\u00a0: {told}" in capsys.readouterr().err


def test_in_english_a_wrong_command_line_is_told_as_ever(capsys):
    with pytest.raises(SystemExit):
        main(["review", "show", "abc"])
    assert capsys.readouterr().err.endswith("guard review show: error: argument CASE: 'abc' is not a whole number\n")


def test_what_argparse_says_and_nobody_knows_is_told_as_it_is(monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    with pytest.raises(SystemExit):
        build_parser(["check"]).error("the moon is full")
    assert capsys.readouterr().err.endswith("guard\u00a0: erreur\u00a0: the moon is full\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("check --netwrok x t", "guard check: error: unrecognized arguments: --netwrok (did you mean --network?)"),
        ("check -network=x t", "guard check: error: unrecognized arguments: -network=x (did you mean --network?)"),
        ("review show --fromat json 3", "guard review show: error: unrecognized arguments: --fromat (did you mean --format?)"),
        ("user add --rol=auditor", "guard user add: error: the following arguments are required: NAME"),
        ("user add --rolle x", "guard user add: error: unrecognized arguments: --rolle (did you mean --role?)"),
        ("scan --fromat x --netwrok f", "--fromat --netwrok (did you mean --format, --network?)"),
        ("--verison", "guard: error: unrecognized arguments: --verison (did you mean --version?)"),
        ("--network x check t", "guard: error: unrecognized arguments: --network"),
        ("policy tset", "'bench', 'backtest', 'schema', 'seal') (did you mean test?)"),
        ("chekc t", "(did you mean check?)"),
        ("review list --format jsno", "argument --format: invalid choice: 'jsno' (choose from 'table', 'json') (did you mean json?)"),
        ("serve now", "guard: error: unrecognized arguments: now"),
        ("check --lang -foo x", "guard check: error: argument --lang: expected one argument"),
        ("check --lang fr -foo x", "guard check: error: unrecognized arguments: -foo"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_answered_with_what_was_probably_meant(words, told, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"{told}\n")


def test_in_french_too(monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    with pytest.raises(SystemExit):
        main(["check", "--netwrok", "x"])
    assert capsys.readouterr().err.endswith(
        "guard check\u00a0: erreur\u00a0: arguments inconnus\u00a0: --netwrok (vouliez-vous dire --network\u00a0?)\n"
    )


@pytest.mark.parametrize("words", ["check --netwrok --help", "check --help --netwrok", "check -h --netwrok x"])
def test_whoever_asks_for_help_gets_it(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: guard check")


LEAVES = {name: parser for name, parser in ALL.items() if parser._subparsers is None}


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_suggests_its_options(name, capsys):
    for option in LEAVES[name]._option_string_actions.keys() - {"-h"}:
        with pytest.raises(SystemExit):
            LEAVES[name].parse_args([f"{option}x"])
        told = capsys.readouterr().err
        assert told.endswith(f": unrecognized arguments: {option}x (did you mean {option}?)\n")


def test_what_only_looks_like_an_option_is_a_text():
    for words in (["--", "--netwrok"], ["-5"], ["-"], ["--netwrok is what I typed"], ["- a"]):
        assert LEAVES["guard check"].parse_args(words).text == [word for word in words if word != "--"]
