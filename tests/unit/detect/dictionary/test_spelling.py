"""Inflection, initials, aliases, excuses, capitals, hashtags: how a name may be written, and what is only a similar word."""

import pytest

from guard.detect.dictionary.scanner import DictionaryScanner
from guard.text.normalize import normalize
from guard.types.matcher import TermOptions, TermsMatcher
from tests.unit.detect.marks import spans


def scanner(*terms, options=(), **more):
    return DictionaryScanner([TermsMatcher("m", terms, options=tuple(options), **more)])


def found(names, text):
    seen = normalize(text)
    return [seen.origin.to_original(hit.start, hit.end) for hit in names.scan(seen)]


INFLECTED = scanner(
    "Bluebird", "Projet Aurore", "employé clé", "rachat", "plan social", "Manteau", "licencié", "acheteur"
)


@pytest.mark.parametrize(
    "marked",
    [
        "two [[Bluebirds]], [[Bluebird]]'s wing, [[bluebirds]]' nest",
        "les [[projets Aurore]], l'[[employé clé]], d'[[employés clés]], qu'[[employée clé]]",
        "[[rachats]], [[RACHATS]]; les [[plans sociaux]], des [[Manteaux]]",
        "[[licenciée]], [[licenciées]], [[licenciés]], [[acheteuse]], [[acheteuses]], l’[[acheteur]]",
        "#[[Bluebirds]] #Les[[Bluebirds]]",
    ],
)
def test_inflected(marked):
    text, expected = spans(marked)
    assert found(INFLECTED, text) == expected


@pytest.mark.parametrize("text", ["bluebirdsong", "rachatons", "projetes aurore", "les projetsaurora", "manteaus-x"])
def test_other_words(text):
    assert [place for place in found(INFLECTED, text) if text[slice(*place)] != "manteaus"] == []


def test_a_code_takes_no_plural():
    assert found(scanner("PRJ-7741", "AB1"), "PRJ-7741s, AB1s, PRJ-7742") == []


TAGS = scanner("Projet Aurore", "Nexalis Conseil", "Bluebirds", "ClientX", "Dell")


@pytest.mark.parametrize(
    "marked",
    [
        "#[[projetaurore]] #[[ProjetAurore]] #[[projetaurore]]gate @[[projetaurore]]_officiel",
        "#vive[[projetaurore]] @team[[projetaurore]]",
        "@[[clientx]] @[[client_x]] #Bonjour[[ClientX]]Go @[[Clientx]].bsky.social",
    ],
)
def test_hashtags_and_mentions(marked):
    text, expected = spans(marked)
    assert found(TAGS, text) == expected


def test_a_short_name_does_not_stand_within_a_hashtag_in_small_letters():
    assert found(TAGS, "#modelldell #delling @clientxyz #vivementclientxgo") == []


MERCURE = TermOptions("Mercure", near=("planète", "thermomètre", "film d'horreur"), within=20)
PLANET = scanner("Mercure", "Vénus", options=[MERCURE])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Le dossier Mercure avance", 1),
        ("La planète Mercure ce soir", 0),
        ("Mercure, PLANETE brûlante", 0),
        ("Mercure est une toute petite et très vieille planète", 1),
        ("la planète Vénus", 1),
        ("Mercure : un film d’horreur", 0),
        ("planètes ! Mercure", 1),
        ("thermomètre à M3rcure, dossier Vénus, réunion lundi, Mercure", 2),
    ],
)
def test_what_stands_near_may_excuse_a_term(text, count):
    assert len(found(PLANET, text)) == count


def test_the_excuse_counts_characters():
    names = scanner("Mercure", options=[TermOptions("Mercure", near=("fou",), within=4)])
    assert found(names, "fou Mercure") == []
    assert found(names, "fou, Mercure") == [(5, 12)]
    assert found(names, "Mercure foule") == [(0, 7)]


@pytest.mark.parametrize("nothing", ["", " ", "\u200b"])
def test_a_word_of_which_nothing_is_left_excuses_nothing(nothing):
    names = scanner("Mercure", options=[TermOptions("Mercure", near=(nothing,))])
    assert found(names, "Mercure") == [(0, 7)]
    names = scanner("Mercure", options=[TermOptions("Mercure", near=(nothing, "fou"))])
    assert found(names, "un Mercure fou, et puis bien plus loin, hors de portée de ce mot, encore Mercure") == [
        (73, 80)
    ]


def test_exact_case():
    names = scanner("Orange", "SA Demain", options=[TermOptions("Orange", exact_case=True)])
    assert found(names, "Orange, orange, ORANGE, une Oranges, l'Orange, 0range, O r a n g e") == [(0, 6), (39, 45)]
    assert found(names, "œuvre d'Orange, sa demain") == [(8, 14), (16, 25)]


def test_exact_case_beside_characters_that_fold_to_several():
    names = scanner("Œuvre Été", options=[TermOptions("Œuvre Été", exact_case=True)])
    assert found(names, "ß Œuvre Été, œuvre été") == [(2, 11)]


INITIALS = scanner(
    "Projet Aurore", "Grande Ourse Bleue", options=[TermOptions(t, initials=True) for t in ("Projet Aurore", "Grande Ourse Bleue")]
)  # fmt: skip


@pytest.mark.parametrize(
    "marked",
    ["le [[P.A.]] avance", "[[P. A.]] et [[P.A]]", "[[GOB]] ou [[G.O.B.]]", "(« [[P.A.]] »)"],
)
def test_initials(marked):
    text, expected = spans(marked)
    assert found(INITIALS, text) == expected


@pytest.mark.parametrize("text", ["PA", "pa", "p.a.", "P A", "GOBE", "gob", "M.P.A.", "P.A.C.", "la P-A"])
def test_not_initials(text):
    assert found(INITIALS, text) == []


def test_initials_are_not_looked_for_unasked():
    assert found(scanner("Projet Aurore"), "P.A., P. A., PA") == []


def test_short_names_of_several_words_and_in_markup():
    names = scanner("A B", "X", "Hg")
    assert found(names, "le a-b, <b>X</b>, hg. A, B; ahg") == [(3, 6), (11, 12), (18, 20)]


def test_a_name_spelled_mostly_in_signs():
    names = scanner("Bluebird", "PRJ-774155", "Loose")
    assert found(names, "81u381rd, 10053") == [(0, 8)]
    assert found(names, "PRJ-774155 PRJ-774156 PRJ-994155") == [(0, 10)]


def test_words_of_letters_of_several_bytes():
    names = scanner("東京 計画", "Ольга Бук", typos=1)
    assert found(names, "le 東京計画 et 東京 計画 été") == [(3, 7), (11, 16)]
    assert found(names, "été à ольга-бук") == [(6, 15)]
