"""Stretches of a text that are written in a code: what they say, as edits.

Only codes that people use to hide plain text and that a stranger's tool can undo: character references, percent-encoding,
escapes, quoted-printable, base64 and base32, hexadecimal, binary and decimal character codes, Morse, punycode. A stretch
that decodes to something unreadable is no code. All linear in the text's length.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from guard.text.edits import Edit, TangledError, whole
from guard.text.fold import fold
from guard.text.triggers import ACCENTED_BASE64

_REFERENCE: Final = re.compile(r"&(?:#\d{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_QUOTED: Final = re.compile(r"(?:=[0-9A-F]{2})+|=\r?\n")
_ESCAPE: Final = re.compile(
    r"\\u\{([0-9A-Fa-f]{1,6})\}|(?:\\u|\\U000|[Uu]\+|0x|&#x)([0-9A-Fa-f]{4,5})(?![0-9A-Fa-f]);?|\\x([0-9A-Fa-f]{2})|\\([0-3][0-7]{2})"
)
_PAIRS: Final = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{10,}={0,2}")
_IN_BASE64: Final = re.compile(
    r"(?:[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]){2}"
    r"[I-Za-f][C-HS-Xi-ny-z0-3](?:[ABEFIJMNQRUVYZcdghklopstwx014589]|==)"
)
"""Where base64 of two groups and more of ASCII text may begin: their bits leave few letters for each place."""
_LETTER: Final = re.compile("[A-Za-z]")
_ACCENT_IN_BASE64: Final = re.compile(ACCENTED_BASE64)
_BASE32: Final = re.compile(r"[A-Z2-7]{13,}={0,6}|[a-z2-7]{13,}={0,6}")
_HEX: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:0x)?(?:[2-7]|[cC]3[ ,:;-]{0,2}(?:0x|\\x)?[89abAB])[0-9A-Fa-f]"
    r"(?:[ ,:;-]{0,2}(?:0x|\\x)?(?:[2-7]|[cC]3[ ,:;-]{0,2}(?:0x|\\x)?[89abAB])[0-9A-Fa-f]){5,}(?![0-9A-Za-z])"
)
_HEX_PAIR: Final = re.compile(r"(?:0x|\\x)?([0-9A-Fa-f]{2})")
_FEWEST_BITS: Final = 28
"""Four groups of seven."""
_BINARY: Final = re.compile(r"(?<![0-9])[01]{7,8}(?:[ ,;-]{0,2}[01]{7,8}){3,}(?![0-9])")
_CODES: Final = re.compile(
    r"(?<![0-9])(?:1[01][0-9]|12[0-6]|[3-9][0-9])(?:[ ,;/|-]{1,2}(?:1[01][0-9]|12[0-6]|[3-9][0-9])){4,}(?![0-9])"
)
_CODE: Final = re.compile(r"[0-9]+")
_MORSE: Final = re.compile(
    r"(?<![.\-\u00b7\u2022_])[.\-\u00b7\u2022_]{1,6}(?:[ /|\n]{1,4}[.\-\u00b7\u2022_]{1,6}){4,}(?![.\-_])"
)
_MORSE_SIGN: Final = re.compile(r"[.\-\u00b7\u2022_]+|/ ?/| / |[|]| {2,}|\n ?\n")
_PUNYCODE: Final = re.compile(
    r"(?<![\w-])(?:xn--[a-z0-9-]{4,60}|[A-Za-z.@]{1,60}-[a-z]{1,8}[0-9][a-z][a-z0-9]{0,40})(?![\w-])"
)


def _split(words: str) -> list[str]:
    return words.split()


_MORSE_CODE: Final = dict(
    zip(
        _split(
            ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. ----- "
            ".---- ..--- ...-- ....- ..... -.... --... ---.. ----. .--.-. .-.-.- -....- ..--.- --..-- ---... .-.-. -..-."
        ),
        "abcdefghijklmnopqrstuvwxyz0123456789@.-_,:+/",
        strict=True,
    )
)
_LONG_MORSE: Final = 8
"""Signs from which on two different ones are enough; three dots and dashes in a row are an ellipsis."""
LONGEST: Final = 65_536
"""Characters that are decoded of one stretch. A longer one that says something holds the text, which is not wholly read then."""


def decoded(text: str) -> Iterator[Edit]:
    """What the coded stretches of `text` say."""
    for each in (_references, _percent, _escapes, _quoted, _base64, _base32, _hexadecimal, _binary, _morse, _punycode):
        yield from each(text)


def decimal(text: str) -> Iterator[Edit]:
    """What rows of decimal character codes say. Apart from the others, as many such rows may be hexadecimal too."""
    for found in _CODES.finditer(text):
        yield from _of_units(found, list(_units(found, _CODE, 10)))


def readable(data: bytes) -> str | None:
    """`data` as UTF-8 text when that is nearly all printable; else None."""
    text = data.decode("utf-8", "replace")
    odd = text.count("\ufffd")
    if not text.isprintable():
        odd += len(text) - sum(map(str.isprintable, text)) - sum(map(text.count, "\t\n\r"))
    return text if text and odd * 8 <= len(text) else None


def _spread(start: int, step: int, size: int, end: int) -> list[tuple[int, int]]:
    """Ranges of `size` characters of `step` places each from `start` on; the last reaches to `end`."""
    places = [(start + step * at, start + step * (at + 1)) for at in range(size)]
    if places:
        places[-1] = (places[-1][0], end)
    return places


def _references(text: str) -> Iterator[Edit]:
    if "&" not in text:
        return
    for found in _REFERENCE.finditer(text):
        meant = html.unescape(found[0])
        if meant != found[0]:
            yield whole(found.start(), found.end(), meant)


def _bytes(found: re.Match[str], hexes: str) -> Edit:
    """A run of bytes of three places each; one character each unless it is UTF-8 of more."""
    meant = bytes.fromhex(hexes).decode("utf-8", "replace")
    start, end = found.span()
    alike = len(meant) * 3 == end - start
    return Edit(start, end, meant, partial(_spread, start, 3, len(meant), end) if alike else None)


def _percent(text: str) -> Iterator[Edit]:
    if "%" in text:
        for found in _PERCENT.finditer(text):
            yield _bytes(found, found[0].replace("%", ""))


def _quoted(text: str) -> Iterator[Edit]:
    """Quoted-printable: where one code stands beside another, or says @ or a dot; `?id=42` is none."""
    if "=" not in text:
        return
    for found in _QUOTED.finditer(text):
        if found[0][1] in "\r\n":
            yield Edit(found.start(), found.end(), "")
        elif len(found[0]) > 3 or found[0] in {"=40", "=2E", "=5F", "=2D", "=20"}:
            yield _bytes(found, found[0].replace("=", ""))


def _escapes(text: str) -> Iterator[Edit]:
    signed = "+" in text and any(map(text.__contains__, ("U+", "u+", "&#x")))
    if not signed and "\\" not in text and "0x" not in text:
        return
    for pairs in _PAIRS.finditer(text):
        if re.search(r"\\u[dD][89ABab]", pairs[0]):
            units = bytes.fromhex(pairs[0].replace("\\u", ""))
            yield Edit(pairs.start(), pairs.end(), units.decode("utf-16-be", "replace"))
    for found in _ESCAPE.finditer(text):
        braced, four, two, octal = found.groups()
        point = int(octal, 8) if octal else int(braced or four or two, 16)
        if 0x20 <= point < 0x110000 and not 0xD800 <= point < 0xE000:
            yield Edit(found.start(), found.end(), chr(point))


def _base64(text: str) -> Iterator[Edit]:
    if _LETTER.search(text) is None:
        return
    for run in _BASE64.finditer(text):
        accented = _accented(run[0])
        if accented is not None:
            _whole(len(run[0]))
            yield _set_off(run.start(), run.end(), accented, 3, 4)
            continue
        first = _IN_BASE64.search(text, *run.span())
        if first is None:
            continue
        start = first.start()
        coded = text[start : min(run.end(), start + LONGEST)].rstrip("=").translate({45: 43, 95: 47})
        coded = coded[: len(coded) - (len(coded) % 4 == 1)]
        try:
            data = binascii.a2b_base64(coded + "=" * (-len(coded) % 4))
        except binascii.Error:
            continue
        meant = readable(data)
        if meant is not None:
            _whole(run.end() - start)
            yield _set_off(start, run.end(), meant, 3, 4, glued=start > run.start())


def _accented(coded: str) -> str | None:
    """A whole run that says words with accents: their first letters may be no ASCII, where the other way begins too late."""
    if _ACCENT_IN_BASE64.search(coded) is None:
        return None
    coded = coded[:LONGEST].rstrip("=").translate({45: 43, 95: 47})
    coded = coded[: len(coded) - (len(coded) % 4 == 1)]
    try:
        meant = binascii.a2b_base64(coded + "=" * (-len(coded) % 4)).decode("utf-8")
    except ValueError:
        return None
    letters = sum(char.isalpha() for char in meant)
    return meant if letters * 2 > len(meant) and all(char.isprintable() or char in "\t\n\r" for char in meant) else None


def _base32(text: str) -> Iterator[Edit]:
    for run in _BASE32.finditer(text):
        if run[0].islower() and not any(char.isdigit() or char == "=" for char in run[0]):
            continue  # a long word
        coded = run[0].rstrip("=").upper()[:LONGEST]
        coded = coded[: len(coded) - {1: 1, 3: 1, 6: 1}.get(len(coded) % 8, 0)]
        try:
            meant = readable(base64.b32decode(coded + "=" * (-len(coded) % 8)))
        except binascii.Error:
            continue
        if meant is not None:
            _whole(len(run[0]))
            yield _set_off(run.start(), run.end(), meant, 5, 8)


def _whole(size: int) -> None:
    if size > LONGEST:
        raise TangledError("a longer coded text than is read", hint="A person should read it.")


def _set_off(start: int, end: int, meant: str, size: int, step: int, *, glued: bool = False) -> Edit:
    """Decoded text between spaces; each character of ASCII text from its group of `step` signs."""
    if glued and meant.isascii():  # what stands before may be the beginning of the same value
        return Edit(start, end, f"{meant} ", lambda: [*_grouped(start, end, len(meant), size, step), (end, end)])
    if not meant.isascii():
        return whole(start, end, f" {meant} ")
    places = partial(_grouped, start, end, len(meant), size, step)
    return Edit(start, end, f" {meant} ", lambda: [(start, start), *places(), (end, end)])


def _grouped(start: int, end: int, count: int, size: int, step: int) -> list[tuple[int, int]]:
    """The groups of `step` signs, each of `size` characters, that so many characters come from."""
    firsts = range(start, start - (-count // size) * step, step)
    groups = [(first, min(first + step, end)) for first in firsts]
    return [group for group in groups for _ in range(size)][:count]


def _units(found: re.Match[str], unit: re.Pattern[str], base: int) -> Iterator[tuple[int, tuple[int, int]]]:
    for each in unit.finditer(found[0]):
        digits = each[1] if each.re.groups else each[0]
        yield int(digits, base), (found.start() + each.start(), found.start() + each.end())


def _of_units(found: re.Match[str], units: Sequence[tuple[int, tuple[int, int]]]) -> Iterator[Edit]:
    data = bytes(value for value, _ in units)
    meant = readable(data)
    if meant is None or not any(char.isalnum() for char in meant):
        return
    places = [place for _, place in units] if len(meant) == len(units) else None
    yield Edit(found.start(), found.end(), meant, places)


def _hexadecimal(text: str) -> Iterator[Edit]:
    for found in _HEX.finditer(text):
        yield from _of_units(found, list(_units(found, _HEX_PAIR, 16)))


def _binary(text: str) -> Iterator[Edit]:
    if text.count("0") + text.count("1") < _FEWEST_BITS:
        return
    for found in _BINARY.finditer(text):
        compact = not found[0].strip("01") and " " not in found[0] and found[0].isdigit()
        unit = re.compile("[01]{8}" if compact or len(found[0]) % 9 == 8 else "[01]{7,8}")
        yield from _of_units(found, list(_units(found, unit, 2)))


def _morse(text: str) -> Iterator[Edit]:
    for found in _MORSE.finditer(text):
        view: list[str] = []
        places: list[tuple[int, int]] = []
        for sign in _MORSE_SIGN.finditer(found[0]):
            code = sign[0].replace("\u00b7", ".").replace("\u2022", ".").replace("_", "-")
            meant = " " if code[0] in "/| \n" else _MORSE_CODE.get(code)
            if meant is None:
                break
            view.append(meant)
            places.append((found.start() + sign.start(), found.start() + sign.end()))
        else:
            if len(set(view)) > 2 or (len(view) > _LONG_MORSE and len(set(view)) > 1):
                yield Edit(found.start(), found.end(), "".join(view), places)


def _punycode(text: str) -> Iterator[Edit]:
    if "-" not in text:
        return
    for found in _PUNYCODE.finditer(text):
        coded = found[0].removeprefix("xn--")
        if len(coded) > 70:
            continue
        try:
            meant = coded.encode("ascii").decode("punycode")
        except (UnicodeError, ValueError, OverflowError):
            continue
        if fold(meant).isascii() or found[0].startswith("xn--"):
            yield whole(found.start(), found.end(), meant)
