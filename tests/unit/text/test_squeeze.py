import pytest

from guard.text.squeeze import spaced, unmarked, word_spans


@pytest.mark.parametrize("folded", ["deux mots", "un_deux-3", "東京 tower!", "🔥 a 🔥b", ""])
def test_words_and_their_places_agree(folded):
    assert spaced(folded).split() == [folded[start:end] for start, end in word_spans(folded)]


def test_markup_is_overwritten_in_place():
    assert unmarked("b<b></b>lue") == "b" + "\x00" * 7 + "lue"
    assert unmarked("rien du tout") is None
    assert unmarked("3 < 4 et 5 > 2") is None
    assert unmarked("a @user") == "a \x00user"
