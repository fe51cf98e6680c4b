"""Short codes in words, and machines' addresses with their dots spelled out."""

import pytest

from guard.text.dictated import codes, machines
from guard.text.edits import apply
from guard.text.spoken import alphabet, american, numbers


def read(text, maker):
    made = apply(text, maker(text))
    return None if made is None else made[0]


@pytest.mark.parametrize(
    ("maker", "text", "said"),
    [
        (codes, "the alarm code is seven seven one nine", "the alarm code is 7719"),
        (codes, "code porte : quarante-huit vingt et un", "code porte : 4821"),
        (codes, "code red, one two three go", None),
        (codes, "le pin a deux ou trois branches", None),
        (machines, "le serveur 10 point 42 point 7 point 18", "le serveur 10.42.7.18"),
        (machines, "10[.]42(.)7[dot]18", "10.42.7.18"),
        (machines, "hxxps://nas[.]corp/x", "https://nas.corp/x"),
        (machines, "3 point 14 point 15", None),
        (numbers, "mon 06 : zéro six douze trente-quatre", None),
        (numbers, "mon 06 : zéro six douze trente-quatre cinquante-six soixante-dix-huit", "mon 06 : 0612345678"),
        (american, "call four one five eight six seven two two nine one", "call +14158672291"),
        (american, "two three four five six seven eight nine ten", None),
        (alphabet, "plaque Echo Kilo 482 Zulu Tango", "plaque EK482ZT"),
        (alphabet, "Foxtrot Romeo 87 30004 00828", "FR873000400828"),
    ],
)
def test_what_is_dictated_is_read_as_digits_and_signs(maker, text, said):
    assert read(text, maker) == said
