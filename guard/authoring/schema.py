"""The policy language as a JSON Schema (draft 2020-12), for editors: keys complete, slips are underlined, words explain themselves.

Which keys there are comes from the tables that the parser reads by; only what their values look like, and a word on each,
stands here. A key that is new to the parser is in the schema at once, with any value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from guard.policy.parse import EXCEPTION_KEYS, EXCEPTION_MORE, ONLY_KEYS, POLICY_KEYS, POLICY_MORE, SCOPE_KEYS
from guard.policy.parse_example import EXAMPLE_MORE, SETTING_KEYS
from guard.policy.parse_find import _BELONGS, _KINDS, ANY_SET, SCORES
from guard.policy.parse_rule import ACTIONS, MAX_WORDS, MODES, RULE_KEYS, RULE_MORE, STEP_MORE, UNLESS_KEYS, WHEN_KEYS
from guard.policy.parse_terms import CASES, MAX_TERM, MAX_WITHIN, TERM_MORE
from guard.policy.schema import ModeKind
from guard.types.decision import Cut
from guard.types.post import Visibility
from guard.types.topic import ANY, TOPICS

Schema = dict[str, Any]

_ID: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"
_DATE: Final = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?$"


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list(of: Schema, least: int = 1) -> Schema:
    return {"type": "array", "items": of, "minItems": least}


def _some(of: Schema) -> Schema:
    """A list, or one by itself."""
    return {"anyOf": [of, _list(of)]}


def _whole(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _said(value: Schema, words: str) -> Schema:
    return value | {"description": words}


_WORD: Final = _ref("word")
_WORDS: Final = _some(_WORD)
_TEXT: Final = _ref("text")
_EXAMPLES: Final = _list(_ref("example"))

_VALUES: Final[Mapping[str, tuple[Schema, str]]] = {
    "guard": ({"const": 1}, "Version of the policy language."),
    "policy": ({"type": "string", "pattern": _ID, "maxLength": 64}, "Name of the policy in records."),
    "owner": (_WORD, "Who answers for the policy."),
    "review_by": (_ref("date"), "The last day to read the policy again with its owner."),
    "mode": (_ref("mode"), "How far it is rolled out: off, shadow (recorded only), {canary: 10%} or enforce."),
    "rules": (_list(_ref("rule")), "What is looked for, and what happens."),
    "title": (_TEXT, "A name for people, in French and English."),
    "confidential": ({"type": "boolean"}, "Its terms are secret: they never appear in messages, records or reports."),
    "examples_at": (_ref("date"), "The moment at which examples run that name none."),
    "timezone": (_WORD, "For dates without a time, as Europe/Paris."),
    "dates": ({"type": "object", "additionalProperties": _ref("date")}, "Names for `before` and `after`."),
    "applies_to": (_ref("scope"), "Where the policy applies; everywhere where nothing is said."),
    "exceptions": (_list(_ref("exception")), "Narrow permissions that end."),
    "networks": (_WORDS, "mastodon, bluesky or x."),
    "groups": (_WORDS, "Groups of authors."),
    "accounts": (_WORDS, "Accounts, handles or persons."),
    "languages": (_WORDS, "Language codes, as fr."),
    "id": ({"type": "string", "pattern": _ID, "maxLength": 64}, "Name in records."),
    "find": (_ref("find"), "What is looked for: exactly one kind."),
    "do": (_ref("do"), "What happens: an action, a step, or a ladder of which the first line that fits decides."),
    "say": (_TEXT, "What the author of a stopped post reads, in French and English."),
    "match": (_EXAMPLES, "Posts in which this must be found, marked [[so]]."),
    "no_match": (_EXAMPLES, "Posts that come near and must pass."),
    "unless": (_ref("unless"), "What does not count."),
    "action": (_ref("action"), f"From mildest to most severe: {', '.join(ACTIONS)}."),
    "when": (_ref("when"), "All of these conditions must hold."),
    "with": (_WORD, "What a redaction puts in place."),
    "cut": (
        {"enum": list(Cut)},
        "What a redaction or a safe version leaves out: what was found, or the sentence around it.",
    ),
    "approvers": (_WORDS, "Whom to ask, as group:dpo."),
    "approvals": (_whole(1, 5), "How many different people must approve."),
    "count": (
        {"anyOf": [_whole(1, 9999), {"type": "string", "pattern": r"^\d{1,4}(\+|-\d{1,4})?$"}]},
        "How many places are found: 2, 3+ or 2-5.",
    ),
    "confidence": ({"enum": list(SCORES)}, "Found with at least this confidence."),
    "visibility": (_some({"enum": [one.value for one in Visibility]}), "Who can read the post."),
    "before": (_WORD, "Now is earlier than this date, or the date of this name."),
    "after": (_WORD, "Now is not earlier than this date, or the date of this name."),
    "media": ({"type": "boolean"}, "Whether a file is attached."),
    "language": (_WORDS, "The language that the post says it is in."),
    "entity": ({"type": "string", "pattern": "^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$"}, "What a detector knows, as IBAN_CODE."),
    "subtype": (_WORD, "One kind of the entity, as jwt of SECRET."),
    "terms": (_list(_ref("term")), "Words or names, found whole, in many disguises."),
    "terms_file": (_WORD, "A file of terms beside the policy, one a line."),
    "sealed": (_WORD, "A file of keyed hashes beside the policy, made by `guard policy seal`."),
    "regex": ({"type": "string", "maxLength": 2000}, "A regular expression, in single quotes."),
    "fingerprint": (_WORD, f"A quotation of a document of this set; `{ANY_SET}` for every set."),
    "all_of": (_list(_ref("find"), 2), "All of these must be found."),
    "any_of": (_list(_ref("find"), 2), "One of these must be found."),
    "typos": ({"enum": [0, 1, 2]}, "Wrong, missing or extra letters, in terms of eight letters or more."),
    "disguises": ({"type": "boolean"}, "Also look-alike, spaced, dotted or reversed letters (the default)."),
    "topic": ({"enum": [*TOPICS, ANY]}, f"What the text as a whole gives away; `{ANY}`: whichever of them."),
    "at_least": ({"enum": list(SCORES)}, "Confidence of the topic, medium when not said."),
    "near": (_WORDS, "Beside one of these words it does not count."),
    "within": (_whole(1, MAX_WITHIN), "Characters between them at most."),
    "value": (_WORDS, "What was found looks like this: * is any text, ? one character."),
    "text": (_WORDS, "The text; a list is joined."),
    "as": (_ref("setting"), "Who posts the example, where and when."),
    "becomes": (_WORDS, "The whole text after redaction."),
    "note": (_WORD, "A word for the reader."),
    "todo": ({"type": "boolean"}, "A gap that is known: reported, and stops nothing."),
    "network": (_WORD, "mastodon, bluesky or x."),
    "at": (_ref("date"), "When it is posted."),
    "reason": (_TEXT, "Why this may pass."),
    "approved_by": (_WORD, "Who signed for it."),
    "expires": (_ref("date"), "Its last day; at most 180 days away."),
    "only": (_ref("only"), "The rules, groups or networks that it is for."),
    "term": ({"type": ["string", "number"], "maxLength": MAX_TERM}, "The term itself."),
    "aliases": (_WORDS, "Other names for the same."),
    "case": ({"enum": list(CASES)}, "exact: only with the capitals of the term."),
    "initials": ({"type": "boolean"}, "Also by its initials."),
}


def policy_schema() -> Schema:
    """The schema of one policy file."""
    top = _object(POLICY_KEYS, POLICY_MORE)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "postguard policy, version 1",
        **top,
        "$defs": _definitions(),
    }


def _object(required: Iterable[str], optional: Iterable[str] = (), **other: Schema) -> Schema:
    """A map with these keys and no others; `other` are values that differ from the usual ones of their key."""
    required = tuple(required)
    properties = {}
    for name in (*required, *optional):
        value, words = _VALUES.get(name, ({}, ""))
        properties[name] = ({"description": words} if words else {}) | other.get(name, value)
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | ({"required": list(required)} if required else {})


def _definitions() -> Schema:
    words = {"type": "string", "maxLength": MAX_WORDS}
    return {
        "word": {"type": ["string", "number", "boolean"]},
        "text": {"anyOf": [words, {"type": "object", "properties": {"fr": words, "en": words}, "additionalProperties": words}]},
        "date": {"type": "string", "pattern": _DATE},
        "action": {"enum": list(ACTIONS)},
        "mode": _mode(),
        "scope": _object((), SCOPE_KEYS),
        "rule": _object(RULE_KEYS, RULE_MORE),
        "find": _find(),
        "term": {"anyOf": [{"type": ["string", "number"], "maxLength": MAX_TERM}, _object(("term",), TERM_MORE, unless=_ref("excuse"))]},
        "excuse": _object(("near",), ("within",), within=_whole(1, MAX_WITHIN)),
        "unless": _object((), UNLESS_KEYS, within=_whole(1, 500)),
        "do": {"anyOf": [_ref("action"), _ref("step"), _list({"anyOf": [_ref("action"), _ref("step")]})]},
        "step": _object(("action",), STEP_MORE),
        "when": {**_object((), WHEN_KEYS), "minProperties": 1},
        "example": {"anyOf": [_WORD, _object(("text",), EXAMPLE_MORE)]},
        "setting": _object((), SETTING_KEYS, visibility={"enum": [one.value for one in Visibility]}, language=_WORD),
        "exception": _object((*EXCEPTION_KEYS, "expires"), EXCEPTION_MORE, text=_said(_WORDS, "What the text looks like: * is any text.")),
        "only": {**_object((), ONLY_KEYS, rules=_said(_WORDS, "Ids of rules of this policy.")), "minProperties": 1},
    }  # fmt: skip


def _mode() -> Schema:
    share = {"canary": {"type": "string", "pattern": "^(100|[0-9]{1,2})%$", "description": "Share of the accounts."}}
    canary = {"type": "object", "properties": share, "required": ["canary"], "additionalProperties": False}
    return {"anyOf": [{"enum": [mode.value for mode in MODES if mode is not ModeKind.CANARY]}, canary]}


def _find() -> Schema:
    owned = {name: owners for name, owners in _BELONGS.items() if set(owners) & set(_KINDS)}
    found = _object((), (*_KINDS, *owned), within=_whole(1, 100_000))
    return found | {
        "oneOf": [{"required": [kind]} for kind in _KINDS],
        "dependentSchemas": {
            name: {"anyOf": [{"required": [owner]} for owner in owners]} for name, owners in owned.items()
        },
    }
