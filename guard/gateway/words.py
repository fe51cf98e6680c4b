"""What the gate says to authors, in French and English: why, and what can be published right now. Pure."""

from __future__ import annotations

import re

from guard.types.decision import Match
from guard.types.inspection import Inspection
from guard.types.post import Post
from guard.words.texts import LANGUAGES, Phrase, words_of

LABEL = re.compile(r"\[[^\[\]]{1,40}\]")
WANTED = re.compile(r"([A-Za-z]{2})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*(?:,|$)")
SAFE_VERSION_LIMIT = 1_500


def tell(phrase: Phrase, language: str) -> str:
    """One of the gate's own sentences, to an author."""
    return words_of(language).told(phrase)


def language_for(post: Post, accept_language: bytes | None, default: str) -> str:
    """The author's language: authors.toml, then the client's Accept-Language, then the post's own, then the default."""
    if accept_language is None and post.author.language is None:
        own = (post.language or "")[:2].lower()
        return own if own in LANGUAGES else default
    candidates = (post.author.language, spoken(accept_language), (post.language or "")[:2].lower())
    return next((word for word in candidates if word in LANGUAGES), default)


def spoken(accept_language: bytes | None) -> str | None:
    """The language an Accept-Language header wants most of those that the gate speaks."""
    if not accept_language:
        return None
    asked = []
    for tag, weight in WANTED.findall(accept_language.decode("ascii", "ignore")):
        if tag.lower() in LANGUAGES:
            asked.append((float(weight or 1), tag.lower()))
    return max(asked, key=lambda pair: pair[0])[1] if asked else None


def explain(inspection: Inspection, language: str) -> str:
    """Why, in the words of the rules that stopped it; each rule's message once."""
    said: dict[str, None] = {}
    for match in inspection.decision.matches:
        if match.action.stops:
            said[_say(match, language)] = None
    reason = inspection.decision.reason.partition(":")[0]
    if words_of(language).has(f"author.reason.{reason}"):
        said[tell(Phrase(f"author.reason.{reason}"), language)] = None
    return " ".join(said)


def stopped(inspection: Inspection, opening: str, language: str, safe: Post | None, closing: str = "") -> str:
    """The whole answer to a stopped author: what happened, why, what to do, and the safe version."""
    parts = [opening, explain(inspection, language), closing]
    text = safe_text(inspection.post, safe) if safe else ""
    if text:
        parts.append(tell(Phrase("author.safe", text=text), language))
    return " ".join(part for part in parts if part)


def sentence(text: str) -> str:
    """With a full stop, if it ends in none."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def safe_text(post: Post, safe: Post) -> str:
    """The changed texts of the safe version, as they would be published; empty when it is too long to be of use."""
    pairs = zip(post.segments, safe.segments, strict=False)
    changed = [new.text.strip() for old, new in pairs if old.text != new.text and old.redactable]
    text = " / ".join(text for text in changed if text)
    says_something = re.search(r"\w", LABEL.sub("", text)) is not None
    return text if says_something and len(text) <= SAFE_VERSION_LIMIT else ""


def _say(match: Match, language: str) -> str:
    text = match.say.get(language) or next(iter(match.say.values()), "")
    return text if match.confidential else f"{text} [{match.id}]".strip()
