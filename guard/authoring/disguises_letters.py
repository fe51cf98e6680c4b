"""Disguises that write a value in other letters and digits: look-alikes, styles, emoji, upside down."""

from __future__ import annotations

import string
from collections.abc import Callable

CYRILLIC = dict(zip("aceijopsxyABCEHIKMOPSTX", "асеіјорѕхуАВСЕНІКМОРЅТХ", strict=True))
GREEK = dict(zip("ioupvnABEHIKMNOPTXYZ", "ιουρνηΑΒΕΗΙΚΜΝΟΡΤΧΥΖ", strict=True))
_ARMENIAN_CHEROKEE = dict(zip("onuhgABCDEFGHIJKLMPRSTVWYZ", "օոսհցᎪᏴᏟᎠᎬϜᏀᎻIᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᎽᏃ", strict=True))
ACCENTED = dict(zip("aceiunoydlrztsgABCDEFGILNORSTUZ", "áçéîüñôÿđłŕžťšğÂḂČĎÉḞĞÎŁŃÖŔŠŤÛŽ", strict=True))
SMALL_CAPITALS = dict(zip("abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", strict=True))
_TURNED = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@",
        "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz∀ᗺƆᗡƎℲ⅁HIſꓘ˥WNOԀΌᴚS⊥∩ΛMX⅄Z0⇂ᄅƐㄣϛ9ㄥ86˙@",
        strict=True,
    )
)
SUPERSCRIPT = dict(
    zip(
        "0123456789abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
        "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
        strict=True,
    )
)
LEET = dict(zip("aeiostblABEIOSTL", "4310578148310571", strict=True))


def by(table: dict[str, str]) -> Callable[[str], str]:
    return lambda value: "".join(table.get(char, char) for char in value)


def alternating(value: str) -> str:
    return "".join(char.lower() if at % 2 == 0 else char.upper() for at, char in enumerate(value))


def confused_digits(value: str) -> str:
    swaps = str.maketrans("01", "Ol") if any(char.isdigit() for char in value) else str.maketrans("ol", "01")
    return value.translate(swaps)


def other_digits(value: str) -> str:
    return by(_ARMENIAN_CHEROKEE | {str(digit): chr(0x660 + digit) for digit in range(10)})(value)


def shifted(upper: int, lower: int, zero: int, one: int | None = None) -> Callable[[str], str]:
    """Each kind of character moved to the block that begins there (0: left alone); `one` where 1 to 9 stand apart."""

    def view(char: str) -> str:
        if char in string.ascii_uppercase and upper:
            return chr(upper + ord(char) - ord("A"))
        if char in string.ascii_lowercase and lower:
            return chr(lower + ord(char) - ord("a"))
        if char in string.digits and zero:
            return chr(zero) if one is not None and char == "0" else chr((one or zero + 1) + int(char) - 1)
        return char

    return lambda value: "".join(map(view, value))


def double_struck(value: str) -> str:
    holes = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
    shift = shifted(0x1D538, 0x1D552, 0x1D7D8)
    return "".join(holes.get(char) or shift(char) for char in value)


def full_width(value: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in value)


def emoji_letters(value: str) -> str:
    def view(char: str) -> str:
        if char in string.ascii_letters:
            return chr(0x1F1E6 + ord(char.upper()) - ord("A")) + "\u200b"
        return char + "\ufe0f\u20e3" if char in string.digits else char

    return "".join(map(view, value)).rstrip("\u200b")


def negative_squared(value: str) -> str:
    return shifted(0x1F170, 0x1F170, 0x24FF, 0x2776)(value)


def turned(value: str) -> str:
    return "".join(_TURNED.get(char, char) for char in reversed(value))
