"""The best sequence of tags, and the names it spells."""

from itertools import product

import numpy as np
import pytest

from guard.models.names.decode import AHEAD, TAGS, allowed, best, spans

MOVES = [
    [0.3 * ((a * 3 + b * 5) % 4) - 0.4 if allowed(a, b) else -1e4 for b in range(len(TAGS))] for a in range(len(TAGS))
]


def by_hand(scores: list[list[float]]) -> list[int]:
    """Every way there is."""

    def worth(way: tuple[int, ...]) -> float:
        steps = zip((0, *way), (*way, 0), strict=True)
        return sum(row[tag] for row, tag in zip(scores, way, strict=True)) + sum(MOVES[a][b] for a, b in steps)

    return list(max(product(range(len(TAGS)), repeat=len(scores)), key=worth))


@pytest.mark.parametrize("seed", range(30))
def test_best_is_the_best_of_all(seed: int) -> None:
    chance = np.random.default_rng(seed)
    scores = chance.normal(0, 2, (4, len(TAGS))).tolist()
    assert best(scores, MOVES, [False] * 4) == by_hand(scores)


def test_where_none_is_told_it_is_taken() -> None:
    scores = [[0.0, 5, 0, 0, 0, 0, 0], [AHEAD + 1, 0, 0, 0, 0, 0, 0], [0.0, 0, 0, 6, 0, 0, 0]]
    assert best(scores, MOVES, [False, True, False]) == [1, 0, 3]
    assert best([], MOVES, []) == []


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], []),
        ([0, 0], []),
        ([1, 2, 0, 5], [(0, 2, 0), (3, 4, 2)]),
        ([1, 1], [(0, 1, 0), (1, 2, 0)]),
        ([0, 2, 2], [(1, 3, 0)]),  # no model gives it, and it does not fail
        ([3, 2], [(0, 1, 1), (1, 2, 0)]),
    ],
)
def test_spans(tags: list[int], expected: list[tuple[int, int, int]]) -> None:
    assert spans(tags) == expected


def test_what_may_follow() -> None:
    assert allowed(1, 2)
    assert allowed(2, 2)
    assert not allowed(0, 2)
    assert not allowed(3, 2)
    assert all(allowed(before, tag) for before in range(7) for tag in (0, 1, 3, 5))
