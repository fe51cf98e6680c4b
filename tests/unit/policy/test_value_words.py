"""Values in French, or in everyday words, lead to those of the language."""

import pytest

from guard.detect.patterns import catalogue
from guard.policy.bundle import bundle_from_texts
from guard.policy.names import Known, unknown_names
from guard.policy.parse_find import SCORES
from guard.policy.parse_rule import ACTIONS, MODES
from guard.policy.parse_terms import CASES
from guard.policy.value_words import _MEANT, ENTITIES, value_meant
from guard.types.post import Visibility
from guard.types.topic import TOPICS
from tests.unit.policy.makers import RULE, policy
from tests.unit.policy.test_parse import only

FROM_MODELS = {"PERSON", "ORGANIZATION"}


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("do: redact", "do: bloquer", "block"),
        ("do: redact", "do: Signaler", "flag"),
        ("do: redact", "do: {when: {visibility: privée}, action: redact}", "private"),
        ("do: redact", "do: {when: {confidence: haut}, action: redact}", "high"),
        ("do: redact", "do: redact\n    mode: actif", "enforce"),
        ("entity: EMAIL_ADDRESS", "topic: fusion", "mna"),
        ("entity: EMAIL_ADDRESS", "topic: Fusions-acquisitions", "mna"),
        ("entity: EMAIL_ADDRESS", "entity: téléphone", "PHONE_NUMBER"),
        ("entity: EMAIL_ADDRESS", "entity: phone_number", "PHONE_NUMBER"),
    ],
)
def test_another_word_for_a_value(old, new, meant):
    text = policy(RULE.replace(old, new))
    if "topic" in new:
        text = text.replace("[[b@c.example]]", "b@c.example")
    assert only(text).hint == f"did you mean `{meant}`?"


def test_another_word_for_an_entity():
    bundle = bundle_from_texts({"p.yaml": policy(RULE.replace("EMAIL_ADDRESS", "TELEPHONE"))})
    (problem,) = unknown_names(bundle, Known(frozenset(each.entity for each in catalogue.shipped()), frozenset()))
    assert problem.hint == "did you mean `PHONE_NUMBER`?"


def test_each_word_leads_to_a_value_that_there_is():
    entities = {each.entity for each in catalogue.shipped()} | FROM_MODELS
    for known in (ACTIONS, MODES, tuple(SCORES), tuple(Visibility), CASES, (*TOPICS, "any"), tuple(entities)):
        words = [word for value, others in _MEANT.items() if value in known for word in others.split()]
        assert words
        assert len(words) == len(set(words)), known  # none stands for two values of one place
    values = {*ACTIONS, *MODES, *SCORES, *Visibility, *CASES, *TOPICS, "any", *entities}
    assert _MEANT.keys() <= values
    assert entities >= ENTITIES
    assert value_meant("Réorganisation", TOPICS) == "layoffs"
    assert value_meant("bonjour", TOPICS) is None
