"""What the gate says to authors, in French and English: why, and what can be published right now. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guard.types.decision import Match
from guard.types.inspection import Inspection
from guard.types.post import Post

LABEL = re.compile(r"\[[^\[\]]{1,40}\]")
WANTED = re.compile(r"([A-Za-z]{2})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*(?:,|$)")
SAFE_VERSION_LIMIT = 1_500
LANGUAGES = ("fr", "en")

PHRASES: Mapping[str, Mapping[str, str]] = {
    "held": {
        "fr": "Retenu pour relecture, dossier {case}.",
        "en": "Held for review, case {case}.",
    },
    "held-next": {
        "fr": "Dès qu'il sera approuvé, renvoyez-le tel quel : il sera publié.",
        "en": "Once it is approved, send it again unchanged: it will be published.",
    },
    "blocked": {"fr": "Ce message n'a pas été publié.", "en": "This post was not published."},
    "rejected": {
        "fr": "Ce message n'a pas été publié : après relecture (dossier {case}), la publication a été refusée.",
        "en": "This post was not published: after review (case {case}), publishing it was refused.",
    },
    "rejected-reason": {"fr": "Motif : {reason}", "en": "Reason: {reason}"},
    "safe": {
        "fr": "Version que vous pouvez publier tout de suite : « {text} »",
        "en": "Version you can publish right now: “{text}”",
    },
    "detector-failed": {
        "fr": "L'analyse n'a pas pu aller au bout ; dans le doute, une personne relira ce message.",
        "en": "The check could not be completed; in doubt, a person will read this post.",
    },
    "redaction-impossible": {
        "fr": "Un passage doit être masqué et ne peut pas l'être automatiquement ; une personne relira ce message.",
        "en": "Something here must be masked but cannot be masked automatically; a person will read this post.",
    },
    "rerouted": {
        "fr": "Ce message n'a pas été publié ici ; il est sur le serveur interne de l'entreprise ({url}).",
        "en": "This post was not published here; it is on the company's internal server ({url}).",
    },
    "reroute-from": {"fr": "De {name} ({network}) :", "en": "From {name} ({network}):"},
    "reroute-files": {
        "fr": "(Fichiers joints non repris : {count}.)",
        "en": "(Attached files left out: {count}.)",
    },
    "reroute-failed": {
        "fr": "Ce message ne peut pas être publié ici, et le serveur interne de l'entreprise n'a pas confirmé l'avoir "
        "reçu. Renvoyez-le dans un instant : il n'y paraîtra qu'une fois.",
        "en": "This post cannot be published here, and the company's internal server did not confirm that it has it. "
        "Send it again in a moment: it will appear there only once.",
    },
    "reroute-impossible": {
        "fr": "Ce message devrait paraître sur le serveur interne de l'entreprise, ce qui n'est pas possible ici ; "
        "une personne le relira.",
        "en": "This post should appear on the company's internal server, which is not possible here; "
        "a person will read it.",
    },
    "media-unread": {
        "fr": "Le contenu des fichiers joints n'est pas analysé ; une personne les regardera avant publication.",
        "en": "The content of attached files is not analysed; a person will look at them before they are published.",
    },
    "unavailable": {
        "fr": "La passerelle ne peut rien enregistrer pour le moment : rien n'a été envoyé. Réessayez dans un instant.",
        "en": "The gate cannot record anything right now: nothing was sent. Try again in a moment.",
    },
    "upstream-down": {
        "fr": "Le service ne répond pas : rien n'a été publié. Réessayez dans un instant.",
        "en": "The service does not answer: nothing was published. Try again in a moment.",
    },
    "upstream-in-doubt": {
        "fr": "Le service n'a pas confirmé : votre message est peut-être publié. Vérifiez avant de renvoyer ; "
        "à votre prochain envoi du même message, la passerelle le cherchera d'abord.",
        "en": "The service did not confirm: your post may be published. Look before you send it again; "
        "when you do, the gate will look for it first.",
    },
    "cannot-look-up": {
        "fr": "Le service n'avait pas confirmé votre envoi précédent de ce message et la passerelle ne peut pas le "
        "vérifier. S'il n'apparaît pas sur votre compte, renvoyez-le encore une fois.",
        "en": "The service had not confirmed your earlier sending of this post and the gate cannot check. "
        "If it does not show on your account, send it once more.",
    },
    "key-reused": {
        "fr": "Cette clé d'idempotence a déjà servi pour un autre message : envoyez avec une nouvelle clé.",
        "en": "This idempotency key was already used for another post: send with a new key.",
    },
}


def phrase(key: str, language: str, **values: str | int) -> str:
    """One of the gate's own sentences."""
    return PHRASES[key][language].format(**values)


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
    if reason in PHRASES:
        said[phrase(reason, language)] = None
    return " ".join(said)


def stopped(inspection: Inspection, opening: str, language: str, safe: Post | None, closing: str = "") -> str:
    """The whole answer to a stopped author: what happened, why, what to do, and the safe version."""
    parts = [opening, explain(inspection, language), closing]
    text = safe_text(inspection.post, safe) if safe else ""
    if text:
        parts.append(phrase("safe", language, text=text))
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
