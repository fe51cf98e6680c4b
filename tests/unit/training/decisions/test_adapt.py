import numpy as np
import pytest

from guard.models.hashed import word_rows
from guard.models.topics import LEAKS, TopicModel
from guard.models.weights import Weights
from guard.training.decisions.adapt import fit, lessons_of, logits_of, moved_weights, moves
from guard.types.topic import TOPICS
from tests.unit.training.decisions.makers import company, own_words, weights

LAYOFFS = TOPICS.index("layoffs")


def learnt(veil=lambda words: words, groups=None, labels=None, surest=0.0):
    """A model that learnt from the company's posts, with what it learnt from."""
    model, posts = weights(), company()
    model = Weights({**model.about, "surest": surest}, model.arrays)
    texts = [(post.text.split(), post.text.split()) for post in posts]
    shown = [(veil(words), veil(kept)) for words, kept in texts]
    lessons = lessons_of(model, texts, shown, np.arange(len(posts)) if groups is None else groups)
    before = logits_of(model, texts)
    if labels is None:
        labels = np.full((len(posts), len(TOPICS)), np.nan)
        labels[:, LAYOFFS] = [post.topics["layoffs"] for post in posts]
    moved = fit(lessons, before, labels, np.full(len(posts), fill_value=True))
    return model, texts, lessons, before, moved, moved_weights(model, lessons, moved, {"base": "b"})


def said(made, text):
    return TopicModel(made).read(text).topics["layoffs"]


def test_it_learns_what_the_decisions_have_in_common():
    model, *_, made = learnt()
    assert said(made, "seminar fired lawfully explained") < said(model, "seminar fired lawfully explained") - 0.1
    assert said(made, "they fired everybody quietly") > said(model, "they fired everybody quietly")
    assert (made.about["base"], made.about["topics"]) == ("b", list(TOPICS))


@pytest.mark.parametrize("surest", [0.0, 0.4])
def test_the_written_weights_say_what_was_fitted(surest):
    _, texts, lessons, before, moved, made = learnt(surest=surest)
    assert np.allclose(logits_of(made, texts), np.clip(before + moves(lessons, moved, before), -30, 30), atol=5e-3)


def test_topics_of_which_nothing_was_decided_stay_as_they_are_to_the_bit():
    model, *_, made = learnt()
    others = [number for number in range(len(TOPICS)) if number != LAYOFFS]
    for name in ("words", "runs"):
        table, old = (each.arrays[name].astype(int) for each in (made, model))
        assert (table[:, others] == old[:, others] * 256).all()
    assert (made.arrays["calibration"] == model.arrays["calibration"]).all()
    assert (made.arrays["words_rarity"] == model.arrays["words_rarity"]).all()
    quiet = "we were bought by a tender firm"
    assert TopicModel(made).read(quiet).topics["mna"] == pytest.approx(TopicModel(model).read(quiet).topics["mna"])


def test_without_a_word_said_nothing_moves():
    model, texts, *_, moved, made = learnt(labels=np.full((40, len(TOPICS)), np.nan))
    assert not moved.any()
    assert np.allclose(logits_of(made, texts), logits_of(model, texts))


def test_whether_a_text_leaks_moves_too():
    model, *_, made = learnt()
    lawful = ["seminar", "fired", "lawfully", "explained"]
    before, after = (TopicModel(each).logits(lawful)[-LEAKS:] for each in (model, made))
    assert (after < before).all()


def test_words_that_are_veiled_are_not_learnt():
    _, _, lessons, *_ = learnt(veil=lambda words: ["§" if word == "lawfully" else word for word in words])
    known = set(lessons.part.column.tolist())
    assert int(word_rows(["seminar"])[0]) in known
    assert not known & set(word_rows(["lawfully"]).tolist())
    pairs = set(word_rows(["fired", "lawfully"]).tolist()) - set(word_rows(["fired"]).tolist())
    assert not known & pairs


def test_words_of_fewer_than_three_unlike_texts_are_not_learnt():
    _, _, lessons, *_ = learnt()
    known = set(lessons.part.column.tolist())
    assert not known & {int(word_rows([word])[0]) for number in range(40) for word in own_words(number)}
    _, _, lessons, *_ = learnt(groups=np.arange(40) % 2)  # all leaks are twins, and so are the others
    assert not len(lessons.part.column)


def test_a_model_that_has_learnt_can_learn_again_and_large_weights_fit_in():
    *_, texts, lessons, before, moved, made = learnt()
    again = moved_weights(made, lessons, moved * 40, {})
    assert again.arrays["words"].dtype == np.int16
    expected = np.clip(before + moves(lessons, moved * 41, before), -30, 30)
    assert np.allclose(logits_of(again, texts), expected, atol=0.2)
