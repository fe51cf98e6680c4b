"""Slips of people who come from a word processor, told at their own place."""

import re
from datetime import UTC, datetime

import pytest
import yaml

from guard.authoring.templates import new_policy
from guard.errors import ProblemsError
from guard.policy import load
from guard.policy.load import load_yaml
from guard.words.texts import words_of

APOSTROPHE = "use double quotes around a text that holds an apostrophe"
NBSP, NARROW = "\u00a0", "\u202f"


def refused(text: str):
    with pytest.raises(ProblemsError) as caught:
        load_yaml("p.yaml", text.encode())
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("a:\n  - 'La constellation d'Orion'\n  - b\n", (2, 25), APOSTROPHE),
        ("a: 'L'affaire'\nb: c\n", (1, 7), APOSTROPHE),
        ("a: ['La constellation d'Orion']\n", (1, 25), APOSTROPHE),
        ("a: ['L'affaire [[x]]']\nb: c\n", (1, 8), APOSTROPHE),
        ("a: [{text: 'L'[[Orion]]', b: c}]\nd: e\n", (1, 15), APOSTROPHE),
        ('a:\n  - "il dit "oui" et part"\n', (2, 14), "use single quotes around a text that holds double quotes"),
        ("a:\n  - [[projet]] avance\n", (2, 5), "put it in quotes"),
        ("a: [[[projet]] avance, b]\n", (1, 5), "put it in quotes"),
        ("a: [Le [[projet]] avance]\n", (1, 8), "put it in quotes"),
        ("a: [{text: [[projet]] avance}]\n", (1, 12), "put it in quotes"),
        ("a: b\nc: 'd\ne: f\n", (2, 4), "close it"),
        ("a: b\n-c\nd: e\n", (2, 1), "a list's hyphen by a space"),
    ],
)
def test_slips_of_quotes_and_brackets(text, place, hint):
    (problem,) = refused(text)
    assert (problem.location.line, problem.location.column) == place
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("rules:\n  – id: a\n    do: block\n", (2, 3), "a dash or bullet of a word processor begins this line"),
        ('terms:\n  - "a"\n  • "b"\nx: y\n', (3, 3), "a dash or bullet of a word processor begins this line"),
        ('terms:\n  - "a"\n  * "b"\nx: y\n', (3, 3), "a dash or bullet of a word processor begins this line"),
        ("- a: b\n  find {terms: [c, d]}\n  e: f\n", (2, 7), "no colon stands after this key"),
        ("- a: b\n  find: {terms [c, d]}\n  e: f\n", (2, 15), "no colon stands after this key"),
        ("find: {terms: [a, b #1]}\nx: y\n", (1, 21), "from this # on, the line is a remark"),
    ],
)
def test_signs_of_word_processors_and_signs_left_out(text, place, message):
    (problem,) = refused(text)
    assert (problem.location.line, problem.location.column) == place
    assert message in problem.message


RULES = "rules:\n  - id: a\n    do: b\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("rules:\n  id: a\n    title: {fr: b}\n    do: c\n", (2, 3)),
        ("rules:\n  id: a\n\n    # who\n    do: c\n  - id: b\n", (2, 3)),
        (RULES + "\n  id: c\n    do: d\n", (5, 3)),
        (RULES + "id: c\n    do: d\n", (4, 1)),
    ],
)
def test_a_hyphen_that_was_left_out(text, place):
    (problem,) = refused(text)
    assert (problem.location.line, problem.location.column) == place
    assert problem.message == "a hyphen is missing before `id`"
    assert problem.hint == "write `- id:`, and the keys that follow below the i"


def test_a_second_id_in_one_rule_may_lack_its_hyphen():
    assert [one.hint for one in refused(RULES + "    id: c\n    do: d\n")] == [
        "if another item begins here, write `- id:`; otherwise keep one", "keep one",
    ]  # fmt: skip


def test_another_key_below_a_text_is_no_missing_hyphen():
    (problem,) = refused("rules:\n  - title: a\n      do: b\n")
    assert "hyphen" not in problem.message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("say:\n  fr: “Attention : sujet”\n", (2, 7)),
        ("say:\n  fr: «Un: deux»\n", (2, 7)),
        ("a: [{b: “c: d”}]\n", (1, 9)),
        ('title: {fr: "a : “b”", en: “c : d: e”}\n', (1, 28)),
    ],
)
def test_curly_quotes_are_letters(text, place):
    (problem,) = refused(text)
    assert (problem.location.line, problem.location.column) == place
    assert "curly or French quotes are only letters to YAML" in problem.message
    assert "straight quotes" in problem.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: 'chef d'atelier'\n", "write the apostrophe twice, '', or use double quotes"),
        ("a: 'chef d'atelier\\b'\n", "write each apostrophe inside the text twice, ''"),
        ("a: 'dit \"oui\" au chef d'atelier'\n", "write each apostrophe inside the text twice, ''"),
        ('a: "chef d\'atelier\\d"\n', "use '…' instead, and write each apostrophe in it twice, ''"),
        ("a: 'L'affaire'\nb: c\n", "write the apostrophe twice, '', or use double quotes"),
    ],
)
def test_an_apostrophe_is_doubled(text, hint):
    (problem,) = refused(text)
    assert problem.hint.startswith(hint) or problem.hint.endswith(hint)
    assert "found unknown" not in problem.message
    mended = re.sub(r"(\w)'(\w)", r"\1''\2", text).replace('"chef', "'chef").replace('d"', "d'")
    assert load_yaml("p.yaml", mended.encode())


@pytest.mark.parametrize(
    "text",
    [
        "a: [b, c   # the first\n    d: e\nf: g\n",
        "a:\n - b\n- c\n  d: e\n",
        'a: "– b"\nc: d: e\n',
        "a: b\nc [[d]]\ne: f\n",
    ],
)
def test_other_slips_are_not_taken_for_these(text):
    (problem,) = refused(text)
    assert not any(words in problem.message for words in ("word processor", "no colon", "this #"))


@pytest.mark.parametrize(
    "begin", [b"PK\x03\x04\x14\x00", b"{\\rtf1\\ansi guard: 1}", b"\xd0\xcf\x11\xe0\xa1", b"%PDF-1.7\n"]
)
def test_a_document_of_a_word_processor_is_called_one(begin):
    with pytest.raises(ProblemsError) as caught:
        load_yaml("p.yaml", begin)
    assert "this is a document of a word processor, not plain text (copy its text" in str(caught.value)


CLOSE = "close it at the end of the text"
LEFT_OPEN = [
    ('say:\n  fr: "Un."\n  en: "Deux.\nmatch:\n  - "Le [[projet]] avance"\n', (3, 7), "«"),
    ('match:\n  - "Le [[projet]] avance\nno_match:\n  - "b c"\n', (2, 5), "«"),
    ('match:\n  - "un\n  - "[[deux]]"\n', (2, 5), "«"),
    ('say:\n  fr: "Un.\n  en: "Deux.\nmatch: [x]\n', (2, 7), "«"),
    ('say: {fr: "Non, en: "No"}\nb: c\n', (1, 11), "«"),
    ('terms: ["Orion, "Vega"]\nb: c\n', (1, 9), "«"),
    ('terms: ["Orion,\n        "Vega"]\n', (1, 9), "«"),
    ('terms: ["Orion", "Vega]\nmatch: ["a b"]\n', (1, 18), "«"),
    ('say:\n  en: "No.\nx: ""\nmatch: ["b"]\n', (2, 7), "«"),
    ('say:\n  en: "No.\nx: "abc: d"\n', (2, 7), "«"),
    ('say:\n  en: "No.\nfind: {regex: \'DOS-\\d{6}\'}\nmatch: ["b"]\n', (2, 7), "«"),
    ("terms: ['Orion, 'Vega']\nb: c\n", (1, 9), "apostrophe"),
    ("match:\n  - 'Le [[projet]] avance\n  - 'autre chose'\n", (2, 5), "apostrophe"),
    ("say:\n  fr: 'Ce message\n  en: This isn't ok\n", (2, 7), "apostrophe"),
]


@pytest.mark.parametrize(("text", "place", "advice"), LEFT_OPEN)
@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_a_forgotten_closing_quote_is_told_where_its_text_begins(text, place, advice, loader, monkeypatch):
    monkeypatch.setattr(load, "_LOADER", loader)
    (problem,) = refused(text)
    assert (problem.location.line, problem.location.column) == place
    assert problem.message == "the quote that opens here is not closed where its text ends"
    assert problem.hint.startswith(CLOSE)
    assert advice in problem.hint


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('a: "il dit\n  que "oui" et part"\n', (2, 8)),
        ('a: "il dit :\n  c\'est "oui" et part"\n', (2, 10)),
        ('a: ["il dit, "oui" et part", "b"]\n', (1, 15)),
        ('a:\n  - "il dit "oui et part"\n', (2, 14)),
        ('a: "deux\n  lignes"\nb: "dit "oui""\n', (3, 10)),
    ],
)
def test_quotes_inside_a_text_are_told_at_their_place(text, place):
    (problem,) = refused(text)
    assert (problem.location.line, problem.location.column) == place
    assert "single quotes" in problem.hint


def closed_one_by_one(text: str):
    """The text without each closing quote that ends its line's value, and where that text begins."""
    for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(token, yaml.ScalarToken) and not token.plain:
            start, end = token.start_mark, token.end_mark
            yield text[: end.index - 1] + text[end.index :], (start.line + 1, start.column + 1)


def test_whichever_closing_quote_of_a_draft_is_missing():
    at = datetime(2026, 12, 1, tzinfo=UTC)
    text = new_policy("project-7", "confidential", at, words_of("fr"), owner="a@b.example", schema=False)
    cases = list(closed_one_by_one(text))
    assert len(cases) > 10
    for broken, place in cases:
        (problem,) = refused(broken)
        assert (problem.location.line, problem.location.column) == place, broken


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('a: {fr: "b" en: "c"}\n', "a comma is missing"),
        ("a: ['b' 'c']\n", "a comma is missing"),
        ("a: [b\nc: d\n", "not closed"),
        ("a:\n    - b\n  - c\n", "indentation"),
        ("a:\n  - b\n  c: d\n", "indentation"),
        ("a: ]\n", "in quotes"),
        ("a: b: c\n", "in quotes"),
        ('a: "b\\p"\n', "a backslash is special"),
    ],
)
def test_no_phrase_is_cut(text, hint):
    (problem,) = refused(text)
    assert hint in problem.hint
    assert problem.message.startswith("this is not valid YAML")
    assert not problem.message.endswith(("expected", "find", ":", "found"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"a:\n{NBSP} b: c\n", (2, 1)),
        (f"a:\n {NBSP}b: c\n", (2, 2)),
        (f"a:\n  -{NBSP}b\n", (2, 4)),
        (f"a:\n  - {NARROW}b\n", (2, 5)),
        (f"a:{NBSP}b\n", (1, 3)),
        (f"a: {NARROW}b\n", (1, 4)),
        (f"a:{NBSP}\n  - b\n", (1, 3)),
        (f"a:\n  - b:{NBSP}c\n", (2, 7)),
        (f"a: {{b:{NBSP}c}}\n", (1, 7)),
        (f"a: [{{b: \"c, d:\", e:{NBSP}'f'}}]\n", (1, 20)),
        ("a:\u2003b\n", (1, 3)),
        (f"a: b\n{NBSP}\n", (2, 1)),
    ],
)
def test_a_special_space_where_a_plain_one_is_wanted(text, place):
    (problem,) = refused(text)
    assert (problem.location.line, problem.location.column) == place
    assert problem.message.endswith(" stands here")
    assert problem.hint == "type a plain space"


def test_all_special_spaces_come_at_once():
    problems = refused(f"a:{NBSP}b\nc: d\ne:{NARROW}f\n")
    assert [str(problem.location) for problem in problems] == ["p.yaml:1:3", "p.yaml:3:3"]


@pytest.mark.parametrize(
    "text",
    [
        f"«{NBSP}Bonjour{NBSP}»{NARROW}!",
        f"Attention{NBSP}: ça",
        f"Attention:{NBSP}ça",
        f"{NBSP}a: b",
        f"b: {{c:{NBSP}d, e:{NBSP}f}}",
    ],
)
def test_french_typography_inside_a_text_is_right(text):
    for line in (
        f'a: "{text}"',
        f"a: ['{text}']",
        f'a: [{{b: "{text}"}}]',
        f"a: b # {text}",
        f"# a:{NBSP}{text}\na: b",
    ):
        assert load_yaml("p.yaml", line.encode())


def test_french_typography_in_a_text_without_quotes():
    text = f"Vous venez{NARROW}? «{NBSP}Oui{NBSP}», dit-il{NBSP}!"
    ((_, node),) = load_yaml("p.yaml", f"a: {text}\n".encode()).entries
    assert node.text == text
    ((_, node),) = load_yaml("p.yaml", f"a:\n  - Attention:{NBSP}ça\n".encode()).entries
    assert node.items[0].text == f"Attention:{NBSP}ça"
