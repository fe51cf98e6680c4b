"""Checks of values told in a way of their own: a passphrase of ordinary words, a token broken in two."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from guard.detect.checks.randomness import random_key
from guard.detect.checks.wordlist import listed
from guard.text.fold import fold

_WORD: Final = re.compile(r"[^\W\d_]+")
_SAID_OF: Final = ("ing", "ed", "ly", "ment", "ee", "ees", "ez", "able", "ible")
"""How a word ends that says what is done with a password, or how."""
_FEWEST: Final = 4
"""Words of a passphrase that nothing but "is" announces."""

_BODY: Final = {
    "ghp_": 36, "gho_": 36, "ghu_": 36, "ghs_": 36, "ghr_": 36, "github_pat_": 82, "glpat-": 20, "npm_": 36, "AIza": 35,
    "GOCSPX-": 28, "shpat_": 32, "AKIA": 16, "ASIA": 16, "dop_v1_": 64, "dckr_pat_": 27, "lin_api_": 40,
}  # fmt: skip
"""Signs that follow each prefix of a token of fixed length."""
_JOINED: Final = re.compile(r"[^A-Za-z0-9_-]+")
_CAPITALS: Final = re.compile(r"[A-Z2-7]+")


@cache
def _talk() -> frozenset[str]:
    """Words that stand in sentences about a password, and hardly in one made of words; read when first asked for."""
    return frozenset(listed("password-talk.txt"))


def words_shown(text: str) -> bool:
    """Lower-case words that no sentence is made of, where something beside them says that they are a passphrase."""
    words = _WORD.findall(fold(text))
    return len(set(words)) > 1 and _talk().isdisjoint(words)


def words_said(text: str) -> bool:
    """The same where nothing but "is" announces them: more words, and the first none that says what the password is."""
    words = _WORD.findall(fold(text))
    return (
        len(words) >= _FEWEST
        and words_shown(text)
        and not any(len(word) > 4 and word.endswith(_SAID_OF) for word in words[:2])
    )


def broken_token(text: str) -> bool:
    """A token of a known prefix that has its full length once its parts are put together."""
    prefix = next((each for each in _BODY if text.startswith(each)), "")
    if not prefix:
        return False
    rest = text[len(prefix) :]
    capitals = prefix in {"AKIA", "ASIA"}
    body = "".join(_CAPITALS.findall(rest)) if capitals else _JOINED.sub("", rest)
    return len(body) == _BODY[prefix] and any(map(str.isdigit, body)) and random_key(body)


def _whole(check: Callable[[str], bool]) -> Callable[[str], int]:
    return lambda text: len(text) if check(text) else 0


WORDED: Final[dict[str, Callable[[str], int]]] = {check.__name__: _whole(check) for check in (words_shown, words_said)}
"""Validators by their name in the catalogue; a guess from words, as those of `plausible`."""
BROKEN: Final[dict[str, Callable[[str], int]]] = {"broken_token": _whole(broken_token)}
