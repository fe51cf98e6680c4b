"""Checks of passwords that people choose, in sentences, addresses and command lines.

What a manual writes in their place (`password`, `changeme`, `<your password>`) and ordinary words are none.
"""

from __future__ import annotations

import re
from typing import Final

from guard.detect.checks.likelihood import bare, fetched, is_file, public_sample, repeated, says_placeholder

_LETTER: Final = re.compile(r"[^\W\d_]")
_DIGIT: Final = re.compile(r"\d")
_MANY_DIGITS: Final = re.compile(r"\d{6,16}")
_SMALL: Final = re.compile(r"[a-zà-öø-ÿ]")
_CAPITAL: Final = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_SIGN: Final = re.compile(r"[^\w\-'’…/.,()\[\]:]")
_MAIL: Final = re.compile(r"\w@\w[\w-]{0,40}\.\w{2,}$")
_WEAK: Final = frozenset(
    {
        "password", "passwort", "passwd", "pass", "pwd", "mdp", "motdepasse", "test", "token", "secret",
        "user", "username", "string", "str", "required", "changeit", "changeme", "example",
        "none", "null", "true", "false", "undefined", "default", "value", "login", "hidden", "apikey",
        "hunter", "key", "x", "y", "foo", "bar", "baz", "qux", "xxx", "yyy", "abc", "def", "123",
        "1234", "12345", "123456", "secretkey", "userpass", "mypassword", "mypass", "mysecret", "mytoken", "monmotdepasse", "yourpassword", "credentials",
        "incorrect", "incorrecte", "invalid", "invalide", "wrong", "expired", "expir", "expire", "obligatoire", "oubli", "forgotten",
        "weak", "faible", "strong", "fort", "secure", "optional", "facultatif", "manquant", "missing", "empty", "vide",
    }
)  # fmt: skip
"""What manuals write where a password goes."""
SHORTEST: Final = 3


def weak(text: str) -> bool:
    """Whether the text stands where a password goes without being one."""
    lower = text.lower()
    return bare(lower) in _WEAK or len(set(lower)) < SHORTEST or says_placeholder(lower) or fetched(text)


def basic_pair(text: str) -> bool:
    """`user:password` as curl's -u takes it; one side may be empty. Not `user:pass`, not `$USER:$PASS`."""
    user, _, secret = text.strip("\"'").partition(":")
    user, secret = user.strip("\"'"), secret.strip("\"'")
    known = secret or user
    return ":" in text and (
        len(known) >= SHORTEST and not weak(known) and not known.startswith(("$", "<", "[")) and "{{" not in text
        and "$(" not in text
    )  # fmt: skip


def url_password(text: str) -> bool:
    """A password inside an address: anything but what manuals write there."""
    return (not weak(text) and not text.isdigit()) or (text.isdigit() and len(text) > 5 and not repeated(text))


def quoted_password(text: str) -> bool:
    """A quoted value after `password =`: anything but a placeholder or the name of a type."""
    return len(text) >= 6 and not weak(text) and not is_file(text) and not public_sample(text)


def _password(text: str) -> bool:
    """A chosen password after "is": a digit or sign beside letters, or capitals inside; ordinary words do not count."""
    inner = text[1:].rstrip(".,;:!?)\"'»")
    letters, digits = _LETTER.search(text), _DIGIT.search(text)
    signs = _SIGN.search(inner)
    if not (
        _MANY_DIGITS.fullmatch(text)
        or (letters and digits)
        or (signs and (letters or digits))
        or (_CAPITAL.search(inner) and _SMALL.search(text))
    ):
        return False
    return not weak(text) and "http:" not in text and "https:" not in text and _MAIL.search(text) is None


def password_said(text: str) -> int:
    """How many characters of `text` are a password: without the comma that ends a clause; 0 for none."""
    bare = text.rstrip(",;")
    return len(bare) if len(bare) >= 4 and _password(bare) else 0


def password_shown(text: str) -> bool:
    """A password that shows as one with no "is" before it: letters and digits together, or a sign inside."""
    inner = text[1:-1]
    letters, digits = any(map(str.isalpha, text)), any(map(str.isdigit, text))
    signs = any(char in "!#$%&*@+=?_^~" for char in inner)
    return _password(text) and letters and (digits or signs) and not text[0].isdigit()


def password_strong(text: str) -> bool:
    """A password that only a name beside it tells: letters and digits, with a sign or two capitals' worth of surprise."""
    body = text[:-1] if text[-1] in "?.+" else text
    signs = any(char in "!#$%&*@+=?^~" for char in body[1:]) or "-" in body
    return (
        password_shown(text) and any(map(str.isdigit, body)) and any(map(str.isupper, body)) and (signs or len(body) >= 9)
        and "/" not in body
    )  # fmt: skip
