"""What the loader says stands under the right name, so that each kind of slip leads to its page."""

import pytest

from guard.authoring.lint.table import RULES, told_by_loader
from guard.errors import GuardError, PolicyError
from guard.words.texts import Phrase, words_of
from tests.unit.authoring.lint.makers import fragment, linted, told

BASE = fragment("")
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("rule", "line", "text"),
    [
        ("unknown-key", 7, fragment("ruls: []\n")),
        ("yaml-trap", 10, BASE.replace("    do", "\tdo")),
        ("yaml-trap", 10, BASE.replace("do: ", f"do:{NBSP}")),
        ("yaml-trap", 11, BASE.replace("    say", "    do: flag\n    say")),
        ("yaml-trap", 10, fragment("do: *x\n")),
        ("yaml-trap", 10, fragment("do: &x block\n")),
        ("yaml-trap", 10, fragment("do: !x block\n")),
        ("yaml-trap", 12, fragment("match: ['L'[[projet Orion]]']\n")),
        ("yaml-trap", 12, fragment("match:\n  - [[projet Orion]] ici\n")),
        ("yaml-trap", 9, fragment("find: {terms: [Projet Orion], disguises: yes}\n")),
        ("yaml-trap", 11, fragment("say: {fr: {a: b}, en: c}\n")),
        ("yaml-trap", 6, fragment("examples_at: 2026-12-01T09:00\n")),
        ("condition-never-holds", 10, fragment("do: {when: {count: 4-2}, action: block}\n")),
        ("unreachable-step", 11, fragment("do:\n  - block\n  - flag\n")),
        ("exception-too-broad", 14, fragment('unless: {value: ["*"]}\n')),
        ("message-reveals-secret", 12, fragment('confidential: true\nsay: {fr: "projet orion", en: "a"}\n')),
        ("term-inside-term", 9, fragment("find: {terms: [Projet Orion, Projet Orion]}\n")),
        ("no-near-miss", 8, BASE.replace('    no_match: ["Orion brille ce soir"]\n', "")),
        ("missing-language", 11, fragment("say: {de: a}\n")),
        ("not-understood", 10, fragment("do: explode\n")),
    ],
)  # fmt: skip
def test_names(rule, line, text):
    found = told(text)
    assert rule in [name for name, _ in found], found
    assert len({name for name, _ in found}) == 1, found
    assert min(place for name, place in found if name == rule) in {line, line + 1}


def test_the_remark_behind_a_text_without_quotes():
    lost = fragment('find:\n  terms:\n    - Projet Orion #2\n    - Salle verte # a remark\n    - "Salle #3"\n')
    assert told(lost) == [("yaml-trap", 11)]
    assert told(fragment("find: {terms: [Projet Orion]} #remark\n")) == []


@pytest.mark.parametrize(
    ("no_match", "found"),
    [
        ("    - Orion # ce soir\n", [("text-cut-short", 14)]),
        ("    - {text: Orion, note: a # b\n      }\n", [("text-cut-short", 14)]),
        ("    - Orion  # ce soir\n", []),
        ('    - "Orion # ce soir"\n', []),
        ('    - "Orion" # ce soir\n', []),
        ("    - Orion brille\n    # ce soir\n", []),
        ("    - Orion #ce soir\n", [("yaml-trap", 14)]),
        ("    - “Orion # ce soir”\n", [("typographic-quotes", 14), ("text-cut-short", 14)]),
        ("    - “Orion”\n", [("typographic-quotes", 14)]),
        ("    - ‘L’étoile d’Orion’\n", [("typographic-quotes", 14)]),
        ("    - «\u202fOrion\u202f», dit-il\n", []),
        ("    - Vu « Orion »\n", []),
        ('    - "« Orion »"\n', []),
        ("    - “Orion” et “Sirius”\n", []),
        ("    [“Orion, Sirius”]\n", [("typographic-quotes", 14)]),
    ],
)
def test_what_cuts_a_text_or_becomes_part_of_it(no_match, found):
    assert told(fragment(f"no_match:\n{no_match.replace('    ', '  ', 1)}")) == found


def test_a_problem_without_a_place_is_told_too():
    (found,) = told_by_loader([PolicyError(Phrase("loader.no-policy"))], sources=None)
    assert (found.rule, found.location.file) == ("not-understood", "policies")


def test_no_two_rules_claim_the_same_and_all_of_it_can_be_said():
    said = [key for rule in RULES for key in rule.loader]
    assert len(said) == len(set(said))
    assert not [key for key in said if not words_of("en").has(f"loader.{key.partition(' ')[0]}")]


def test_what_the_loader_does_not_say_is_not_understood():
    (found,) = told_by_loader([GuardError("a tab stands here")], sources=None)
    assert found.rule == "not-understood"


def test_words_of_a_confidential_file_are_not_repeated():
    text = fragment("confidential: true\nZephyrine: a\ndo: Zephyrine\n")
    assert "ephyrine" not in str(linted({"p.yaml": text}))
