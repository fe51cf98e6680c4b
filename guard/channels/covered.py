"""What an approval covers beside texts and files: the whole request as it would be sent, in one digest.

A reviewer says yes to one request. A field that nobody thought of (who may reply, whom a mention names, how long a poll
runs) must not change afterwards; only what clients renew whenever they send again is left out, by the channel's list.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from guard.channels.fields import FieldTree, FilePart, unescape

_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode

Unbound = dict[str, "Unbound | None"]
"""Names to leave out (None) or to look into; `*` stands for any index or key."""


def compile_unbound(pointers: Iterable[str], fields: FieldTree) -> Unbound:
    """The listed pointers and every credential among the fields, by name."""
    root: Unbound = {}
    for pointer in [*pointers, *_secrets(fields, "")]:
        *outer, last = (unescape(token) for token in pointer.split("/")[1:])
        node: Unbound | None = root
        for token in outer:
            node = node.setdefault(token, {}) if node is not None else None
        if node is not None:
            node[last] = None
    return root


def _secrets(node: FieldTree, path: str) -> Iterable[str]:
    if node.kind is not None and node.kind.secret:
        yield path
    for name, below in node.children.items():
        yield from _secrets(below, f"{path}/{name}")
    if node.star is not None:
        yield from _secrets(node.star, f"{path}/*")


def covered(target: Iterable[str], tree: Any, unbound: Unbound, files: Mapping[int, str]) -> str:
    """SHA-256 (hexadecimal) of the request's target and of its parsed body less what is unbound.

    `files`: digests of the body's file parts by `id`, which are not computed twice.
    """
    kept = _kept(tree, unbound)
    if files:
        kept = _with_digests(kept, files)
    return hashlib.sha256(_ENCODE([*target, kept]).encode("utf-8", "surrogatepass")).hexdigest()


def _kept(value: Any, unbound: Unbound) -> Any:
    star = unbound.get("*", unbound)
    if type(value) is list:
        return value if star is unbound else [] if star is None else [_kept(item, star) for item in value]
    if type(value) is not dict:
        return value
    found: dict[str, Any] = {}
    for key, item in value.items():
        below = unbound.get(key, star)
        if below is unbound:
            found[key] = item
        elif below is not None:
            found[key] = _kept(item, below)
    return found


def _with_digests(value: Any, files: Mapping[int, str]) -> Any:
    if isinstance(value, FilePart):
        return [files.get(id(value), ""), value.media_type]
    if isinstance(value, dict):
        return {key: _with_digests(item, files) for key, item in value.items()}
    return [_with_digests(item, files) for item in value] if isinstance(value, list) else value
