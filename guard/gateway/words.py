"""What the gate says to authors, in French and English: why, and what can be published right now. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from guard.outbox.alike import Alike
from guard.outbox.states import what_it_is
from guard.parts import offered, written
from guard.types.decision import Match
from guard.types.inspection import Edit, Inspection
from guard.types.post import Post
from guard.words.texts import LANGUAGES, Phrase, Tellable, words_of

WANTED = re.compile(r"([A-Za-z]{2})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*(?:,|$)")
SAFE_VERSION_LIMIT = 1_500
SENTENCES = 3
"""Of rules, that an author is told."""
SHOWN = 500
"""Characters that every client shows."""
_ALSO = 60
"""Of them for the names of further rules."""


def tell(told: Tellable, language: str) -> str:
    """One of the gate's own sentences, to an author."""
    return words_of(language).told(told)


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


def explain(inspection: Inspection, language: str, room: int = SHOWN) -> str:
    """Why, in the words of the rules that stopped it, or whose masking cannot be done: each sentence once, the severest first.

    Many rules seldom tell an author more than a few: after these, and what has no `room`, the others are only named.
    """
    said: dict[str, list[str]] = {}
    reason = inspection.decision.reason.partition(":")[0]
    for match in inspection.decision.told:
        names = said.setdefault(_say(match, language), [])
        if not match.confidential and match.id not in names:
            names.append(match.id)
    parts: list[str] = []
    rest: list[str] = []
    for text, names in said.items():
        part = _named(text, names)
        if len(parts) < SENTENCES and (not parts or sum(map(len, parts)) + len(part) <= room):
            parts.append(part)
        else:
            rest += names
    if rest:
        parts.append(tell(Phrase("author.also", rules=", ".join(rest)), language))
    if words_of(language).has(f"author.reason.{reason}"):
        parts.append(tell(Phrase(f"author.reason.{reason}"), language))
    return " ".join(dict.fromkeys(parts))


def stopped(inspection: Inspection, opening: str, language: str, closing: str = "", *, safe: bool) -> str:
    """The whole answer to a stopped author: what happened, what to do, why, and, if that would pass, the safe version.

    What to do comes before why: some clients show no more than the first of it (SHOWN).
    """
    room = SHOWN - len(opening) - len(closing) - _ALSO
    parts = [opening, closing, explain(inspection, language, room)]
    parts.append(safe_version(inspection.post, inspection.edits, language) if safe else "")
    return " ".join(part for part in parts if part)


def held(case: int, left: timedelta | None, language: str) -> str:
    """That a person looks, and how long that takes at most: a length, for nobody knows the clock of who reads it."""
    if left is None or left <= timedelta():
        return tell(Phrase("author.held", case=case), language)
    step = timedelta(hours=1) if left > timedelta(hours=2) else timedelta(minutes=5)
    rounded = step * ceil(left / step)
    return tell(Phrase("author.held-within", case=case, time=words_of(language).span(rounded)), language)


def once_approved(post: Post, language: str, *, why: bool) -> str:
    """What its author does then, in the words of what it is; and that `why` follows."""
    kind = what_it_is(post.operation)
    said = tell(Phrase("author.held-next" if kind == "post" else f"author.held-next-{kind}"), language)
    return f"{said} {tell(Phrase('author.why'), language)}" if why else said


def just_missed(alike: Alike, language: str) -> str:
    """That another case is approved, and what keeps its approval from covering this post."""
    what = tuple(Phrase(f"author.differs.{name}") for name in alike.differs)
    return tell(Phrase("author.alike", case=alike.case, what=what), language)


def sentence(text: str) -> str:
    """With a full stop, if it ends in none."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def safe_version(post: Post, edits: Sequence[Edit], language: str) -> str:
    """The sentence that offers it: each text that changes, by its name unless there is but one; empty when it is of no use.

    Of no use is one that is too long to be shown, and one that `offered` leaves out.
    """
    changes, parts = offered(post, edits), written(post)
    if not changes or sum(len(text) for _, text in changes) > SAFE_VERSION_LIMIT:
        return ""
    if [part.role for part in parts] == ["body"]:
        return tell(Phrase("author.safe", text=changes[0][1]), language)
    named = tuple(Phrase("author.safe-part", name=name, text=text) for name, text in changes)
    return tell(
        Phrase("author.safe-parts" if len(changes) == len(parts) else "author.safe-rest", parts=named), language
    )


def _say(match: Match, language: str) -> str:
    return match.say.get(language) or next(iter(match.say.values()), "")


def _named(text: str, names: Sequence[str]) -> str:
    return f"{text} [{', '.join(names)}]".strip() if names else text
