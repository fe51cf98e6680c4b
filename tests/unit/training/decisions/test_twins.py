import numpy as np

from guard.training.decisions.twins import groups_of, joined_groups


def texts(*lines):
    return [(line.split(), line.split()) for line in lines]


def test_texts_that_are_nearly_the_same_are_one_group_and_others_are_not():
    groups = groups_of(texts("they fired him on monday", "they fired him on sunday", "lovely day at the sea", ""))
    assert groups.tolist() == [0, 0, 1, 2]


def test_twins_of_twins_are_together():
    lines = ["a b c d e f g h", "b c d e f g h i j", "d e f g h i j k l"]
    first, second, third = groups_of(texts(*lines))
    assert first == second == third
    assert len(set(groups_of(texts(lines[0], lines[2])))) == 2


def test_groups_that_share_a_text_are_joined():
    assert joined_groups(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2])).tolist() == [0, 0, 0, 1]
