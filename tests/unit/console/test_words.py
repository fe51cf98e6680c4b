"""Texts as data: both languages say the same things."""

import re
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guard.console import figures, words
from guard.console.words import chosen, words_of
from guard.detect.patterns import catalogue
from guard.types.topic import ANY, TOPICS
from guard.words.texts import texts_beside
from guard.words.texts import words_of as shared_words

ROOT = Path(__file__).parents[3] / "guard" / "console"


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys_and_fill_in_the_same_values():
    french, english = words_of("fr").texts, words_of("en").texts
    assert french.keys() == english.keys()
    assert {key for key in french if fields(french[key]) != fields(english[key])} == set()
    assert [key for key, text in (french | english).items() if not text.strip()] == []


def test_everything_that_can_be_found_has_a_name():
    found = {pattern.entity for pattern in catalogue.shipped()} | {*TOPICS, ANY}
    assert {name for name in found if f"entities.{name}" not in words_of("fr").texts} == set()


def test_every_text_that_a_template_names_exists():
    texts = words_of("en").texts
    missing = set()
    for path in ROOT.glob("templates/*.html"):
        for key in re.findall(r"""\bt\(["']([a-z0-9_.-]+)["'](?=[,)])""", path.read_text(encoding="utf-8")):
            if key not in texts and f"{key}.other" not in texts:
                missing.add(f"{path.name}: {key}")
    assert missing == set()


def test_french_punctuation_does_not_break_off():
    assert "\u00a0:" in words_of("fr")("base.keys_change")


@pytest.mark.parametrize(
    ("accept", "asked", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "", "fr"), ("en-GB", "", "en"), ("de,fr;q=0.3,en;q=0.7", "", "en"), ("de", "", "en"),
        ("", "", "en"), ("en", "fr", "fr"), ("fr", "de", "fr"), ("fr;q=x", "", "fr"), ("*", "", "en"),
    ],
)  # fmt: skip
def test_the_browsers_first_known_language_is_spoken(accept, asked, language):
    assert chosen(accept, asked) == language


def test_lengths_of_time_are_told_in_two_units():
    words = words_of("en")
    told = [words.span(timedelta(seconds=seconds)) for seconds in (-5, 9, 60, 3600, 8100, 90_000, 200_000)]
    assert told == [
        "0\u00a0s",
        "9\u00a0s",
        "1\u00a0min",
        "1\u00a0h",
        "2\u00a0h 15\u00a0min",
        "1\u00a0d 1\u00a0h",
        "2\u00a0d 7\u00a0h",
    ]
    assert words_of("fr").span(timedelta(days=1)) == "1\u00a0j"


def test_dates_are_written_as_people_do():
    moment = datetime(2026, 8, 1, 9, 5, tzinfo=UTC)
    assert re.fullmatch(r"1 août 2026, \d\d:05", words_of("fr").date(moment))


def test_the_consoles_own_texts_hide_none_that_all_share():
    own = texts_beside(Path(words.__file__), "en")
    assert own.keys() & shared_words("en").texts.keys() == set()


def test_times_are_told_in_the_browsers_zone_when_it_is_one():
    moment = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    english = words_of("en")
    told = [
        words.Words("en", english.texts, words.zone_of(name)).date(moment)
        for name in ("Europe/Paris", "America/New_York")
    ]
    assert told == ["1 Jan 2027, 00:30", "31 Dec 2026, 18:30"]
    assert english.date(moment, UTC) == "31 Dec 2026, 23:30"
    strange = ("", "x", "../../etc/passwd", "/etc/localtime", "Europe", "Europe/" + "a" * 99, "a b", "é")
    assert [words.zone_of(name) for name in strange] == [None] * len(strange)


def test_a_wait_is_told_to_five_per_cent():
    t = words_of("fr")
    for seconds, told in ((59, "59 s"), (60, "1 min"), (116, "1 min 56 s"), (1199, "19 min 59 s"), (1259, "20 min")):
        assert figures.wait(t, timedelta(seconds=seconds)).replace("\u00a0", " ") == told
