"""What authors read: the right language, why, and only a safe version that helps."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guard.gateway import words
from guard.types.decision import Action, Decision, Match
from guard.types.inspection import Edit, Inspection, Versions
from guard.types.post import Author, Post, Segment

SAY = {"fr": "Un nom confidentiel.", "en": "A confidential name."}


def post(text: str, language: str | None = None, author_language: str | None = None) -> Post:
    author = Author("mastodon", "a@m", language=author_language)
    return Post("p", "mastodon", "status.create", author, (Segment("/status", "body", text),), language=language)


def inspection(*matches: Match, reason: str = "") -> Inspection:
    decision = Decision(max((m.action for m in matches), default=Action.HOLD), matches, "sha256:0", reason)
    return Inspection(post("Vive Client X"), (), decision, None, (), (), Versions("0", "0", "0"))


@pytest.mark.parametrize(
    ("author", "accept", "own", "expected"),
    [
        ("en", b"fr", "fr", "en"),
        (None, b"en-GB,en;q=0.9", "fr", "en"),
        (None, b"*", "en", "en"),
        (None, None, "de", "fr"),
        (None, b"de-DE", "en", "en"),
        (None, b"de, en;q=0.8, fr;q=0.9", None, "fr"),
        (None, b"fr;q=0.1, en;q=0.9", None, "en"),
        (None, b"\xff\xfe", None, "fr"),
    ],
)
def test_language(author: str | None, accept: bytes | None, own: str | None, expected: str) -> None:
    assert words.language_for(post("x", own, author), accept, "fr") == expected


def test_each_message_once_with_its_rule_but_not_for_confidential_policies() -> None:
    open_rule = Match("pii-fr", "nir", Action.BLOCK, (), say={"fr": "Un numéro."})
    secret = Match("client-x", "name", Action.BLOCK, (), say=SAY, confidential=True)
    flagged = Match("pii-fr", "flagged", Action.FLAG, (), say={"fr": "Jamais montré."})
    text = words.explain(inspection(open_rule, secret, secret, flagged), "fr")
    assert text == "Un numéro. [pii-fr/nir] Un nom confidentiel."


def test_reason_of_a_hold_without_a_rule() -> None:
    assert "could not be completed" in words.explain(inspection(reason="detector-failed: patterns"), "en")


def test_a_masking_that_cannot_be_done_says_of_what() -> None:
    phone = Match("pii-fr", "phone", Action.REDACT, (), say={"fr": "Un numéro."})
    said = words.explain(inspection(phone, reason="redaction-impossible: alike"), "fr")
    assert said.startswith("Un numéro. [pii-fr/phone] Un passage doit être masqué")
    assert words.explain(inspection(phone, reason="detector-failed: patterns"), "fr").startswith("L’analyse")


def edits(old: Post, **labels: str) -> tuple[Edit, ...]:
    """That put these labels in place of words: `Client="[…]"`."""
    places = ((part, word, part.text.find(word)) for part in old.segments for word in labels)
    return tuple(Edit(part.path, at, at + len(word), labels[word]) for part, word, at in places if at >= 0)


def test_safe_version_shows_what_changed_only() -> None:
    old = post("Vive Orion !")
    cut = replace(inspection(), post=old, edits=edits(old, Orion="[…]"))
    text = words.stopped(cut, "Non publié.", "fr", safe=True)
    assert text.endswith("Version que vous pouvez publier tout de suite\u00a0: «\u00a0Vive […] !\u00a0»")
    assert words.stopped(cut, "Non publié.", "fr", safe=False) == "Non publié."
    assert words.safe_version(old, (), "fr") == ""
    only = post("Orion !")
    assert words.safe_version(only, edits(only, Orion="[…]"), "fr") == ""
    cut = replace(inspection(), post=only, edits=edits(only, Orion="[…]"))
    assert words.stopped(cut, "Non publié.", "fr", safe=True) == "Non publié."


def parts(*texts: str) -> Post:
    roles = (("/status", "body"), ("/spoiler_text", "spoiler"), ("/poll/options/0", "poll-option"))
    segments = tuple(Segment(path, role, text) for (path, role), text in zip(roles, texts, strict=False))
    return Post("p", "mastodon", "status.create", Author("mastodon", "a@m"), segments)


def test_safe_version_names_each_text_that_changes_and_says_that_the_rest_stays() -> None:
    old = parts("Astreinte ci-dessous", "Tél : 0639981234", "Pour Orion")
    labels = {"0639981234": "[téléphone]", "Orion": "[…]"}
    warning = words.safe_version(old, edits(old, **labels), "fr")
    assert warning.replace("\u00a0", " ") == (
        "Version que vous pouvez publier tout de suite, le reste inchangé : "
        "avertissement de contenu « Tél : [téléphone] », option 1 « Pour […] »"
    )
    assert words.safe_version(old, edits(old, Astreinte="[…]", **labels), "en") == (
        "Version you can publish right now: text “[…] ci-dessous”, content warning “Tél : [téléphone]”, option 1 “Pour […]”"
    )
    assert words.safe_version(old, edits(old, Astreinte="x" * 2000), "en") == "", "too long to be shown"
    old = parts("Astreinte ci-dessous", "Tél : 0639981234", "Orion")
    only = edits(old, Orion="[…]")
    assert words.safe_version(old, only, "fr") == "", "option 1 « […] » is no version of anything"
    assert words.safe_version(old, edits(old, **labels), "fr") == "", "nor beside a warning that is one"


@pytest.mark.parametrize(
    ("left", "french"),
    [
        (timedelta(hours=4), "Retenu pour relecture, dossier 7 : réponse d’ici 4 h."),
        (timedelta(hours=3, seconds=1), "Retenu pour relecture, dossier 7 : réponse d’ici 4 h."),
        (timedelta(days=3), "Retenu pour relecture, dossier 7 : réponse d’ici 3 j."),
        (timedelta(hours=1, minutes=52), "Retenu pour relecture, dossier 7 : réponse d’ici 1 h 55 min."),
        (timedelta(seconds=20), "Retenu pour relecture, dossier 7 : réponse d’ici 5 min."),
        (timedelta(), "Retenu pour relecture, dossier 7."),
        (timedelta(hours=-1), "Retenu pour relecture, dossier 7."),
        (None, "Retenu pour relecture, dossier 7."),
    ],
)
def test_a_held_post_says_how_long_it_takes_at_most(left: timedelta | None, french: str) -> None:
    assert words.held(7, left, "fr").replace("\u00a0", " ") == french


def test_a_held_post_says_so_in_english() -> None:
    assert words.held(7, timedelta(minutes=30), "en") == "Held for review, case 7: answer within 30\u00a0min."


def rule(name: str, action: Action, text: str) -> Match:
    return Match("p", name, action, (), say={"en": text})


def test_a_sentence_of_several_rules_is_said_once_and_the_severest_first() -> None:
    same = [rule(f"probe-{number}", Action.HOLD, "A probe.") for number in range(2)]
    text = words.explain(inspection(*same, rule("worse", Action.BLOCK, "A block.")), "en")
    assert text == "A block. [p/worse] A probe. [p/probe-0, p/probe-1]"


def test_after_a_few_sentences_rules_are_only_named() -> None:
    many = [rule(f"r{number}", Action.HOLD, f"Sentence {number}.") for number in range(5)]
    secret = Match("q", "s", Action.HOLD, (), say={"en": "Secret."}, confidential=True)
    text = words.explain(inspection(*many, secret), "en")
    assert text == "Sentence 0. [p/r0] Sentence 1. [p/r1] Sentence 2. [p/r2] Other rules too: p/r3, p/r4."


def test_what_to_do_is_said_within_what_short_clients_show() -> None:
    many = [rule(f"r{number}", Action.HOLD, f"Sentence {number} " * 20) for number in range(3)]
    told = words.stopped(inspection(*many), "Held, case 7.", "en", "Once it is approved, send it again.", safe=False)
    assert told[:500].startswith("Held, case 7. Once it is approved, send it again. Sentence 0")


def test_why_takes_no_more_room_than_short_clients_show() -> None:
    many = [rule(f"r{number}", Action.HOLD, f"Sentence {number} " * 12) for number in range(3)]
    told = words.stopped(inspection(*many), "Held, case 7.", "en", "Once approved, send it again. Why:", safe=False)
    assert len(told) <= 500
    assert told.endswith("[p/r1] Other rules too: p/r2.")


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("status.create", "il sera publié. Pourquoi :"),
        ("status.edit", "La version d’avant reste en place."),
        ("media.upload", "ajoutez de nouveau le fichier avec la même description"),
    ],
)
def test_a_held_change_and_a_held_file_have_their_own_words(operation: str, said: str) -> None:
    told = words.once_approved(replace(post("x"), operation=operation), "fr", why=True).replace("\u00a0", " ")
    assert said in told
    assert ("publié" in told) == (operation == "status.create")
