"""What must hold for other readings of any text."""

from hypothesis import given
from hypothesis import strategies as st

from guard.text.normalize import normalize
from guard.text.readings import may_read_otherwise, readings

texts = st.text(
    st.characters() | st.sampled_from("&#;%x0123456789abcdefAMP\u202e\u202c\n\u200b") | st.sampled_from("é\u0301𝐂"),
    max_size=60,
) | st.lists(
    st.sampled_from(["&#105;", "&amp;", "&#x69", "%69", "%C3%A9", "%FF", "\u202e", "\u202c", "ab ", "&#0;", "&#xD800;"])
).map("".join)


@given(texts)
def test_ranges_lie_in_the_text_and_in_order(text):
    normal = normalize(text)
    for reading in readings(normal):
        assert may_read_otherwise(normal)
        plain = reading.text.plain
        places = [reading.to_original(*reading.text.origin.to_original(at, at + 1)) for at in range(len(plain))]
        assert all(0 <= start <= end <= len(text) for start, end in places)
        assert places == sorted(places)


@given(texts)
def test_a_text_without_codes_has_no_other_reading(text):
    normal = normalize(text.replace("&", "").replace("%", "").replace("\u202e", ""))
    assert "&" in normal.plain or "%" in normal.plain or list(readings(normal)) == []
