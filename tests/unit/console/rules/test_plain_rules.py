"""Rules in plain words: nothing of the policy language is left in them, in either language."""

import re
from pathlib import Path

import pytest

from guard.console.rules.plain_rules import plain_rule
from guard.console.words import words_of
from guard.policy.bundle import load_bundle
from guard.policy.schema import Policy

SHIPPED = Path(__file__).parents[4] / "policies"


@pytest.fixture(scope="module")
def shipped() -> tuple[Policy, ...]:
    return tuple(one.source for one in load_bundle(SHIPPED).policies)


def told(policies, language, name):
    rules = {rule.name: rule for rule in (plain_rule(words_of(language), p, r) for p in policies for r in p.rules)}
    return rules[name]


@pytest.mark.parametrize(
    ("name", "looks_for"),
    [
        ("pii-en/us-ssn", "numéro de sécurité sociale (États-Unis) ou numéro fiscal (États-Unis)"),
        ("staff-topics/lost-work", "affaire perdue et emplois supprimés"),
        ("pii-fr/card", "numéros de carte"),
        ("field-service/access-code", "secret ou mot de passe (code de porte)"),
    ],
)
def test_what_is_looked_for_is_said_in_french(shipped, name, looks_for):
    assert told(shipped, "fr", name).looks_for == looks_for


def test_steps_are_said_in_french(shipped):
    first, second, *_ = told(shipped, "fr", "client-x/name").steps
    assert first.startswith("s’il est public ou non listé et avant le ")
    assert first.endswith("\u00a0: bloquer")
    assert second.endswith("retenir jusqu’à l’accord de 2 personnes (groupe juridique)")
    assert told(shipped, "en", "client-x/name").steps[0].startswith("when it is public or unlisted and before ")


def test_no_name_of_the_policy_language_is_left(shipped):
    named = re.compile(r"\b(?:topic|public or|unlisted|[a-z]+_[a-z_]+|group:)\b")
    for policy in shipped:
        for rule in policy.rules:
            plain = plain_rule(words_of("fr"), policy, rule)
            if "motif" not in plain.looks_for:  # a regular expression is shown as it stands
                assert not named.search(" ".join((plain.looks_for, *plain.steps))), plain.name
