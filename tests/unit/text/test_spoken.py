import pytest

from guard.text import spoken
from guard.text.edits import apply
from tests.disguises import french_number, roman


def read(text, maker):
    made = apply(text, maker(text))
    return made and made[0]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("zéro six trois neuf neuf huit quatre sept six un", "0639984761"),
        ("au zéro six trente-neuf quatre-vingt-dix-huit quarante-sept soixante et un stp", "au 0639984761 stp"),
        ("06 trente-neuf 98 quarante-sept 61", "0639984761"),
        ("plus trente-trois six 39 98 quarante-sept soixante et un", "+33639984761"),
        ("double zéro trente-trois six 39 98 quarante-sept 61", "0033639984761"),
        ("six cent douze trente-quatre cinquante-six soixante-dix-huit", "612345678"),
        ("double seven zero zero nine hundred one two three", "7700900123"),
        ("seven seven double oh nine double zero one two three", "7700900123"),
        ("Zero, Seven, Seven, twenty-three forty five six", "077234" + "56"),
        ("go four nine seven zero one zero one two three four five six seven eight nine one", "go 4970101234567891"),
        ("cero seis tres nueve nueve ocho cuatro siete seis uno", "0639984761"),
    ],
)
def test_number_words(text, meant):
    assert read(text, spoken.numbers) == meant


def test_every_french_number_below_a_hundred():
    for number in range(100):
        text = f"zéro deux {french_number(number)} onze douze treize quatorze"
        if number == 60:  # soixante, onze: said alike
            continue
        assert read(text, spoken.numbers) in {f"02{number}11121314", f"02{number + 11}121314"}, text


@pytest.mark.parametrize(
    "text", ["un deux trois soleil", "one two three", "10 12 14 16 18 20", "le six mars deux mille", "un et un"]
)
def test_few_number_words_are_no_number(text):
    assert read(text, spoken.numbers) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("jean [at] exemple [dot] fr", "jean@exemple.fr"),
        ("jean.dupont(at)exemple.fr", "jean.dupont@exemple.fr"),
        ("Jean.Dupont arobase exemple point fr", "Jean.Dupont@exemple.fr"),
        ("jean dot dupont at exemple dot fr", "jean.dupont@exemple.fr"),
        ("jean.dupont chez exemple point fr", "jean.dupont@exemple.fr"),
        ("jean {AT} exemple (.) fr", "jean@exemple.fr"),
        ("jean@exemple(dot)fr", "jean@exemple.fr"),
        ("jean @ exemple point fr", "jean@exemple.fr"),
        ("my j.martin at exemple dot fr", "my j.martin@exemple.fr"),
        ("mail jean at exemple dot fr", "mail jean@exemple.fr"),
        ("jean.dupont@\nexemple.fr", "jean.dupont@exemple.fr"),
        ("jean.dupont #@exemple.fr", "jean.dupont@exemple.fr"),
    ],
)
def test_addresses(text, meant):
    assert read(text, spoken.addresses) == meant


@pytest.mark.parametrize(
    "text",
    [
        "meet me at example.com",
        "check your vin at nhtsa dot gov",
        "regarde la météo at example dot fr",
        "on se voit chez Paul, point barre",
        "look at this point of view",
        "lunch @ Dana Point Park",
        "bonjour @jean.exemple.fr",
        "at Artists Point, Grand Marais",
    ],
)
def test_what_is_no_address_stays(text):
    assert read(text, spoken.addresses) is None


def test_alphabet():
    assert read("code bravo lima uniform echo bravo india romeo delta", spoken.alphabet) == "code BLUEBIRD"
    assert read("Juliett Echo at Echo X-ray dot Foxtrot Romeo", spoken.alphabet) == "JE@EX.FR"
    assert read("India and Mike", spoken.alphabet) is None


def test_numerals():
    pairs = [6, 39, 98, 47, 61]
    assert read(" ".join(map(roman, pairs)), spoken.numerals) == "0639984761"
    assert read("N " + " ".join(map(roman, pairs)), spoken.numerals) == "0639984761"
    assert read("Louis XIV et Henri IV", spoken.numerals) is None


@pytest.mark.parametrize(
    "text", ["un " * 4000, "at " * 4000, "a dot " * 2000, "cent " * 3000, "alfa 1 " * 2000, "I " * 4000, "a@" * 4000]
)
def test_hostile_text_is_read_in_linear_time(text):
    for maker in (spoken.numbers, spoken.addresses, spoken.alphabet, spoken.numerals):
        read(text, maker)


def test_a_word_before_a_spoken_plus_is_no_country():
    spoken_number = "plus four four seven seven zero zero nine zero zero one two three"
    assert read(f"my mobile is {spoken_number}", spoken.numbers) == "my mobile is +447700900123"
