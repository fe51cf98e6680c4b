import pytest

from guard.text.normalize import normalize
from guard.text.readings import may_read_otherwise, readings


def read(text):
    return [each.text.plain for each in readings(normalize(text))]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a&#98;c", "abc"),
        ("a&#x62;c &eacute;", "abc é"),
        ("%C3%A9t%c3%a9", "été"),
        ("&amp;#98;", "b"),
        ("a%2562", "ab"),
        ("x&#8203;y", "xy"),
        ("&#xFF21;", "A"),
        ("\u202ecba\u202cd", "abcd"),
        ("\u202ecba\nx", "abc\nx"),
    ],
)
def test_read_as_meant(text, plain):
    assert may_read_otherwise(normalize(text))
    assert read(text) == [plain]


@pytest.mark.parametrize("text", ["abc", "100 % sûr", "R&D; AT&T", "a & b", "&nichts;", "%zz"])
def test_nothing_to_read_otherwise(text):
    assert read(text) == []


def test_ranges_lead_back_to_what_was_written():
    text = "à &#67;l%69ent"
    (reading,) = readings(normalize(text))
    assert reading.text.plain == "à Client"
    assert [reading.to_original(at, at + 1) for at in range(2, 8)] == [
        (2, 7), (7, 8), (8, 11), (11, 12), (12, 13), (13, 14)
    ]  # fmt: skip
    several = next(iter(readings(normalize("%C3%A9%C3%A8"))))
    assert several.to_original(0, 1) == (0, 12)  # a run of bytes belongs together
