"""What must hold for lint, whatever it is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.authoring.lint.regexparts import parse
from guard.authoring.lint.situations import ANY, reaches
from guard.authoring.lint.sources import Sources
from guard.errors import Location
from guard.policy.decide import decide
from guard.policy.schema import Scope, Step, When
from guard.types.decision import Action, Cut
from guard.types.post import Attachment, Visibility
from tests.unit.policy.makers import NOON, bundle, facts, mail, post, rule

BASE = bundle(rule("flag"))
DAYS = [NOON + timedelta(days=days) for days in (-2, 0, 3)]


def maybe(values):
    return st.one_of(st.none(), st.frozensets(st.sampled_from(values), min_size=1, max_size=3))


whens = st.builds(
    lambda count, score, visibility, networks, groups, before, after, media, languages: When(
        count[0], count[1], score, visibility, networks, groups, before, after, media, languages
    ),
    st.sampled_from([(1, None), (1, None), (2, None), (2, 2), (1, 3), (3, 4)]),
    st.sampled_from([0.0, 0.0, 0.5, 0.8]),
    maybe(list(Visibility)),
    maybe(["mastodon", "x"]),
    maybe(["g", "h", "i"]),
    st.one_of(st.none(), st.sampled_from(DAYS)),
    st.one_of(st.none(), st.sampled_from(DAYS)),
    st.sampled_from([None, None, True, False]),
    maybe(["fr", "en"]),
)
ladders = st.lists(st.tuples(whens, st.sampled_from(list(Action))), min_size=1, max_size=5)
scopes = st.builds(lambda networks, groups, languages: Scope(networks, groups, None, languages),
                   maybe(["mastodon", "x"]), maybe(["g", "h"]), maybe(["fr", "en", "de"]))  # fmt: skip
cases = st.fixed_dictionaries({
    "network": st.sampled_from(["mastodon", "x", "bluesky"]),
    "visibility": st.sampled_from(list(Visibility)),
    "language": st.sampled_from([None, "fr", "en-GB", "de"]),
    "attachments": st.sampled_from([(), (Attachment("a", "image/png", 1),)]),
})  # fmt: skip
findings = st.lists(
    st.builds(lambda place, score: mail(place * 10, place * 10 + 5, score=score), st.integers(0, 5), st.sampled_from([0.2, 0.6, 0.9])),
    min_size=1, max_size=6,
)  # fmt: skip
groups = st.frozensets(st.sampled_from(["g", "h", "i", "j"]), max_size=3)
moments = st.sampled_from([NOON + timedelta(days=days) for days in (-3, -2, -1, 0, 2, 3, 9)])


@settings(max_examples=120, deadline=None)
@given(ladders, scopes, st.lists(st.tuples(cases, findings, groups, moments), min_size=1, max_size=8))
def test_a_step_that_lint_calls_dead_never_decides(ladder, scope, tries):
    steps = tuple(
        Step(when, action, None, Cut.FOUND, (str(number),), 1, Location("p"))
        for number, (when, action) in enumerate(ladder)
    )
    (compiled,) = BASE.rules
    made = replace(
        compiled, source=replace(compiled.source, steps=steps), policy=replace(compiled.policy, applies_to=scope)
    )
    told = reaches(steps, scope, ANY)
    for fields, found, of, now in tries:
        decision = decide(post(**fields), found, facts(now, *of), replace(BASE, rules=(made,)))
        for match in decision.matches:
            if match.approvers:
                reach = told[int(match.approvers[0])]
                assert reach.reached
                assert reach.holds or not fields["language"]


@given(st.text(r"ab\wd[]()|*+?{}1,^-$.:=!<>P" + "'\" #", max_size=40))
def test_any_pattern_can_be_read(pattern):
    parse(pattern)
    try:
        regex.compile(pattern)
    except regex.error:
        return


@given(st.binary(max_size=200))
def test_any_file_can_be_asked(data):
    sources = Sources({"p.yaml": data})
    list(sources.lost_remarks())
    assert sources.place("p.yaml", "rules[0].say", Location("q")) is not None
    assert sources.node("absent.yaml", "rules[0]") is None
