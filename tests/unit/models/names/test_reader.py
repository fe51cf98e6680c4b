"""From scores to names: handles, subtypes, scores."""

import numpy as np
import pytest

from guard.errors import ModelError
from guard.models.names.decode import TAGS
from guard.models.names.reader import PERSON_FACTS, NameReader, _at_signs, person_features
from guard.models.names.tokens import tokens
from guard.models.weights import Weights
from tests.unit.models.names.listing import WIDTH, lists, weights

PERSON, ORGANIZATION = 1, 3


def tagged(text: str, kind: int, tags: dict[str, int] | None = None) -> dict[str, int]:
    """Tags after `_at_signs`, of a text whose every token leans to `kind`."""
    found = tokens(text)
    rows = [[0.0] * len(TAGS) for _ in found]
    for row in rows:
        row[kind] = 1.0
    taken = [(tags or {}).get(token.text, 0) for token in found]
    _at_signs(found, rows, taken)
    return {token.text: tag for token, tag in zip(found, taken, strict=True)}


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("@ nikowavy yo", {"@": 1, "nikowavy": 1, "yo": 0}),
        ("RT @ nikowavy yo", {"@": 1, "nikowavy": 1}),
        ("I do , @ nikowavy yo", {"@": 1, "nikowavy": 1}),
        ("see @ Harry_Styles now", {"@": 1, "Harry": 1, "_": 2, "Styles": 2, "now": 0}),
        ("@ 9GAGTweets", {"@": 1, "9": 1, "GAGTweets": 2}),
    ],
)
def test_handles_of_a_text_whose_tokens_stand_apart(text: str, handle: dict[str, int]) -> None:
    assert tagged(text, PERSON).items() >= handle.items()


def test_a_handle_takes_the_likeliest_type() -> None:
    assert tagged("@ nikowavy yo", ORGANIZATION)["nikowavy"] == 3


def test_a_person_behind_a_lone_at_is_a_handle_where_a_sign_stands_apart() -> None:
    signs_apart, no_sign = "on to us @ nikowavy !", "on to us @ nikowavy"
    assert tagged(signs_apart, PERSON, {"nikowavy": PERSON})["@"] == PERSON
    assert tagged(signs_apart, ORGANIZATION, {"nikowavy": ORGANIZATION})["@"] == 0  # where they are, perhaps
    assert tagged(no_sign, PERSON, {"nikowavy": PERSON})["@"] == 0


@pytest.mark.parametrize("text", ["fun, finally @ Cinetopia", "at last @ Cinetopia", "@ Cinetopia, yes", "so good @"])
def test_elsewhere_a_lone_at_is_no_name(text: str) -> None:
    seen = tagged(text, PERSON, {"@": 1, "Cinetopia": 6})
    assert seen["@"] == 0
    assert seen.get("Cinetopia", 5) == 5  # what went on with the sign begins now


def test_what_public_is_told_from() -> None:
    states = np.arange(2 * WIDTH, dtype=np.float32).reshape(2, WIDTH)
    seen = person_features(states, ["Sophie", "Binet"], [32, 64], lists())
    assert seen.shape == (WIDTH + len(PERSON_FACTS) + 1,)
    assert np.allclose(seen[:WIDTH], states.mean(axis=0))
    assert dict(zip((*PERSON_FACTS, "listed"), seen[WIDTH:].tolist(), strict=True)) == {
        "known-person": 0, "known-person-part": 0, "given-4": 0, "given-5": 0.5, "listed": 1,
    }  # fmt: skip
    assert not person_features(states[:1], ["🔥"], [0], lists())[WIDTH:].any()


def test_subtypes_and_scores() -> None:
    model = weights()
    names = NameReader(model)("Sophie Binet va à Lyon , le 3 , avec Léa et Tom")
    assert names
    for name in names:
        assert 0 <= name.score <= 1
        assert name.subtype in {"PERSON": {"public", "private", None}, "ORGANIZATION": {None}}.get(
            name.label, {"place"}
        )
    sure = NameReader(Weights({**model.about, "calibration": [0.0, 2.0]}, model.arrays))
    assert {name.score for name in sure("Sophie Binet va à Lyon")} == {0.881}


def test_of_no_name_nothing_is_said() -> None:
    reader = NameReader(weights())
    assert reader("") == []
    assert reader(" \n ") == []


def test_a_missing_array_is_told() -> None:
    model = weights()
    with pytest.raises(ModelError):
        NameReader(Weights(model.about, {key: value for key, value in model.arrays.items() if key != "list-words"}))
