"""Request parameters as Mastodon reads them: JSON, form, multipart and query, with Rails' `a[b][]` nesting.

Clients differ in what they send (Mastodon.py forms, toot and masto JSON), and the service understands all alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

Params = dict[str, Any]

_DEPTH = 8
_TRUE = frozenset({"true", "1", "on", "t"})


_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_NAME = re.compile(rb'\bname="([^"]*)"')
_FILENAME = re.compile(rb'\bfilename="([^"]*)"')
_PART_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


class BadParamsError(Exception):
    """The request cannot be read; the words are for the answer."""


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """An uploaded file."""

    filename: str
    content_type: str
    """As the client says; empty when it does not."""
    data: bytes


def _steps(name: str) -> list[str]:
    """`a[b][]` -> `["a", "b", ""]`."""
    head, bracket, rest = name.partition("[")
    if not bracket:
        return [name]
    if not rest.endswith("]") or not head:
        raise BadParamsError("Invalid parameter name")
    steps = [head, *rest[:-1].split("][")]
    if len(steps) > _DEPTH:
        raise BadParamsError("Parameters nested too deeply")
    return steps


def _into_list(values: list[Any], steps: list[str], value: object) -> None:
    if not steps:
        values.append(value)
        return
    # Rails starts a new element when the key was already given: a[][id]=1&a[][x]=2&a[][id]=3 has two.
    last = values[-1] if values and isinstance(values[-1], dict) else None
    if last is None or (len(steps) == 1 and steps[0] in last):
        last = {}
        values.append(last)
    _into_map(last, steps, value)


def _into_map(target: dict[str, Any], steps: list[str], value: object) -> None:
    key, rest = steps[0], steps[1:]
    if not rest:
        target[key] = value
        return
    if rest[0] == "":
        slot = target.setdefault(key, [])
        if not isinstance(slot, list):
            raise BadParamsError("Expected an array")
        _into_list(slot, rest[1:], value)
        return
    slot = target.setdefault(key, {})
    if not isinstance(slot, dict):
        raise BadParamsError("Expected a hash")
    _into_map(slot, rest, value)


def nest(items: Iterable[tuple[str, Any]]) -> Params:
    """Flat pairs to nested parameters, the way Rails does; the last of a repeated plain name wins."""
    result: Params = {}
    for name, value in items:
        _into_map(result, _steps(name), value)
    return result


def names(params: object, prefix: str = "") -> Iterator[str]:
    """Every parameter's name in Rails' notation with list indices left out: `poll[options][]`."""
    if isinstance(params, dict):
        for key, value in params.items():
            part = "" if str(key).isdigit() else str(key)
            yield from names(value, f"{prefix}[{part}]" if prefix else str(key))
    elif isinstance(params, list):
        for value in params:
            yield from names(value, f"{prefix}[]")
        if not params:
            yield f"{prefix}[]"
    else:
        yield prefix


def _json(body: bytes) -> Params:
    try:
        parsed = json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, ValueError) as error:
        raise BadParamsError("Error occurred while parsing request parameters") from error
    if not isinstance(parsed, dict):
        raise BadParamsError("Error occurred while parsing request parameters")
    return parsed


def form_items(kind: str, body: bytes) -> list[tuple[str, str | File]]:
    """The fields of a URL-encoded or multipart form. `kind` is the whole Content-Type."""
    try:
        if kind.startswith("application/x-www-form-urlencoded"):
            return [*parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")]
        return [_part(part) for part in _parts(kind, body)]
    except UnicodeDecodeError as error:
        raise BadParamsError("Error occurred while parsing request parameters") from error


def _parts(kind: str, body: bytes) -> list[bytes]:
    found = _BOUNDARY.search(kind)
    if found is None:
        raise BadParamsError("Invalid multipart request: no boundary")
    mark = b"\r\n--" + (found[1] or found[2]).encode()
    pieces = (b"\r\n" + body).split(mark)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise BadParamsError("Invalid multipart request: no end")
    return pieces[1:-1]


def _part(part: bytes) -> tuple[str, str | File]:
    head, gap, data = part.partition(b"\r\n\r\n")
    name = _NAME.search(head)
    if not gap or name is None:
        raise BadParamsError("Invalid multipart request: a part without a name")
    filename = _FILENAME.search(head)
    if filename is None:
        return name[1].decode(), data.decode()
    kind = _PART_TYPE.search(head)
    return name[1].decode(), File(filename[1].decode(), kind[1].decode() if kind else "", data)


async def read_params(request: Request) -> Params:
    """Query and body as one nested map; the body wins."""
    params = nest(request.query_params.multi_items())
    body = await request.body()
    if not body:
        return params
    whole = request.headers.get("content-type", "")
    kind = whole.partition(";")[0].strip().lower()
    if kind == "application/json":
        return params | _json(body)
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return params | nest(form_items(whole, body))
    raise BadParamsError("Unsupported content type")


def truth(value: object) -> bool:
    """`true`, `1`, `on` and JSON's true."""
    return value is True or str(value).lower() in _TRUE


def text(params: Params, name: str) -> str:
    """A text parameter; empty when absent. Numbers are texts to Rails."""
    value = params.get(name)
    if value is None:
        return ""
    if isinstance(value, dict | list | File):
        raise BadParamsError(f"{name} must be a string")
    return str(value)


def texts(params: Params, name: str) -> list[str]:
    """A list of texts; a map with number keys counts as a list, as Rails' forms send it."""
    value = params.get(name)
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        raise BadParamsError(f"{name} must be an array")
    return [str(each) for each in value]
