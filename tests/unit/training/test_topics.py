import numpy as np

from guard.models.topics import LEAKS
from guard.training.posts import Labelled
from guard.training.topics import _calibrated, _folds
from guard.types.topic import TOPICS


def post(source, pair=None, number=0):
    return Labelled(f"{source}{number}", source[:2], "text", frozenset(), 0, pair, source)


def test_posts_by_one_hand_are_left_out_together_in_both_languages():
    posts = [post("fr-a"), post("en-a"), post("en-b"), post("part")]
    first, second, third, fourth = _folds(posts)
    assert first == second
    assert len({first, third, fourth}) == 3


def test_of_many_hands_some_are_left_out_together():
    folds = _folds([post(f"fr-{hand}") for hand in "abcdefghijkl"])
    assert len(set(folds)) == 4
    assert folds[0] == folds[4] != folds[1]


def test_where_all_are_by_one_hand_twins_stay_together():
    folds = _folds([post("fr-a", f"p{number // 2}", number) for number in range(20)])
    assert (folds[::2] == folds[1::2]).all()
    assert len(set(folds)) == 5


def test_the_surest_topic_counts_in_a_leak():
    draw = np.random.default_rng(1)
    labels = np.zeros((200, len(TOPICS) + LEAKS))
    labels[::2, [0, -LEAKS]] = 1
    judged = draw.normal(size=labels.shape)
    judged[::2, 0] += 4  # the topic tells what the head of leaks does not
    ordinary = draw.normal(size=(50, labels.shape[1]))
    _, told = _calibrated(judged, labels, ordinary)
    leak, others = told[:, -LEAKS] - judged[:, -LEAKS], np.delete(told - judged, -LEAKS, axis=1)
    assert leak[::2].mean() > leak[1::2].mean() + 0.3
    assert not others.any()
