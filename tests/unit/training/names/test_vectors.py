"""Words and what stands beside them."""

import numpy as np

from guard.training.names import vectors


def test_reading_text() -> None:
    texts = ["Le chat de Rose dort. Rose mange", "le chat de Léa dort", "le chat dort"] * 3
    words, stream, case = vectors.read(texts)
    assert words[:2] == ["le", "chat"]
    assert "léa" not in words  # too rare
    assert case["rose"] == (0, 3)  # the second stands first in its sentence
    assert case["chat"] == (9, 0)
    chat, dort = words.index("chat"), words.index("dort")
    keys, often = vectors._cells(stream, len(words))
    beside = dict(zip(keys.tolist(), often.tolist(), strict=True))
    assert beside[words.index("le") * len(words) + chat] == 9
    assert round(beside[chat * len(words) + dort], 6) == 5  # three times side by side, six times three words on
    assert dort * len(words) + words.index("le") not in beside  # of two texts


def test_places_between_texts_are_none() -> None:
    _, stream, _ = vectors.read(["a b"] * 6)
    assert stream.tolist()[:5] == [0, 1, -1, -1, -1]
    assert np.all(stream >= -1)
