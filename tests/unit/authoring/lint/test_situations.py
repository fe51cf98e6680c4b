"""Steps of a ladder that can, cannot, or can no longer be reached."""

import pytest

from guard.authoring.lint.situations import ANY, SURE, reaches
from guard.policy.bundle import bundle_from_texts
from tests.unit.policy.makers import HEAD, policy, rule

CLOCK = HEAD + "examples_at: 2026-01-01\n"


def shown(do: str, levels=ANY, scope: str = "") -> str:
    """For each step: + reached, - taken by others, 0 never fits."""
    made = bundle_from_texts({"p.yaml": policy(rule(do), CLOCK + scope)})
    source = made.policies[0].source
    found = reaches(source.rules[0].steps, source.applies_to, levels)
    return "".join("+" if one.reached else "-" if one.holds else "0" for one in found)


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("block", "+"),
        ("[{when: {count: 3+}, action: block}, {when: {count: 2}, action: hold}, {action: flag}]", "+++"),
        ("[{when: {count: 2+}, action: block}, {when: {count: 3-5}, action: hold}, {action: flag}]", "+-+"),
        ("[{when: {count: 1}, action: block}, {when: {count: 2-4}, action: hold}, {when: {count: 5+}, action: flag}, flag]", "+++-"),
        ("[{when: {visibility: [public, unlisted]}, action: block}, {when: {visibility: [private, direct]}, action: hold}, flag]", "++-"),
        ("[{when: {visibility: [public]}, action: block}, {when: {visibility: [private, direct]}, action: hold}, flag]", "+++"),
        ("[{when: {groups: [a, b]}, action: allow}, {when: {groups: [b]}, action: block}, flag]", "+-+"),
        ("[{when: {groups: [a]}, action: allow}, {when: {groups: [a, b]}, action: block}, flag]", "+++"),
        ("[{when: {media: true}, action: block}, {when: {media: false}, action: hold}, flag]", "++-"),
        ("[{when: {before: 2027-01-01}, action: block}, {when: {before: 2026-06-01}, action: hold}, flag]", "+-+"),
        ("[{when: {before: 2027-01-01}, action: block}, {when: {after: 2027-01-01}, action: hold}, flag]", "++-"),
        ("[{when: {before: 2026-01-01, after: 2026-06-01}, action: block}, flag]", "0+"),
        ("[{when: {confidence: medium}, action: block}, {when: {confidence: high}, action: hold}, flag]", "+-+"),
        ("[{when: {confidence: high, count: 2+}, action: block}, {when: {count: 2+}, action: hold}, flag]", "+++"),
        # A language that the post does not say fits, unless the line lets the post pass: so the second line is reached.
        ("[{when: {language: [fr, en]}, action: allow}, {when: {language: [fr]}, action: flag}, flag]", "+++"),
        ("[{when: {language: [fr, en]}, action: block}, {when: {language: [fr]}, action: flag}, flag]", "+-+"),
        ("[{when: {networks: [x]}, action: block}, {when: {networks: [x], media: true}, action: hold}, flag]", "+-+"),
    ],
)  # fmt: skip
def test_ladders(do, expected):
    assert shown(do) == expected


def test_what_is_found_for_sure_leaves_no_doubt():
    doubt = "[{when: {confidence: high}, action: block}, {action: flag}]"
    assert shown(doubt) == "++"
    assert shown(doubt, SURE) == "+-"
    assert shown(doubt, (0, 1)) == "0+"


def test_the_scope_narrows_the_situations():
    do = "[{when: {networks: [mastodon]}, action: block}, {when: {networks: [x]}, action: hold}, flag]"
    assert shown(do) == "+++"
    assert shown(do, scope="applies_to: {networks: [mastodon]}\n") == "+0-"
    groups = "[{when: {groups: [a]}, action: block}, flag]"
    assert shown(groups, scope="applies_to: {groups: [a]}\n") == "+-"
    assert shown(groups, scope="applies_to: {groups: [b]}\n") == "++"  # one may be in both
