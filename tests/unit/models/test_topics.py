import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.errors import ModelError
from guard.models.hashed import RUN_ROWS, WORD_ROWS, run_rows, word_codes, word_rows
from guard.models.tokens import tokens
from guard.models.topics import LEAKS, MOST, SENSE_SHORTEST, TopicModel
from guard.models.weights import Weights
from guard.text.normalize import normalize
from tests.unit.models.makers import topic_weights

MODEL = TopicModel(topic_weights())


def read(text):
    return MODEL.read(normalize(text).folded)


def test_a_word_makes_its_topic_whatever_its_looks():
    for text in ("they fired him", "THEY FIRED HIM", "they f\u200bired him", "they ｆｉｒｅｄ him", "they fіred him"):
        assert read(text).topics["layoffs"] > 0.8, text
    assert read("they hired him").topics["layoffs"] < 0.2
    assert read("ils sont virés").topics["layoffs"] == read("ils sont vires").topics["layoffs"]


def test_severity_adds_up_what_each_step_is_likely():
    assert 1.8 < read("he was fired").severity < 2.3
    assert read("").severity == 0


@pytest.mark.parametrize("text", ["he was fired, see https://intra/x", "they hired him", "", "a"])
def test_topics_are_looked_for_where_a_text_may_leak(text):
    whole = read(text)
    assert MODEL.read(normalize(text).folded, whole.leak) == whole
    if text:
        hardly = MODEL.read(normalize(text).folded, whole.leak + 0.001)
        assert (hardly.leak, hardly.severity, set(hardly.topics.values())) == (whole.leak, whole.severity, {0.0})


def test_the_words_that_weighed_most_are_told_with_their_place():
    text = "hello, they fired him"
    assert [text[slice(*place)] for place in MODEL.weighed(text, "layoffs")] == ["fired"]
    assert MODEL.weighed("hello there", "layoffs") == []
    assert MODEL.weighed("fired", "layoffs") == [(0, 5)]
    half = TopicModel(topic_weights([("it'", "layoffs")]))
    assert half.weighed("it's not them", "layoffs") == []  # the half of a word that is said in two says nothing


def test_a_long_text_is_read_in_parts_and_the_surest_counts():
    words = ["quiet"] * (5 * MOST)
    for place in (0, MOST, len(words) - 1):
        assert MODEL.read(" ".join([*words[:place], "fired", *words[place + 1 :]])).topics["layoffs"] > 0.5
    assert MODEL.read(" ".join(words)).topics["layoffs"] < 0.2


@pytest.mark.parametrize(
    "text", ["", " ", "\x1a\x1a", "😭🎉", "👍🏽", "---", "日本語の文章", "x" * 5_000, "a " * 2_500]
)
def test_odd_texts_are_read_with_little_confidence(text):
    found = read(text)
    assert all(0 <= score < 0.5 for score in found.topics.values())


@given(st.text())
def test_no_text_raises(text):
    found = read(text)
    assert all(0 <= score <= 1 for score in found.topics.values())
    assert 0 <= found.leak <= 1
    folded = normalize(text).folded
    assert all(0 <= start < end <= len(folded) for start, end in MODEL.weighed(folded, "layoffs"))


def test_rows_stay_within_their_tables_and_differ():
    words = ["un", "projet", "perdu", "un", "", "\ud800", "𝔵"]
    for rows, size in ((word_rows(words), WORD_ROWS), (run_rows(words), RUN_ROWS)):
        assert rows.max() < size
        assert len(np.unique(rows)) == len(rows)
    assert set(word_rows(["a", "b"])) != set(word_rows(["b", "a"]))
    assert len(word_rows([])) == len(word_rows(["one"])) - 1 == 0


def test_words_numbers_and_signs():
    assert [word for word, _, _ in tokens("noooon, l'equipe a perdu 1234 eur!!")] == [
        "noon", ",", "l'", "equipe", "a", "perdu", "0000", "eur", "!", "!",
    ]  # fmt: skip


def test_weights_of_something_else_are_refused():
    weights = topic_weights()
    with pytest.raises(ModelError, match="no model of topics of this version"):
        TopicModel(Weights({**weights.about, "format": 99}, weights.arrays))
    with pytest.raises(ModelError, match="shape"):
        TopicModel(Weights(weights.about, {**weights.arrays, "scales": np.zeros((1, 14))}))
    with pytest.raises(ModelError, match="missing"):
        TopicModel(Weights(weights.about, {}))


def test_the_sense_of_a_word_that_no_post_had_tells_of_a_leak_but_not_what_about():
    weights = topic_weights()
    codes = np.sort(word_codes(["bankruptcy", "insolvent"]))
    sense = np.full((2, LEAKS), 127, np.int8)
    arrays = {"sense_codes": codes, "sense": sense, "sense_rarity": np.full(2, 10, np.float16)}
    scale = np.full(LEAKS, SENSE_SHORTEST / 127, np.float32)
    model = TopicModel(Weights(weights.about, {**weights.arrays, **arrays, "sense_scale": scale}))
    plain, told = MODEL.read("they are insolvent now"), model.read("they are insolvent now")
    assert told.leak > plain.leak + 0.3
    assert told.severity > plain.severity
    assert told.topics == plain.topics
    assert model.read("they are insolvent now insolvent") == told
    assert model.read("they are fine now").leak == MODEL.read("they are fine now").leak


def test_a_text_that_is_surely_about_one_topic_leaks_the_more():
    weights = topic_weights()
    model = TopicModel(Weights({**weights.about, "surest": 0.5}, weights.arrays))
    plain, told = read("they fired him"), model.read("they fired him")
    assert told.leak > plain.leak
    assert told.topics == plain.topics
    words = ["they", "fired", "him"]
    before, after = MODEL.logits(words), model.logits(words)
    assert after[-LEAKS] == pytest.approx(before[-LEAKS] + 0.5 * before[:-LEAKS].max())
    assert (after[1 - LEAKS :] == before[1 - LEAKS :]).all()
    assert model.read("lovely day").leak < read("lovely day").leak
