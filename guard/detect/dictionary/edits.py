"""Mistakes in words: how far two words lie apart, and what they share with a letter left out (deletion neighbourhoods)."""

from __future__ import annotations

from itertools import combinations
from typing import Final

LEAST_WORD: Final = 5
"""Shorter words within a name may hold no mistake: too many ordinary words lie one letter away."""
LEAST_TWICE: Final = 8
"""Letters of a word that may hold two mistakes."""
LONGEST: Final = 40
"""Letters of a word or of a name that are compared."""


def distance(left: str, right: str, most: int) -> int:
    """Optimal string alignment distance (a swap of neighbours counts one), or `most` + 1 when it is more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    left, right = _differing(left, right)
    if not left or not right:
        return len(left) + len(right)
    if most == 1:  # by far the commonest case: one letter for another, or two swapped
        return 1 if len(left) == len(right) == 1 or (len(left) == 2 and left == right[::-1]) else 2
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(right, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                best = min(best, last[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return row[-1]


def _differing(left: str, right: str) -> tuple[str, str]:
    """Both without their common beginning and end."""
    start, end = 0, min(len(left), len(right))
    while start < end and left[start] == right[start]:
        start += 1
    tail = 0
    while tail < end - start and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    return left[start : len(left) - tail], right[start : len(right) - tail]


def shortened(word: str, most: int) -> list[str]:
    """`word` with up to `most` letters left out."""
    size = len(word)
    if size < 2:
        return [word]
    forms = [word[:at] + word[at + 1 :] for at in range(size)]
    forms.append(word)
    if most > 1 and size > 2:
        forms += ["".join([word[place] for place in kept]) for kept in combinations(range(size), size - 2)]
    return forms


def allowed(word: str, typos: int) -> int:
    """How many mistakes one word of a name may hold."""
    if len(word) < LEAST_WORD:
        return 0
    return min(typos, 1) if len(word) < LEAST_TWICE else typos
