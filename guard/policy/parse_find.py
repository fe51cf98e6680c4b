"""Node tree to Find: what a rule looks for."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import PurePosixPath

from guard.policy.cursor import Cursor
from guard.policy.parse_terms import Place, Terms, read_term_list, special
from guard.policy.schema import AllOf, AnyOf, EntityFind, Find, RegexFind, SealedFind, TermsFind
from guard.policy.value_words import ENTITIES, value_meant
from guard.types import topic as topics
from guard.words.texts import Phrase

_KINDS = ("entity", "terms", "terms_file", "sealed", "regex", "topic", "fingerprint", "all_of", "any_of")
_BELONGS = {
    "subtype": ("entity",),
    "typos": ("terms", "terms_file"),
    "disguises": ("terms", "terms_file"),
    "within": ("all_of",),
    "at_least": ("topic",),
}
_ENTITY = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*", re.ASCII)
_OF_POLICIES = {"CODENAME": "terms", "CUSTOM": "regex", topics.ENTITY: "topic"}
_SET = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
SCORES = {"low": 0.0, "medium": 0.5, "high": 0.8}
"""Least score of each word for a confidence."""
ANY_SET = "any"
"""`fingerprint: any`: documents of every set."""
MAX_PATTERN = 2_000


def read_find(place: Cursor, *, confidential: bool) -> Find | None:
    """One `find`, or a part of one; None with noted mistakes."""
    fields = place.fields(optional=(*_KINDS, *_BELONGS))
    kinds = [name for name in _KINDS if name in fields]
    if len(kinds) != 1:
        if place.is_map and (kinds or not place.has_unknown(fields)):
            place.error(Phrase("loader.one-kind"), Phrase("loader.do.one-of", known=_KINDS))
        return None
    return _read_kind(kinds[0], place, fields, confidential=confidential)


def _read_kind(kind: str, place: Cursor, fields: dict[str, Cursor], *, confidential: bool) -> Find | None:
    for name, owners in _BELONGS.items():
        if name in fields and kind not in owners:
            fields[name].error(Phrase("loader.not-together", name=name, kind=kind), _belongs(*owners))
    if kind in {"all_of", "any_of"}:
        return _read_parts(place, fields, kind, confidential=confidential)
    if kind == "entity":
        return _read_entity(place, fields)
    if kind == "regex":
        return _read_regex(fields["regex"])
    if kind == "fingerprint":
        return _read_fingerprint(fields["fingerprint"], place)
    if kind == "topic":
        return _read_topic(fields, place)
    if kind == "sealed":
        return _read_sealed(fields["sealed"], confidential=confidential)
    return _read_terms(fields, kind)


def _belongs(owner: str, other: str = "") -> Phrase:
    if other:
        return Phrase("loader.do.belongs-two", owner=owner, other=other)
    return Phrase("loader.do.belongs", owner=owner)


def _read_entity(place: Cursor, fields: dict[str, Cursor]) -> EntityFind:
    name = fields["entity"].text()
    if name in _OF_POLICIES:
        fields["entity"].error(Phrase("loader.made-by-rules"), Phrase("loader.do.use-kind", kind=_OF_POLICIES[name]))
    elif not _ENTITY.fullmatch(name):
        if name.strip():
            known = value_meant(name, ENTITIES) or (name.upper() if name.upper() in ENTITIES else None)
            hint = Phrase("loader.do.mean", word=known) if known else Phrase("loader.do.entity")
            fields["entity"].error(Phrase("loader.entity-capitals"), hint)
        name = ""  # told of: it is not looked up as well
    return EntityFind(name, fields["subtype"].text() if "subtype" in fields else None, place.location)


def _read_fingerprint(name: Cursor, place: Cursor) -> EntityFind:
    """Documents known by their fingerprints are found by a detector like any other: an entity, the set as its subtype."""
    documents = name.text()
    if not _SET.fullmatch(documents):
        if documents.strip():
            name.error(Phrase("loader.set-name"), Phrase("loader.do.set", any=ANY_SET))
        documents = ANY_SET  # told of: it is not looked up as well
    return EntityFind("FINGERPRINT", None if documents == ANY_SET else documents, place.location)


def _read_topic(fields: dict[str, Cursor], place: Cursor) -> EntityFind:
    """A topic, too, is what a detector finds: in a text as a whole, with a confidence."""
    topic = fields["topic"].word((*topics.TOPICS, topics.ANY), Phrase("loader.what.topic"))
    least = fields["at_least"].word(tuple(SCORES), Phrase("loader.what.confidence")) if "at_least" in fields else None
    subtype = None if topic == topics.ANY else topic
    return EntityFind(topics.ENTITY, subtype, place.location, SCORES[least or "medium"])


def _read_terms(fields: dict[str, Cursor], kind: str) -> TermsFind:
    terms: Terms = {}
    places: dict[str, Place] = {}
    file = None
    if kind == "terms":
        terms = read_term_list(fields["terms"], places)
    else:
        file = fields["terms_file"].text()
        if not lies_beside(file):
            fields["terms_file"].error(Phrase("loader.terms-file-elsewhere"), Phrase("loader.do.terms-name"))
    return TermsFind(
        terms=tuple(terms),
        file=file,
        typos=fields["typos"].integer(0, 2, 0) if "typos" in fields else 0,
        disguises=fields["disguises"].boolean(default=True) if "disguises" in fields else True,
        location=fields[kind].location,
        options=special(terms),
        places=tuple(chain.from_iterable(places.values())),
    )


def _read_sealed(place: Cursor, *, confidential: bool) -> SealedFind:
    file = place.text()
    if not lies_beside(file):
        place.error(Phrase("loader.sealed-elsewhere"), Phrase("loader.do.sealed-name"))
    if not confidential:
        place.error(Phrase("loader.sealed-open"), Phrase("loader.do.confidential"))
    return SealedFind(file, place.location)


def lies_beside(file: str) -> bool:
    """Whether a terms file's name stays within the policy's folder."""
    path = PurePosixPath(file.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in file


def _read_regex(place: Cursor) -> RegexFind:
    pattern = place.text()
    if len(pattern) > MAX_PATTERN:
        place.error(Phrase("loader.pattern-long", most=MAX_PATTERN), Phrase("loader.do.any-of"))
    return RegexFind(pattern, place.location)


def _read_parts(place: Cursor, fields: dict[str, Cursor], kind: str, *, confidential: bool) -> Find:
    holder = fields[kind]
    if not holder.is_list:
        holder.error(Phrase("loader.finds-expected"), Phrase("loader.do.hyphens"))
        return AnyOf((), place.location)
    found = [read_find(item, confidential=confidential) for item in holder.items(minimum=2)]
    parts = tuple(part for part in found if part)
    if kind == "any_of":
        return AnyOf(parts, place.location)
    within = fields["within"].integer(1, 100_000, 1) if "within" in fields else None
    return AllOf(parts, within, place.location)
