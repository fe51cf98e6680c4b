"""Passwords: argon2id, and which ones are refused.

Parameters are OWASP's minimum for argon2id (Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane); a hash made with
others is renewed at the next sign-in. Rules are those of NIST SP 800-63B: length counts, composition does not, and what
everybody tries first is refused.
"""

from __future__ import annotations

import re
import secrets
from functools import cache
from importlib import resources
from unicodedata import combining, normalize

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from guard.auth.base import new_secret
from guard.errors import AccountError
from guard.words.texts import Phrase

SHORTEST = 12
LONGEST = 256
"""Characters; more would only make the hash's first pass dearer for whoever likes to send megabytes."""
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
_ONE_TIME = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for each other."""
_LEET = str.maketrans("013457@$!", "oieastasi")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "01234567890123456789")  # fmt: skip


class Passwords:
    """Hashes and verifies; each call costs tens of milliseconds of one core and 19 MiB, so callers run few at a time, in threads."""

    def __init__(self, hasher: PasswordHasher = _HASHER) -> None:
        self._hasher = hasher
        self._nobody = hasher.hash(new_secret())

    def hash(self, password: str) -> str:
        """PHC string."""
        return self._hasher.hash(canonical(password))

    def verify(self, encoded: str, password: str) -> bool:
        """Whether it is the password. Without a hash (no such account) the same work is done, and the answer is no."""
        known = bool(encoded) and len(password) <= LONGEST
        try:
            self._hasher.verify(encoded if known else self._nobody, canonical(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
        return known

    def outdated(self, encoded: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(encoded)


def canonical(password: str) -> str:
    """The same characters however a keyboard composes them (NFKC, as NIST asks)."""
    return normalize("NFKC", password).encode("utf-8", "replace").decode()


def check_password(password: str, *names: str) -> None:
    """AccountError when nobody should use this password; `names` are what others know of the account."""
    if len(password) > LONGEST:
        raise AccountError(
            Phrase("accounts.password-long", most=LONGEST),
            hint=Phrase("accounts.do.sentence"),
            key="password-long",
            most=LONGEST,
        )
    if len(canonical(password)) < SHORTEST:
        hint = Phrase("accounts.do.words")
        raise AccountError(
            Phrase("accounts.password-short", least=SHORTEST), hint=hint, key="password-short", least=SHORTEST
        )
    if _easy(password, names):
        hint = Phrase("accounts.do.unrelated")
        raise AccountError(Phrase("accounts.password-easy"), hint=hint, key="password-easy")


def one_time_password() -> str:
    """Sixteen characters (79 bits) in groups of four."""
    return "-".join("".join(secrets.choice(_ONE_TIME) for _ in range(4)) for _ in range(4))


@cache
def refused_words() -> frozenset[str]:
    """Words that alone, or beside another one or a year, make no password."""
    text = (resources.files("guard.auth") / "refused.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def _easy(password: str, names: tuple[str, ...]) -> bool:
    """Nothing but known words, names, digits that count or repeat, and runs along the keyboard or the alphabet."""
    plain = _plain(password)
    known = refused_words() | {
        word for name in names for word in re.split(r"[^a-z0-9]+", _plain(name)) if len(word) > 2
    }
    return any(_leftover(form, known) < SHORTEST // 2 for form in {plain, plain.translate(_LEET)})


def _plain(text: str) -> str:
    return "".join(char for char in normalize("NFKD", text.casefold()) if not combining(char))


def _leftover(text: str, known: frozenset[str] | set[str]) -> int:
    """Characters that are left once everything easy is taken away, longest words first."""
    rest = text
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, " ")
    rest = re.sub(r"(?:19|20)\d\d|[^a-z0-9]", " ", rest)
    rest = re.sub(r"(.{1,4}?)\1{2,}", " ", rest)
    return sum(len(word) for word in re.findall(r"[a-z]+|[0-9]+", rest) if not _run(word))


def _run(word: str) -> bool:
    """`azerty`, `4567`, `zyx`: a piece of a row, either way."""
    return len(word) > 2 and any(word in row or word[::-1] in row for row in _ROWS)
