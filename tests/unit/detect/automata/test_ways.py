"""Few ways to read a text: told rightly, so that a pattern without a time limit can take no time."""

import importlib
import re
import time

import pytest
import regex

from guard.detect.automata.loosen import loosen
from guard.detect.automata.regexnodes import Reader
from guard.detect.automata.ways import MOST, Ways
from guard.detect.presidio.search import _SHORT
from tests.presidio import pattern_recognizers

_parser = importlib.import_module("re._parser")
FLAGS = int(re.IGNORECASE | re.MULTILINE | re.DOTALL)


def few(expression):
    return Ways(Reader(FLAGS)).are_few(list(_parser.parse(expression, re.IGNORECASE)))


@pytest.mark.parametrize(
    "expression",
    [
        r"\d{3}-\d{4}", r"\w+@\w+", r"\w+(?:-+\w+)*(?:\.\w+(?:-+\w+)*)+", r"(a|ab)(c|bcd)", r"(?<!\w)a?b?c?(?!\w)",
        r"(?!1\d{12}(?!\d))\d{13,16}", r"a{2,}b{0,3}?", "",
    ],
)  # fmt: skip
def test_few(expression):
    assert few(expression)


@pytest.mark.parametrize(
    "expression",
    [
        r"(a+)+b", r"(a|aa)+b", r"a*a*b", r"(?:(?:a|aa|b)+)+[!?]", r"(x+x+)+y", r"(a?){30}b", r"(?:a*)*b", r"(a)\1",
        r"(?=.*a)b", rf"(?:a|a){{{MOST}}}", r"(?:aé|[^b]è)*", r"\d{1,400}x",
    ],
)  # fmt: skip
def test_many_or_not_known(expression):
    assert not few(expression)


def test_presidios_patterns_with_few_ways_take_no_time_on_what_they_nearly_match():
    patterns = [pattern.regex for each in pattern_recognizers() for pattern in each.patterns]
    quick = [each for each in patterns if (loose := loosen(each, FLAGS)) is not None and loose.few_ways]
    assert len(quick) > 0.8 * len(patterns)
    texts = [(unit * _SHORT)[:_SHORT] for unit in ("a", "1", "a.", "a@", "a-", "1-", "A1", "1 ", "é")]
    for expression in quick:
        compiled = regex.compile(expression, FLAGS)
        started = time.process_time()
        for text in texts:
            list(compiled.finditer(text))
        assert time.process_time() - started < 0.1, expression
