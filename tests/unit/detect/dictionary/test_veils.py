"""Names that are veiled: censored, drawn out, with signs for letters, backwards, in a simple cipher."""

import codecs
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.detect.dictionary import scanner, veils
from guard.detect.dictionary.scanner import DictionaryScanner
from guard.text.normalize import normalize
from guard.types.matcher import TermsMatcher
from tests.unit.detect.marks import spans

NAMES = ("Bluebird", "Projet Aurore", "Meeting Room", "Client X", "Stressed")
SCANNER = DictionaryScanner([TermsMatcher("m", NAMES, confidential=True)])
PLAIN = DictionaryScanner([TermsMatcher("m", NAMES, disguises=False)])


def found(text, names=SCANNER):
    seen = normalize(text)
    return [seen.origin.to_original(hit.start, hit.end) for hit in names.scan(seen)]


@pytest.mark.parametrize(
    "marked",
    [
        "le [[Bl*ebird]] et le [[Pr*jet A*rore]]",
        "[[Pr*j*t Aurore]], [[Bl**bird]] ok".replace("[[Bl**bird]]", "Bl**bird"),
        "[[Bluuuebird]] [[BBBBluebird]] [[Bluebirddd]] [[Meeeeting Rooooom]]",
        "[[Bluebirrrd]]s".replace("]]s", "]]"),
        "[[Ch!ent X]]".replace("Ch!ent", "Cl!ent"),
        "[[B|uebird]], [[Projet Aurore]]!super",
        "[[driBeulB]] [[erorua tejorp]] [[erorua-TEJORP]] [[eroruAtejorP]]",
        "[[Oyhroveq]] [[Cebwrg Nheber]] [[Cmvfcjse]] [[Akdvdahqc]]".replace("Akdvdahqc", "Aktdahqc"),
        "[[Yofvyriw]]",
        "[[Blue\nbird]], [[Blue #bird]], [[Blue\r\nbird]]",
        "[[@urore]]".replace("@urore", "Projet @urore"),
        "[[Projet @urore]], @projet, mail@exemple.fr",
        "[[P r o j e t  @ u r o r e]]",
        "[[Bluebird]] @ Paris, @ l'hôtel",
        "« C'est [[oyhroveq]] », dit-il — 5 € à 20 °C",
        "日本 [[erorua tejorp]] Ω [[Cmvfcjse]] ж",
        "5 $ pour [[$tressed]]".replace("$tressed", "$tressed"),
    ],
)
def test_veiled(marked):
    text, expected = spans(marked)
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "desserts",
        "tuesday *blue* bird",
        "drib eul b",
        "blu bird",
        "blue bird",
        "2*3*4",
        "aaaaah ooooh",
        "not!able",
        "www.x",
    ],
)
def test_not_veiled(text):
    assert found(text) == ([(0, 8)] if text == "desserts" else [])


def test_without_disguises_nothing_is_unveiled():
    for text in ("Bl*ebird", "Bluuuebird", "driBeulB", "Oyhroveq", "B|uebird", "Blue\nbird"):
        assert found(text, PLAIN) == []


def test_short_names_are_not_turned():
    names = DictionaryScanner([TermsMatcher("m", ("Rats", "Aurore 12"))])
    assert found("star star 21 erorua", names) == [(10, 19)]
    assert found("star", names) == []


def test_a_palindrome_is_one_hit_without_a_cipher():
    hits = DictionaryScanner([TermsMatcher("m", ("Rotator",))]).scan(normalize("rotator"))
    assert [(hit.start, hit.end, hit.score, hit.explanation) for hit in hits] == [(0, 7, 1.0, "")]


def test_what_a_turned_name_says_of_itself():
    hits = SCANNER.scan(normalize("driBeulB Oyhroveq"))
    assert [(hit.score, hit.explanation) for hit in hits] == [(0.9, "written backwards"), (0.9, "in a simple cipher")]


letters = st.text(string.ascii_lowercase, min_size=6, max_size=24)


@given(letters, st.sampled_from(list(veils.WAYS)))
def test_turning_back_undoes_turning(name, way):
    assert veils.turn_back(veils._turn(name, way), way) == name
    assert veils._turn(name, 1) == codecs.encode(name, "rot13")


@settings(deadline=None, max_examples=60)
@given(letters, st.sampled_from(list(veils.WAYS)), st.text(" .,;é1-", max_size=5), st.text(" .,;-", max_size=5))
def test_every_turned_name_is_found(name, way, before, after):
    if before[-1:].isalnum():
        before += " "
    names = DictionaryScanner([TermsMatcher("m", (name,))])
    text = f"{before}{veils._turn(name, way)}{after}"
    assert (len(before), len(before) + len(name)) in found(text, names)


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("Bluebirdx*!|@$+( aA3.\n#\u00e9🔥<b>&"), max_size=60))
def test_nothing_fails_whatever_the_signs(text):
    seen = normalize(text)
    for hit in SCANNER.scan(seen):
        assert 0 <= hit.start < hit.end <= len(seen.plain)


@given(st.text(max_size=40))
def test_each_reading_is_as_long_as_the_text(text):
    folded = normalize(text + " a*b aaab c*d*e").folded
    readings = [veils.with_any_letter(folded), *(each for each, _, _ in veils.with_vowels(folded)), *veils.once(folded)]
    readings.append(veils.with_signs(folded) or folded)
    assert {len(reading) for reading in readings} == {len(folded)}


def test_names_beside_stars_are_not_looked_at_again_in_every_reading_of_the_stars(monkeypatch):
    looked = []
    written = scanner.is_written
    monkeypatch.setattr(scanner, "is_written", lambda *given: looked.append(1) or written(*given))
    assert len(found("Client*X " * 100)) == 100
    assert len(looked) < 100 * (1 + len("aeiouy")) + 600 * 4


@pytest.mark.parametrize("name", ["Pr*j*t Aurore", "Projet A*r*re", "Bl*eb*rd", "dr*b*ulB", "eror*A tejorP"])
def test_names_beside_others_are_found_as_if_they_stood_alone(name):
    before = "Client*X " * 3
    alone = found(name)
    beside = [(start - len(before), end - len(before)) for start, end in found(f"{before}{name}")]
    assert [each for each in beside if each[0] >= 0] == alone


class Everywhere(DictionaryScanner):
    """One that looks at all that each reading of the stars shows."""

    __slots__ = ()

    def _within(self, found, reading, first, last):
        yield from found


EVERYWHERE = Everywhere([TermsMatcher("m", NAMES, confidential=True)])
starred = st.sampled_from((*NAMES, "driBeulB", "erorua tejorp", "Oyhroveq", "Cebwrg Nheber")).flatmap(
    lambda name: st.tuples(*(st.sampled_from(char + "*") if char in "aeiou" else st.just(char) for char in name))
)
between = st.sampled_from((" ", "*", "s ", "*s ", "*n", ", ", "\n", " é ", " « ", "日", " x*y ", "." * 110))


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(starred.map("".join), between).map("".join), max_size=6).map("".join))
def test_looking_only_where_a_reading_differs_loses_no_name(text):
    assert found(text) == found(text, EVERYWHERE)
