"""Second factor: time-based one-time passwords (RFC 6238: SHA-1, 30 seconds, 6 digits, what every app knows), recovery codes.

The secret is sealed under a key derived from the log's sealing key, bound to the account's id: a stolen database makes no
codes, and a secret moved to another account opens nothing.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import UTC, datetime
from struct import unpack
from urllib.parse import quote, urlencode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guard.auth.base import same
from guard.errors import AccountError
from guard.words.texts import Phrase

STEP_S = 30
DRIFT = 1
"""Steps that a phone's clock may be off, either way."""
DIGITS = 6
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_NONCE = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_totp_secret() -> bytes:
    """160 random bits, the size of the hash (RFC 4226, 4)."""
    return secrets.token_bytes(20)


def code_at(secret: bytes, step: int) -> str:
    """HOTP of RFC 4226 for one time step."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 0x0F
    (number,) = unpack(">I", mac[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}d}"


def step_of(now: datetime) -> int:
    """Number of the time step."""
    return int((now - _EPOCH).total_seconds()) // STEP_S


def matching_step(secret: bytes, code: str, now: datetime, newest: int) -> int | None:
    """The step whose code this is, among those near `now` and after `newest`: a code is taken once."""
    given = "".join(code.split())
    current, found = step_of(now), None
    for step in range(current - DRIFT, current + DRIFT + 1):
        if same(code_at(secret, step), given) and step > newest and found is None:
            found = step
    return found


def shown_secret(secret: bytes) -> str:
    """Base32 in groups of four, for typing."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def otpauth_uri(secret: bytes, name: str, issuer: str) -> str:
    """What apps read; the format is Google Authenticator's "Key URI"."""
    query = urlencode({"secret": base64.b32encode(secret).decode(), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(name, safe='')}?{query}"


def new_recovery_codes() -> list[str]:
    """To show once; each has 50 bits, so what is kept of them is keyed (`SecretBox.mark`)."""
    codes = ("".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def plain_code(given: str) -> str:
    """A recovery code however it is typed."""
    return "".join(char for char in given.casefold() if char.isalnum())


class SecretBox:
    """Seals small secrets under a key of this room's own."""

    def __init__(self, sealing_key: bytes) -> None:
        self._cipher = AESGCM(hmac.digest(sealing_key, b"postguard console v1", "sha256"))
        self._marking = hmac.digest(sealing_key, b"postguard console marks v1", "sha256")

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """`purpose` must be said again to open it."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, purpose.encode())

    def mark(self, purpose: str, text: str) -> str:
        """What tells a text again without holding it, and is no help to whoever has the database alone."""
        return hmac.digest(self._marking, f"{purpose}\n{text}".encode("utf-8", "replace"), "sha256").hex()

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """AccountError when it was sealed with another key or for another purpose."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
        except (InvalidTag, ValueError):
            hint = Phrase("accounts.do.take-away")
            raise AccountError(Phrase("accounts.factor-unreadable"), hint=hint) from None
