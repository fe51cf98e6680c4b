"""Marks and numbers of a text as a reviewer sees it, and what is new in a text written anew."""

from dataclasses import replace

from guard.console.cases.sides import retold, written
from guard.types.finding import Finding, Span
from tests.unit.console.cases.test_sides import TOPIC, match, post


def test_of_several_models_the_numbers_stand_once_in_a_text_and_of_other_rules_at_each_place():
    phone = Finding("PHONE_NUMBER", Span("/status", 5, 10), 1.0, "d")
    again = Finding("PHONE_NUMBER", Span("/status", 14, 21), 1.0, "d")
    (text,) = written(post(), [match(TOPIC), match(replace(TOPIC, subtype="layoffs")), match(phone, again)], [])
    assert [run.ends for run in text.runs if run.strong] == [(1, 2, 3), (3,)]


def test_what_is_new_in_a_text_is_marked_word_by_word():
    (text,) = retold(post(), {"/status": "On a gagné le contrat avec la coop"})
    assert [run.piece.text for run in text.runs if run.new] == ["gagné"]
    assert "".join(run.piece.text for run in text.runs) == "On a gagné le contrat avec la coop"
    (text,) = retold(post(), {"/status": "mot " * 90_000})
    assert all(run.new for run in text.runs)
