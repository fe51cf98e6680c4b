"""Letters of other scripts that readers take for Latin ones, as data: Latin letter -> its look-alikes.

UTS #39 (lookalikes.py) tells what looks the same in common fonts; the table here adds, and decides, what readers take for
a letter though it looks a little different. Accented, barred, small-capital, squared and turned Latin letters are not
listed: they are derived from their Unicode names.
"""

from __future__ import annotations

from typing import Final

from guard.text.lookalikes import DIGITS, LETTERS

LOOK_ALIKES: Final = {
    # Cyrillic, Greek, Armenian, Cherokee, Coptic, Lisu and mathematical-looking letters, lower and upper case
    "a": "аАΑαΆάᎪꓮᗅӑӓ𐊠ѧ",
    "b": "вВЬьβΒᏴᏼꓐƄϐЪъ",
    "c": "сСϲϹᏟꓚⲥⲤҫҪ",
    "d": "ԁԀᎠꓓժɖɗᏧ",
    "e": "еЕΕεέΈҽҼᎬꓰєЄэЭԑѐёεξ",
    "f": "ϜϝꓝƑƒֆ",
    "g": "ɡԍԌᏀᏳꓖցɢ",
    "h": "НнһҺΗᎻᏂꓧհ",
    "i": "іІΙιɩӏӀıїЇᎥꓲίΊ",
    "j": "јЈϳᎫꓙյ",
    "k": "кКΚκᏦꓗқҚ",
    "l": "ⅼᏞꓡլ",
    "m": "мМΜᎷꓟⅿϻ",
    "n": "ΝпПηήոռɴ",
    "o": "оОοΟσօՕⲟⲞꓳӧόΌ",
    "p": "рРρΡᏢꓑⲣⲢϸ",
    "q": "ԛԚզգ",
    "r": "гᎡᏒꓣʀяЯꭇ",
    "s": "ѕЅᏚᏕꓢՏꜱ",
    "t": "тТΤτᎢꓔէ",
    "u": "υսՍꓴцμʋύ",
    "v": "ѵѴνᏙꓦט",
    "w": "шШωώԝԜᎳꓪщЩ",
    "x": "хХΧχᕁꓫ",
    "y": "уУүҮΥγᎩᏯꓬұ",
    "z": "ΖᏃꓜʐ",
}
"""No ASCII character stands on the right; a character stands under one letter only."""

TURNED: Final = dict(zip("ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ", "acefghijkmrtvwy", strict=True))
"""Letters printed upside down, as in upside-down text read left to right."""


def _both_cases(latin: dict[str, str]) -> dict[str, str]:
    """With the other case of each look-alike, so that folding does not depend on case."""
    other = {form: meant for char, meant in latin.items() for form in (char.lower(), char.upper()) if len(form) == 1}
    return {char: meant for char, meant in (other | latin).items() if char > "\x7f"}


LATIN: Final = _both_cases({alike: latin.lower() for latin, group in LETTERS.items() for alike in group}) | _both_cases(
    TURNED | {alike: latin for latin, group in LOOK_ALIKES.items() for alike in group}
)
"""Look-alike -> Latin letter in lower case."""

NUMERALS: Final = {alike: digit for digit, group in DIGITS.items() for alike in group}
"""Look-alike -> ASCII digit; for rows of digits only, as most of them are letters of some alphabet."""
