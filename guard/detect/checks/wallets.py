"""Addresses of cryptocurrency wallets by their checksums: base58check, bech32 (BIP 173, 350) and Monero's blocks.

A wallet names its owner's every payment, and a changed sign sends money to nobody: all but a few formats carry a check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from guard.detect.checks.algorithms import whole

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BASE58_VERSIONS: Final = frozenset({0x00, 0x05, 0x30, 0x32, 0x1E, 0x16, 0x4C, 0x10, 0x41, 0x6F, 0xC4})
"""Bitcoin, Litecoin, Dogecoin, Dash, Tron, Bitcoin's test network."""
_ZCASH: Final = frozenset({0x1CB8, 0x1CBD})
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_VARIED: Final = 8
"""Different digits of an address that is neither an example nor a counter."""
_BLOCK: Final = 11
_BLOCK58: Final = {11: 8, 7: 5}
"""Monero's blocks: signs to bytes."""


def base58check(text: str) -> bool:
    """Bitcoin and its kin: version, 20 bytes and four of a double SHA-256; Ripple with its own alphabet."""
    if text[0] == "r":
        raw = _bytes_of(text.translate(str.maketrans(_RIPPLE, _BASE58)))
        return len(raw) == 25 and raw[0] == 0 and _double_sha(raw)
    raw = _bytes_of(text)
    if len(raw) == 26:
        return int.from_bytes(raw[:2], "big") in _ZCASH and _double_sha(raw)
    return len(raw) == 25 and raw[0] in _BASE58_VERSIONS and _double_sha(raw)


def _bytes_of(text: str) -> bytes:
    value = 0
    for sign in text:
        place = _BASE58.find(sign)
        if place < 0:
            return b""
        value = value * 58 + place
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + value.to_bytes((value.bit_length() + 7) // 8, "big")


def _double_sha(raw: bytes) -> bool:
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def bech32(text: str) -> bool:
    """Segwit and other bech32 or bech32m addresses: one case, and the checksum over prefix and data."""
    lower = text.lower()
    if text not in {lower, text.upper()}:
        return False
    prefix, _, data = lower.rpartition("1")
    if not prefix or any(sign not in _BECH32 for sign in data):
        return False
    values = [ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix]
    check = 1
    for value in values + [_BECH32.index(sign) for sign in data]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check in {1, 0x2BC830A3}


def ethereum(text: str) -> bool:
    """0x and 40 hexadecimal digits, varied. Not its checksum of capitals (EIP-55): Keccak in Python takes 0.4 ms an address."""
    return len(set(text[2:].lower())) >= _VARIED


def monero(text: str) -> bool:
    """95 or 106 signs in blocks of base 58, each of which must fit into its bytes."""
    for place in range(0, len(text), _BLOCK):
        block = text[place : place + _BLOCK]
        size, value = _BLOCK58.get(len(block), 0), 0
        for sign in block:
            value = value * 58 + _BASE58.find(sign)
        if not size or value >> size * 8:
            return False
    return True


WALLETS: Final[dict[str, Callable[[str], int]]] = {
    check.__name__: whole(check) for check in (base58check, bech32, ethereum, monero)
}
"""Validators by their name in the catalogue."""
