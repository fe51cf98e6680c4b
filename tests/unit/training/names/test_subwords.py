"""Vectors of subwords, made of a table with many more numbers."""

import numpy as np

from guard.models.names.words import key
from guard.training.names.subwords import reduced

PIECES = ["[PAD]", "press", "##press", "club", "é", "##s", "2", "!"]
TABLE = np.random.default_rng(1).normal(0, 1, (len(PIECES), 6))


def test_plain_pieces_only_each_with_its_vector() -> None:
    found = reduced(PIECES, TABLE, 3)
    assert found.keys.tolist() == sorted(map(key, ["press", "##press", "club", "##s", "2"]))
    assert found.numbers()[key("club")] == found.keys.tolist().index(key("club"))
    assert found.vectors.shape == (5, 3)
    assert np.allclose(found.table()[1:], found.vectors)
    assert not found.table()[0].any()


def test_what_is_alike_stays_alike() -> None:
    table = TABLE.copy()
    table[3] = table[1] + 0.001
    vectors = dict(zip(reduced(PIECES, table, 3).keys.tolist(), reduced(PIECES, table, 3).vectors, strict=True))
    assert np.allclose(vectors[key("press")], vectors[key("club")], atol=0.05)
    assert not np.allclose(vectors[key("press")], vectors[key("##press")], atol=0.05)
    assert 0.5 < np.square(list(vectors.values())).mean() <= 1.0001
