"""The sums of the model, beside the same written out plainly."""

import numpy as np
import pytest

from guard.errors import ModelError
from guard.models.names.encoder import Encoder
from guard.models.names.lists import FACTS
from guard.models.names.reading import MARKS
from guard.models.names.words import FORMS, folded, form, key, norm, pieces, subwords
from guard.models.weights import Weights
from tests.unit.models.names.listing import WIDTH, lists, weights


def plainly(model: Weights, words: list[str], bits: list[int]) -> np.ndarray:
    """What encoder.py works out, one token and one slot after the other."""
    array = {name: value.astype(np.float64) for name, value in model.arrays.items()}
    rows = dict(zip(model.arrays["keys"].tolist(), model.arrays["rows"].tolist(), strict=True))
    known = {code: at for at, code in enumerate(model.arrays["subword-keys"].tolist())}
    inputs = []
    for word in words:
        row = rows.get(key(norm(word)), rows.get(key(folded(word))))
        vector = np.zeros(4) if row is None else array["words"][row] * model.arrays["scales"][0]
        letters = word[0].isalnum()
        part = sum((array["pieces"][at] for at in pieces(norm(word))), np.zeros(3)) if letters else np.zeros(3)
        facts = lists().facts(word) if letters else 0
        within = [array["subwords"][at] for at in subwords(folded(word), known)] if letters else []
        alone = np.concatenate(
            [
                vector,
                part * model.arrays["scales"][1],
                np.eye(len(FORMS))[form(word)],
                [facts >> at & 1 for at in range(len(FACTS))],
                np.mean(within or [np.zeros(2)], axis=0) * model.arrays["scales"][2],
            ]
        )
        inputs.append(np.concatenate([alone, np.maximum(alone @ array["inner"] + array["inner-bias"], 0)]))
    states = []
    for at in range(len(words)):
        state = array["bias"].copy()
        for slot in range(5):
            if 0 <= at + slot - 2 < len(words):
                state += inputs[at + slot - 2] @ array["first"][:, slot * WIDTH : (slot + 1) * WIDTH]
        for slot in range(3):
            if 0 <= at + slot - 1 < len(words):
                mark = np.array([bits[at + slot - 1] >> place & 1 for place in range(len(MARKS))], float)
                state += mark @ array["marks"][:, slot * WIDTH : (slot + 1) * WIDTH]
        states.append(np.maximum(state, 0))
    around = [np.zeros(WIDTH), *states, np.zeros(WIDTH)]
    states = [
        state + np.maximum(np.concatenate(around[at : at + 3]) @ array["layer-0"] + array["layer-0-bias"], 0)
        for at, state in enumerate(states)
    ]
    return np.array(states) @ array["out"] + array["out-bias"]


@pytest.mark.parametrize(
    ("words", "bits"),
    [
        (["Sophie"], [0]),
        (["Sophie", "Binet"], [4, 0]),
        (["le", "Lyon", ",", "Sophie", "<url>", "Éléonore", "!"], [4, 32, 1, 64, 3, 0, 9]),
    ],
)
def test_as_written_out_plainly(words: list[str], bits: list[int]) -> None:
    model = weights()
    encoder = Encoder(model, lists())
    expected = plainly(model, words, bits)
    for _ in range(2):  # worked out, then kept
        scores, states = encoder(words, bits)
        assert np.allclose(scores, expected, atol=1e-3)
        assert states.shape == (len(words), WIDTH)


def test_more_words_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guard.models.names.encoder._KEPT", 3)
    encoder = Encoder(weights(), lists())
    fresh = Encoder(weights(), lists())
    for words in (["a", "b"], ["c", "d", "a"], ["e", "a", "b", "f", "g"], ["a"]):
        assert np.allclose(encoder(words, [0] * len(words))[0], fresh(words, [0] * len(words))[0], atol=1e-4)


@pytest.mark.parametrize(
    "name", ["inner", "inner-bias", "first", "marks", "layer-0", "out", "keys", "rows", "scales", "subwords"]
)
def test_a_wrong_shape_is_told(name: str) -> None:
    model = weights()
    arrays = {**model.arrays, name: np.zeros((1, 1, 1), np.float32)}
    with pytest.raises(ModelError):
        Encoder(Weights(model.about, arrays), lists())
