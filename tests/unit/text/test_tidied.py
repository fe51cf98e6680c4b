"""Odd separators between the name of a value and the value."""

import pytest

from guard.text.normalize import normalize
from guard.text.readings import readings


def tidy(text):
    return [each for each in readings(normalize(text)) if each.kind == "tidied"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("code porte 👉 4821", "code porte : 4821"),
        ("le code est ➡️ 4821", "le code est 4821"),
        ("PIN:\n2580", "PIN: 2580"),
        ("digicode\n4821", "digicode : 4821"),
        ("le  code  de  ma  carte  4821", "le  code de ma carte 4821"),
        ("code carte « 4821 »", "code carte 4821"),
        ("mdp -> abc4", "mdp : abc4"),
        ("cvv “482”", "cvv 482"),
    ],
)
def test_a_value_is_read_behind_an_ordinary_separator(text, read):
    (found,) = tidy(text)
    assert found.text.text == read


def test_what_is_found_there_stands_at_its_place():
    text = "le code de la porte est 👉 « 4821 »"
    (found,) = tidy(text)
    start = found.text.text.index("4821")
    first, after = found.to_original(start, start + 4)
    assert text[first:after] == "4821"


@pytest.mark.parametrize(
    "text",
    [
        "mdp : abc4",
        "le code 👉 oublié",
        "2 👉 3 jours",
        "un passage  au 4821",
        "my code\nis broken",
        "« 4821 »",
        'name="token" value="4821"',
    ],
)
def test_nothing_is_read_otherwise_without_a_name_and_a_number(text):
    assert tidy(text) == []
