"""Texts made to hurt pattern engines: for `guard policy bench`, and for our own benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.policy.schema import Example

UNITS: Final = {
    "digits": "1234567890",
    "one letter": "a",
    "a@a@": "a@",
    "a.a.": "a.",
    "dots": ".",
    "1 1": "1 ",
    "1.1": "1.",
    "06,06,": "06,",
    "06 06": "06 ",
    "A1-A1-": "A1-",
    "hyphens": "-",
    "spaces": " ",
    "line ends": "\n",
    "quotes": '"',
    "brackets": "[" * 50 + "(" * 50,
    "key prefixes": "AK" + "IA ",
    "password is": "password is ",
    "api_key = '": "api_key = '",
    "http://a:": "http://a:",
    "//a@": "//a@",
    "host names": "a-b.c-d.example.",
    "plus thirty-three": "+33 6 ",
    "phones of no plan": "06 39 98 1 ",
    "IBAN-like": "FR76 3000 6000 0112 ",
    "card-like": "4242 4242 4242 4243 ",
    "dates": "12/03/1984 ",
    "né le": "né le ",
    "::": "::",
    "2001:db8:": "2001:db8:",
    "combining marks": "e\u0301\u0327\u0330",
    "combining marks on one letter": "\u0301",
    "zero width": "a\u200b",
    "tag characters": "a\U000e0061\U000e0062",
    "bidi": "\u202ea\u202c\u2066b\u2069",
    "Cyrillic look-alikes": "сlіеnt ",
    "mathematical letters": "𝐜𝐥𝐢𝐞𝐧𝐭 ",
    "full-width digits": "０６３９",
    "emoji letters": "🅰🅱🇨🇩",
    "ligatures": "ﷺﬃ",
    "number words": "zéro six trente-neuf ",
    "number words, English": "double zero seven ",
    "Roman numerals": "XIV MCM ",
    "Morse": "-.-. .-.. .. . -. - / ",
    "NATO": "alfa bravo charlie ",
    "character references": "&#48;&#x36;",
    "percent": "%30%36%2540",
    "backslash u": "\\u0030",
    "quoted-printable": "=30=36",
    "octets": "00110000 ",
    "character codes": "48 54 51 57 ",
    "letters apart": "c l i e n t ",
    "letters with hyphens": "c-l-i-e-n-t-",
    "leet": "cl13n7 p455w0rd ",
    "markup": "<b>**_~~`</b>",
    "nested tags": "<a<b<c",
    "tags of one letter": "<b>a</b>",
    "e-mail-like": "jean.dupont[at]exemple[point]",
    "e-mails": "a.b+c" + "@" + "d.example ",
    "mentions": "@a@b.example ",
    "hashtags": "#aB",
    "CamelCase": "ClientX",
    "long dotted name": "a" * 60 + ".",
    "slashes": "/a/b" + "\\",
    "names nearly": "Projt Bravx ",
}
"""What hostile texts repeat, by name."""
LENGTH: Final = 5_000
"""Characters of a hostile text: the longest post of the services, and some."""


def hostile(length: int = LENGTH) -> dict[str, str]:
    """Texts of that length, by name."""
    return {name: _filled(unit, length) for name, unit in UNITS.items()}


def nearly(example: Example, length: int = LENGTH) -> Iterator[tuple[str, str]]:
    """Texts made of what is marked in an example: what nearly fits is what a pattern spends its time on."""
    for start, end in example.spans[:1]:
        value = example.text[start:end]
        yield "its value again and again", _filled(value, length)
        yield "its value with spaces between", _filled(value + " ", length)
        if len(value) > 1:
            yield "its value cut short, again and again", _filled(value[:-1], length)
            yield "its first character drawn out, then the rest", _filled(value[0], length - len(value)) + value[1:]
            yield (
                "its last character drawn out, then a wrong one",
                value + _filled(value[-1], length - len(value)) + "\x01",
            )


def _filled(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[: max(length, 0)]
