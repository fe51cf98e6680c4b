"""Models as detectors: which kind gives which entities, and how one that is asked for is taken from the shelf.

A model reads the post's own text once, not its other readings, and only where a policy asks for what it gives. To add a
kind: a line in KINDS.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from guard.detect import names
from guard.detect.base import DetectorInfo, Hit
from guard.detect.topics import TopicScanner
from guard.errors import Location, ModelError
from guard.models.shelf import Shelf
from guard.text.normalize import NormalizedText
from guard.types import topic
from guard.words.texts import Phrase

Scan = Callable[[NormalizedText], list[Hit]]
"""Hits in offsets of the plain view."""


class Load(Protocol):
    """Makes a kind's search out of its model file. ModelError when the file is not of this kind."""

    def __call__(self, data: bytes) -> Scan: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """What a model of this kind gives, and how it is loaded."""

    name: str
    entity_types: frozenset[str]
    load: Load
    subtypes: frozenset[str] = frozenset()
    """As `LOCATION/place`: those that this model tells, if not any."""

    def gives(self, asked: str) -> bool:
        """Whether a rule that asks for an entity, or for a subtype of one as `LOCATION/address`, needs this model."""
        entity, _, subtype = asked.partition("/")
        return entity in self.entity_types and (not subtype or not self.subtypes or asked in self.subtypes)


KINDS: Final[tuple[Kind, ...]] = (
    Kind("topics", frozenset({topic.ENTITY}), TopicScanner),
    Kind("names", names.ENTITIES, names.load, names.SUBTYPES),
)
ENTITIES: Final = frozenset[str]().union(*(kind.entity_types for kind in KINDS))
"""What some model can give."""


class Modelled:
    """One model, loaded when the first text comes or when told to `warm`. Threads may share it."""

    def __init__(self, kind: Kind, shelf: Shelf) -> None:
        """ModelError when the file is missing or altered: told at start, not with the first post."""
        entry = shelf.entry(kind.name)
        self._kind, self._data = kind, shelf.read(kind.name)
        self._scan: Scan | None = None
        self._loading = threading.Lock()
        self.info = DetectorInfo(kind.name, f"{entry.version} sha256:{entry.sha256}", kind.entity_types)

    def scan(self, text: NormalizedText) -> list[Hit]:
        """What the model finds. ModelError, as of its loading, holds the post."""
        return (self._scan or self.warm())(text)

    def warm(self) -> Scan:
        """Load it now."""
        with self._loading:
            if self._scan is None:
                self._scan = self._kind.load(self._data)
                self._data = b""
            return self._scan


def wanted(
    open_shelf: Callable[[], Shelf],
    asked: Collection[str],
    welcome: Collection[str] = (),
    kinds: Sequence[Kind] = KINDS,
    own: Callable[[], Shelf] | None = None,
) -> tuple[tuple[Modelled, ...], tuple[ModelError, ...]]:
    """The models that give something of `asked` (see Bundle.asked), and why those that cannot be had are missing: the rules go on.

    Also those that give something `welcome`, if they are there. Of the shelf `own` before the other: where one of its
    models cannot be had, that is told, and the other shelf's is taken.
    """
    found: list[Modelled] = []
    problems: list[ModelError] = []
    for kind in kinds:
        needed = any(map(kind.gives, asked))
        if not needed and not any(map(kind.gives, welcome)):
            continue
        if own is not None:
            taken, told = _own(kind, own, open_shelf)
            problems += told
            if taken is not None:
                found.append(taken)
                continue
        try:
            found.append(Modelled(kind, open_shelf()))
        except ModelError as problem:
            if needed:
                problems.append(problem)
    return tuple(found), tuple({str(problem): problem for problem in problems}.values())


def _own(
    kind: Kind, own: Callable[[], Shelf], shipped: Callable[[], Shelf]
) -> tuple[Modelled | None, list[ModelError]]:
    """The company's own model of a kind, if it has one that can be used, and what should be known of it.

    It is loaded at once: one that another version of guard made must not hold every post.
    """
    try:
        shelf = own()
        if all(entry.kind != kind.name for entry in shelf.entries):
            return None, []
        model = Modelled(kind, shelf)
        model.warm()
    except ModelError as problem:
        problem.hint = Phrase("models.do.shipped")
        return None, [problem.with_traceback(None)]
    entry = shelf.entry(kind.name)
    try:
        stale = bool(entry.base) and shipped().entry(kind.name).sha256 != entry.base
    except ModelError:
        stale = False
    if not stale:
        return model, []
    message, hint = Phrase("models.other-base", kind=kind.name), Phrase("models.do.anew")
    return model, [ModelError(message, hint=hint, location=Location(str(shelf.folder)))]
