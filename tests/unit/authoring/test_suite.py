"""Examples that hold, and each way in which one does not."""

from pathlib import Path

import pytest

from guard.authoring.suite import FIXED_CLOCK, example_facts, example_post, run_examples
from guard.detect.given import entity_types
from guard.detect.modelled import wanted
from guard.detect.run import Detectors
from guard.inspector import Inspector
from guard.models.shelf import Shelf
from guard.policy.bundle import bundle_from_texts, load_bundle
from guard.policy.names import Known
from guard.types.inspection import DetectorFailure, Facts
from guard.types.post import Author, Post, Segment
from guard.wiring.heart import NETWORKS, models_folder
from tests.unit.policy.makers import HEAD, NOON, ToyInspector, policy

POLICIES = Path(__file__).parents[3] / "policies"


def run(match: str = '["a [[b@c.example]]"]', no_match: str = "[nothing]", *, do="redact", head=HEAD, more="", tail=""):
    find = "{any_of: [{entity: EMAIL_ADDRESS}, {terms: [Aurore]}]}"
    rule = (
        f"  - id: r\n    find: {find}\n    do: {do}\n    say: {{fr: non, en: never}}\n"
        f"    match: {match}\n    no_match: {no_match}\n{more}"
    )
    made = bundle_from_texts({"p.yaml": policy(rule, head, tail)})
    return run_examples(ToyInspector(made), made)


def test_examples_that_hold_give_no_failure():
    result = run(
        '["[[Aurore]]", {text: "a [[b@c.example]] d", action: redact, becomes: "a [e-mail] d"}]', '["x", "auroreole"]'
    )
    assert (result.total, result.failures, result.todo) == (4, (), ())


@pytest.mark.parametrize(
    ("match", "expected", "got"),
    [
        ('["[[a b@c.example]]"]', "to find [[a b@c.example]] (0–13)", "[[b@c.example]] (2–13)"),
        ('["[[a]] b"]', "to find [[a]] (0–1)", "nothing"),
        ('["[[b@c.example]] aurore"]', "to find [[b@c.example]] (0–11)", "[[b@c.example]] (0–11), [[aurore]] (12–18)"),
        ('[{text: "[[b@c.example]]", action: block}]', "block", "redact"),
        ('[{text: "[[b@c.example]]", becomes: "[x]"}]', "the text “[x]”", "“[e-mail]”"),
    ],
)
def test_a_match_that_fails_says_what_was_expected_and_what_came(match, expected, got):
    (failure,) = run(match).failures
    assert (failure.expected, failure.got) == (expected, got)
    assert (failure.policy, failure.rule) == ("demo", "r")
    assert (failure.location.file, failure.location.line, failure.location.field) == ("p.yaml", 11, "rules[0].match[0]")
    assert failure.message == f"expected {expected}; got {got}"


def test_a_no_match_that_fails():
    (failure,) = run(no_match='["see b@c.example"]').failures
    assert failure.message == "expected allow; got redact for [[b@c.example]] (4–15)"
    assert failure.location.field == "rules[0].no_match[0]"


def test_a_no_match_may_be_found_when_the_ladder_allows_it():
    ladder = "[{when: {visibility: direct}, action: allow}, {action: block}]"
    assert not run(no_match='[{text: "b@c.example", as: {visibility: direct}}]', do=ladder).failures


def test_todo_is_reported_and_does_not_count_also_when_it_passes():
    result = run('["[[Aurore]]", {text: "[[A-u-r-o-r-e]]", todo: true}, {text: "[[aurore]]", todo: true}]')
    assert not result.failures
    assert [failure.got for failure in result.todo] == ["nothing", "the outcome that is wanted: take the todo away"]


def test_a_confidential_policy_shows_places_and_no_words():
    head = HEAD + "confidential: true\n"
    match = (
        '[{text: "le [[projet Aurore]]"}, {text: "[[Aurore]]", becomes: "Aurore"}, {text: "[[Aurore]]", action: hold}]'
    )
    failures = run(match, '["Aurore"]', head=head).failures
    assert len(failures) == 4
    assert (
        failures[0].message
        == "expected to find characters 3 to 16 (counted from 0); got characters 10 to 16 (counted from 0)"
    )
    assert "urore" not in "".join(f"{failure!r}{failure.message}" for failure in failures)


def test_several_places_of_a_confidential_policy_are_told_together():
    (failure,) = run('["[[Aurore]] x [[Aurore]] [[x]]"]', head=HEAD + "confidential: true\n").failures
    assert failure.got == "characters 0 to 6 and 9 to 15 (counted from 0)"


def test_shadow_rules_run_their_examples_too_and_off_ones_do_not():
    wrong = '[{text: "[[Aurore]]", action: block}]'
    assert len(run(wrong, more="    mode: shadow\n").failures) == 1
    assert len(run(wrong, more="    mode: {canary: 1%}\n").failures) == 1
    assert run(wrong, more="    mode: off\n").total == 0


def test_exceptions_of_rules_that_are_off_run_no_examples():
    tail = (
        "exceptions:\n  - id: e\n    reason: ok\n    approved_by: a\n    expires: 2026-12-31\n    only: {rules: [r]}\n"
        '    match: ["a b@c.example"]\n'
    )
    head = HEAD + "examples_at: 2026-01-01\n"
    assert run(head=head, more="    mode: off\n", tail=tail).total == 0
    assert run(head=head.replace("enforce", "off"), tail=tail).failures == ()
    assert run(head=head, no_match="[x, y]", match='["[[Aurore]]"]', tail=tail).total == 4


def test_a_detector_that_fails_fails_the_example():
    made = bundle_from_texts({"p.yaml": policy()})
    result = run_examples(ToyInspector(made, (DetectorFailure("toy", "ValueError"),)), made)
    assert [failure.got for failure in result.failures] == ["a failure of toy"] * 2


EXCEPTION = """\
exceptions:
  - id: e
    reason: known
    approved_by: dpo@exemple.fr
    expires: {expires}
    only: {{groups: [g]}}
    match: [{{text: "Aurore", as: {{groups: [g], at: {at}}}}}]
    no_match: [{{text: "Aurore"}}]
"""


@pytest.mark.parametrize(
    ("expires", "at", "got"),
    [
        ("2026-12-20", "2026-12-20", None),
        ("2026-12-20", "2026-12-21", "it was not used"),
        ("one day", "2026-12-20", "its `expires` is missing or cannot be read"),
    ],
)
def test_exceptions_have_examples(expires, at, got):
    tail = EXCEPTION.format(expires=expires, at=at)
    result = run(head=HEAD + "examples_at: 2026-01-01\n", tail=tail)
    assert result.total == 4
    assert [failure.rule for failure in result.failures] == (["e"] if got else [])
    if got:
        assert got in result.failures[0].got


def test_an_exception_used_where_it_should_not_be():
    tail = EXCEPTION.format(expires="2026-12-20", at="2026-01-01").replace('"Aurore"}', '"Aurore", as: {groups: [g]}}')
    (failure,) = run(head=HEAD + "examples_at: 2026-01-01\n", tail=tail).failures
    assert failure.message == "expected the exception not to be used; got it was used"


def test_examples_are_posted_where_the_policy_applies_and_never_today():
    head = HEAD + "applies_to: {networks: [x], groups: [staff], accounts: [bob], languages: [fr]}\n"
    assert not run(head=head).failures
    made = bundle_from_texts({"p.yaml": policy(head=head)})
    source = made.policies[0].source
    example = source.rules[0].match[0]
    assert example_facts(source, example) == Facts(FIXED_CLOCK, frozenset({"staff"}))
    post = example_post(source, example)
    assert (post.network, post.author.account, post.language) == ("x", "bob", "fr")


@pytest.fixture(scope="module")
def shipped() -> Inspector:
    made = load_bundle(POLICIES, Known(entity_types((), indexed=False), NETWORKS))
    models, problems = wanted(lambda: Shelf(models_folder(None)), made.entities)
    assert problems == ()
    return Inspector(Detectors.build(made.matchers, models=models), made)


def test_shipped_policies_hold_all_their_examples(shipped):
    result = run_examples(shipped, shipped.bundle)
    assert [str(failure.location) + " " + failure.message for failure in (*result.failures, *result.todo)] == []
    assert result.total >= 60


def test_the_post_this_project_was_begun_for_is_blocked_without_naming_the_client(shipped):
    text = "Pff, encore un projet avec client X qui m'échappe, galère 20 personnes sur le carreau"
    post = Post("p", "mastodon", "status.create", Author("mastodon", "a"), (Segment("/status", "body", text),))
    inspection = shipped.inspect(post, Facts(NOON))
    assert inspection.decision.action.word == "block"
    found = {match.id: match for match in inspection.decision.matches}
    assert found["client-x/name"].action.word == "block"
    assert found["staff-topics/lost-work"].action.word == "hold"
    assert {f.subtype for f in found["staff-topics/lost-work"].findings} == {"lost_deal", "layoffs"}
    assert inspection.redacted is None  # without the name it would still tell of a lost deal and of jobs
    assert "client x" not in str(inspection.decision.matches[0].say).lower()
