"""As much of JSON Schema as the policy schema uses; the real thing is used too where it is installed."""

from __future__ import annotations

import re
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
KNOWN = {
    "$schema", "title", "description", "$defs", "$ref", "type", "enum", "const", "pattern", "maxLength", "minimum", "maximum",
    "properties", "required", "additionalProperties", "minProperties", "items", "minItems", "anyOf", "oneOf", "dependentSchemas",
}  # fmt: skip


def valid(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    assert schema.keys() <= KNOWN, schema.keys() - KNOWN
    if "$ref" in schema and not valid(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root):
        return False
    return _is_type(value, schema.get("type")) and _value(value, schema) and _parts(value, schema, root)


def _is_type(value: Any, kinds: Any) -> bool:
    names = [kinds] if isinstance(kinds, str) else kinds or []
    return not names or any(
        isinstance(value, TYPES[name]) and (isinstance(value, bool) == (name == "boolean")) for name in names
    )


def _value(value: Any, schema: dict[str, Any]) -> bool:
    text, number = isinstance(value, str), isinstance(value, int) and not isinstance(value, bool)
    return all((
        "const" not in schema or (value == schema["const"] and type(value) is type(schema["const"])),
        "enum" not in schema or value in schema["enum"],
        not text or re.search(schema.get("pattern", ""), value),
        not text or len(value) <= schema.get("maxLength", len(value)),
        not number or schema.get("minimum", value) <= value <= schema.get("maximum", value),
        not isinstance(value, list) or len(value) >= schema.get("minItems", 0),
        not isinstance(value, dict) or len(value) >= schema.get("minProperties", 0),
    ))  # fmt: skip


def _parts(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    if "anyOf" in schema and not any(valid(value, each, root) for each in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(valid(value, each, root) for each in schema["oneOf"]) != 1:
        return False
    if isinstance(value, list) and "items" in schema:
        return all(valid(item, schema["items"], root) for item in value)
    if not isinstance(value, dict):
        return True
    if not set(schema.get("required", ())) <= value.keys():
        return False
    if not all(valid(value, each, root) for key, each in schema.get("dependentSchemas", {}).items() if key in value):
        return False
    named, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    return all(
        valid(item, named[key], root) if key in named else others is not False and (others is True or valid(item, others, root))
        for key, item in value.items()
    )  # fmt: skip
