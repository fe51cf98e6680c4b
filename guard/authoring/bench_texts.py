"""Texts made to hurt pattern engines: for `guard policy bench`, and for our own benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.policy.schema import Example
from guard.words.texts import Phrase

UNITS: Final = {
    Phrase("bench.digits"): "1234567890",
    Phrase("bench.one-letter"): "a",
    "a@a@": "a@",
    "a.a.": "a.",
    Phrase("bench.dots"): ".",
    "1 1": "1 ",
    "1.1": "1.",
    "06,06,": "06,",
    "06 06": "06 ",
    "A1-A1-": "A1-",
    Phrase("bench.hyphens"): "-",
    Phrase("bench.spaces"): " ",
    Phrase("bench.line-ends"): "\n",
    Phrase("bench.quotes"): '"',
    Phrase("bench.brackets"): "[" * 50 + "(" * 50,
    Phrase("bench.key-prefixes"): "AK" + "IA ",
    "password is": "password is ",
    "api_key = '": "api_key = '",
    "http://a:": "http://a:",
    "//a@": "//a@",
    Phrase("bench.host-names"): "a-b.c-d.example.",
    Phrase("bench.plus-thirty-three"): "+33 6 ",
    Phrase("bench.phones-of-no-plan"): "06 39 98 1 ",
    Phrase("bench.iban-like"): "FR76 3000 6000 0112 ",
    Phrase("bench.card-like"): "4242 4242 4242 4243 ",
    Phrase("bench.dates"): "12/03/1984 ",
    "né le": "né le ",
    "::": "::",
    "2001:db8:": "2001:db8:",
    Phrase("bench.combining-marks"): "e\u0301\u0327\u0330",
    Phrase("bench.combining-marks-on-one-letter"): "\u0301",
    Phrase("bench.zero-width"): "a\u200b",
    Phrase("bench.tag-characters"): "a\U000e0061\U000e0062",
    Phrase("bench.bidi"): "\u202ea\u202c\u2066b\u2069",
    Phrase("bench.cyrillic-look-alikes"): "сlіеnt ",
    Phrase("bench.mathematical-letters"): "𝐜𝐥𝐢𝐞𝐧𝐭 ",
    Phrase("bench.full-width-digits"): "０６３９",
    Phrase("bench.emoji-letters"): "🅰🅱🇨🇩",
    Phrase("bench.ligatures"): "ﷺﬃ",
    Phrase("bench.number-words"): "zéro six trente-neuf ",
    Phrase("bench.number-words-english"): "double zero seven ",
    Phrase("bench.roman-numerals"): "XIV MCM ",
    Phrase("bench.morse"): "-.-. .-.. .. . -. - / ",
    Phrase("bench.nato"): "alfa bravo charlie ",
    Phrase("bench.character-references"): "&#48;&#x36;",
    Phrase("bench.percent"): "%30%36%2540",
    "backslash u": "\\u0030",
    "quoted-printable": "=30=36",
    Phrase("bench.octets"): "00110000 ",
    Phrase("bench.character-codes"): "48 54 51 57 ",
    Phrase("bench.letters-apart"): "c l i e n t ",
    Phrase("bench.letters-with-hyphens"): "c-l-i-e-n-t-",
    "leet": "cl13n7 p455w0rd ",
    Phrase("bench.markup"): "<b>**_~~`</b>",
    Phrase("bench.nested-tags"): "<a<b<c",
    Phrase("bench.tags-of-one-letter"): "<b>a</b>",
    Phrase("bench.e-mail-like"): "jean.dupont[at]exemple[point]",
    Phrase("bench.e-mails"): "a.b+c" + "@" + "d.example ",
    Phrase("bench.mentions"): "@a@b.example ",
    Phrase("bench.hashtags"): "#aB",
    "CamelCase": "ClientX",
    Phrase("bench.long-dotted-name"): "a" * 60 + ".",
    Phrase("bench.slashes"): "/a/b" + "\\",
    Phrase("bench.names-nearly"): "Projt Bravx ",
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
        yield Phrase("bench.value"), _filled(value, length)
        yield Phrase("bench.value-spaces"), _filled(value + " ", length)
        if len(value) > 1:
            yield Phrase("bench.value-cut"), _filled(value[:-1], length)
            yield Phrase("bench.first-drawn-out"), _filled(value[0], length - len(value)) + value[1:]
            yield (
                Phrase("bench.last-drawn-out"),
                value + _filled(value[-1], length - len(value)) + "\x01",
            )


def _filled(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[: max(length, 0)]
