from datetime import timedelta

import pytest

from guard.policy.bundle import bundle_from_texts
from guard.training.decisions.lessons import Left, latest, meaning
from guard.types.finding import Finding, Span, Strength
from guard.types.held import CaseState, Form, Review
from guard.types.post import ANONYMOUS, Post, Segment
from guard.types.question import Ask, Question
from tests.ledgers import NOW, held
from tests.unit.training.decisions.makers import said

POLICY = """\
guard: 1
policy: p
owner: a@b.example
review_by: 2027-05-31
mode: enforce
rules:
  - {id: jobs, find: {topic: layoffs, at_least: low}, do: hold, say: {fr: "a.", en: "a."}, match: ["x"], no_match: ["y"]}
  - {id: any, find: {topic: any, at_least: low}, do: [{when: {confidence: high}, action: hold}, {action: flag}], say: {fr: "a.", en: "a."}, match: ["x"], no_match: ["y"]}
  - {id: both, find: {all_of: [{topic: layoffs, at_least: low}, {entity: PERSON}]}, do: hold, say: {fr: "a.", en: "a."}, match: ["x"], no_match: ["y"]}
  - {id: either, find: {any_of: [{topic: layoffs, at_least: low}, {entity: PERSON}]}, do: hold, say: {fr: "a.", en: "a."}, match: ["x"], no_match: ["y"]}
  - {id: mail, find: {entity: EMAIL_ADDRESS}, do: hold, say: {fr: "a.", en: "a."}, match: ["[[x]]"], no_match: ["y"]}
"""
RULES = {f"p/{rule.source.id}": rule for rule in bundle_from_texts({"p.yaml": POLICY}).rules}
LATER = NOW + timedelta(hours=1)


def post(*texts):
    segments = tuple(Segment(f"/{number}", "body", text) for number, text in enumerate(texts))
    return Post("1", "mastodon", "status.create", ANONYMOUS, segments)


def topic(name="layoffs", score=0.9, segment="/0"):
    return Finding("TOPIC", Span(segment, 0, 3), score, "topics", Strength.MODEL, subtype=name, exact=False)


PERSON = Finding("PERSON", Span("/0", 0, 3), 0.9, "names", Strength.MODEL)
MAIL = Finding("EMAIL_ADDRESS", Span("/0", 0, 3), 0.9, "patterns", Strength.PATTERN)


def case(*rules, approved=True, form=Form.WRITTEN, state=None):
    made = state or (CaseState.APPROVED if approved else CaseState.REJECTED)
    review = None if made is CaseState.OPEN else Review(approved, "Dana", LATER, "why", form)
    return held(1001, matches=tuple(f"p/{rule}" for rule in rules), state=made, review=review)


def told(one, findings=None, published=None, asked=()):
    findings = [topic()] if findings is None else findings
    found = meaning(one, post("abc"), published or post("abc"), findings, RULES, asked)
    return found if isinstance(found, Left) else [(each.text, dict(each.topics)) for each in found]


def question(ask, upheld, created=LATER + timedelta(minutes=1)):
    return Question("q", "u", "U", ask, None, 1001, (), created, None, None, upheld=upheld)


@pytest.mark.parametrize("state", [CaseState.APPROVED, CaseState.USED, CaseState.EXPIRED])
def test_what_was_let_out_is_harmless_whether_it_was_sent_or_not(state):
    assert told(case("jobs", state=state)) == [("abc", {"layoffs": False})]


def test_what_was_refused_gives_its_topic_away():
    assert told(case("jobs", approved=False)) == [("abc", {"layoffs": True})]


def test_an_open_case_says_nothing_so_neither_does_a_decision_that_was_undone():
    assert told(case("jobs", state=CaseState.OPEN)) == []


def test_a_masked_text_that_went_out_is_harmless_as_it_went_out():
    assert told(case("jobs", form=Form.REDACTED), published=post("a*c")) == [("a*c", {"layoffs": False})]


def test_a_rewritten_text_is_a_pair_of_twins():
    found = told(case("jobs", form=Form.EDITED), published=post("better"))
    assert found == [("abc", {"layoffs": True}), ("better", {"layoffs": False})]


def test_an_edit_elsewhere_leaves_the_text_harmless():
    edited = meaning(
        case("jobs", form=Form.EDITED), post("abc", "old"), post("abc", "new"), [topic()], RULES,
    )  # fmt: skip
    assert [(one.text, dict(one.topics)) for one in edited] == [("abc", {"layoffs": False})]


@pytest.mark.parametrize("approved", [True, False])
def test_what_something_else_may_have_held_says_nothing_either_way(approved):
    assert told(case("mail", approved=approved), [MAIL]) is Left.NO_TOPIC
    assert told(case(approved=approved), [MAIL]) is Left.NO_TOPIC
    assert told(case("jobs", "mail", approved=approved), [topic(), MAIL]) is Left.MORE
    assert told(case("either", approved=approved), [topic(), PERSON]) is Left.NO_TOPIC
    assert told(case("jobs", "old", approved=approved)) is Left.GONE
    assert told(case("both", approved=approved), [topic(), PERSON]) == [("abc", {"layoffs": not approved})]


def test_of_any_topic_only_those_sure_enough_to_hold_are_meant():
    sure = [topic("legal", 0.85), topic("mna", 0.3)]
    assert told(case("any", approved=False), sure) == [("abc", {"legal": True})]
    assert told(case("jobs", "any"), [topic(score=0.3), *sure]) == [("abc", {"layoffs": False, "legal": False})]


def test_each_topic_is_learnt_from_the_text_where_it_is_surest():
    findings = [topic(score=0.5), topic(score=0.8, segment="/1"), topic("legal", 0.9)]
    found = meaning(case("jobs", "any", approved=False), post("abc", "def"), post("abc", "def"), findings, RULES)
    assert [(one.text, dict(one.topics)) for one in found] == [("def", {"layoffs": True}), ("abc", {"legal": True})]


@pytest.mark.parametrize(
    ("ask", "upheld", "created", "expected"),
    [
        (Ask.FALSE_POSITIVE, True, LATER + timedelta(minutes=1), [("abc", {"layoffs": False})]),
        (Ask.REVIEW, True, NOW, [("abc", {"layoffs": False})]),
        (Ask.FALSE_POSITIVE, False, LATER + timedelta(minutes=1), [("abc", {"layoffs": True})]),
        (Ask.REVIEW, None, LATER + timedelta(minutes=1), Left.CONTESTED),
        (Ask.REVIEW, None, NOW, [("abc", {"layoffs": True})]),
        (Ask.ALREADY_PUBLIC, True, LATER + timedelta(minutes=1), Left.CONTESTED),
        (Ask.RESPONSIBILITY, False, LATER + timedelta(minutes=1), [("abc", {"layoffs": True})]),
    ],
)
def test_a_refusal_that_its_author_contests(ask, upheld, created, expected):
    assert told(case("jobs", approved=False), asked=[question(ask, upheld, created)]) == expected


def test_the_later_decision_on_a_text_counts():
    kept, again = latest([said("A  b", leaks=False, after=2), said("a b", after=1), said("c", after=0)])
    assert ([(one.text, one.topics["layoffs"]) for one in kept], again) == ([("c", True), ("A  b", False)], 1)


def test_a_lesson_shows_no_text_by_accident():
    assert "secret" not in repr(said("secret"))
