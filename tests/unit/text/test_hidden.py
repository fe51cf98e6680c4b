import pytest

from guard.text.hidden import INSIDE_WORD, OVERRIDE, RUN, SELECTORS, TAGS, hidden_marks, marks_of
from guard.text.normalize import normalize


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Blue\u200bbird", [(4, 5, INSIDE_WORD)]),
        ("a\u200bb\u200bc ok", [(1, 4, INSIDE_WORD)]),
        ("06\u2060 39", []),
        ("06\u20603", [(2, 3, INSIDE_WORD)]),
        ("a\ufe0fb", [(1, 2, INSIDE_WORD)]),
        ("B\u00adl\u00adu", [(1, 4, INSIDE_WORD)]),
        ("0\u00ad6", [(1, 2, INSIDE_WORD)]),
        ("ok\U000e0042\U000e006c!", [(2, 4, TAGS)]),
        ("😀" + "".join(chr(0xE0100 + byte) for byte in b"blue"), [(1, 5, SELECTORS)]),
        ("a \u202ecba\u202c", [(2, 3, OVERRIDE)]),
        ("a " + "\u200b" * 20 + " b", [(2, 22, RUN)]),
        ("a\u2068\u2069b", [(1, 3, INSIDE_WORD)]),
    ],
)
def test_what_hides_something(text, marks):
    assert hidden_marks(text) == marks
    assert marks_of(normalize(text)) == marks


@pytest.mark.parametrize(
    "text",
    [
        "bonjour",
        "❤\ufe0f et 👩\u200d💻 et 👨\u200d👩\u200d👧",
        "1\ufe0f\u20e3 puis 2\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "anti\u00adconstitu\u00adtionnelle\u00adment",
        "می\u200cخواهم",
        "क\u094d\u200dष",
        "\ufeffDébut",
        "mot\u200b suivant",
        "שלום\u200f, abc",
        "",
    ],
)
def test_what_is_ordinary(text):
    assert hidden_marks(text) == []


def test_the_number_of_marks_is_bounded():
    marks = hidden_marks("a\u200bb. " * 5000)
    assert len(marks) == 100
    assert marks[-1][1] > 19_000


def test_the_last_of_many_reaches_to_the_last_that_counts():
    text = "a\u200bb. " * 200 + "x\u2066\u2069y" + " \u200b" * 50
    assert hidden_marks(text)[-1][1] == 200 * 5 + 3
