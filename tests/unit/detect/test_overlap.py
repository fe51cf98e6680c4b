from itertools import pairwise

from guard.detect.overlap import merged, resolve
from guard.types.finding import Finding, Span, Strength


def finding(start, end, strength=Strength.PATTERN, *, matcher=None, exact=True, entity="E", score=0.5):
    return Finding(entity, Span("/s", start, end), score, "d", strength, matcher=matcher, exact=exact)


def kept(*findings):
    return [(each.span.start, each.span.end, each.entity_type) for each in resolve(findings, "x" * 99)]


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


def test_what_is_left_of_a_validated_one_is_kept():
    sure = Strength.VALIDATED
    assert kept(finding(0, 9, sure, entity="A"), finding(5, 12, sure, entity="B")) == [(0, 9, "A"), (9, 12, "B")]
    assert kept(finding(5, 14, sure, entity="A"), finding(0, 8, sure, entity="B")) == [(0, 5, "B"), (5, 14, "A")]
    assert kept(finding(0, 9, sure, entity="A"), finding(5, 12, entity="B")) == [(0, 9, "A")]


def test_part_of_a_name_that_a_model_found_is_no_name():
    pattern, name = finding(0, 10), finding(6, 20, Strength.MODEL, score=0.99)
    assert resolve([pattern, name], "x" * 30) == [pattern]


def test_two_readings_of_one_number_become_one():
    sure = Strength.VALIDATED
    assert kept(finding(0, 9, sure), finding(5, 14, sure)) == [(0, 14, "E")]
    assert kept(finding(0, 9, sure), finding(5, 14, sure), finding(12, 22, sure)) == [(0, 12, "E"), (12, 22, "E")]


def test_a_rest_without_letter_or_digit_is_not_worth_a_finding():
    sure = Strength.VALIDATED
    found = resolve([finding(0, 9, sure), finding(8, 11, sure)], "123456789, then")
    assert [(each.span.start, each.span.end) for each in found] == [(0, 9)]


def test_many_findings():
    many = [finding(i, i + 3) for i in range(0, 60_000, 2)]
    got = resolve(many, "x" * 60_003)
    assert all(left.span.end <= right.span.start for left, right in pairwise(got))
    assert len(got) >= 14_000


def number(start, end, entity="PHONE_NUMBER"):
    return Finding(entity, Span("/t", start, end), 0.9, "patterns", Strength.VALIDATED)


def test_a_finding_that_leaves_most_of_a_number_is_only_about_right():
    text = "x 1234 5678 9012 3456 06 39 98 12 34 y"
    (whole,) = resolve([number(22, 36)], text)
    assert (whole.span.start, whole.span.end, whole.exact) == (2, 36, False)
    mail = "2004 1010 0505 0001 606x@exemple.fr"
    (whole,) = resolve([number(20, 35, "EMAIL_ADDRESS")], mail)
    assert (whole.span.start, whole.span.end, whole.exact) == (0, 35, False)


def test_a_few_digits_beside_a_finding_change_nothing():
    for text in ("75001 06 39 98 12 34", "12/27 06 39 98 12 34 99", "1234 5678 9012 3456, 06 39 98 12 34"):
        start = text.index("06")
        (kept,) = resolve([number(start, start + 14)], text)
        assert kept.exact
    both = [number(0, 14), number(15, 29)]
    assert all(each.exact for each in resolve(both, "06 39 98 12 34 06 39 98 12 35"))


def test_all_rests_of_a_validated_one_stay():
    inside = [finding(4, 6, Strength.VALIDATED, entity="A"), finding(10, 12, Strength.VALIDATED, entity="B")]
    got = kept(*inside, finding(0, 20, Strength.PATTERN, entity="LINK", score=0.9))
    assert got == [(0, 4, "LINK"), (4, 6, "A"), (6, 10, "LINK"), (10, 12, "B"), (12, 20, "LINK")]


def test_another_reading_adds_what_is_new_and_what_is_surer():
    weak, strong = finding(0, 9), finding(2, 5, Strength.VALIDATED, score=0.9)
    assert merged([weak], [finding(2, 5)]) == [weak]
    assert merged([weak], [strong]) == [weak, strong]
    assert merged([finding(2, 5)], [strong]) == [strong]
    assert merged([strong], [finding(2, 5)]) == [strong]
    assert merged([weak], [finding(2, 5, entity="F")]) == [weak, finding(2, 5, entity="F")]


def test_what_is_only_about_right_takes_the_place_of_nothing():
    about = finding(0, 9, Strength.VALIDATED, exact=False, score=1.0)
    assert merged([finding(2, 5)], [about]) == [finding(2, 5)]
    assert merged([about], [finding(2, 5)]) == [about]
    assert merged([finding(2, 5)], [finding(7, 9, exact=False)]) == [finding(2, 5), finding(7, 9, exact=False)]


def test_a_value_that_is_the_lesser_part_of_a_row_of_digits_is_told_over_the_row_and_is_less_sure():
    text = "RIB 30003 17603 07378333295 94"
    unsure, sure = finding(16, 27, score=0.75), finding(16, 27, score=0.95)
    (told,) = resolve([unsure], text)
    assert (told.span.start, told.span.end, told.exact) == (4, len(text), False)
    assert told.score < unsure.score
    (told,) = resolve([sure], text)
    assert told.score == sure.score
