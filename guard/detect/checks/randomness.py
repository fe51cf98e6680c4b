"""Checks that tell a secret from a placeholder, a word or a variable's name: length of the accepted beginning, 0 for none.

They stand in for the checksum that most vendors' keys do not have. `likelihood.py` has the measures.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from typing import Final

from guard.detect.checks.likelihood import (
    counted,
    entropy,
    fetched,
    is_file,
    letter_pairs,
    public_sample,
    reads_as_words,
    repeated,
    says_example,
    switches,
)
from guard.detect.checks.passwords import (
    SHORTEST,
    basic_pair,
    password_said,
    password_shown,
    password_strong,
    quoted_password,
    url_password,
    weak,
)

_UNLIKE_WORDS: Final = 0.55
"""Share of common letter pairs under which letters alone are no words, given enough of them."""
_LETTERS_ENOUGH: Final = 14
_FEW_SWITCHES: Final = 3
"""Between small letters, capitals and digits; a word with a number behind it has one."""
_SAME_PIECES: Final = 2
"""As in `1234-1234-1234`."""
_DIGIT: Final = re.compile(r"[0-9]")
_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEX: Final = re.compile(r"(?i)[0-9a-f]+")
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_NEVER_SEED: Final = frozenset(
    {
        "the", "and", "for", "are", "with", "was", "not", "from", "but", "his", "her", "had", "were",
        "been", "has", "its", "our", "than", "them", "who", "which", "would", "their", "les", "des",
        "une", "est", "pas", "pour", "que", "qui", "dans", "sur", "avec", "vous", "nous", "mais"
    }
)  # fmt: skip
"""Frequent words that no list of BIP-39 has."""


_SEED_LENGTHS: Final = (24, 21, 18, 15, 12)
_WORD: Final = re.compile(r"[a-zà-ÿ]+")


def _least(size: int) -> float:
    """Bits a character that a random text of this length nearly always has."""
    return 3.0 if size >= 20 else 2.7 if size >= 14 else 2.2


def random_key(text: str) -> bool:
    """The part after a vendor's own prefix, or with it: varied, no placeholder, no counting."""
    return (
        entropy(text) >= _least(len(text)) and not says_example(text)
        and not counted(text) and not repeated(text)
    )  # fmt: skip


def varied(text: str) -> bool:
    """Not counted from a pattern: for shapes so much their own that only `xxxx` needs to be told from them."""
    return entropy(text) >= _least(len(text)) and not says_example(text)


def google_key(text: str) -> bool:
    """A Google API key that is not one of the public samples."""
    return random_key(text) and not public_sample(text)


def mixed_key(text: str) -> bool:
    """A value that only its label calls a secret: random as above, letters and digits among each other, no words."""
    if not random_key(text):
        return False
    digits = sum(map(str.isdigit, text))
    if digits == len(text):
        return False
    if _HEX.fullmatch(text) or _UUID.fullmatch(text):
        return digits >= 2
    if not digits:
        return len(text) >= _LETTERS_ENOUGH and letter_pairs(text)[0] < _UNLIKE_WORDS
    return switches(text) >= _FEW_SWITCHES and not reads_as_words(text)


def letters_key(text: str) -> bool:
    """A key that may be letters only: capitals among small letters as no name has them."""
    body = text.rsplit("_", 1)[-1]
    return random_key(body) and switches(body) * 4 >= len(body)


def last_part(text: str) -> bool:
    """A token whose first parts are numbers of a workspace or a client: its last part is the key."""
    return random_key(text.rsplit("-", 1)[-1])


def after_a(text: str) -> bool:
    """A bearer token of X: twenty-two `A` and then a random part."""
    return mixed_key(text.lstrip("A"))


def app_password(text: str) -> bool:
    """Four groups of four as Bluesky gives them: drawn, not words and not a card's digits."""
    bare = text.replace("-", "")
    return not bare.isdigit() and entropy(bare) >= 2.7 and not reads_as_words(bare) and not counted(bare)


def app_words(text: str) -> bool:
    """The same with spaces, as mail providers show them."""
    return app_password(text.replace(" ", "-"))


def assigned(text: str) -> bool:
    """A value assigned to something called key, token or secret: no variable, path, version or name."""
    if not _DIGIT.search(text) or says_example(text) or fetched(text) or is_file(text) or public_sample(text):
        return False
    bare = text.strip("=")
    if _HEX.fullmatch(bare):
        return len(bare) >= 16 and mixed_key(bare)
    if _UUID.fullmatch(bare):
        return mixed_key(bare)
    pieces = [piece for piece in re.split(r"[-_./+~%]", bare) if piece]
    longest = max(pieces, key=len, default="")
    if len(pieces) - len(set(pieces)) >= _SAME_PIECES:
        return False
    return len(longest) >= 8 and mixed_key(longest) and entropy(bare) >= 3.0


def strongly_assigned(text: str) -> bool:
    """The same where no sign of assignment stands between label and value: longer and more mixed."""
    return len(text) >= 20 and assigned(text) and entropy(text) >= 3.3


def basic_header(text: str) -> bool:
    """Base64 that reads as `user:password`, or is too random to be anything else."""
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return len(text) >= 12 and mixed_key(text.rstrip("="))
    return ":" in decoded and decoded.isprintable() and len(decoded) > SHORTEST


def header_value(text: str) -> bool:
    """What a header called Authorization, token or key carries."""
    bare = text.strip("=")
    return (
        not weak(bare) and not is_file(bare) and entropy(bare) >= 2.5
        and not counted(bare) and not repeated(bare)
        and any(map(str.isdigit, bare)) and any(map(str.isalpha, bare))
    )  # fmt: skip


def base64_value(text: str) -> bool:
    """A value in a Secret of Kubernetes: base64 of something that is no placeholder."""
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return mixed_key(text)
    return (len(decoded) >= SHORTEST and not weak(decoded.decode("utf-8", "replace"))) or text.endswith("=")


def jwt(text: str) -> bool:
    """Three or five parts of base64 that vary."""
    return entropy(text) >= 3.0 and "xxxxxxxx" not in text.lower()


def wif(text: str) -> bool:
    """A Bitcoin private key (WIF) or extended private key: Base58Check."""
    number = 0
    for char in text:
        number = number * 58 + _BASE58.index(char)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]


def stellar_seed(text: str) -> bool:
    """A Stellar secret seed: base32 with CRC-16/XMODEM."""
    data = base64.b32decode(text)
    crc = 0
    for byte in data[:-2]:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return data[-2:] == crc.to_bytes(2, "little")


def seed_phrase(text: str) -> int:
    """Length of the 12 to 24 plain words that `text` begins with, nearly all different, none of them a function word."""
    words = list(_WORD.finditer(text.lower()))
    for count in _SEED_LENGTHS:
        said = [word[0] for word in words[:count]]
        if (
            len(said) == count and all(3 <= len(word) <= 8 for word in said)
            and not _NEVER_SEED.intersection(said) and len(set(said)) >= count - 4
        ):  # fmt: skip
            return words[count - 1].end()
    return 0


def _whole(check: Callable[[str], bool]) -> Callable[[str], int]:
    return lambda text: len(text) if check(text) else 0


RANDOMNESS: Final[dict[str, Callable[[str], int]]] = {
    "password_said": password_said,
    "seed_phrase": seed_phrase,
    **{
        check.__name__: _whole(check)
        for check in (
            random_key, mixed_key, assigned, strongly_assigned, basic_pair, basic_header, header_value, url_password,
            quoted_password, password_shown, password_strong, wif, stellar_seed, google_key, letters_key,
            after_a, last_part, app_password, app_words, varied, base64_value, jwt,
        )
    },
}  # fmt: skip
"""By name in the catalogue, as `checksums.VALIDATORS`."""
