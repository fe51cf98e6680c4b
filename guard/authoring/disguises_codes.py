"""Disguises that put something between the characters of a value, and those that put it into a code."""

from __future__ import annotations

import base64
import string
from collections.abc import Callable
from itertools import cycle

from guard.authoring.disguises_letters import CYRILLIC, by


def between(*signs: str) -> Callable[[str], str]:
    def apply(value: str) -> str:
        turn = cycle(signs)
        return "".join(char + next(turn) for char in value[:-1]) + value[-1:]

    return apply


def after_each(marks: str) -> Callable[[str], str]:
    return lambda value: "".join(char if char == " " else char + marks for char in value)


def bare(value: str) -> str:
    return value.replace(" ", "")


def spread(sign: str) -> Callable[[str], str]:
    return lambda value: sign.join(bare(value))


def groups(value: str) -> list[str]:
    """The value in the groups somebody would break it into."""
    if " " in value:
        return value.split(" ")
    if "@" in value:
        name, host = value.split("@", 1)
        return [name + "@", host]
    half = (len(value) + 1) // 2
    return [value[:half], value[half:]]


def octets(value: str) -> bytes:
    """The value in UTF-8; a lone surrogate, which has none, as `?`."""
    return value.encode("utf-8", "replace")


def tags(value: str) -> str:
    return "".join(chr(0xE0000 + ord(char)) if char.isascii() else char for char in value)


def selectors(value: str) -> str:
    return "😀" + "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in octets(value))


def glued(value: str) -> str:
    return "#Contact" + "".join(char for char in value if char.isalnum()) + "Go"


_MORSE = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz0123456789@.",
        str.split(
            ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. "
            "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----. .--.-. .-.-.-"
        ),
        strict=True,
    )
)


def in_base64(value: str) -> str:
    return base64.b64encode(octets(value)).decode()


def in_url(value: str) -> str:
    return "https://ex.org/?q=" + base64.urlsafe_b64encode(octets(value)).decode().rstrip("=")


def morse(value: str) -> str:
    return " / ".join(" ".join(_MORSE.get(char.lower(), char) for char in word) for word in value.split(" "))


def caesar(letters: int, digits: int) -> Callable[[str], str]:
    def view(char: str) -> str:
        if char in string.ascii_lowercase:
            return chr((ord(char) - 97 + letters) % 26 + 97)
        if char in string.ascii_uppercase:
            return chr((ord(char) - 65 + letters) % 26 + 65)
        return str((int(char) + digits) % 10) if char in string.digits else char

    return lambda value: "".join(map(view, value))


def mirrored(value: str) -> str:
    """Atbash for letters, nines' complement for digits."""

    def view(char: str) -> str:
        if char in string.ascii_lowercase:
            return chr(219 - ord(char))
        if char in string.ascii_uppercase:
            return chr(155 - ord(char))
        return str(9 - int(char)) if char in string.digits else char

    return "".join(map(view, value))


def punycode(value: str) -> str:
    odd = by(CYRILLIC)(value)
    return odd.encode("punycode").decode() if odd != value else value
