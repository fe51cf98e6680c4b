"""Names in policies that stand for something outside of them: entities, networks, sets of protected documents.

Why looked up: a slip in one would be a rule that never fires, or a policy that is never in force.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from guard.errors import PolicyError
from guard.policy.compile import Bundle, finds
from guard.policy.cursor import did_you_mean
from guard.policy.schema import EntityFind
from guard.words.texts import Phrase

_QUOTED = "FINGERPRINT"


@dataclass(frozen=True, slots=True)
class Known:
    """What there is here."""

    entities: frozenset[str]
    """That some detector gives."""
    networks: frozenset[str]
    """That the gate serves."""
    sets: Collection[str] | None = None
    """Of protected documents; None where there is no index."""


def unknown_names(bundle: Bundle, known: Known) -> tuple[PolicyError, ...]:
    """A mistake for each place that names what is not there. Empty names have been told of where they were read."""
    return (*_entities(bundle, known.entities), *_networks(bundle, known.networks), *_sets(bundle, known.sets))


def _entities(bundle: Bundle, known: frozenset[str]) -> Iterator[PolicyError]:
    for name, places in bundle.entities.items():
        if not name or name in known:
            continue
        message, hint = Phrase("loader.no-detector", name=name), did_you_mean(name, known)
        if name == _QUOTED:
            message, hint = Phrase("loader.no-index"), Phrase("loader.do.index")
        yield from (PolicyError(message, hint=hint, location=place) for place in places)


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
