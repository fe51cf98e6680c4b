"""Detectors' words are recognised: what they said is what the phrase says."""

import pytest

from guard.authoring.explain_words import recognised
from guard.text.ways import WAYS
from guard.words.texts import Phrase, words_of
from tests.gates import shipped_inspector
from tests.unit.authoring.inspecting import facts, post

FRENCH = words_of("fr")


@pytest.mark.parametrize(
    ("said", "french"),
    [
        ("check passed", "vérification réussie"),
        ("check passed, context word within 40 characters", "vérification réussie, mot du contexte à moins de 40 caractères"),
        ("severity about 1.5 of 3", "gravité d’environ 1,5 sur 3"),
        ("26 consecutive words of a protected document", "26 mots de suite d’un document protégé"),
        ("a word of another's detector", "a word of another's detector"),
        ("check passed twice", "check passed twice"),
        ("severity about ١ of 3", "severity about ١ of 3"),
        (f"{'9' * 9999} fields of one row of a protected list", f"{'9' * 9999} fields of one row of a protected list"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_known_is_told_in_french(said, french):
    assert recognised(said) == said
    assert FRENCH.told(recognised(said)) == french


def test_what_our_own_detectors_say_is_known():
    text = "Mon 06 39 98 12 34, carte 4111 1111 1111 1111, IBAN FR14 2004 1010 0505 0001 3M02 606, on livre Client X, x tneilC"
    findings = shipped_inspector().inspect(post(text), facts()).findings
    said = {each.explanation for each in findings if each.explanation}
    assert said
    assert [one for one in said if not isinstance(recognised(one), Phrase)] == []


def test_every_reading_has_a_name():
    kinds = {*WAYS, "turned", "override", "thread"}
    assert [kind for kind in kinds if not FRENCH.has(f"explain.view.{kind.replace(' ', '-')}")] == []
