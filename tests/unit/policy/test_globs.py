import time
from itertools import product

import pytest
import regex

from guard.policy.globs import glob


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*@exemple.fr", "Presse@Exemple.FR", True),
        ("*@exemple.fr", "presse@exemple.fr.example", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("*a*b*", "xxaxxb", True),
        ("*a*b*", "xxbxxa", False),
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("*liste\ndes*", "LA LISTE\nDES EXPOSANTS", True),
        ("[a-z].+", "b.x", False),
        ("", "", True),
        ("", "x", False),
        ("*", "", True),
    ],
)
def test_fits(pattern, text, fits):
    assert glob(pattern).fits(text) is fits


def test_same_as_a_regular_expression_on_all_short_patterns():
    texts = ["".join(t) for n in range(5) for t in product("ab", repeat=n)]
    for pattern in ("".join(p) for n in range(5) for p in product("ab*?", repeat=n)):
        same = regex.compile("".join({"*": ".*", "?": "."}.get(c, c) for c in pattern))
        for text in texts:
            assert glob(pattern).fits(text) is bool(same.fullmatch(text)), (pattern, text)


def test_many_stars_stay_quick():
    started = time.perf_counter()
    assert not glob("*a" * 30 + "b").fits("a" * 100_000)
    assert not glob("*a?a" * 30 + "*b").fits("a" * 100_000)
    assert time.perf_counter() - started < 1
