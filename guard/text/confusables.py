"""Letters of other scripts that readers take for Latin ones, as data: Latin letter -> its look-alikes.

Kept by hand, in the spirit of Unicode UTS #39 but only for what reaches a reader's eye in ordinary fonts. Accented,
barred, small-capital, squared and turned Latin letters are not listed: they are derived from their Unicode names.
"""

from __future__ import annotations

from typing import Final

LOOK_ALIKES: Final = {
    # Cyrillic, Greek, Armenian, Cherokee, Coptic, Lisu and mathematical-looking letters, lower and upper case
    "a": "аАαΑɑᎪꓮᗅӑӓ𐊠",
    "b": "вВЬьβΒᏴᏼꓐƄϐЪъ",
    "c": "сСϲϹᏟꓚⲥⲤҫҪ",
    "d": "ԁԀᎠꓓժɖɗᏧ",
    "e": "еЕΕεҽҼᎬꓰєЄэЭԑѐё",
    "f": "ϜϝꓝƑƒֆ",
    "g": "ɡԍԌᏀᏳꓖցɢ",
    "h": "НнһҺΗᎻᏂꓧհ",
    "i": "іІΙιɩӏӀıїЇᎥꓲ",
    "j": "јЈϳᎫꓙյ",
    "k": "кКΚκᏦꓗқҚ",
    "l": "ⅼᏞꓡլ",
    "m": "мМΜᎷꓟⅿϻ",
    "n": "ΝпПηռոɴ",
    "o": "оОοΟσօՕⲟⲞꓳӧ",
    "p": "рРρΡᏢꓑⲣⲢþϸ",
    "q": "ԛԚզգ",
    "r": "гᎡᏒꓣʀяЯꭇ",
    "s": "ѕЅᏚᏕꓢՏꜱ",
    "t": "тТΤτᎢꓔէ",
    "u": "υսՍꓴцμʋ",
    "v": "ѵѴνᏙꓦט",
    "w": "шШωԝԜᎳꓪщЩ",
    "x": "хХΧχᕁꓫ",
    "y": "уУүҮΥγᎩᏯꓬұ",
    "z": "ΖᏃꓜʐ",
}
"""No ASCII character stands on the right; a character stands under one letter only."""

TURNED: Final = dict(zip("ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ", "acefghijkmrtvwy", strict=True))
"""Letters printed upside down, as in upside-down text read left to right."""
