"""An explanation never disagrees with the decision, and never raises, whatever the post, the facts and the ladder."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from guard.authoring.explain import explain
from guard.inspector import Inspector
from guard.types.inspection import Facts
from guard.types.post import Visibility
from tests.unit.authoring.inspecting import inspector, post, rule
from tests.unit.policy.makers import HEAD, NOON

FINDS = [
    "{entity: EMAIL_ADDRESS}",
    "{any_of: [{terms: [Projet Aurore], typos: 1}, {regex: 'DOSSIER-\\d{3}'}]}",
    "{all_of: [{entity: EMAIL_ADDRESS}, {terms: [rachat]}], within: 12}",
    "{any_of: [{entity: PHONE_NUMBER}, {all_of: [{terms: [lune]}, {entity: EMAIL_ADDRESS}]}]}",
]
LADDERS = [
    "hold",
    "[{when: {count: 2}, action: block}, {when: {visibility: [direct], groups: [g]}, action: allow}, {action: redact}]",
    "[{when: {confidence: high, count: 2+}, action: hold}, {when: {language: [fr], networks: [x]}, action: flag}]",
    "[{when: {before: 2026-01-01}, action: block}, {when: {media: false, after: 2026-02-01}, action: flag}, {action: allow}]",
]
MORE = [
    "",
    "    unless: {near: [standard, fin], value: ['*@b.example']}\n",
    "    mode: shadow\n",
    "    mode: {canary: 50%}\n",
]
EXCEPTIONS = """\
exceptions:
  - id: e
    reason: {fr: a, en: b}
    approved_by: a
    expires: 2026-12-31
    only: {groups: [g]}
    text: ["*liste*"]
    match: [x]
    no_match: [y]
"""


@cache
def made(scope: bool) -> Inspector:
    rules = [
        rule(find, ladder, more=MORE[(n + m) % len(MORE)], name=f"r{n}{m}")
        for n, find in enumerate(FINDS)
        for m, ladder in enumerate(LADDERS)
    ]
    head = HEAD + "examples_at: 2026-01-01\n" + "applies_to: {networks: [mastodon], languages: [fr]}\n" * scope
    return inspector(*rules, head=head, tail=EXCEPTIONS)


words = st.sampled_from(
    ["a@b.example", "c@d.example", "Projet Aurore", "projet aurrore", "DOSSIER-123", "dossier-12", "rachat", "liste", "lune",
     "06 39 98 12 34", "06 39 98 12", "standard", "fin", "YUBiLmV4YW1wbGU=", "c\u200b@\u200bd.example", ",", "\n"]
)  # fmt: skip
posts = st.builds(
    lambda text, network, visibility, language, account: post(
        text, network=network, visibility=visibility, language=language, account=account
    ),
    st.lists(words, max_size=8).map(" ".join) | st.text(max_size=40),
    st.sampled_from(["mastodon", "x"]),
    st.sampled_from(Visibility),
    st.sampled_from([None, "fr", "en"]),
    st.sampled_from(["", "a@m", "b@m"]),
)


@settings(max_examples=60, deadline=None)
@given(posts, st.sampled_from([frozenset(), frozenset({"g"})]), st.booleans())
def test_each_rule_is_told_as_it_was_decided(given_post, groups, scope):
    facts = Facts(now=NOON, groups=groups)
    explanation = explain(made(scope), given_post, facts)
    decision = made(scope).inspect(given_post, facts).decision
    decided = {match.id: (match.action.word, True) for match in decision.matches}
    decided |= {match.id: (match.action.word, False) for match in decision.shadow}
    assert {trace.id: (trace.action, trace.acted) for trace in explanation.rules if trace.action} == decided
    for trace in explanation.rules:
        deciding = [line.action for line in trace.lines if line.state == "decides"]
        if deciding:
            assert deciding == [trace.action]
        elif trace.action:
            assert trace.action == "allow"
        else:
            assert trace.events
        for line in trace.lines:
            assert (line.state == "does not fit") == bool(line.but_for)
    told = {trace.id for trace in explanation.rules} | set(explanation.quiet)
    assert told == {f"demo/{each.source.id}" for each in made(scope).bundle.rules}
