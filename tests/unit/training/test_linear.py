import numpy as np
import pytest

from guard.training.linear import features_of, linear_logits, train_linear

LEAKS = ["they fired him today", "they fired her at noon", "all were fired in march", "fired by mail again"]
OTHERS = ["they met him today", "they met her at noon", "all were there in march", "sent by mail again"]


@pytest.fixture(scope="module")
def trained():
    texts = [(text.split(), text.split()) for text in LEAKS + OTHERS]
    labels = np.zeros((8, 5))
    labels[:4, [0, 2]] = 1
    features = features_of(texts)
    return train_linear(features, labels, np.ones(8), 1), features, labels


def test_what_is_learnt_is_told(trained):
    model, features, _ = trained
    said = linear_logits(model, features)
    assert said[:4, [0, 2]].min() > said[4:, [0, 2]].max()


def test_of_what_there_was_no_example_nothing_is_said(trained):
    model, features, _ = trained
    assert (linear_logits(model, features)[:, [1, 3, 4]] < -5).all()


def test_a_word_that_tells_weighs_more_than_one_that_stands_everywhere(trained):
    from guard.models.hashed import word_rows

    weights = trained[0].weights[0][:, 0]
    telling, common = (abs(weights[word_rows([word])[0]]) for word in ("fired", "they"))
    assert telling > 5 * common


def test_the_same_again_gives_the_same(trained):
    model, features, labels = trained
    again = train_linear(features, labels, np.ones(8), 1)
    assert (again.weights[0] == model.weights[0]).all()
    assert (again.bias == model.bias).all()
