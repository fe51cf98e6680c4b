"""Numbers that have the form of a telephone number or an address of a machine but are more often something else.

A draw of the lottery reads as five pairs, a version of a program as four small numbers. Each counts only beside a word
that says what it is.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

_PAIRS: Final = re.compile(r"\d\d(?:\D{1,4}\d\d){4}")
_NUMBERS: Final = re.compile(r"\d+")
_LARGEST_BALL: Final = 50
_WIDE_STEP: Final = 10
"""Between the pairs of a number that somebody made up: `06 11 22 33 44`."""
_COUNTING: Final = "01234567890"
_VERSIONS: Final = ((60, 60, 60), (20, 99, 99), (20, 20, 255))
"""The most that the parts behind the first are in most versions; of the addresses drawn at random, two in a hundred fit."""
_LARGEST_FIRST: Final = 150
_PRIVATE: Final = 10


def drawn(text: str) -> bool:
    """Whether five pairs go up and end within a lottery's balls, as chapters and hours do too; or digits count up.

    One in eight hundred mobiles does.
    """
    if text.isdigit():
        return text in _COUNTING
    if _PAIRS.fullmatch(text) is None:
        return False
    pairs = [int(pair) for pair in _NUMBERS.findall(text)]
    steps = [high - low for low, high in pairwise(pairs)]
    made_up = len(set(steps[1:])) == 1 and steps[1] >= _WIDE_STEP
    return pairs[-1] <= _LARGEST_BALL and min(steps) > 0 and not made_up


def like_version(address: str) -> bool:
    """Whether an IPv4 address may as well be a version: `16.0.12.3`. Never one of a private network."""
    first, *rest = map(int, address.split("."))
    if first > _LARGEST_FIRST or first == _PRIVATE:
        return False
    return any(all(part <= most for part, most in zip(rest, each, strict=True)) for each in _VERSIONS)
