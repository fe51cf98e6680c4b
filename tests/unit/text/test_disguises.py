import pytest

from guard.text import disguises
from guard.text.edits import apply


def read(text, maker):
    made = apply(text, maker(text))
    return made and made[0]


@pytest.mark.parametrize(
    ("maker", "text", "meant"),
    [
        (disguises.look_alikes, "jеаn@exemple.fr", "jean@exemple.fr"),
        (disguises.look_alikes, "ϜᎡ76 3000", "FR76 3000"),
        (disguises.look_alikes, "ḞŔ76 3000", "FR76 3000"),
        (disguises.look_alikes, "🅹🅴🅰🅽@🅴🆇.fr", "JEAN@EX.fr"),
        (disguises.look_alikes, "jean@exemple。fr", "jean@exemple.fr"),
        (disguises.look_alikes, "k7ВаcУх9", "k7BacYx9"),
        (disguises.spelled, "j e a n @ e x . f r", "jean@ex.fr"),
        (disguises.spelled, "0🔥6🔥3🔥9🔥9🔥8", "063998"),
        (disguises.spelled, "n...d.u.p.o.n.t", "n.dupont"),
        (disguises.unmarked, "B<b></b>lue **bird**", "Blue **bird**"),
        (disguises.unmarked, "B**l**u**e", "Blue"),
        (disguises.unmarked, "06[b]39[/b]98", "063998"),
        (disguises.rows, "06_|_39_|_98_|_47_|_61", "0639984761"),
        (disguises.rows, "06 39 9 #8_47_61", "0639984761"),
        (disguises.rows, "FR76\n3000\n6000\n0112\n3456", "FR763000600001123456"),
        (disguises.parted, "06X39X98X47X61", "0639984761"),
        (disguises.rows, "carte 49701012\n34567893", "carte 4970101234567893"),
        (disguises.unglued, "#Contact0639984761Go", "#Contact 0639984761 Go"),
        (disguises.unglued, "#ContactFR7630006000011Go", "#Contact FR7630006000011 Go"),
        (disguises.digits, "O6 39 98 47 6l", "06 39 98 47 61"),
        (disguises.digits, "call o77oo 9oo 46i", "call 07700 900 461"),
        (disguises.digits, "FR76 3OOO 6OOO Oll2 3456", "FR76 3000 6000 0112 3456"),
        (disguises.removed, "06 X39 X98 (enlevez les X)", "06 39 98 (enlevez les X)"),
        (disguises.removed, "0*6*3*9 remove the *", "0639 remove the *"),
        (disguises.leet, "le 81u381rd est là", "le biuebird est là"),
        (disguises.addresses_backwards, "à rf.elpmexe@tnopud.naej", "à jean.dupont@exemple.fr"),
        (disguises.rows_backwards, "16 74 89 93 60", "06 39 98 47 61"),
        (disguises.rows_backwards, "981 0987 6543 2110 0006 0003 67RF", "FR76 3000 6000 0112 3456 7890 189"),
        (disguises.transliterated, "Блуебирд", "Bluebird"),
        (disguises.transliterated, "ФР76", "FR76"),
    ],
)
def test_read_as_a_person_would(maker, text, meant):
    assert read(text, maker) == meant


def test_shifted_rows():
    for name, row in (("rot13", "51 84 43 92 16"), ("back one", "17 40 09 58 72"), ("mirrored", "93 60 01 52 38")):
        assert read(row, lambda text, name=name: disguises.shifted(text, disguises.SHIFTS[name])) == "06 39 98 47 61"


def test_upside_down():
    assert disguises.upright("68⇂ ㄥㄣ Ɛ") == "3 47 189"
    assert disguises.upright("ɹɟ˙ǝldɯǝxǝ@uɐǝɾ") == "jean@exemple.fr"


def test_first_characters_of_lines():
    lines = "Voici\n0 fois\n6 fois\n3 fois\n9 fois\n9 fois"
    assert "06399" in read(lines, disguises.acrostic).split()
    assert read("j\n\ne\na\n@\ne\nx\n.\nf\nr", disguises.acrostic_address) is not None
    assert read(lines, disguises.acrostic_address) is None


@pytest.mark.parametrize(
    ("maker", "text"),
    [
        (disguises.look_alikes, "Été à Łódź 🇫🇷"),
        (disguises.spelled, "K-I-S-S"),
        (disguises.spelled, "It's a 6-4 7-6 day"),
        (disguises.rows, "le 10/12/2024 à 10:30, 06 39 98 47 61"),
        (disguises.digits, "06 39 98 47 61"),
        (disguises.digits, "BOLZ"),
        (disguises.digits, "call oslo 9oo 46i 21ol"),
        (disguises.removed, "sans la mer, without a doubt"),
        (disguises.leet, "à 8h30, en 2024, @bob42 https://ex.org/a1b2c3"),
        (disguises.addresses_backwards, "moc.fr@exemple.com"),
        (disguises.acrostic, "une\ndeux"),
    ],
)
def test_ordinary_text_stays(maker, text):
    assert read(text, maker) is None


@pytest.mark.parametrize(
    "text", ["a " * 4000, "1." * 4000, "#" + "a" * 9000, "0O" * 4000, "<b" * 4000, "а1" * 4000, "a\n" * 4000]
)
def test_hostile_text_is_read_in_linear_time(text):
    for maker in vars(disguises).values():
        if callable(maker) and getattr(maker, "__name__", "") in {
            "look_alikes", "spelled", "unmarked", "rows", "parted", "unglued", "digits", "removed", "leet",
            "addresses_backwards", "rows_backwards", "transliterated", "acrostic",
        }:  # fmt: skip
            read(text, maker)
