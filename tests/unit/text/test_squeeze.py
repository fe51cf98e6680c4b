import pytest

from guard.text.squeeze import looks_like, positions, spaced, squeeze, unmarked, word_spans


@pytest.mark.parametrize(
    ("folded", "squeezed"),
    [("c.l-i e_n t", "cllent"), ("cl1ent x", "cllentx"), ("pr0j3t", "projet"), ("клиент", "клиент"), ("\x1a!?", "")],
)
def test_squeezed_view(folded, squeezed):
    assert squeeze(folded) == squeezed


@pytest.mark.parametrize("folded", ["a.b c", "東京 2026 🔥 x", "@user $5", "", "a\x1ab"])
def test_each_squeezed_character_has_its_place(folded):
    at = positions(folded)
    assert len(at) == len(squeeze(folded))
    assert "".join(squeeze(folded[place]) for place in at) == squeeze(folded)


@pytest.mark.parametrize("folded", ["deux mots", "un_deux-3", "東京 tower!", "🔥 a 🔥b", ""])
def test_words_and_their_places_agree(folded):
    assert spaced(folded).split() == [folded[start:end] for start, end in word_spans(folded)]


def test_markup_is_overwritten_in_place():
    assert unmarked("b<b></b>lue") == "b" + "\x00" * 7 + "lue"
    assert unmarked("rien du tout") is None
    assert unmarked("3 < 4 et 5 > 2") is None
    assert unmarked("a @user") == "a \x00user"


def test_disguises_are_told_from_other_letters():
    assert looks_like("0", "o")
    assert looks_like("$", "s")
    assert not looks_like("b", "d")
