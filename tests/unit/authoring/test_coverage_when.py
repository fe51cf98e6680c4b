"""Which values and conditions of a ladder's lines the examples reach."""

import pytest

from guard.authoring.coverage import coverage
from tests.unit.authoring.inspecting import inspector, rule
from tests.unit.policy.makers import HEAD

MAIL = "{entity: EMAIL_ADDRESS}"
DATED = HEAD + "examples_at: 2026-06-01T09:00:00Z\ndates: {launch: 2026-09-01T09:00:00Z}\n"


def missing(ladder: str, *examples: str, head: str = HEAD, tail: str = "") -> list[str]:
    """What is not reached by examples with these settings, each with one mail address or the text given."""
    texts = (each if "text:" in each else f"text: '[[a@b.example]]', as: {{{each}}}" for each in examples)
    made = inspector(rule(MAIL, ladder, match=f"[{', '.join(f'{{{text}}}' for text in texts)}]"), head=head, tail=tail)
    return [part.words for each in coverage(made, made.bundle).rules for part in each.parts if not part.reached]


@pytest.mark.parametrize(
    ("condition", "here", "there"),
    [
        ("visibility: [public, unlisted]", "visibility: public", "visibility: unlisted"),
        ("networks: [mastodon, x]", "network: mastodon", "network: x"),
        ("groups: [presse, vente]", "groups: [presse]", "groups: [vente]"),
        ("language: [de, fr]", "language: de", "language: fr-CA"),
    ],
)
def test_each_value_of_a_list_wants_an_example(condition, here, there):
    ladder = f"[{{when: {{{condition}}}, action: hold}}, {{action: flag}}]"
    name, last = condition.partition(":")[0], condition.rpartition(" ")[2].rstrip("]")
    elsewhere = "visibility: direct, network: bluesky, language: en"
    assert missing(ladder, here, elsewhere) == [f"line 1 by `{name}: {last}`"]
    assert missing(ladder, here, there, elsewhere) == []


def test_an_author_in_two_groups_reaches_both_and_a_post_without_a_language_none():
    ladder = "[{when: {groups: [presse, vente]}, action: hold}, {action: flag}]"
    assert missing(ladder, "groups: [presse, vente]", "groups: [rh]") == []
    ladder = "[{when: {language: [de, fr]}, action: hold}, {action: flag}]"
    assert missing(ladder, "visibility: public", "language: en") == [
        "line 1 by `language: de`",
        "line 1 by `language: fr`",
    ]


def test_a_value_that_another_line_takes_is_not_reached():
    ladder = (
        "[{when: {visibility: [public]}, action: block}, {when: {visibility: [public, direct, private]}, action: hold},"
        " {action: flag}]"
    )
    shown = missing(ladder, "visibility: public", "visibility: direct", "visibility: private", "visibility: unlisted")
    assert shown == ["line 2 by `visibility: public`"]


def test_each_of_several_conditions_wants_an_example_that_it_alone_keeps_away():
    ladder = "[{when: {before: launch, visibility: [direct]}, action: hold}, {action: flag}]"
    fits, late, open_, both = (
        "visibility: direct",
        "visibility: direct, at: 2026-09-02T09:00:00Z",
        "visibility: public",
        "visibility: public, at: 2026-09-02T09:00:00Z",
    )
    before = "the `before` of line 1: a post that this alone keeps from it"
    visibility = before.replace("before", "visibility")
    assert missing(ladder, fits, both, head=DATED) == [visibility, before]  # either could be left out
    assert missing(ladder, fits, late, head=DATED) == [visibility]
    assert missing(ladder, fits, open_, head=DATED) == [before]
    assert missing(ladder, fits, late, open_, head=DATED) == []


def test_count_and_confidence_are_told_apart():
    ladder = "[{when: {count: 2+, confidence: high, media: true}, action: hold}, {action: flag}]"
    two = "text: '[[a@b.example]] [[c@d.example]]'"
    named = "the `{}` of line 1: a post that this alone keeps from it"
    shown = missing(ladder, f"{two}, as: {{media: true}}", "media: true", "media: false")
    assert shown == [named.format("confidence"), named.format("media")]
    assert missing(ladder, f"{two}, as: {{media: true}}", "media: true", two) == [named.format("confidence")]


def test_terms_are_always_sure_so_that_no_example_is_asked_for_that_is_not():
    sure = "{when: {confidence: high}, action: block}"
    made = inspector(rule("{terms: [Aurore]}", sure, match='["[[Aurore]]"]'))
    assert all(part.reached for each in coverage(made, made.bundle).rules for part in each.parts)


def test_a_single_condition_is_told_by_the_lines_below_and_by_itself_where_there_are_none():
    assert missing("[{when: {media: true}, action: hold}, {action: flag}]", "media: true") == ["line 2 (flag)"]
    shown = missing("{when: {media: true}, action: hold}", "media: true")
    assert shown == ["the `media` of line 1: a post that this alone keeps from it"]
    assert missing("{when: {media: true}, action: hold}", "media: true", "media: false") == []


def test_groups_and_networks_of_an_exception():
    tail = """\
exceptions:
  - id: salon
    reason: {fr: a, en: b}
    approved_by: dpo@exemple.fr
    expires: 2026-12-31
    only: {groups: [stand, presse], networks: [mastodon, x]}
    match: [{text: "a@b.example", as: {groups: [stand], network: mastodon}}]
    no_match: ["x"]
"""
    assert missing("block", "visibility: public", head=DATED, tail=tail) == ["groups: presse", "networks: x"]
