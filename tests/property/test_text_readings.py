"""What must hold for other readings of any text."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from guard.text.hidden import hidden_marks
from guard.text.normalize import normalize
from guard.text.readings import TangledError, may_read_otherwise, readings
from guard.text.thread import joined
from guard.text.ways import WAYS
from tests.disguises import DISGUISES, VALUES

pieces = st.sampled_from(
    ["&#105;", "&amp;", "&#x69", "%69", "%C3%A9", "%FF", "\u202e", "\u202c", "ab ", "&#0;", "&#xD800;", "\\u0041", "\\ud83d",
     "=41=42", "MDYgMzkgOTggNDcgNjE=", "GA3CAMZZEA4TQIBU", "3036203339", "01000010", "66 108 117 101 98", "-... .-.. ..-",
     "xn--a-b1c", "zéro ", "six ", "cent ", "double ", "quatre-vingt ", "[at] ", "point ", "alfa ", "XIV ", "06", "\n", "0O",
     "🅰", "а", "\u200b", "e\u0301", "#", "_|_", "X", "sans les X", "<b>", "**", "ɐ", "ß", "ﬁ", "\ud800", "FR76", " 3000"]
)  # fmt: skip
disguised = st.builds(
    lambda each, value: each.apply(value)[:200], st.sampled_from(DISGUISES), st.sampled_from([*VALUES.values()])
)
texts = (
    st.text(st.characters() | st.sampled_from("&#;%x0123456789abcdefAMP\u202e\u202c\n\u200b.@ "), max_size=60)
    | st.lists(pieces, max_size=25).map("".join)
    | st.lists(disguised | pieces, max_size=4).map(" ".join)
)


def all_readings(normal):
    made = []
    try:
        for each in readings(normal, [*WAYS, "turned"]):
            made.append(each)  # noqa: PERF402 - what was made before the error counts
    except TangledError:
        assert made
    return made


@settings(deadline=None)
@given(texts)
def test_ranges_lie_in_the_text(text):
    for reading in all_readings(normalize(text)):
        plain = reading.text.plain
        for at in range(len(plain)):
            start, end = reading.to_original(*reading.text.origin.to_original(at, at + 1))
            assert 0 <= start <= end <= len(text)
        start, end = reading.to_original(*reading.text.origin.to_original(0, len(plain)))
        assert 0 <= start <= end <= len(text)


@settings(deadline=None)
@given(texts)
def test_readings_are_only_made_of_what_may_read_otherwise(text):
    normal = normalize(text)
    try:
        made = list(readings(normal))
    except TangledError:
        return
    assert not made or may_read_otherwise(normal)
    assert len({each.kind for each in made} - {"override", "turned"} - set(WAYS)) == 0


@settings(deadline=None)
@given(texts)
def test_hidden_marks_lie_in_the_text_and_in_order(text):
    last = 0
    for start, end, kind in hidden_marks(text):
        assert last <= start < end <= len(text)
        assert kind
        last = end
    if hidden_marks(text):
        assert normalize(text).hides


@settings(deadline=None)
@given(st.lists(texts, max_size=5), texts)
@example(["\U000e0020"], "\n0 fois\n6 fois")  # an empty range at the seam
def test_a_thread_s_ranges_lie_in_the_new_post(earlier, text):
    for reading in joined(earlier, text):
        plain = reading.text.plain
        for at in range(len(plain)):
            start, end = reading.to_original(*reading.text.origin.to_original(at, at + 1))
            assert 0 <= start <= end <= len(text)
