"""Sealed terms are found as the dictionary finds whole terms, and the file gives nothing away."""

import pytest

from guard.detect.run import Detectors
from guard.detect.sealed import SealedScanner, key_id, seal
from guard.errors import DetectorError
from guard.policy.sealed import read_sealed, write_sealed
from guard.types.matcher import SealedMatcher, TermOptions, TermsMatcher
from guard.types.post import ANONYMOUS, Post, Segment

KEY, OTHER = bytes(range(32)), bytes(32)
NAMES = ("Projet Aurore", "PRJ-7741", "rachat de Nexalis SA", "Bluebird")


def sealed(*terms: str, key: bytes = KEY, **more) -> SealedMatcher:
    return seal(TermsMatcher("client-x/name", terms, confidential=True, **more), key)


def found(text: str, *terms: str) -> list[str]:
    detectors = Detectors.build([], sealed=SealedScanner([sealed(*(terms or NAMES))], KEY))
    post = Post("1", "mastodon", "status.create", ANONYMOUS, (Segment("/t", "body", text),))
    findings, failures = detectors.run(post)
    assert not failures
    return [text[each.span.start : each.span.end] for each in findings if each.matcher == "client-x/name"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Le projet Aurore avance", "projet Aurore"),
        ("grosse semaine sur #ProjetAurore !", "ProjetAurore"),
        ("PROJÉT-AURORÉ", "PROJÉT-AURORÉ"),
        ("on livre prj-7741 vendredi", "prj-7741"),
        ("le\u202f«\u202frachat de Nexalis S\u200bA\u202f»", "rachat de Nexalis S\u200bA"),
        ("a\nprojet\naurore", "projet\naurore"),
        ("Βluebіrd is go", "Βluebіrd"),  # letters of two other scripts
        ("Bluebird's wings", "Bluebird's"),
    ],
)
def test_a_whole_term_is_found_however_its_words_are_parted(text: str, marked: str) -> None:
    assert found(text) == [marked]


@pytest.mark.parametrize(
    "text",
    [
        "Le projet, Aurore !",
        "projet d'aurore",
        "PRJ-7742",
        "projet aurores boréales d'hiver"[:6],
        "blue bird house",
        "",
    ],
)
def test_other_words_are_not(text: str) -> None:
    assert found(text, "Projet Aurore", "PRJ-7741") == []


def test_the_file_holds_no_letter_of_a_term_and_is_the_same_each_time() -> None:
    text = write_sealed(sealed(*NAMES))
    assert text == write_sealed(sealed(*reversed(NAMES)))
    assert set(text) <= set("0123456789abcdefguard-sealedkeyletters \n")
    assert read_sealed("c.sealed", text.encode(), "client-x/name") == sealed(*NAMES)
    assert set(sealed("Bluebird").terms).isdisjoint(sealed("Bluebird", key=OTHER).terms)


def test_another_key_is_refused() -> None:
    with pytest.raises(DetectorError, match="another key"):
        SealedScanner([sealed("Bluebird")], OTHER)
    assert key_id(KEY) != key_id(OTHER)


@pytest.mark.parametrize(
    ("term", "options"),
    [
        ("Hg", ()),
        ("Mercure", (TermOptions("Mercure", near=("planète",)),)),
        ("Orange", (TermOptions("Orange", exact_case=True),)),
    ],
)
def test_what_hashes_cannot_say_is_refused_without_quoting_it(term: str, options: tuple[TermOptions, ...]) -> None:
    with pytest.raises(DetectorError) as refused:
        sealed(term, options=options)
    assert term not in str(refused.value)
