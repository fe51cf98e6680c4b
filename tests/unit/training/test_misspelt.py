import pytest

from guard.training.misspelt import misspelt

FR = "On n'a pas eu le marché, vingt collègues partent demain et c'est la direction qui l'a dit à tout le monde"
EN = "They're letting half the department go next month, don't tell anyone because the management isn't ready"


@pytest.mark.parametrize(("text", "language"), [(FR, "fr"), (EN, "en"), (EN, "")])
def test_equal_seeds_give_equal_texts(text, language):
    again = [misspelt(text, language, seed) for seed in (1, 1, 2)]
    assert again[0] == again[1] != again[2]
    assert text not in again


def test_short_spellings_are_those_of_the_language():
    french = " ".join(misspelt("beaucoup people demain", "fr", seed) for seed in range(30))
    assert {"bcp", "dm1"} <= set(french.split())
    assert "ppl" not in french
    assert "ppl" in " ".join(misspelt("beaucoup people demain", "en", seed) for seed in range(30))


def test_a_text_of_unknown_language_gets_the_short_spellings_of_both():
    both = " ".join(misspelt("beaucoup people demain", "", seed) for seed in range(30))
    assert {"bcp", "ppl"} <= set(both.split())


def test_apostrophes_are_lost():
    assert {misspelt("l'usine", "fr", seed) for seed in range(9)} == {"l'usine", "lusine"}


def test_a_slip_is_one_letter_within_the_word():
    for seed in range(200):
        again = misspelt("brakes", "en", seed)
        assert (again[0], again[-1]) == ("b", "s")
        assert abs(len(again) - 6) <= 1


def test_what_is_no_word_stays():
    text = "12,5 % 😬 #bip @zut 06 39 98 12 34"
    assert all(misspelt(text, "fr", seed) == text for seed in range(20))
    assert misspelt("", "en", 1) == ""
