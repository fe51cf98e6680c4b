import pytest

from guard.detect.dictionary.scanner import DictionaryScanner
from guard.detect.dictionary.term import terms_of
from guard.errors import DetectorError
from guard.text.normalize import normalize
from guard.types.matcher import TermsMatcher
from tests.unit.detect.marks import spans

CLIENT_X = TermsMatcher(
    "client-x/name", ("Client X", "ClientX SA", "Projet Aurore", "PRJ-7741"), typos=1, confidential=True
)
SCANNER = DictionaryScanner([CLIENT_X])


def found(scanner, text):
    seen = normalize(text)
    return [seen.origin.to_original(hit.start, hit.end) for hit in scanner.scan(seen)]


@pytest.mark.parametrize(
    "marked",
    [
        "Ravi de travailler avec [[Client X]] !",
        "Grosse semaine sur #[[ProjetAurore]]",
        "on livre [[prj-7741]] vendredi",
        "encore un projet avec [[client X]] qui m'échappe",
        "@[[ClientX]] bonjour",
        "#Contact[[ProjetAurore]]Go",
        "#[[ProjetAurore]]2027",
        "[[CLIENT X]], [[client_x]], [[Client-X]], [[client.x]], [[Client\u00a0X]]",
        "le [[projet\nAurore]]",
        "[[Projét Äurore]]",
        "[[ClientX SA]] est là",
        "«[[Client X]]»",
        "<[[Client X]]>",
        "[[Projet @Aurore]]",
        # disguises
        "[[C l i e n t  X]] ok",
        "[[C.l.i.e.n.t X]]",
        "[[C-l-i-e-n-t-X]]",
        "[[Сlіent X]] (Cyrillic)",
        "[[Cl1ent X]] !",
        "[[Pr0j3t Aur0r3]]",
        "[[Cl\u200bient X]]",
        "[[P🔥r🔥o🔥j🔥e🔥t Aurore]]",
        "[[P<b></b>rojet Aurore]]",
        "[[P**r**o**j**e**t Aurore]]",
        "[[Ｃｌｉｅｎｔ Ｘ]] [[𝐂𝐥𝐢𝐞𝐧𝐭 𝐗]]",
        "le [[client #X]]",
        "[[Client     X]]",
        "[[Client\rX]]",
        "[[Client\n\nX]]",
        "[[Client<!-- -->X]]",
        "[[Cli<!---->ent X]]",
        "[[Client (X]])",
        "([[Client) X]]",
        '[[Client "X]]"',
        "[ [[Client](u) X]]",
        "[[Client[ ](https://a.example)X]]",
        "[[Client/X]]",
        "[[Client <b>X]]</b>",
        # typos
        "Le [[projet Aurrore]] avance",
        "[[projet Auorre]], [[projett Aurore]], [[proje Aurore]], #[[ProjetAurrore]]",
    ],
)
def test_written_so_it_is_meant(marked):
    text, expected = spans(marked)
    assert found(SCANNER, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Notre client Xavier est content",
        "Belle aurore ce matin sur le projet de jardin",
        "Le client, X fois déçu, revient",
        "fin du client. X arrive",
        "client; X, client! X, client? X, client : X",
        "client XL",
        "le client x2",
        "Le projet: l'aurore",
        "projets horreur",
        "PRJ-7742",
        "prj77410",
    ],
)
def test_written_so_it_is_not_meant(text):
    assert found(SCANNER, text) == []


def test_ordinary_words_do_not_join_into_a_name():
    words = DictionaryScanner([TermsMatcher("a", ("Notable", "Amen", "Resign", "ABCD"))])
    assert found(words, "not able, not-able? a men; re sign; ab cd") == [
        (10, 18)
    ]  # a hyphen alone joins, a space does not


def test_a_two_letter_word_is_not_spelled_out_by_an_apostrophe():
    name = DictionaryScanner([TermsMatcher("a", ("Spot.IM", "Client XY"))])
    assert found(name, "Spot. I'm here, spot.im") == [(16, 23)]
    assert found(name, "c l i e n t x y") == [(0, 15)]


def test_without_disguises_only_case_accents_and_separators_are_free():
    plain = DictionaryScanner([TermsMatcher("a", ("Projet Aurore",), disguises=False)])
    assert found(plain, "PROJET-AUROŔE") == [(0, 13)]
    for text in ("Pr0jet Aurore", "P r o j e t Aurore", "projet Aurrore"):
        assert found(plain, text) == []


def test_short_names_are_found_whole_only():
    short = DictionaryScanner([TermsMatcher("a", ("SA", "X", "É"))])
    assert found(short, "la SA X, sa é") == [(3, 5), (6, 7), (9, 11), (12, 13)]
    assert found(short, "sans axe s.a 5a") == []


def test_two_typos_when_allowed():
    two = DictionaryScanner([TermsMatcher("a", ("Bouquetière",), typos=2)])
    assert found(two, "la bouqetiere, la bouqetiere, la bukuetière") == [(3, 13), (18, 28), (33, 43)]
    one = DictionaryScanner([TermsMatcher("a", ("Bouquetière",), typos=1)])
    assert found(one, "la bouqtiere") == []


def test_short_terms_allow_no_typo():
    assert found(SCANNER, "Cliemt X, PRJ-774") == []


def test_each_matcher_gets_its_own_hits_and_the_longest():
    both = DictionaryScanner([CLIENT_X, TermsMatcher("b", ("Aurore",)), TermsMatcher("c", ("projet aurore",))])
    hits = both.scan(normalize("Projet Aurore"))
    assert sorted((hit.matcher, hit.start, hit.end) for hit in hits) == [
        ("b", 7, 13),
        ("c", 0, 13),
        ("client-x/name", 0, 13),
    ]


def test_a_term_without_letters_is_refused_without_being_shown():
    with pytest.raises(DetectorError) as caught:
        DictionaryScanner([TermsMatcher("p/r", ("♥♦",), confidential=True)])
    assert "p/r" in str(caught.value)
    assert "♥" not in str(caught.value)


def test_other_scripts_and_expanding_letters():
    scanner = DictionaryScanner([TermsMatcher("a", ("東京プロジェクト", "Straße 9", "ΗΛΙΟΣ", "Аврора"))])
    assert found(scanner, "le 東京プロジェクト!") == [(3, 11)]
    assert found(scanner, "ŒUVRE strasse 9, STRASSE 9") == [(6, 15), (17, 26)]
    assert found(scanner, "ηλιος Ηλιος") == [(0, 5), (6, 11)]
    assert found(scanner, "аврора АВРОРА") == [(0, 6), (7, 13)]


def test_repr_of_a_term_does_not_show_it():
    assert "aurore" not in repr(list(terms_of(CLIENT_X))).lower()
