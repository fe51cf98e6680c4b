from itertools import pairwise

from guard.detect.overlap import resolve
from guard.types.finding import Finding, Span, Strength


def finding(start, end, strength=Strength.PATTERN, *, matcher=None, exact=True, entity="E", score=0.5):
    return Finding(entity, Span("/s", start, end), score, "d", strength, matcher=matcher, exact=exact)


def kept(*findings):
    return [(each.span.start, each.span.end, each.entity_type) for each in resolve(findings)]


def test_stronger_then_longer_then_surer():
    assert kept(finding(0, 9, entity="A"), finding(2, 5, Strength.VALIDATED, entity="B")) == [(2, 5, "B")]
    assert kept(finding(0, 5, entity="A"), finding(2, 9, entity="B")) == [(2, 9, "B")]
    assert kept(finding(0, 5, entity="A", score=0.4), finding(0, 5, entity="B", score=0.6)) == [(0, 5, "B")]
    assert kept(finding(0, 9, Strength.MODEL, entity="A"), finding(3, 4, entity="B")) == [(3, 4, "B")]


def test_neighbours_do_not_overlap_and_come_in_order():
    assert kept(finding(5, 9), finding(0, 5)) == [(0, 5, "E"), (5, 9, "E")]


def test_what_a_policy_asked_for_is_always_kept():
    got = kept(
        finding(0, 20, Strength.VALIDATED, entity="A"),
        finding(2, 5, Strength.DICTIONARY, matcher="m/1", entity="C"),
        finding(2, 5, Strength.DICTIONARY, matcher="m/2", entity="C"),
        finding(3, 4, matcher="m/3", entity="R"),
    )
    assert got == [(0, 20, "A"), (2, 5, "C"), (2, 5, "C"), (3, 4, "R")]


def test_an_inexact_hit_neither_pushes_aside_nor_is_pushed_aside():
    assert kept(finding(0, 99, exact=False, entity="T"), finding(3, 9, Strength.VALIDATED)) == [
        (0, 99, "T"),
        (3, 9, "E"),
    ]


def test_many_findings():
    many = [finding(i, i + 3) for i in range(0, 60_000, 2)]
    got = resolve(many)
    assert all(left.span.end <= right.span.start for left, right in pairwise(got))
    assert len(got) >= 14_000
