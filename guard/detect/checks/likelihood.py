"""Measures of how likely it is that a text was drawn at random, and signs that it stands for a value instead of being one.

A key drawn at random has many different characters, no long run such as 1234567, and letter pairs that no language
likes. A value in a manual says `example` or `xxxx`; one in a program is fetched from somewhere (`${TOKEN}`).
"""

from __future__ import annotations

import hashlib
import math
import re
from typing import Final

_FOLLOWERS: Final = {
    "a": "bcdfgilmnpqrstuvyk", "b": "aeiloruy", "c": "acehiklortuy", "d": "aedioruys", "e": "acdefgilmnpqrstuvwxyz",
    "f": "aefilortu", "g": "aeghilnoru", "h": "aeioruty", "i": "abcdefgklmnopqrstvzl", "j": "aeou", "k": "aeinsy",
    "l": "adefiklmopstuvy", "m": "abeimopsuy", "n": "acdefgiknostuyv", "o": "abcdfgiklmnoprstuvwyx", "p": "aehiloprstuy",
    "q": "u", "r": "acdegiklmnoprstuvy", "s": "acehiklmopqstuwy", "t": "aehiorstuwy", "u": "abcdegilmnprstvxz",
    "v": "aeior", "w": "aehinosr", "x": "aceipt", "y": "aeimnopst", "z": "aeioz",
}  # fmt: skip
"""Letters that often follow a letter in English or French words."""
_COMMON: Final = frozenset(first + second for first, seconds in _FOLLOWERS.items() for second in seconds)
_WORDLIKE: Final = 0.74
"""Share of common letter pairs from which on a text reads as words; drawn at random it is about 0.4."""
_MANY_CHANGES: Final = 4
"""From letter to digit or back: a name with a year has two, a key of 16 characters about six."""
_FEW_PAIRS: Final = 4
_N_LOG_N: Final = (0.0, *(count * math.log2(count) for count in range(1, 64)))
_LETTER_RUN: Final = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_PLACE_PARTS: Final = (
    "examp", "exempl", "xxxx", "***", "...", "•", "…", "placeholder", "redacted", "changeme", "changeit", "change-it",
    "change_it", "replace", "insert", "motdepasse", "mot_de_passe", "notapass", "not_a_pass", "pasunmot", "pas_un_mot",
    "password=", "password:", "passwd=", "mdp=", "yourapi", "yoursecret", "yourtoken", "yourkey", "youraccess",
    "yourpass", "yourclient", "your-", "your_", "votrecle", "votrejeton", "votre-", "votre_",
)  # fmt: skip
"""What only a placeholder has in it."""
_PLACE_WORDS: Final = frozenset(
    {
        "your", "votre", "my", "mon", "dummy", "sample", "todo", "here", "ici", "undefined", "null", "none",
        "empty", "goes", "placeholder"
    }
)  # fmt: skip
"""What a placeholder has between its signs."""
_PLACE_ENDS: Final = tuple(
    what + where for what in ("secret", "token", "key", "password", "passe") for where in ("here", "ici")
)
_FETCHED: Final = re.compile(
    r"""(?ix) ^[$%@!&?#]?[{(\[<].*[>}\])]$ | ^[<\[] | \$\{ | \{\{ | \$\( | ^\$[A-Z_][A-Z0-9_]*$ | ^%[A-Z_]+%$ |
    (?:^|\W)(?:process\.env|os\.(?:environ|getenv)|getenv|env\.|var\.|vars\.|secrets\.|config\.|settings\.|this\.|self\.|
    data\.|local\.|module\.|import\.meta|System\.|ENV\[)"""
)
"""Not a value but the place it is taken from: `${TOKEN}`, `process.env.TOKEN`, `<token>`, `[secret]`."""
_FILE: Final = re.compile(
    r"(?i)(?:^[~.]{0,2}/(?:[\w.-]{1,40}/)|^[a-z]:\\|\.(?:pem|key|crt|cer|p12|pfx|json|ya?ml|txt|md|html?|png|jpe?g|gif|svg|js|ts|py|php|jar|xml|toml|csv|zip|exe|com|org|net|io|fr|dev)$|^//)"
)
_NOT_ALNUM: Final = re.compile(r"[^A-Za-z0-9]+")
_SHORTEST_REPEATED: Final = 6
_LONGEST_BLOCK: Final = 40
_LONGEST_RUN: Final = 12
"""Characters in order (`123456789…`, `abcdef…`) that nobody draws."""
_COUNTING: Final = "012345678901234567890123456789abcdefghijklmnopqrstuvwxyz0123456789 abcdef0123456789abcdef0123456789"
_SAME: Final = re.compile(r"(.)\1{5,}")
_TURN: Final = re.compile(r"(?<=[a-z])[A-Z0-9]|(?<=[A-Z])[a-z0-9]|(?<=[0-9])[A-Za-z]")
_DIGIT_TURN: Final = re.compile(r"(?<=[0-9])[^0-9]|(?<=[^0-9])[0-9]")
_SAMPLES: Final = frozenset(
    {
        "0b476bdf9acf", "1a5d44a2dca1", "2037abcaffb2", "27a9a42931df", "2cafc0970149", "2f21fd9c8167",
        "37f8f09bdf12", "3a8b61d0f636", "3f370c9dd822", "49f777db995e", "4c98242dcadc", "7e8de44ea9ec",
        "7f39f4576795", "8731261cb72d", "a0702bc91d69", "a19f89ab3555", "a6c814bc555a", "dba72c00f41f",
        "dc0fcf046c61", "e4a5542bb7fd", "ea9bb1082cf9", "eb540d2b6ee2"
    }
)  # fmt: skip
"""Keys printed in public samples of Firebase, Algolia, NuGet and Stripe: SHA-256 of each, cut to 12 digits."""


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    size = len(text)
    if not size:
        return 0.0
    told = sum(
        _N_LOG_N[count] if count < len(_N_LOG_N) else count * math.log2(count) for count in map(text.count, set(text))
    )
    return math.log2(size) - told / size


def reads_as_words(text: str) -> bool:
    """Whether words and a number or two make it up: few changes between letters and digits, letter pairs as in words."""
    if len(_DIGIT_TURN.findall(text)) >= _MANY_CHANGES or switches(text) * 2 >= len(text):
        return False
    share, pairs = letter_pairs(text)
    return pairs < _FEW_PAIRS or share >= _WORDLIKE


def letter_pairs(text: str) -> tuple[float, int]:
    """Share of common letter pairs within runs of one case, and how many pairs there are."""
    pairs = common = 0
    for run in _LETTER_RUN.findall(text):
        letters = run.lower()
        pairs += len(letters) - 1
        common += sum(letters[place : place + 2] in _COMMON for place in range(len(letters) - 1))
    return (common / pairs if pairs else 1.0), pairs


def switches(text: str) -> int:
    """How often small letters, capitals and digits take turns."""
    return len(_TURN.findall(text))


def counted(text: str) -> bool:
    """Whether counting up (`abcdef…`, `567890…`) or one character said again makes up a third of the text or more."""
    letters = bare(text)
    same = _SAME.search(letters)
    if same is not None and len(same[0]) * 6 >= len(text):
        return True
    for place in range(len(letters) - _LONGEST_RUN + 1):
        if letters[place : place + _LONGEST_RUN] in _COUNTING:
            size = _LONGEST_RUN
            while place + size < len(letters) and letters[place : place + size + 1] in _COUNTING:
                size += 1
            return size * 3 >= len(text)
    return False


def repeated(text: str) -> bool:
    """Whether the text is mostly one block said again: `123123123`, `deadbeefdeadbeef`."""
    letters = bare(text)
    size = len(letters)
    if size < _SHORTEST_REPEATED:
        return False
    return any(letters[step:] == letters[:-step] for step in range(1, min(size // 3, _LONGEST_BLOCK) + 1))


def says_placeholder(lower: str) -> bool:
    """Whether a text in lower case has something in it that only a placeholder has."""
    for part in _PLACE_PARTS:  # noqa: SIM110 - a loop is faster than any() here
        if part in lower:
            return True
    return False


def says_example(text: str) -> bool:
    """Whether the text says itself that it is an example."""
    lower = text.lower()
    return (
        says_placeholder(lower) or lower.endswith(_PLACE_ENDS) or not _PLACE_WORDS.isdisjoint(_NOT_ALNUM.split(lower))
    )


def fetched(text: str) -> bool:
    """Whether the text says where a value comes from: a variable, a template's field, a bracketed name."""
    return _FETCHED.search(text) is not None


def bare(text: str) -> str:
    """The ASCII letters and digits of a text, in lower case."""
    return _NOT_ALNUM.sub("", text).lower()


def is_file(text: str) -> bool:
    """Whether the text names a file, a host or a page."""
    return _FILE.search(text) is not None


def public_sample(text: str) -> bool:
    """Whether a vendor prints this very key in its public samples (kept as digests)."""
    return hashlib.sha256(text.encode()).hexdigest()[:12] in _SAMPLES
