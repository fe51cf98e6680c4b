import numpy as np
import pytest

from guard.training.calibrate import calibrate
from guard.training.scores import auc, calibration_error, caught, f1, pairs_told

YES_NO = np.array([True, True, False, False])


def test_area_under_the_curve():
    assert auc(YES_NO, np.array([4, 3, 2, 1])) == 1
    assert auc(YES_NO, np.array([1, 2, 3, 4])) == 0
    assert auc(YES_NO, np.array([1, 1, 1, 1])) == 0.5
    assert auc(YES_NO, np.array([4, 2, 2, 1])) == 0.875
    assert np.isnan(auc(np.array([True]), np.array([1.0])))


def test_caught_at_a_share_of_false_alarms():
    truth = np.array([True] * 4 + [False] * 100)
    score = np.concatenate([[99.5, 97, 50, 10], np.arange(100)])
    assert caught(truth, score) == 0.5
    assert np.isnan(caught(np.array([False]), np.array([1.0])))


def test_pairs_count_each_leak_with_each_twin():
    leaks, pairs = [True, False, True, False, False], ["a", "a", "b", "b", None]
    assert pairs_told(leaks, pairs, np.array([2, 1, 1, 2, 9])) == (0.5, 2)
    assert pairs_told([True], [None], np.array([1]))[1] == 0


def test_f1_and_calibration():
    assert f1(YES_NO, np.array([True, False, True, False])) == 0.5
    assert np.isnan(f1(~YES_NO & YES_NO, ~YES_NO & YES_NO))
    assert calibration_error(YES_NO, np.array([1.0, 1.0, 0.0, 0.0])) == 0
    assert calibration_error(YES_NO, np.array([0.5, 0.5, 0.5, 0.5])) == 0
    assert calibration_error(YES_NO, np.array([0.0, 0.0, 1.0, 1.0])) == 1


def test_calibration_keeps_the_order_and_comes_to_the_share_of_leaks():
    draw = np.random.default_rng(1)
    labels = np.repeat((draw.random((400, 1)) < 0.5).astype(float), 4, axis=1)
    said = labels * 2 + draw.normal(size=(400, 4))
    slope, offset = calibrate(said, labels, draw.normal(size=(200, 4)))
    assert (slope > 0.5).all()
    probable = 1 / (1 + np.exp(-(said[:, 0] * slope[0] + offset[0])))
    assert probable[labels[:, 0] == 1].mean() > 3 * probable[labels[:, 0] == 0].mean()
    assert probable.mean() < 0.5  # half of these posts leak, and of those that it is meant for few do


def test_a_head_that_learnt_nothing_is_not_turned_round():
    draw = np.random.default_rng(2)
    labels = (draw.random((200, 4)) < 0.5).astype(float)
    slope, _ = calibrate(-labels, labels, np.zeros((0, 4)))
    assert (slope > 0).all()
    assert slope == pytest.approx(np.full(4, 0.05))
