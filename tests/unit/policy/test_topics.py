"""Rules about what a text as a whole gives away."""

from datetime import UTC, datetime

import pytest

from guard.authoring.coverage import coverage
from guard.authoring.explain import explain
from guard.authoring.suite import run_examples
from guard.detect.modelled import wanted
from guard.detect.run import Detectors
from guard.inspector import Inspector
from guard.models.shelf import Shelf
from guard.types.inspection import Facts
from guard.view import inspection_json
from tests.unit.models.makers import shelf
from tests.unit.policy.makers import bundle, post

FACTS = Facts(now=datetime(2026, 6, 1, tzinfo=UTC))
LADDER = "[{when: {confidence: high}, action: hold}, {action: flag}]"


def rule(find, do="flag", match="he was fired", no_match="nothing here", name="r"):
    return f"""\
  - id: {name}
    find: {find}
    do: {do}
    say: {{fr: "Sujet interne.", en: "Inside matter."}}
    match: ["{match}"]
    no_match: ["{no_match}"]
"""


@pytest.fixture
def inspector(tmp_path):
    folder = shelf(tmp_path)

    def build(*rules):
        made = bundle(*rules)
        models, problems = wanted(lambda: Shelf(folder), made.entities)
        assert not problems
        return Inspector(Detectors.build(made.matchers, models=models), made)

    return build


def action(made, text):
    return made.inspect(post(text), FACTS).decision.action.word


def test_a_ladder_goes_by_confidence(inspector):
    made = inspector(rule("{topic: layoffs, at_least: low}", LADDER))
    assert action(made, "he was fired") == "hold"
    assert action(made, "he was hired") == "allow"
    assert run_examples(made, made.bundle).failures == ()


def test_another_topic_is_none(inspector):
    assert action(inspector(rule("{topic: mna}", "block")), "he was fired") == "allow"
    assert action(inspector(rule("{topic: any}", "block")), "he was fired") == "block"


def test_two_topics_of_one_text_add_up(inspector):
    both = rule("{all_of: [{topic: layoffs}, {topic: lost_deal}]}", "hold", match="tender gone, he was fired")
    made = inspector(both)
    assert action(made, "tender gone and he was fired") == "hold"
    assert action(made, "he was fired") == "allow"
    assert run_examples(made, made.bundle).failures == ()


def test_a_topic_with_a_pattern(inspector):
    made = inspector(
        rule("{all_of: [{topic: layoffs}, {entity: EMAIL_ADDRESS}]}", "hold", match="fired [[a@b.example]]")
    )
    assert action(made, "fired, write to a@b.example") == "hold"
    assert action(made, "write to a@b.example") == "allow"
    assert run_examples(made, made.bundle).failures == ()


def test_what_would_be_redacted_is_held(inspector):
    made = inspector(rule("{topic: layoffs}", "redact"))
    inspection = made.inspect(post("he was fired"), FACTS)
    assert inspection.decision.action.word == "hold"
    assert inspection.redacted is None


def test_examples_that_do_not_hold_are_told(inspector):
    made = inspector(rule("{topic: layoffs}", "flag", match="all is well", no_match="he was fired"))
    first, second = run_examples(made, made.bundle).failures
    assert first.message == "expected to find a topic; got none with that confidence"
    assert second.expected == "allow"


def test_without_a_model_the_rules_go_on_and_its_examples_are_left_out():
    made = bundle(rule("{topic: layoffs}"), rule("{regex: 'he was fired'}", match="[[he was fired]]", name="other"))
    blind = Inspector(Detectors.build(made.matchers), made)
    assert action(blind, "he was fired") == "flag"
    result = run_examples(blind, made, blind.detectors.missing)
    assert (result.total, result.failures) == (2, ())
    assert len(run_examples(blind, made).failures) == 1


def test_the_record_names_topics_and_the_places_of_words_but_no_text(inspector):
    made = inspector(rule("{topic: layoffs, at_least: low}", LADDER))
    record = inspection_json(made.inspect(post("tender gone, he was fired"), FACTS))
    assert list(record["topics"]) == ["layoffs", "lost_deal"]
    assert all(0.2 <= score <= 1 for score in record["topics"].values())
    by_topic = {each["subtype"]: each for each in record["findings"]}
    assert by_topic["layoffs"]["rule"] == "demo/r"
    assert by_topic["lost_deal"]["rule"] is None
    assert by_topic["layoffs"]["weighed"] == [[20, 25]]
    assert "fired" not in str(record)


def test_unless_near_of_a_topic_is_anywhere_in_the_text(inspector):
    excused = rule("{topic: layoffs}", "hold", no_match="the seminar of the year: fired").replace(
        "    do:", "    unless: {near: [seminar], within: 5}\n    do:"
    )
    made = inspector(excused)
    assert run_examples(made, made.bundle).failures == ()
    assert action(made, "he was fired, and that is no seminary at all") == "hold"
    assert action(made, "he was fired, which we tell in the long and well attended Seminar") == "allow"
    assert not [part for covered in coverage(made, made.bundle).rules for part in covered.parts if not part.reached]
    (suppressed,) = [
        event.words
        for told in explain(made, post("fired, seminar"), FACTS).rules
        for event in told.events
        if event.kind == "suppressed"
    ]
    assert suppressed == "`unless near`: seminar stands in the text"
