"""Names in policies that stand for something outside of them: entities, networks, sets of protected documents.

Why looked up: a slip in one would be a rule that never fires, or a policy that is never in force.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from guard.errors import PolicyError
from guard.policy.compile import Bundle, finds
from guard.policy.cursor import did_you_mean
from guard.policy.schema import EntityFind
from guard.words.texts import Phrase

_QUOTED = "FINGERPRINT"
_MOST = 20
"""Subtypes that a hint lists."""


@dataclass(frozen=True, slots=True)
class Known:
    """What there is here."""

    entities: frozenset[str]
    """That some detector gives."""
    networks: frozenset[str]
    """That the gate serves."""
    sets: Collection[str] | None = None
    """Of protected documents; None where there is no index."""
    subtypes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Of entities of which all subtypes are known."""


def unknown_names(bundle: Bundle, known: Known) -> tuple[PolicyError, ...]:
    """A mistake for each place that names what is not there. Empty names have been told of where they were read."""
    names = *_entities(bundle, known.entities), *_subtypes(bundle, known.subtypes)
    return (*names, *_networks(bundle, known.networks), *_sets(bundle, known.sets))


def _entities(bundle: Bundle, known: frozenset[str]) -> Iterator[PolicyError]:
    for name, places in bundle.entities.items():
        if not name or name in known:
            continue
        message, hint = Phrase("loader.no-detector", name=name), did_you_mean(name, known)
        if name == _QUOTED:
            message, hint = Phrase("loader.no-index"), Phrase("loader.do.index")
        yield from (PolicyError(message, hint=hint, location=place) for place in places)


def _subtypes(bundle: Bundle, known: Mapping[str, frozenset[str]]) -> Iterator[PolicyError]:
    rules = (rule for policy in bundle.policies for rule in policy.rules)
    for find in (find for rule in rules for find in finds(rule.source.find)):
        if isinstance(find, EntityFind) and find.subtype and find.subtype not in known.get(find.entity, {find.subtype}):
            message = Phrase("loader.no-subtype", name=find.entity)
            yield PolicyError(message, hint=_other(find.subtype, known[find.entity]), location=find.location)


def _other(name: str, known: Collection[str]) -> Phrase:
    if not known:
        return Phrase("loader.do.leave-out")
    if len(known) > _MOST and not get_close_matches(name.lower(), known, n=1):
        return Phrase("loader.do.see-entities")
    return did_you_mean(name, known)


def _networks(bundle: Bundle, known: frozenset[str]) -> Iterator[PolicyError]:
    for policy in bundle.policies:
        for name, place in policy.source.network_places:
            if name.strip() and name not in known:
                yield PolicyError(Phrase("loader.no-network"), hint=did_you_mean(name, known), location=place)


def _sets(bundle: Bundle, known: Collection[str] | None) -> Iterator[PolicyError]:
    if known is None:
        return
    for find in (find for policy in bundle.policies for rule in policy.source.rules for find in finds(rule.find)):
        if isinstance(find, EntityFind) and find.entity == _QUOTED and find.subtype and find.subtype not in known:
            yield PolicyError(Phrase("loader.no-set"), hint=did_you_mean(find.subtype, known), location=find.location)
