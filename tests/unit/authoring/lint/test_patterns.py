"""Patterns that blow up are convicted by a text; sound ones, also rich ones, are not."""

import pytest
import regex

from guard.authoring.lint.patterns import SLOW, slow_text
from guard.authoring.lint.regexparts import parse

BAD = [
    r"(a|aa)+$",
    r"(x+x+)+y",
    r"(?:\w+ ?){1,10};",
    r"\w+\s*\w+\s*\w+\s*:",
    r"x.*y.*!",
    r"x.*y.*z.*w.*v",
]
GOOD = [
    r"^(\w+\s?)*$",  # bad in most engines, and fast in this one
    r"DOSSIER-\d{6}",
    r"\bORI-\d{4}(?:-[A-Z]{2}){0,3}\b",
    r"(?i)(?<![\w.-])(?:[\w-]{1,63}\.){0,5}equipe\.exemple\.fr(?![\w.-]*\w)(?:[:/]\S{0,200})?",
    r"(?:réf(?:érence)?|dossier)[ .:n°]{0,5}\d{4,12}",
    r"[\p{Lu}]{2,6}[-/][0-9]{2,4}",
    r"(?P<value>[a-z]{3}+)\d\1?",
    r"(?<=n° )\d+(?=/FR)",
    r"projet[^.]{0,40}client[^.]{0,40}confidentiel",
    r"projet.*client.*confidentiel",  # so few of these words stand in a post that it is little
    r"(?V1)[^\s]{1,40}@[[a-z]--[q]]{1,20}",
]


@pytest.mark.parametrize("pattern", BAD)
def test_a_text_proves_it(pattern):
    proof = slow_text(pattern)
    assert proof.seconds >= SLOW
    assert len(proof.text) < 2_100
    first, last = proof.part
    assert pattern[last - 1] in "+*}?"
    assert 1 <= first < last <= len(pattern)


@pytest.mark.parametrize("pattern", GOOD)
def test_sound_patterns_are_not_told_of(pattern):
    assert slow_text(pattern) is None


def test_a_repeat_inside_a_repeat_is_known():
    assert slow_text(r"(?:\w+ ?){1,10};").nested
    assert not slow_text(r"\w+\s*\w+\s*\w+\s*:").nested


@pytest.mark.parametrize("pattern", [*BAD, *GOOD])
def test_patterns_are_read_to_their_end(pattern):
    """What is read makes texts; those of a pattern without conditions around match it."""
    from guard.authoring.lint.patterns import _sample

    text = _sample(parse(pattern), 0)
    if not any(look in pattern for look in ("(?<", "(?=", "(?!", "\\1", "$", "--")):
        assert regex.search(pattern, text), text


def test_a_proof_shows_no_text():
    proof = slow_text(r"(z|zz)+$")
    assert proof is not None
    assert "zz" not in repr(proof)  # letters that no address in a repr can hold
