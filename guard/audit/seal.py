"""Sealed records: AES-256-GCM under a data key of each record's own, itself wrapped under the sealing key.

Deleting the wrapped key makes the text unreadable wherever copies of the ciphertext are; the event's id is bound in, so
that a sealed text cannot be moved to another record.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guard.errors import KeyFileError
from guard.words.texts import Phrase

_NONCE = 12
_KEY = 32


def seal(sealing_key: bytes, event: str, plaintext: bytes) -> tuple[bytes, bytes]:
    """`(sealed, wrapped_key)`: nonce and ciphertext of the text, nonce and ciphertext of its data key."""
    data_key = secrets.token_bytes(_KEY)
    return _encrypt(data_key, plaintext, _bound(b"text", event)), _encrypt(sealing_key, data_key, _bound(b"key", event))


def unseal(sealing_key: bytes, event: str, sealed: bytes, wrapped_key: bytes) -> bytes:
    """The text. KeyFileError when it was sealed under another key, for another event, or was changed."""
    try:
        data_key = _decrypt(sealing_key, wrapped_key, _bound(b"key", event))
        return _decrypt(data_key, sealed, _bound(b"text", event))
    except (InvalidTag, ValueError):
        raise KeyFileError(Phrase("keyfile.sealed-text", event=event), hint=Phrase("keyfile.do.sealed-text")) from None


def _bound(what: bytes, event: str) -> bytes:
    return what + b"\n" + event.encode()


def _encrypt(key: bytes, plaintext: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, bound)


def _decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
