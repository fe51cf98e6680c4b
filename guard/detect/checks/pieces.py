"""Numbers told in pieces: "it starts with 4539, then 5787 ..."; what is said between the pieces is left out before a check."""

from __future__ import annotations

import re
from collections.abc import Callable

_NO_DIGIT = re.compile(r"[^0-9]+")
_KEPT = re.compile(r"([0-9A-Z])|[^0-9A-Z]+")
"""One digit or capital, or what stands between: an account number is dictated in capitals, the remarks in it are not."""


def of_digits(check: Callable[[str], bool]) -> Callable[[str], int]:
    """The check of the digits alone."""
    return lambda text: len(text) if check(_NO_DIGIT.sub("", text)) else 0


def of_capitals(check: Callable[[str], int]) -> Callable[[str], int]:
    """The check of digits and capitals alone, a space where a remark was; it may take only the first of them."""

    def told(text: str) -> int:
        kept = [(found[1] or " ", found.start()) for found in _KEPT.finditer(text)]
        size = check("".join(part for part, _ in kept))
        return kept[size - 1][1] + 1 if size else 0

    return told
