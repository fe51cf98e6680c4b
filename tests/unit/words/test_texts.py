"""Phrases: each exists in both languages with the same values, and is told in the reader's."""

import ast
import copy
import json
import pickle
import string
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from guard.errors import GuardError, Location, PolicyError, ProblemsError
from guard.words.texts import Phrase, packed, unpacked, words_of

GUARD = Path(__file__).parents[3] / "guard"
FRENCH, ENGLISH = words_of("fr"), words_of("en")


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def named_in_code():
    """Every `Phrase(…)` of the code: where, its possible keys (`*` for what is worked out), the names of its values."""
    for path in sorted(set(GUARD.rglob("*.py")) - {GUARD / "words" / "texts.py"}):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Phrase"
                and node.args
            ):
                where = f"{path.relative_to(GUARD)}:{node.lineno}"
                for key in keys(node.args[0]):
                    yield where, key, {each.arg for each in node.keywords}


def keys(node):
    match node:
        case ast.Constant():
            return [node.value]
        case ast.IfExp():
            return keys(node.body) + keys(node.orelse)
        case ast.JoinedStr():
            return ["".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)]
    raise AssertionError(ast.unparse(node))


CALLS = list(named_in_code())


def texts_named(key, given):
    """Keys of texts that a call may take."""
    if "*" in key:
        start, _, end = key.partition("*")
        return {each for each in ENGLISH.texts if each.startswith(start) and each.endswith(end)}
    return {f"{key}.one", f"{key}.other"} if "count" in given else {key}


def test_both_languages_have_the_same_phrases_with_the_same_values():
    assert FRENCH.texts.keys() == ENGLISH.texts.keys()
    different = {key for key in FRENCH.texts if fields(FRENCH.texts[key]) != fields(ENGLISH.texts[key])}
    assert different == set()
    assert [key for each in (FRENCH, ENGLISH) for key, text in each.texts.items() if not text.strip()] == []


@pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_every_phrase_of_the_code_exists_and_is_given_all_its_values(words):
    wrong = []
    for where, key, given in CALLS:
        for name in texts_named(key, given) or {key}:
            if name not in words.texts:
                wrong.append(f"{where}: {name} is not there")
            elif given and None not in given and fields(words.texts[name]) - {"count"} != given - {"count"}:
                wrong.append(f"{where}: {name} wants {fields(words.texts[name])}, and gets {given}")
            elif not given and "{" in words.texts[name] and fields_or_none(words.texts[name]):
                wrong.append(f"{where}: {name} gets no value")
    assert wrong == []


def fields_or_none(text):
    """Braces of a text that is told without values are its own, as in `{fr: …, en: …}`."""
    return any(name.isidentifier() and not spec for _, name, spec, _ in string.Formatter().parse(text) if name)


def test_no_phrase_lies_about_unused():
    used = set().union(*(texts_named(key, given) for _, key, given in CALLS))
    assert ENGLISH.texts.keys() - used == set()


def test_french_is_typeset():
    assert [
        key
        for key, text in FRENCH.texts.items()
        if "'" in text.replace("': '", "").replace("'…'", "").replace("''", "")
    ] == []
    assert [key for key, text in FRENCH.texts.items() if "“" in text or "« " in text or " »" in text] == []


def test_a_phrase_is_its_english_text_and_can_be_told_in_french():
    inner = Phrase("loader.what.action")
    phrase = Phrase("loader.not-a-word", what=inner)
    assert phrase == "this is not an action"
    assert FRENCH.told(phrase) == "ce n’est pas une action"
    assert ENGLISH.told(phrase) == phrase
    assert FRENCH.told("as it is") == "as it is"


def test_lists_and_numbers_are_told_as_people_write_them():
    assert FRENCH.told(Phrase("loader.do.possible", known=("a", Phrase("loader.tab")))) == (
        "possible ici\u00a0: a, il y a ici une tabulation"
    )
    long = Phrase("loader.file-too-long", bytes=1234567, most=2000)
    assert long == "the file has 1,234,567 bytes; at most 2,000 are read"
    assert FRENCH.told(long) == "le fichier compte 1\u202f234\u202f567 octets\u00a0; 2\u202f000 au plus sont lus"
    assert FRENCH.told(Phrase("lint.seconds", seconds=0.256)) == "0,26 s"
    assert [FRENCH.told(Phrase("lint.review-in", count=count))[-6:] for count in (0, 1, 2)] == [
        "0 jour", "1 jour", " jours"
    ]  # fmt: skip


def test_what_is_quoted_stays_as_written():
    quoted = "{why} %s : « été » ?"
    assert quoted in FRENCH.told(Phrase("loader.counts-as-expired", why=quoted))


def test_a_phrase_that_is_copied_or_sent_elsewhere_stays_one():
    phrase = Phrase("loader.not-a-word", what=Phrase("loader.what.action"))
    nested = Phrase("loader.do.possible", known=("a", phrase))
    sent = unpacked(json.loads(json.dumps(packed(nested))))
    for other in (copy.deepcopy(nested), pickle.loads(pickle.dumps(nested)), sent):
        assert other == nested
        assert FRENCH.told(other) == FRENCH.told(nested)
    assert unpacked(packed("plain")) == "plain"


def test_an_error_is_told_with_its_place_and_what_to_do():
    error = PolicyError(Phrase("loader.tab"), hint=Phrase("loader.do.spaces"), location=Location("p.yaml", 3, 1))
    assert str(error) == "p.yaml:3:1: a tab stands here (use spaces)"
    assert FRENCH.told(error) == "p.yaml:3:1: il y a ici une tabulation (mettez des espaces)"
    assert ENGLISH.told(ProblemsError([error, GuardError("a")])) == f"{error}\na"
    copied = pickle.loads(pickle.dumps(error))
    assert (copied.told(FRENCH), copied.location) == (error.told(FRENCH), error.location)


def test_the_end_of_a_day_is_told_as_that_day():
    paris = ZoneInfo("Europe/Paris")
    french = words_of("fr")
    assert french.ending(datetime(2026, 12, 20, 23, tzinfo=UTC), paris) == "20 déc. 2026"
    assert french.ending(datetime(2027, 5, 31, 22, tzinfo=UTC), paris) == "31 mai 2027"
    assert words_of("en").ending(datetime(2027, 1, 1, tzinfo=UTC), UTC) == "31 Dec 2026"
    hour = datetime(2027, 1, 1, 9, 30, tzinfo=UTC)
    assert french.ending(hour, paris) == french.date(hour)
