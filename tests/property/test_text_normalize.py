"""What must hold for any text at all: nothing raises, offsets land in the original, normalising twice equals once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from guard.detect.dictionary.letters import positions, squeeze
from guard.text.fold import fold
from guard.text.normalize import normalize
from guard.text.squeeze import spaced, unmarked, word_spans

odd = st.sampled_from(
    "é\u0301\u200b\u00ad\ufe0f\u20e3\ud800\x00ﬁ½Æß🅱🇫\U000e0041\U000e007f\U0001f3f4٣－ﾞｶЖ…\u202e\u3164İıſK"
)
texts = st.text(st.one_of(st.characters(), st.characters(max_codepoint=0x17F), odd), max_size=60)


@settings(deadline=None)
@given(texts)
def test_normalising_twice_equals_once(text):
    plain = normalize(text).plain
    assert normalize(plain).plain == plain
    assert fold(fold(plain)) == fold(plain)
    plain.encode()


@settings(deadline=None)
@given(texts)
def test_offsets_lie_in_the_original_and_never_go_back(text):
    seen = normalize(text)
    last = 0
    for at in range(len(seen.folded)):
        start, end = seen.unfold.to_original(at, at + 1)
        assert 0 <= start < end <= len(seen.plain)
        first, after = seen.origin.to_original(start, end)
        assert last <= first <= after <= len(text)
        last = first
    assert len(seen.plain) == 0 or seen.origin.to_original(0, len(seen.plain))[1] <= len(text)


@settings(deadline=None)
@given(texts, texts)
def test_a_word_between_other_texts_keeps_its_place(before, after):
    text = f"{before} Zygomatique {after}"
    seen = normalize(text)
    at = seen.plain.find("Zygomatique")
    assert at >= 0
    start, end = seen.origin.to_original(at, at + 11)
    if "Zygomatique" not in before:
        assert text[start : start + 11] == "Zygomatique"
        assert normalize(text[start:end]).plain.startswith("Zygomatiqu")


@settings(deadline=None)
@given(texts)
def test_squeezed_view_and_words_agree_with_their_places(text):
    folded = normalize(text).folded
    assert len(positions(folded)) == len(squeeze(folded))
    assert spaced(folded).split() == [folded[start:end] for start, end in word_spans(folded)]
    assert (bare := unmarked(folded)) is None or len(bare) == len(folded)
