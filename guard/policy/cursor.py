"""A place in a policy file that can be read as text, word, number, list or map; mistakes are noted, not raised.

Why: a lawyer wants all mistakes of a file at once. A reader that meets a mistake notes it and gives back a harmless value;
the file as a whole is refused afterwards.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from guard.errors import Location, PolicyError
from guard.policy.key_words import may_be_shown, meant
from guard.policy.load import ListNode, MapNode, Node, Scalar
from guard.policy.quotes import CURLY
from guard.policy.value_words import value_meant
from guard.words.texts import Phrase

_NAME = re.compile("[a-z]{2}")
"""A language. Other names are the author's own words, and may be confidential."""
_YAML_BOOLEANS = {"yes", "no", "on", "off", "y", "n", "oui", "non"}


@dataclass(slots=True)
class Notes:
    """What is wrong (`problems`: the file is refused) and what only deserves a word (`warnings`)."""

    problems: list[PolicyError] = field(default_factory=list)
    warnings: list[PolicyError] = field(default_factory=list)


def did_you_mean(word: str, known: Collection[str]) -> Phrase:
    """A hint that names the known word that this one stands for or comes closest to, whatever the case, or lists them when none is close."""
    if (value := value_meant(word, known)) is not None:
        return Phrase("loader.do.mean", word=value)
    by_lower = {one.lower(): one for one in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    if close:
        return Phrase("loader.do.mean", word=by_lower[close[0]])
    return Phrase("loader.do.possible", known=tuple(map(str, sorted(known))))


def is_empty(node: Node) -> bool:
    """Whether nothing was written, not even a pair of quotes: what YAML makes of the text after a comma in braces."""
    return isinstance(node, Scalar) and not node.text and not node.quoted


@dataclass(frozen=True, slots=True)
class Cursor:
    """One node with its file and dotted path."""

    file: str
    node: Node
    path: str
    notes: Notes = field(repr=False)

    @property
    def location(self) -> Location:
        return Location(self.file, self.node.line, self.node.column, self.path or None)

    def error(self, message: Phrase, hint: Phrase | None = None) -> None:
        """Note a mistake at this place."""
        self.notes.problems.append(PolicyError(message, hint=hint, location=self.location))

    def warn(self, message: Phrase, hint: Phrase | None = None) -> None:
        """Note something that does not stop the file."""
        self.notes.warnings.append(PolicyError(message, hint=hint, location=self.location))

    def at(self, node: Node, below: str) -> Cursor:
        """The cursor of a node below this one."""
        return Cursor(self.file, node, f"{self.path}{below}".lstrip("."), self.notes)

    @property
    def is_map(self) -> bool:
        return isinstance(self.node, MapNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, ListNode)

    def fields(self, *, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, Cursor]:
        """The map's known keys; notes unknown and missing ones."""
        if not isinstance(self.node, MapNode):
            known_keys = Phrase("loader.do.possible-keys", known=(*required, *optional))
            self.error(Phrase("loader.keys-expected"), known_keys)
            return {}
        known = {*required, *optional}
        found: dict[str, Cursor] = {}
        others: set[str] = set()
        for key, value in self.node.entries:
            if key.text in known:
                found[key.text] = self.at(value, f".{key.text}")
            else:
                others.update(self._unknown(key, value, known))
        for name in required:
            if name not in found and name not in others:
                self.error(Phrase("loader.missing-key", name=name), Phrase("loader.do.add-key", name=name))
        return found

    def has_unknown(self, fields: Mapping[str, Cursor]) -> bool:
        """Whether the map holds more than these fields: what is unknown has been noted, and may be what is missing."""
        return isinstance(self.node, MapNode) and len(fields) < len(self.node.entries)

    def _unknown(self, key: Scalar, value: Node, known: Collection[str]) -> list[str]:
        """Note an unknown key; gives the known one that was probably meant.

        Only what looks like a key is shown: what else stands here may be a confidential word.
        """
        if key.text.strip() in known:  # its edge is no plain space: that would not have become part of the key
            self.at(key, ".?").error(Phrase("loader.key-space"), Phrase("loader.do.plain-space-or-none"))
            return [key.text.strip()]
        word = meant(key.text, known)
        if word is not None:
            self.at(key, f".{key.text}").error(Phrase("loader.unknown-key"), Phrase("loader.do.mean", word=word))
            return [word]
        cut = is_empty(value)  # the rest of a text that a comma cut in two
        hint = Phrase("loader.do.text-comma") if cut else did_you_mean(key.text, known)
        if {key.text[:1], key.text[-1:]} & {*CURLY}:
            hint = Phrase("loader.do.straight")
        shown = not cut and may_be_shown(key.text, self.path)
        self.at(key, f".{key.text}" if shown else ".?").error(Phrase("loader.unknown-key"), hint)
        return []

    def pairs(self, shown: re.Pattern[str] = _NAME) -> list[tuple[Cursor, Cursor]]:
        """Keys and values of a map whose keys the author chooses; only those that fit `shown` are told with a mistake."""
        if not isinstance(self.node, MapNode):
            self.error(Phrase("loader.names-expected"))
            return []
        named = (
            (f".{key.text}" if shown.fullmatch(key.text) else ".?", key, value) for key, value in self.node.entries
        )
        return [(self.at(key, name), self.at(value, name)) for name, key, value in named]

    def items(self, *, minimum: int = 1) -> list[Cursor]:
        """The list's places; one word counts as a list of one."""
        if isinstance(self.node, Scalar) and self.node.text:
            return [self]
        if not isinstance(self.node, ListNode):
            self.error(Phrase("loader.list-expected"), Phrase("loader.do.as-list"))
            return []
        if len(self.node.items) < minimum:
            self.error(Phrase("loader.list-short", least=minimum) if minimum > 1 else Phrase("loader.list-empty"))
        return [self.at(item, f"[{number}]") for number, item in enumerate(self.node.items)]

    def text(self) -> str:
        """Non-empty text."""
        if not isinstance(self.node, Scalar):
            hint = self.colon_hint() if isinstance(self.node, MapNode) else Phrase("loader.do.put-in-quotes")
            self.error(Phrase("loader.text-expected"), hint)
            return ""
        if not self.node.text.strip():
            self.error(Phrase("loader.nothing"), Phrase("loader.do.value"))
        return self.node.text

    def colon_hint(self) -> Phrase:
        """For a text that its colon made a key and a value of: quotes are missing, or are none."""
        curly = isinstance(self.node, MapNode) and self.node.entries and self.node.entries[0][0].text[:1] in {*CURLY}
        return Phrase("loader.do.straight" if curly else "loader.do.text-colon")

    def texts(self) -> tuple[str, ...]:
        """A list of texts, or one."""
        return tuple(item.text() for item in self.items())

    def word(self, allowed: Sequence[str], what: Phrase) -> str | None:
        """One of the allowed words, else None."""
        text = self.text()
        if text in allowed:
            return text
        if text.strip():
            self.error(Phrase("loader.not-a-word", what=what), did_you_mean(text, allowed))
        return None

    def boolean(self, *, default: bool = False) -> bool:
        """`true` or `false`."""
        text = self.text()
        if text in {"true", "false"}:
            return text == "true"
        hint = Phrase("loader.do.boolean")
        if text.lower() in _YAML_BOOLEANS:
            hint = Phrase("loader.do.boolean-not-yes")
        self.error(Phrase("loader.boolean-expected"), hint)
        return default

    def integer(self, low: int, high: int, default: int) -> int:
        """A whole number within the limits."""
        text = self.text()
        if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
            return int(text)
        self.error(Phrase("loader.integer-expected", low=low, high=high))
        return default
