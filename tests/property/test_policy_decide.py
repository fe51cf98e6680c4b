"""What must hold for all policies and all findings."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from guard.errors import Location, ProblemsError
from guard.policy.bundle import bundle_from_texts
from guard.policy.compile import Bundle
from guard.policy.decide import decide
from guard.policy.load import load_yaml
from guard.types.decision import Action
from guard.types.inspection import DetectorFailure
from guard.types.post import Visibility
from tests.unit.policy.makers import HEAD, NOON, facts, mail, policy, post

ENTITIES = ["EMAIL_ADDRESS", "SECRET"]
PATHS = ["/text", "/text1"]
CLOCK = HEAD + "examples_at: 2026-01-01\n"
EXAMPLES = "    say: {fr: a, en: b}\n    match: ['[[x]]']\n    no_match: [y]\n"

findings = st.lists(
    st.builds(
        lambda entity, path, start, size, score, subtype: mail(
            start, start + size, path, score, entity_type=entity, subtype=subtype
        ),
        st.sampled_from(ENTITIES),
        st.sampled_from(PATHS),
        st.integers(0, 60),
        st.integers(1, 9),
        st.sampled_from([0.1, 0.6, 0.9]),
        st.sampled_from([None, "jwt"]),
    ),
    max_size=6,
)
simple_find = st.sampled_from(["{entity: EMAIL_ADDRESS}", "{entity: SECRET}", "{entity: SECRET, subtype: jwt}"])
find = st.one_of(
    simple_find,
    st.builds("{{all_of: [{0}, {1}], within: {2}}}".format, simple_find, simple_find, st.integers(1, 20)),
    st.builds("{{any_of: [{0}, {1}]}}".format, simple_find, simple_find),
    st.builds("{{all_of: [{0}, {1}]}}".format, simple_find, simple_find),
)
lower_bounds = st.sampled_from(
    ["count: 2+", "count: 3+", "confidence: high", "count: 2+, confidence: medium", "visibility: [public]", "groups: [g]",
     "before: 2026-07-01", "media: true", "language: [fr]"]
)  # fmt: skip


@st.composite
def ladders(draw) -> str:
    """Ladders that get no stricter downwards, with lower bounds only: then more findings never mean a milder outcome."""
    actions = sorted(draw(st.lists(st.sampled_from(list(Action)), min_size=1, max_size=4)), reverse=True)
    lines = [f"      - {{when: {{{draw(lower_bounds)}}}, action: {action.word}}}" for action in actions[:-1]]
    lines.append(f"      - {{action: {actions[-1].word}}}")
    return "\n" + "\n".join(lines)


@st.composite
def bundles(draw, ladder=ladders()) -> Bundle:  # noqa: B008
    rules = ""
    for number in range(draw(st.integers(1, 3))):
        unless = draw(st.sampled_from(["", "    unless: {near: [ab], within: 5}\n", "    unless: {value: ['a*']}\n"]))
        mode = draw(st.sampled_from(["", "", "    mode: shadow\n", "    mode: {canary: 50%}\n"]))
        rules += f"  - id: r{number}\n    find: {draw(find)}\n    do: {draw(ladder)}\n{EXAMPLES}{unless}{mode}"
    tail = ""
    if draw(st.booleans()):
        expires = draw(st.sampled_from(["2026-05-31", "2026-06-30", "never"]))
        tail = (
            "exceptions:\n  - id: e\n    reason: r\n    approved_by: a\n    only: {rules: [r0]}\n"
            f"    expires: {expires}\n    text: ['*a*']\n"
        )
    return bundle_from_texts({"p.yaml": policy(rules, CLOCK, tail)})


posts = st.builds(
    lambda one, two, visibility, language: post(one, two, visibility=visibility, language=language),
    st.text("ab c", min_size=70, max_size=70),
    st.text("ab c", min_size=70, max_size=70),
    st.sampled_from(list(Visibility)),
    st.sampled_from([None, "fr", "en"]),
)


@given(bundles(), posts, findings, findings)
def test_adding_findings_never_makes_the_decision_milder(made, one, some, more):
    before = decide(one, some, facts(), made)
    after = decide(one, [*some, *more], facts(), made)
    assert after.action >= before.action


places = st.lists(st.tuples(st.sampled_from(PATHS), st.integers(0, 6)), min_size=1, max_size=5, unique=True)
near_rules = st.builds(
    lambda ladder, unless, tail: bundle_from_texts(
        {"p.yaml": policy(f"  - id: r0\n    find: {{entity: EMAIL_ADDRESS}}\n    do: {ladder}\n{EXAMPLES}{unless}", CLOCK, tail)}
    ),
    st.sampled_from([
        "[{when: {count: 2+}, action: block}, {action: flag}]",
        "[{when: {count: 4+}, action: block}, {when: {count: 2+}, action: hold}, {action: redact}]",
        "[{when: {confidence: high}, action: hold}, {action: flag}]",
    ]),
    st.sampled_from(["", "    unless: {near: [cc], within: 4}\n", "    unless: {value: ['c*']}\n"]),
    st.sampled_from(["", ("exceptions:\n  - id: e\n    reason: r\n    approved_by: a\n    only: {rules: [r0]}\n"
                     "    expires: 2026-06-30\n    text: ['a*']\n")]),
)  # fmt: skip
words = st.builds(lambda first, rest: first + rest, st.sampled_from("ab"), st.text("bc ", min_size=69, max_size=69))


@settings(max_examples=400)
@given(near_rules, words, words, places, places, st.sampled_from([0.1, 0.9]))
def test_one_finding_more_is_never_milder(made, one, other, some, more, score):
    """As above, where it is close: one rule, places that count one by one, texts of which an exception covers one."""

    def found(where):
        return [mail(10 * number, 10 * number + 8, path, score, entity_type="EMAIL_ADDRESS") for path, number in where]

    written = post(one, other)
    action = Action.ALLOW
    for upto in range(1, len(some) + len(more) + 1):
        after = decide(written, found([*some, *more][:upto]), facts(), made).action
        assert after >= action
        action = after


@given(bundles(), posts, findings, st.lists(st.just(DetectorFailure("d", "r")), max_size=2))
def test_the_most_severe_match_decides_and_failures_hold(made, one, some, failures):
    decision = decide(one, some, facts(), made, failures)
    strongest = max((match.action for match in decision.matches), default=Action.ALLOW)
    assert decision.action == (max(strongest, Action.HOLD) if failures else strongest)
    assert decision == decide(one, some, facts(), made, failures)
    for match in (*decision.matches, *decision.shadow):
        assert match.findings
        assert set(match.findings) <= set(some)
        if match.exception:
            assert match.action is Action.ALLOW


@given(bundles(), posts, findings, st.integers(0, 10**7))
def test_an_exception_never_applies_from_its_end_on(made, one, some, seconds):
    for policy_made in made.policies:
        for exception in policy_made.source.exceptions:
            later = (exception.expires or NOON) + timedelta(seconds=seconds)
            decision = decide(one, some, facts(later), made)
            assert not any(match.exception for match in (*decision.matches, *decision.shadow))


def mistakes(call, *arguments) -> list[Location | None] | None:
    """Where the mistakes are; None when there are none. Anything but ProblemsError fails the test."""
    try:
        call(*arguments)
    except ProblemsError as error:
        return [problem.location for problem in error.problems]
    return None


YAML_BITS = st.sampled_from(
    ["guard: 1\n", "policy: a\n", "mode: enforce\n", "owner: o\n", "review_by: 2027-01-01\n", "rules:\n", "  - id: a\n",
     "    find: ", "{entity: A}", "{terms: [a, b]}", "[", "]", "{", "}", "- ", "  ", "\n", ": ", "'", '"', "&a ", "*a", "!!x ",
     "    do: ", "block", "[[x]]", "    match: ", "    no_match: ", "    say: ", "exceptions:\n", "    expires: ", "dates: {a: b}\n",
     "\t", "\u00a0", "é", "\u202e", "\x00", "? ", "|", ">", "%", "---\n", "...\n", "#"]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(YAML_BITS, max_size=40).map("".join) | st.text(max_size=80))
def test_any_text_is_a_bundle_or_located_mistakes(text):
    places = mistakes(bundle_from_texts, {"p.yaml": text})
    assert places is None or (places and all(place and place.file == "p.yaml" for place in places))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_tree_or_located_mistakes(data):
    places = mistakes(load_yaml, "p.yaml", data)
    assert places is None or (places and all(places))


@given(st.data())
def test_a_policy_with_lines_missing_or_mixed_never_leaves_the_promise(data):
    lines = policy(
        tail="exceptions:\n  - {id: e, reason: r, approved_by: a, expires: x, only: {rules: [mail]}}\n"
    ).split("\n")
    kept = data.draw(st.lists(st.sampled_from(lines), max_size=20))
    at = data.draw(st.integers(0, len(lines)))
    places = mistakes(bundle_from_texts, {"p.yaml": "\n".join([*lines[:at], *kept, *lines[at:]])})
    assert places is None or (places and all(places))
