"""What lint finds, and what its rules may ask: the loaded policies, an inspector for their examples, the moment, the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from guard.authoring.lint.sources import Sources
from guard.errors import Location
from guard.inspector import Inspector
from guard.policy.compile import Bundle
from guard.words.texts import Phrase


class Severity(StrEnum):
    """How sure lint is that the author did not mean it."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing to mend. Of a confidential policy it shows places, never words."""

    rule: str
    location: Location
    message: str
    hint: str = ""
    refused: bool = False
    """The policy does not load with it: an error, whatever its rule's other findings are."""


@dataclass(frozen=True, slots=True)
class People:
    """Who is who in the authors file."""

    groups: frozenset[str]
    names: frozenset[str] = frozenset()
    """By which they sign in to the console."""
    elsewhere: bool = False
    """People sign in through a directory, which tells more names and groups, but only then."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is linted."""

    inspector: Inspector
    """Built on the policies."""
    sources: Sources
    at: datetime
    people: People | None = None
    """None where there is no authors file."""

    @property
    def bundle(self) -> Bundle:
        return self.inspector.bundle


@dataclass(frozen=True, slots=True)
class Remark:
    """What a check gives; the table adds the rule's name."""

    location: Location
    message: Phrase
    hint: Phrase | None = None


class Check(Protocol):
    """One rule of lint."""

    def __call__(self, case: Case) -> list[Remark]: ...
