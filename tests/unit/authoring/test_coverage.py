"""What examples reach and what they do not."""

import pytest

from guard.authoring.coverage import coverage, percent
from tests.unit.authoring.inspecting import inspector, rule
from tests.unit.policy.makers import HEAD

MAIL = "{entity: EMAIL_ADDRESS}"


def missing(*rules: str, **more) -> list[str]:
    made = inspector(*rules, **more)
    return [part.words for each in coverage(made, made.bundle).rules for part in each.parts if not part.reached]


@pytest.mark.parametrize(("reached", "total", "shown"), [(999, 1000, "99.9"), (9999, 10000, "99.9"), (0, 3, "0.0"),
                                                         (2, 3, "66.6"), (3, 3, "100.0"), (0, 0, "100.0")])  # fmt: skip
def test_shares_are_never_rounded_up(reached, total, shown):
    assert percent(reached, total) == shown


def test_lines():
    ladder = "[{when: {count: 2+}, action: block}, {when: {visibility: direct}, action: allow}, {action: flag}]"
    match = '["[[a@b.example]]", {text: "[[a@b.example]] [[c@d.example]]", todo: true}]'
    assert missing(rule(MAIL, ladder, match=match)) == ["line 1 (block)", "line 2 (allow)"]
    no_match = "[{text: 'a@b.example', as: {visibility: direct}}]"
    match = '["[[a@b.example]]", "[[a@b.example]] [[c@d.example]]"]'
    assert missing(rule(MAIL, ladder, match=match, no_match=no_match)) == []


def test_terms_and_their_words():
    find = "{terms: [Projet Aurore, {term: Mercure, aliases: [Vif-argent], unless: {near: [planète, soleil]}}]}"
    match = '["le [[#ProjetAurore]]", "[[MERCURE]]"]'.replace("[[#", "#[[")
    assert missing(rule(find, match=match, no_match='["la planète Mercure"]')) == [
        "term 3: Vif-argent", "unless near of term 2: soleil", "unless near of term 3: planète", "unless near of term 3: soleil",
    ]  # fmt: skip


def test_each_term_is_told_at_its_own_place():
    find = "\n      terms:\n        - Aurore\n        - {term: Mercure, aliases: [Vif-argent]}\n        - Projet Orion"
    made = inspector(rule(find, match='["[[Aurore]]"]'), head=HEAD + "confidential: true\n")
    parts = [part for each in coverage(made, made.bundle).rules for part in each.parts if not part.reached]
    assert [(part.words, part.at) for part in parts] == [
        ("term 2", "p.yaml:12:18"), ("term 3", "p.yaml:12:37"), ("term 4", "p.yaml:13:11"),
    ]  # fmt: skip


def test_a_term_that_is_found_in_another_reading_counts():
    assert missing(rule("{terms: [Projet Aurore]}", match='["[[UHJvamV0IEF1cm9yZQ==]]"]')) == []


def test_a_file_of_terms_counts_as_one():
    made = rule("{terms_file: t.txt}", match='["[[Nexalis]]"]')
    assert missing(made, **{"t.txt": "Nexalis\nOmbrelle\n"}) == []


def test_alternatives_of_a_regex_and_parts():
    find = "{any_of: [{regex: '(?:DOSSIER|CASE)-\\d{3}'}, {entity: EMAIL_ADDRESS}]}"
    assert missing(rule(find, match='["[[CASE-123]]"]')) == [
        "part 2 of any_of: EMAIL_ADDRESS",
        "alternative 1: DOSSIER",
    ]


def test_an_example_that_the_policy_does_not_look_at_reaches_nothing():
    more = "    unless: {near: [standard]}\n"
    find = "{any_of: [{entity: EMAIL_ADDRESS}, {terms: [Aurore]}]}"
    elsewhere = "[{text: 'standard a@b.example', as: {network: x}}, {text: 'Aurore', as: {network: x}}]"
    made = rule(find, match='["[[x@y.example]]"]', no_match=elsewhere, more=more)
    made = inspector(made, head=HEAD + "applies_to: {networks: [mastodon]}\n")
    parts = [part.words for each in coverage(made, made.bundle).rules for part in each.parts if not part.reached]
    assert parts == ["part 2 of any_of", "term 1: Aurore", "unless near: standard"]


def test_a_part_of_all_of_is_not_reached_where_the_others_are_missing():
    find = "{all_of: [{entity: EMAIL_ADDRESS}, {terms: [cancer, grippe]}]}"
    made = rule(find, match='["[[a@b.example]] a la [[grippe]]"]', no_match='["dépistage du cancer"]')
    assert missing(made) == ["term 1: cancer"]


def test_words_of_unless():
    more = "    unless: {near: [standard, accueil], value: ['*@b.example', '*@d.example']}\n"
    made = rule(MAIL, match='["[[x@y.example]]"]', no_match='["standard : u@v.example", "a@b.example"]', more=more)
    assert missing(made) == ["unless near: accueil", "unless value: *@d.example"]


def test_exceptions():
    tail = """\
exceptions:
  - id: salon
    reason: {fr: a, en: b}
    approved_by: dpo@exemple.fr
    expires: 2026-12-31
    only: {rules: [r, q]}
    text: ["*liste*", "*tombola*"]
    match: ["liste a@b.example"]
    no_match: ["x"]
  - id: idle
    reason: {fr: a, en: b}
    approved_by: dpo@exemple.fr
    expires: 2026-12-31
    only: {groups: [g]}
    match: ["liste a@b.example"]
    no_match: ["x"]
"""
    rules = (rule(MAIL, match='["[[a@b.example]]"]'), rule("{terms: [Aurore]}", match='["[[Aurore]]"]', name="q"))
    head = HEAD + "examples_at: 2026-06-01\n"
    assert missing(*rules, head=head, tail=tail) == ["rule: q", "text: *tombola*", "its use"]


def test_confidential_parts_are_numbers():
    find = "{any_of: [{terms: [Projet Aurore, Ombrelle]}, {regex: 'a(?:b|c)d'}]}"
    more = "    unless: {near: [Kerguelen], value: ['Zanzi*']}\n"
    shown = missing(rule(find, match='["[[Ombrelle]]"]', more=more), head=HEAD + "confidential: true\n")
    assert shown == [
        "part 2 of any_of",
        "term 1",
        "alternative 1",
        "alternative 2",
        "unless near: 1",
        "unless value: 1",
    ]


def test_confidential_rules_that_do_not_act_are_covered_all_the_same():
    more = "    unless: {near: [roman, Kerguelen]}\n"
    head = HEAD.replace("mode: enforce", "mode: shadow") + "confidential: true\n"
    examples = {"match": '["[[Ombrelle]]"]', "no_match": '["le roman Ombrelle"]'}
    assert missing(rule("{terms: [Projet Aurore, Ombrelle]}", more=more, **examples), head=head) == [
        "term 1",
        "unless near: 2",
    ]
