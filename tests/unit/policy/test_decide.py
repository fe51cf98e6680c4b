"""One rule, one condition at a time; then several rules."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from guard.policy.decide import decide
from guard.types.decision import Action
from guard.types.inspection import DetectorFailure
from guard.types.post import Author, Visibility
from tests.unit.policy.makers import DIRECT, HEAD, IMAGE, NOON, bundle, facts, mail, outcome, post, rule

CLOCK = HEAD + "examples_at: 2026-01-01\ndates: {launch: 2026-06-01T12:00:00Z}\n"


def test_nothing_found_is_the_shared_decision():
    made = bundle(rule("block"))
    decision = decide(post(), [], facts(), made)
    assert decision is made.clean
    assert (decision.action, decision.matches, decision.policy_digest) == (Action.ALLOW, (), made.digest)


def test_a_match_carries_what_others_need():
    made = bundle(
        rule("{action: hold, with: '[x]', approvers: [group:dpo], approvals: 2}"), head=HEAD + "confidential: true\n"
    )
    finding = mail()
    (match,) = decide(post(), [finding], facts(), made).matches
    assert (match.id, match.action, match.findings) == ("demo/r", Action.HOLD, (finding,))
    assert (match.label, match.approvers, match.approvals, match.confidential) == ("[x]", ("group:dpo",), 2, True)
    assert match.say == {"fr": "non", "en": "never"}
    assert match.title == {"fr": "r", "en": "r"}


@pytest.mark.parametrize(
    ("count", "number", "action"),
    [("3+", 2, "allow"), ("3+", 3, "hold"), ("3+", 9, "hold"), ("2", 1, "allow"), ("2", 2, "hold"), ("2", 3, "allow"),
     ("2-3", 3, "hold"), ("2-3", 4, "allow")],
)  # fmt: skip
def test_count(count, number, action):
    assert (
        outcome(f"{{when: {{count: {count}}}, action: hold}}", [mail(n * 10, n * 10 + 5) for n in range(number)])
        == action
    )


@pytest.mark.parametrize(
    ("confidence", "score", "action"),
    [
        ("low", 0.0, "hold"),
        ("medium", 0.49, "allow"),
        ("medium", 0.5, "hold"),
        ("high", 0.79, "allow"),
        ("high", 0.8, "hold"),
    ],
)
def test_confidence(confidence, score, action):
    assert outcome(f"{{when: {{confidence: {confidence}}}, action: hold}}", [mail(score=score)]) == action


def test_confidence_and_count_together_count_only_the_sure_ones():
    do = "{when: {confidence: high, count: 2+}, action: hold}"
    assert outcome(do, [mail(0, 5), mail(9, 12, score=0.3)]) == "allow"
    assert outcome(do, [mail(0, 5), mail(9, 12)]) == "hold"


@pytest.mark.parametrize(
    ("when", "given", "action"),
    [
        ("visibility: [public, unlisted]", {"visibility": Visibility.UNLISTED}, "hold"),
        ("visibility: [public, unlisted]", {"visibility": DIRECT}, "allow"),
        ("networks: [x]", {"network": "x"}, "hold"),
        ("networks: [x]", {"network": "mastodon"}, "allow"),
        ("networks: [x]", {"network": ""}, "hold"),
        ("language: [fr]", {"language": "fr-CA"}, "hold"),
        ("language: [fr]", {"language": "en"}, "allow"),
        ("language: [fr]", {"language": None}, "hold"),
        ("media: true", {"attachments": (IMAGE,)}, "hold"),
        ("media: true", {}, "allow"),
        ("media: false", {}, "hold"),
        ("groups: [a, b]", {"facts": facts(NOON, "b", "c")}, "hold"),
        ("groups: [a, b]", {"facts": facts(NOON, "c")}, "allow"),
        ("before: launch", {"facts": facts(NOON - timedelta(seconds=1))}, "hold"),
        ("before: launch", {"facts": facts(NOON)}, "allow"),
        ("after: launch", {"facts": facts(NOON)}, "hold"),
        ("after: launch", {"facts": facts(NOON - timedelta(seconds=1))}, "allow"),
        ("before: 2026-06-01", {"facts": facts(NOON + timedelta(hours=11))}, "hold"),
        ("before: 2026-06-01", {"facts": facts(NOON + timedelta(hours=12))}, "allow"),
    ],
)
def test_conditions(when, given, action):
    assert outcome(f"{{when: {{{when}}}, action: hold}}", head=CLOCK, **given) == action


def test_what_a_post_does_not_say_lets_nothing_pass():
    ladder = "[{when: {%s}, action: allow}, {action: hold}]"
    assert outcome(ladder % "language: [fr]", language=None) == "hold"
    assert outcome(ladder % "networks: [x]", network="") == "hold"


def test_the_first_line_that_fits_decides():
    ladder = "[{when: {count: 3+}, action: flag}, {when: {visibility: direct}, action: hold}, {action: block}]"
    assert outcome(ladder) == "block"
    assert outcome(ladder, visibility=DIRECT) == "hold"
    assert outcome(ladder, [mail(n * 9, n * 9 + 3) for n in range(3)], visibility=DIRECT) == "flag"


def test_no_line_that_fits_allows_and_still_shows_the_match():
    made = bundle(rule("{when: {count: 9+}, action: hold}"))
    decision = decide(post(), [mail()], facts(), made)
    assert decision.action is Action.ALLOW
    assert [match.action for match in decision.matches] == [Action.ALLOW]


@pytest.mark.parametrize(
    ("near", "text", "action"),
    [
        ("[standard]", "notre STANDARD : a@b.example", "allow"),
        ("[standard]", "standardiste : a@b.example", "hold"),
        ("[standard]", "a@b.example, le standard", "allow"),
        ("[numéro vert]", "NUMERO  VERT a@b.example", "allow"),
        ("[numero vert]", "Numéro vert a@b.example", "allow"),
        ("[standard]", "standard, et " + "bla " * 11 + "a@b.example", "hold"),
        ("[ard]", "x" * 9 + "standard, " + "bla " * 9 + "a@b.example", "hold"),
        ("['c++']", "c++ a@b.example", "allow"),
    ],
)
def test_unless_near(near, text, action):
    start = text.index("a@b")
    more = f"    unless: {{near: {near}, within: 40}}\n"
    assert outcome("hold", [mail(start, start + 11)], more=more, segments=post(text).segments) == action


def test_a_word_cut_by_the_reach_is_not_a_word():
    text = "standard " + "a@b.example"
    more = "    unless: {near: [ard, dard], within: 4}\n"
    assert outcome("hold", [mail(9, 20)], more=more, segments=post(text).segments) == "hold"


def test_unless_value_and_only_for_the_finding_it_fits():
    more = "    unless: {value: ['*@Exemple.fr']}\n"
    text = post("presse@exemple.fr et moi@a.example").segments
    assert outcome("hold", [mail(0, 17)], more=more, segments=text) == "allow"
    assert outcome("hold", [mail(0, 17), mail(21, 34)], more=more, segments=text) == "hold"


@pytest.mark.parametrize(
    ("scope", "given", "action"),
    [
        ("networks: [x]", {"network": "bluesky"}, "allow"),
        ("networks: [x]", {"network": ""}, "block"),
        ("accounts: [Alice@Mastodon.example]", {}, "block"),
        ("accounts: [bob]", {}, "allow"),
        ("accounts: [bob]", {"author": Author("x", "1", handle="Bob")}, "block"),
        ("accounts: [bob]", {"author": Author("x", "")}, "block"),
        ("languages: [fr]", {"language": "en-GB"}, "allow"),
        ("languages: [fr]", {"language": None}, "block"),
        ("groups: [g]", {}, "allow"),
        ("groups: [g]", {"facts": facts(NOON, "g")}, "block"),
    ],
)
def test_scope(scope, given, action):
    assert outcome("block", head=HEAD + f"applies_to: {{{scope}}}\n", **given) == action


EXCEPTION = """\
exceptions:
  - id: e
    reason: known
    approved_by: dpo@exemple.fr
    expires: {expires}
    only: {only}
    text: {text}
"""


def excepted(expires="2026-12-20", only="{rules: [r]}", text="['*liste*']", **more) -> str:
    tail = EXCEPTION.format(expires=expires, only=only, text=text)
    more.setdefault("segments", post("la LISTE de a@b.c").segments)
    return outcome("block", head=CLOCK, tail=tail, **more)


@pytest.mark.parametrize(
    ("given", "action"),
    [
        ({}, "allow"),
        ({"expires": "2026-05-31"}, "block"),
        ({"expires": "2026-06-01"}, "allow"),
        ({"expires": "2026-06-01T12:00:00Z"}, "block"),
        ({"expires": "the end"}, "block"),
        ({"only": "{groups: [g]}"}, "block"),
        ({"only": "{groups: [g]}", "facts": facts(NOON, "g")}, "allow"),
        ({"only": "{networks: [x]}"}, "block"),
        ({"only": "{networks: [x]}", "network": "x"}, "allow"),
        ({"text": "['*list']"}, "block"),
        ({"text": "['*nothing*', 'la liste*']"}, "allow"),
    ],
)
def test_exceptions(given, action):
    assert excepted(**given) == action


def test_an_exception_covers_every_text_in_which_something_is_found_or_none():
    texts = post("la liste a@b.c", "a@b.c").segments
    assert excepted(segments=texts) == "allow"
    assert excepted(segments=texts, findings=[mail(), mail(path="/text1")]) == "block"


def test_an_exception_answers_for_its_own_rules_and_policy_only():
    tail = EXCEPTION.format(expires="2026-12-20", only="{rules: [r]}", text="['*']")
    made = bundle(rule("block"), rule("hold", name="s"), head=CLOCK, tail=tail)
    decision = decide(post(), [mail()], facts(), made)
    assert [(m.rule, m.action, m.exception) for m in decision.matches] == [
        ("r", Action.ALLOW, "e"),
        ("s", Action.HOLD, None),
    ]
    assert decision.action is Action.HOLD


def test_the_most_severe_wins_and_all_that_fit_are_shown():
    made = bundle(*(rule(word, name=word) for word in ("flag", "block", "allow", "hold", "redact")))
    decision = decide(post(), [mail()], facts(), made)
    assert decision.action is Action.BLOCK
    assert [match.rule for match in decision.matches] == ["flag", "block", "allow", "hold", "redact"]


def test_shadow_is_recorded_and_not_acted_on_and_off_is_silent():
    made = bundle(
        rule("block", name="a", more="    mode: shadow\n"),
        rule("block", name="b", more="    mode: off\n"),
        rule("flag", name="c"),
    )
    decision = decide(post(), [mail()], facts(), made)
    assert decision.action is Action.FLAG
    assert [match.rule for match in decision.matches] == ["c"]
    assert [(match.rule, match.action) for match in decision.shadow] == [("a", Action.BLOCK)]


def test_canary_is_steady_for_an_account_and_near_its_share():
    made = bundle(rule("block"), head=HEAD.replace("enforce", "{canary: 30%}"))
    accounts = [post(author=Author("x", f"user{n}")) for n in range(1000)]
    first = [decide(one, [mail()], facts(), made).action for one in accounts]
    assert first == [decide(one, [mail()], facts(), made).action for one in accounts]
    assert 250 < first.count(Action.BLOCK) < 350
    unknown = post(author=Author("x", ""))
    assert decide(unknown, [mail()], facts(), made).action is Action.BLOCK
    for share, action in (("0%", Action.ALLOW), ("100%", Action.BLOCK)):
        edge = bundle(rule("block"), head=HEAD.replace("enforce", f"{{canary: {share}}}"))
        assert decide(accounts[0], [mail()], facts(), edge).action is action


def test_a_failed_detector_holds_at_least():
    failure = (DetectorFailure("patterns", "TimeoutError"), DetectorFailure("presidio", "X"))
    made = bundle(rule("block"))
    held = decide(post(), [], facts(), made, failure)
    assert (held.action, held.reason) == (Action.HOLD, "detector-failed: patterns, presidio")
    assert decide(post(), [mail()], facts(), made, failure).action is Action.BLOCK


def test_odd_findings_and_facts_raise_nothing():
    made = bundle(
        rule(
            "{when: {confidence: high, before: launch}, action: hold}", more="    unless: {near: [a], value: ['q?']}\n"
        ),
        head=CLOCK,
    )
    odd = [mail(-5, 900), mail(9, 3), mail(path="/nowhere"), mail(score=float("nan")), mail(matcher="x/y")]
    naive = replace(facts(), now=datetime(2026, 1, 1))  # noqa: DTZ001
    assert decide(post("short"), odd, naive, made).action is Action.HOLD
