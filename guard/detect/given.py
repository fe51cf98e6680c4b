"""What detectors here can give: the names that a rule may ask for, known before any policy is read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from guard.detect.base import Detector
from guard.detect.modelled import ENTITIES
from guard.detect.patterns import catalogue
from guard.detect.patterns.own_hosts import OWN

HIDDEN: Final = "HIDDEN_CHARACTERS"
"""Entity of invisible characters where an honest writer puts none."""


def entity_types(extra: Sequence[Detector], *, indexed: bool) -> frozenset[str]:
    """All of them; `indexed` where there is an index of protected documents. What only a model gives is one whether it is there."""
    patterns = {pattern.entity for pattern in catalogue.shipped()}
    return without_models(patterns, extra, indexed=indexed) | ENTITIES


def subtypes(extra: Sequence[Detector]) -> dict[str, frozenset[str]]:
    """Of each entity that the catalogue alone gives, all subtypes; models and third-party detectors may bring others of theirs."""
    found: dict[str, set[str]] = {"INTERNAL_URL": {OWN}}
    for pattern in catalogue.shipped():
        found.setdefault(pattern.entity, set()).update([pattern.subtype] if pattern.subtype else ())
    others = ENTITIES.union(*(detector.info.entity_types for detector in extra))
    return {entity: frozenset(each) for entity, each in found.items() if entity not in others}


def without_models(patterns: Collection[str], extra: Sequence[Detector], *, indexed: bool) -> frozenset[str]:
    """What is given even where no model is there, of which `patterns` are those of the catalogue."""
    theirs = (detector.info.entity_types for detector in extra)
    return frozenset(patterns).union({"CODENAME", "CUSTOM", HIDDEN}, {"FINGERPRINT"} if indexed else (), *theirs)
