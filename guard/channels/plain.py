"""Texts as a service shows them, reduced to what can be compared with what was sent."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from html import unescape

_BREAK = re.compile(r"<br[^>]*>|</p>\s*<p[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_REMOTE_MENTION = re.compile(r"@([A-Za-z0-9_]+)@[A-Za-z0-9.-]+")
_SLACK = timedelta(minutes=5)
"""Between the service's clock and ours."""


def from_html(html: str) -> str:
    """Text of a status' HTML; link parts that the page hides are joined again."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", html)))


def comparable(text: str) -> str:
    """Without what services change: spaces, composed forms, the host part of mentions."""
    return " ".join(unicodedata.normalize("NFC", _REMOTE_MENTION.sub(r"@\1", text)).split())


def published_since(stamp: object, since: datetime | None) -> bool:
    """Whether an answer's time is at or after a moment; unsure counts as no."""
    if since is None:
        return True
    if not isinstance(stamp, str):
        return False
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment >= since - _SLACK


def older_than(stamp: object, since: datetime | None) -> bool:
    """Whether an answer's time is surely before a moment."""
    return (
        since is not None
        and published_since(stamp, datetime.min.replace(tzinfo=UTC) + _SLACK)
        and not (published_since(stamp, since))
    )


def skeleton(text: str) -> str:
    """Letters and digits alone: what markup, line breaks and punctuation that a service changes leave the same."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


_ASCII = str.maketrans(
    {"«": '"', "»": '"', "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "œ": "oe", "Œ": "OE",
     "æ": "ae", "Æ": "AE", "ß": "ss", "€": "EUR", "\u00a0": " ", "\u202f": " "},
)  # fmt: skip


def ascii_line(text: str, limit: int = 500) -> str:
    """One line of ASCII, for a reason phrase, which clients take far longer: accents dropped, what has no ASCII form becomes a question mark."""
    folded = unicodedata.normalize("NFKD", " ".join(text.translate(_ASCII).split()))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    line = "".join(letter if " " <= letter <= "~" else "?" for letter in plain)
    return line if len(line) <= limit else line[: limit - 3] + "..."
