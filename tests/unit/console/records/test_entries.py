"""What the list of the log says of an entry at a glance."""

import json
import re
from pathlib import Path

import pytest

import guard
from guard.console.records.entries import entry_of, said
from guard.console.words import words_of


def entry(kind, **data):
    return entry_of(1, json.dumps({"kind": kind, "data": data}).encode())


@pytest.mark.parametrize(
    ("disposition", "told", "tone"),
    [
        ("hold", "held", "warn"),
        ("deliver", "sent again, let through", "good"),
        ("reroute", "rerouted", "info"),
        ("refuse", "refused", "bad"),
    ],
)
def test_a_post_that_came_again_shows_what_became_of_it(disposition, told, tone):
    found = entry("decision", action="hold", disposition=disposition)
    assert said(words_of("en"), found) == told
    assert found.tone == tone


def test_other_decisions_show_their_action():
    assert entry("decision", action="block", disposition="refuse").word == "block"
    assert entry("decision", action="redact", disposition="deliver").word == "redact"


def test_a_refused_sign_in_is_told_from_one_that_worked():
    assert [said(words_of("fr"), entry("sign-in", what=what)) for what in ("refused", "signed-in")] == [
        "refusée",
        "réussie",
    ]
    assert entry("sign-in", what="refused").tone == "bad"


def test_every_word_of_accounts_and_sign_ins_has_a_text():
    code = "".join(path.read_text("utf-8") for path in (Path(guard.__file__).parent / "auth").glob("*.py"))
    words = set(re.findall(r'what="([a-z-]+)"', code))
    words |= set(re.findall(r'_change\([^()]*?(?:by|provider|"authors\.toml"), "([a-z-]+)"', code))
    assert {"signed-in", "roles", "renamed", "told-apart", "token-made"} <= words
    assert {word for word in words if not words_of("fr").has(f"audit.word.{word}")} == set()
