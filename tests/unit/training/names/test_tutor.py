"""Tags are drawn as often as they are likely. Needs the extra `train`."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from guard.models.names.decode import FORBIDDEN, TAGS, allowed  # noqa: E402
from guard.training.names.tutor import draw  # noqa: E402

COUNT = len(TAGS)
MOVES = torch.tensor([[0.0 if allowed(a, b) else FORBIDDEN for b in range(COUNT)] for a in range(COUNT)])


def drawn(scores: Any, sizes: list[int]) -> list[list[int]]:
    found: list[list[int]] = draw(scores, MOVES, torch.tensor(sizes), torch.Generator().manual_seed(1)).tolist()
    return found


def test_what_is_certain_is_always_drawn_and_nothing_behind_the_end() -> None:
    scores = torch.zeros(2, 3, COUNT)
    for row, tags in enumerate(([1, 2, 0], [5, 6, 6])):
        for at, tag in enumerate(tags):
            scores[row, at, tag] = 50
    assert drawn(scores, [3, 2]) == [[1, 2, 0], [5, 6, 0]]


def test_what_is_ruled_out_is_never_drawn() -> None:
    for tags in drawn(torch.zeros(500, 4, COUNT), [4] * 500):
        assert all(allowed(before, tag) for before, tag in zip([0, *tags], tags, strict=False))


def test_what_is_doubtful_is_drawn_by_its_odds() -> None:
    scores = torch.full((2000, 2, COUNT), -50.0)
    scores[:, 0, 0], scores[:, 0, 1], scores[:, 1, 0], scores[:, 1, 2] = 0.0, 0.0, 0.0, 1.0986
    count = [tuple(tags) for tags in drawn(scores, [2] * 2000)]
    parts = [count.count(each) / 2000 for each in ((0, 0), (1, 0), (1, 2))]  # as 1 to 1 to 3
    assert parts == pytest.approx([0.2, 0.2, 0.6], abs=0.04)
