"""The closed list of a channel's routes, read from `guard/channels/routes/<name>.toml` and compiled for matching.

What may leave is data that a reviewer can read in one sitting; nothing that is not in the list is ever sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import tomli

from guard.channels.base import Route, RouteKind
from guard.channels.covered import Unbound, compile_unbound
from guard.channels.fields import FieldTree, compile_fields
from guard.channels.kinds import FieldKind, parse_kind
from guard.channels.paths import decode_segment, encode_segment, folded

READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """One entry of the list, compiled."""

    kind: RouteKind
    operation: str
    method: str
    template: str
    bodies: frozenset[str] = frozenset()
    """Accepted forms: json, form, multipart, raw; no body is always accepted."""
    patterns: Mapping[str, str] = field(default_factory=dict)
    fields: FieldTree = field(default_factory=FieldTree)
    params: Mapping[str, FieldKind] = field(default_factory=dict)
    """Kinds of the template's names."""
    query: Mapping[str, FieldKind] = field(default_factory=dict)
    """The only query parameters a write may have."""
    headers: frozenset[str] = frozenset()
    """Request headers forwarded beside the usual ones: cookie, idempotency-key."""
    target: str = ""
    """Name of the path parameter that names the thing changed."""
    into: str = ""
    """Name of the path parameter that names the conversation written into."""
    unbound: Unbound = field(default_factory=dict)
    """What an approval does not cover."""
    drop: frozenset[str] = frozenset()
    """Form fields that are neither read nor forwarded: what a client sends by mistake, even several times."""
    rewrite: tuple[str, ...] = ()
    authorless: bool = False
    note: str = ""
    """For the channel itself: how to treat the body (`record`, `writes`, …)."""


@dataclass(frozen=True, slots=True, repr=False)
class ListedRoute(Route):
    """A recognised request with the entry that recognised it."""

    spec: RouteSpec | None = None

    @property
    def private(self) -> bool:
        return self.spec is not None and self.spec.fields.holds_secret

    @property
    def authorless(self) -> bool:
        return self.spec is not None and self.spec.authorless

    def __repr__(self) -> str:
        return f"ListedRoute({self.kind.value}, {self.operation})"


@dataclass(slots=True)
class _Node:
    """One path segment of the routes of one method."""

    static: dict[str, _Node] = field(default_factory=dict)
    param: _Node | None = None
    spec: RouteSpec | None = None


@dataclass(frozen=True, slots=True)
class RouteTable:
    """All routes of a service, its reasons for refusing, and its other lists."""

    trees: Mapping[str, _Node]
    reads: Mapping[str, RouteSpec]
    """Reads that are not just passed through, by folded path."""
    reasons: Mapping[str, Mapping[str, str]]
    """Key -> {"fr", "en"}: why a route is refused."""
    specs: tuple[RouteSpec, ...]
    data: Mapping[str, Any]
    """The file as it stands, for what only its channel reads."""

    def match(self, method: str, path: str) -> tuple[RouteSpec, dict[str, str]] | None:
        """The entry for a write whose path is canonical, with the decoded values of its names."""
        root = self.trees.get(method)
        if root is None:
            return None
        values: list[str] = []
        node = _descend(root, path.split("/")[1:], 0, values)
        if node is None or node.spec is None:
            return None
        names = _names(node.spec.template)
        return node.spec, {name: decode_segment(value) for name, value in zip(names, values, strict=True)}

    def read(self, path: str) -> RouteSpec | None:
        """The entry for a read that is refused, streamed or rewritten; None: just pass it through."""
        return self.reads.get(path) or self.reads.get(folded(path))


def _descend(node: _Node, parts: list[str], index: int, values: list[str]) -> _Node | None:
    if index == len(parts):
        return node if node.spec is not None else None
    part = parts[index]
    below = node.static.get(part)
    if below is not None and (found := _descend(below, parts, index + 1, values)) is not None:
        return found
    if node.param is None or not part:
        return None
    values.append(part)
    found = _descend(node.param, parts, index + 1, values)
    if found is None:
        values.pop()
    return found


def _names(template: str) -> list[str]:
    return [part[1:] for part in template.split("/") if part.startswith(":")]


def build_path(template: str, params: Mapping[str, str]) -> str:
    """The canonical path of a template with these values."""
    if not params:
        return template
    return "/".join(encode_segment(params[part[1:]]) if part.startswith(":") else part for part in template.split("/"))


def load_table(name: str) -> RouteTable:
    """The table of a channel; ValueError when our own file is wrong (a test reads them all)."""
    source = files("guard.channels").joinpath("routes", f"{name}.toml")
    data = tomli.loads(source.read_text("utf-8"))
    specs: list[RouteSpec] = []
    for operation, match in data.get("harmless", {}).items():
        specs += _specs(data, {"operation": operation, "kind": "harmless", "match": match})
    for entry in data.get("route", []):
        specs += _specs(data, entry)
    for entry in data.get("refuse", []):
        specs += _specs(data, {"kind": "refuse", "operation": entry["reason"], "match": entry["match"]})
    trees: dict[str, _Node] = {}
    reads: dict[str, RouteSpec] = {}
    for spec in specs:
        if spec.method in READS:
            reads[spec.template] = spec
            reads[spec.template.lower().rstrip("/")] = spec
        else:
            _plant(trees.setdefault(spec.method, _Node()), spec)
    return RouteTable(trees, reads, MappingProxyType(data["reasons"]), tuple(specs), MappingProxyType(data))


def _specs(data: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterable[RouteSpec]:
    """One entry may match several methods and paths; the first path is the one sent."""
    groups: Mapping[str, Mapping[str, str]] = data.get("fields", {})
    patterns: dict[str, str] = {}
    for group in ["common", *entry.get("use", [])]:
        patterns |= expand(data, groups.get(group, {}))
    patterns |= expand(data, entry.get("fields", {}))
    kinds = data.get("params", {}) | entry.get("params", {})
    tree = compile_fields(patterns)
    unbound = compile_unbound(data.get("unbound", ()), tree)
    for match in [entry["match"]] if isinstance(entry["match"], str) else entry["match"]:
        method, template = match.split(" ")
        yield RouteSpec(
            kind=RouteKind(entry["kind"]),
            operation=entry["operation"],
            method=method,
            template=template,
            bodies=frozenset(entry.get("body", data.get("bodies", ["json"]))),
            patterns=MappingProxyType(patterns),
            fields=tree,
            params={name: parse_kind(kinds.get(name, "id")) for name in _names(template)},
            query={name: parse_kind(spec) for name, spec in entry.get("query", {}).items()},
            headers=frozenset(entry.get("headers", [])),
            target=entry.get("target", ""),
            into=entry.get("into", ""),
            unbound=unbound,
            drop=frozenset(entry.get("drop", [])),
            rewrite=tuple(entry.get("rewrite", [])),
            authorless=entry.get("authorless", False),
            note=entry.get("note", ""),
        )


def expand(data: Mapping[str, Any], patterns: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """Patterns with each `+group` replaced by that group's patterns below it, and each `enum @list` or `words @list` by its values."""
    found: dict[str, str] = {}
    for pointer, spec in patterns.items():
        if spec.startswith("+"):
            found |= expand(data, data["fields"][spec[1:]], prefix + pointer)
        elif spec.startswith(("enum @", "words @")):
            word, _, name = spec.partition(" @")
            found[prefix + pointer] = f"{word} " + "|".join(data["enums"][name])
        else:
            found[prefix + pointer] = spec
    return found


def _plant(root: _Node, spec: RouteSpec) -> None:
    node = root
    for part in spec.template.split("/")[1:]:
        if part.startswith(":"):
            node.param = node.param or _Node()
            node = node.param
        else:
            node = node.static.setdefault(part, _Node())
    if node.spec is not None:
        raise ValueError(f"listed twice: {spec.method} {spec.template}")
    node.spec = spec
