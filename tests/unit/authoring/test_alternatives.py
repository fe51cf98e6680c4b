"""The alternatives of a pattern, one by one."""

import pytest
import regex

from guard.authoring.alternatives import alternatives


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("abc", []),
        ("a|b", [("a", "a"), ("b", "b")]),
        ("(?i)a|b", [("a", "(?i)a"), ("b", "(?i)b")]),
        (r"x(?:a|b)+y", [("a", "x(?:a)+y"), ("b", "x(?:b)+y")]),
        (r"x(?P<n>a|b|)y", [("a", "x(?P<n>a)y"), ("b", "x(?P<n>b)y"), ("", "x(?P<n>)y")]),
        ("p(?:a|b)|c", [("p(?:a|b)", "p(?:a|b)"), ("a", "p(?:a)"), ("b", "p(?:b)"), ("c", "c")]),
        (r"[a|b]\|(?!c|d)(?<!e|f)", []),
        (r"[]|](?<=a|b)", [("a", "[]|](?<=a)"), ("b", "[]|](?<=b)")]),
        ("(a)?(?(1)b|c)", []),
        ("(?x) a | b # c", []),
        ("(a|b", []),
        ("a|b)", []),
    ],
)
def test_each_alternative_with_the_pattern_in_which_it_stands_alone(pattern, expected):
    assert list(alternatives(pattern)) == expected
    for _, alone in expected:
        regex.compile(alone)
