"""YAML that a policy may not hold, each with the place that is named."""

import pytest

from guard.errors import ProblemsError
from guard.policy.load import MAX_BYTES, ListNode, MapNode, Scalar, load_yaml


def refused(data: str | bytes):
    with pytest.raises(ProblemsError) as caught:
        load_yaml("p.yaml", data if isinstance(data, bytes) else data.encode())
    return caught.value.problems


def test_every_value_stays_text_with_its_place():
    tree = load_yaml("p.yaml", b"a: no\nb: [12:30, 2026-01-01, 0x1F, ~]\nc: ''\n")
    assert isinstance(tree, MapNode)
    (a, no), (_, items), (_, empty) = tree.entries
    assert (a.text, a.line, a.column) == ("a", 1, 1)
    assert (no.text, no.line, no.column) == ("no", 1, 4)
    assert isinstance(items, ListNode)
    assert [item.text for item in items.items] == ["12:30", "2026-01-01", "0x1F", "~"]
    assert [(item.line, item.column) for item in items.items] == [(2, 5), (2, 12), (2, 24), (2, 30)]
    assert isinstance(empty, Scalar)
    assert empty.quoted


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: &x 1\nb: *x\n", 1, 4, "anchor"),
        ("a: *x\n", 1, 4, "alias"),
        ("a: !!str 1\n", 1, 4, "tag"),
        ("a: !python/object:os.system ls\n", 1, 4, "tag"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("a:\n\tb: 1\n", 2, 1, "tab"),
        ("a: 1\nb: \x07\n", 2, 4, "U+0007"),
        ("a: sûr\u202e\n", 1, 7, "U+202E"),
        ("a: x\u2028b: 1", 1, 5, "U+2028"),
        ('a: "\\0"\n', 1, 4, "control character"),
        ("? [a]\n: 1\n", 1, 3, "key must be a word"),
        ("a: b: c\n", 1, 5, "not valid YAML"),
        ("a: [1, 2\nb: 3\n", 2, 2, "not valid YAML"),
        ('a: "x\n', 1, 4, "never closed"),
        ("a: @x\n", 1, 4, "not valid YAML"),
        ("%TAG ! tag:x,2000:\n---\na: !b 1\n", 3, 4, "tag"),
        ("", None, None, "empty"),
        ("# only a remark\n", None, None, "empty"),
    ],
)
def test_refused_with_its_place(text, line, column, words):
    problem = refused(text)[0]
    assert words in problem.message
    assert problem.location.file == "p.yaml"
    assert (problem.location.line, problem.location.column) == (line, column)
    assert problem.hint


def test_same_key_twice_names_both_lines_and_all_of_them_come():
    problems = refused("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert [(p.location.line, p.location.field) for p in problems] == [(2, "b.c"), (3, "a")]
    assert "first on line 1" in problems[1].message


def test_invalid_utf8_names_line_and_column():
    location = refused("a: 1\nb: é".encode() + b"\xff\n")[0].location
    assert (location.line, location.column) == (2, 5)


def test_a_byte_order_mark_is_no_mistake():
    assert load_yaml("p.yaml", b"\xef\xbb\xbfa: 1\r\nb: 2\r\n").entries[1][0].line == 2


@pytest.mark.parametrize(
    "data",
    [
        b"a: '" + b"x" * MAX_BYTES + b"'",
        b"[" * 100_000,
        b"a: " * 3 + b"{" * 21 + b"}" * 21,
        b"{" * 21,
        b"- x\n" * 10_001,
        b"[" + b"1," * 20_000 + b"]",
    ],
)
def test_too_big_too_deep_too_many(data):
    assert refused(data)


def test_bomb_of_aliases_is_refused_at_its_first_anchor():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{c}: &{c} [{', '.join(['*' + p] * 9)}]" for p, c in zip("abcdefg", "bcdefgh", strict=True)]
    assert "anchor" in refused("\n".join(lines))[0].message


def test_errors_quote_nothing_of_the_file():
    for text in ("Aurore: [Aurore\n", "Aurore: Aurore: Aurore\n", "'Aurore' Aurore\n", "Client X: 1\nClient X: 2\n"):
        for problem in refused(text):
            assert "Aurore" not in str(problem)
            assert "Client" not in str(problem)
