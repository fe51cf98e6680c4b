import gzip

import numpy as np
import pytest

from guard.errors import ModelError, UsageError
from guard.models.weights import Weights, pack
from guard.training.sensed import sensed_logits, train_sensed
from guard.training.senses import draw_lines, learn_senses, read_senses

ABOUT = {"sacked": 0, "fired": 0, "cake": 1, "tea": 1}


def told(lines):
    """A teacher to whom some words mean the same, and the others nothing."""
    return [np.array([[3.0 * (ABOUT.get(word) == side) for side in range(2)] for word in line]) for line in lines]


@pytest.fixture
def text(tmp_path):
    lines = [
        "they sacked him on a monday again",
        "they fired her on a friday again",
        "cake and tea for everybody again",
    ]
    (tmp_path / "common-voice.en.txt.gz").write_bytes(gzip.compress("\n".join([*lines, "short"]).encode()))
    french = "le contrat est perdu, dit le chef"
    (tmp_path / "common-voice.fr.txt.gz").write_bytes(gzip.compress(french.encode()))
    return tmp_path


@pytest.fixture
def senses(text, tmp_path):
    path = tmp_path / "senses.npz"
    path.write_bytes(pack(learn_senses(draw_lines(text, 10, 1), told, lambda _: None)))
    return read_senses(path)


def test_lines_are_drawn_by_the_seed_and_french_is_read_in_english(text):
    lines = draw_lines(text, 10, 1)
    assert lines == draw_lines(text, 10, 1)
    assert len(lines) == 4
    (french,) = (line for line in lines if "contrat" in line.words)
    assert french.words[1:4] == ("contrat", "est", "perdu")
    assert french.read[1:4] == ("contract", "is", "lost")
    assert len(draw_lines(text, 2, 1)) == 2


def test_words_that_mean_the_same_are_near_each_other(senses):
    fired, sacked, cake = (senses.vectors[senses.rows[word]] for word in ("fired", "sacked", "cake"))
    assert np.abs(fired - sacked).max() <= 1
    assert np.abs(fired - cake).max() > 10
    assert senses.rarity[senses.rows["again"]] < senses.rarity[senses.rows["cake"]]


def test_a_text_is_the_mean_of_its_words_whatever_their_order_and_number(senses):
    one, twice, other, none = senses.of_texts([["fired", "cake"], ["cake", "fired", "cake"], ["tea"], ["unheard"]])
    assert np.array_equal(one, twice)
    assert not np.allclose(one, other)
    assert not none.any()


def test_a_word_that_no_post_had_is_known_by_its_sense(senses):
    texts = [["fired"], ["cake"]] * 10
    labels = np.array([[1.0, 0, 0], [0, 0, 0]] * 10)
    model = train_sensed(senses.of_texts(texts), labels, senses.of_texts([["again"]]))
    sacked, tea = sensed_logits(model, senses.of_texts([["sacked"], ["tea"]]))
    assert sacked[0] > tea[0] + 0.1
    assert not model.weights[:, 1].any()  # no post was as severe as that


def test_a_folder_without_text_and_a_file_without_senses_are_told(tmp_path):
    with pytest.raises(UsageError, match="no free text"):
        draw_lines(tmp_path, 10, 1)
    with pytest.raises(UsageError, match="cannot be read"):
        read_senses(tmp_path / "senses.npz")
    with pytest.raises(UsageError, match="no words"):
        learn_senses([], told, lambda _: None)
    (tmp_path / "senses.npz").write_bytes(pack(Weights({}, {"words": np.zeros(3, np.uint8)})))
    with pytest.raises(ModelError, match="vectors is missing"):
        read_senses(tmp_path / "senses.npz")
