"""A line more in a policy file: an example under a rule, or an exception. Everything else stays as its author wrote it.

Why on the text and not on a tree that is written out again: remarks, quotes and order are the author's, and a person reads
the difference. What comes out is parsed and compared before it is given back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import yaml

from guard.errors import Location, PolicyError, ProblemsError
from guard.policy.cursor import Notes
from guard.policy.parse import parse_policy
from guard.policy.schema import Policy
from guard.words.texts import Phrase

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BREAK: Final = re.compile(r"\r\n|\r|\n")
CLOCK: Final = "2026-01-01T12:00:00Z"
"""`examples_at` of a policy that had none: the moment its examples ran at until now."""


def add_example(file: str, data: bytes, rule: str, key: str, line: str) -> bytes:
    """The file with `line` (as example_line makes it) at the end of that rule's `match` or `no_match`.

    PolicyError when the file is written in a way that has no place for it; ProblemsError when it is not a policy.
    """
    text = _File(data)
    examples = _value(text.rule(file, rule), key)
    if not isinstance(examples, yaml.SequenceNode) or not examples.value:
        raise PolicyError(Phrase("amend.examples-no-list"), hint=Phrase("amend.do.by-hand"), location=Location(file))
    text.add_item(examples, [line])
    return _checked(file, data, text.data(), rule, key)


def add_exception(file: str, data: bytes, lines: Sequence[str]) -> bytes:
    """The file with one more exception: `lines`, the first of them beginning with `- id:`. Errors as of add_example."""
    text = _File(data)
    exceptions = _value(text.top, "exceptions")
    if exceptions is None:
        text.add_lines(text.top, ["exceptions:", *(f"  {line}" for line in lines)])
    elif isinstance(exceptions, yaml.SequenceNode) and not exceptions.flow_style:
        text.add_item(exceptions, lines)
    else:
        raise PolicyError(Phrase("amend.exceptions-brackets"), hint=Phrase("amend.do.by-hand"), location=Location(file))
    if _value(text.top, "examples_at") is None:
        mode = _value(text.top, "mode")
        if mode is None:
            raise PolicyError(
                Phrase("loader.missing-key", name="mode"), hint=Phrase("amend.do.by-hand"), location=Location(file)
            )
        text.add_lines(mode, [f"examples_at: {CLOCK}"])
    return _checked(file, data, text.data(), None, "")


class _File:
    """The lines of a file, to be added to from below, so that places found before stay right."""

    def __init__(self, data: bytes) -> None:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
        self.top = _composed(text)
        first = _BREAK.search(text)
        self._end = first.group() if first else "\n"
        self._mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
        self._lines = _BREAK.split(text)
        self._added: list[tuple[int, int | None, Sequence[str]]] = []

    def rule(self, file: str, name: str) -> Any:
        rules = _value(self.top, "rules")
        for node in rules.value if isinstance(rules, yaml.SequenceNode) else ():
            ident = _value(node, "id") if isinstance(node, yaml.MappingNode) else None
            if ident is not None and ident.value == name:
                return node
        raise PolicyError(Phrase("amend.no-rule"), hint=Phrase("amend.do.load-again"), location=Location(file))

    def add_item(self, items: yaml.SequenceNode, lines: Sequence[str]) -> None:
        """After the last item, under the same hyphens; in brackets where the others stand so."""
        if items.flow_style:
            line, column = _end(items.value[-1])
            self._added.append((line, column, [", " + lines[0].removeprefix("- ")]))
        else:
            self.add_lines(items, [" " * items.start_mark.column + line for line in lines])

    def add_lines(self, node: yaml.Node, lines: Sequence[str]) -> None:
        """On lines of their own below all that belongs to the node."""
        line, _ = _end(node)
        self._added.append((line, None, lines))

    def data(self) -> bytes:
        lines = list(self._lines)
        for line, column, new in sorted(self._added, key=lambda one: (one[0], one[1] or 0), reverse=True):
            if column is None:
                lines[line + 1 : line + 1] = new
            else:
                lines[line] = lines[line][:column] + new[0] + lines[line][column:]
        if lines[-1]:
            lines.append("")
        return self._mark + self._end.join(lines).encode()


def _composed(text: str) -> Any:  # yaml.MappingNode: the parser has no types
    try:
        top = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:
        raise PolicyError(Phrase("loader.not-yaml"), hint=Phrase("amend.do.mend-first")) from None
    if not isinstance(top, yaml.MappingNode) or top.flow_style or not top.value:
        raise PolicyError(Phrase("amend.not-in-lines"), hint=Phrase("amend.do.by-hand"))
    return top


def _value(node: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in node.value if name.value == key), None)


def _end(node: yaml.Node) -> tuple[int, int]:
    """Line and column, from 0, where the node's own text ends: not the remarks and empty lines that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    line, column = node.end_mark.line, node.end_mark.column
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"} and column == 0 and line > node.start_mark.line:
        return line - 1, 0  # a text in lines ends where the next begins
    return line, column


def _checked(file: str, old: bytes, new: bytes, rule: str | None, key: str) -> bytes:
    """`new`, if it is the old policy and one entry more."""
    before, after = _parsed(file, old), _parsed(file, new)
    if _counts(after) != _counts(before, rule, key):
        raise PolicyError(Phrase("amend.no-place"), hint=Phrase("amend.do.by-hand"), location=Location(file))
    return new


def _parsed(file: str, data: bytes) -> Policy:
    notes = Notes()
    policy = parse_policy(file, data, notes)
    if policy is None or notes.problems:
        raise ProblemsError(
            [*notes.problems] or [PolicyError(Phrase("loader.policy-expected"), location=Location(file))]
        )
    return policy


def _counts(policy: Policy, rule: str | None = None, key: str | None = None) -> list[tuple[str, tuple[int, int]]]:
    """How many examples each rule has, and how many exceptions there are; as it would be with one entry more."""
    counted = []
    for one in policy.rules:
        match, no_match = len(one.match), len(one.no_match)
        if key is not None and one.id == rule:
            match, no_match = match + (key == "match"), no_match + (key == "no_match")
        counted.append((one.id, (match, no_match)))
    more = key is not None and rule is None
    return [*counted, ("", (len(policy.exceptions) + more, 0))]
