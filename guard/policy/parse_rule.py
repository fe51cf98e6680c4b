"""Node tree to Rule: what is found, what does not count, and the ladder of what happens."""

from __future__ import annotations

import re

from guard.policy.context import LANGUAGE, Context
from guard.policy.cursor import Cursor, is_empty
from guard.policy.parse_example import read_examples
from guard.policy.parse_find import SCORES, read_find
from guard.policy.schema import ALWAYS, AllOf, AnyOf, EntityFind, Find, Mode, ModeKind, Rule, Step, Text, Unless, When
from guard.types.decision import Action
from guard.types.post import Visibility
from guard.types.topic import ENTITY as TOPIC

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
ACTIONS = tuple(action.word for action in Action)
MODES = tuple(ModeKind)
_COUNT = re.compile(r"(\d{1,4})(?:(\+)|-(\d{1,4}))?", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})%", re.ASCII)
WHEN_KEYS = ("count", "confidence", "visibility", "networks", "groups", "before", "after", "media", "language")
RULE_KEYS = ("id", "find", "do", "say", "match", "no_match")
RULE_MORE = ("title", "mode", "unless")
STEP_MORE = ("when", "with", "approvers", "approvals")
UNLESS_KEYS = ("near", "within", "value")
_NEAR_WITHIN = 40
_SPOKEN = ("fr", "en")
MAX_WORDS = 500


def read_rule(place: Cursor, context: Context) -> Rule | None:
    """One rule; notes its mistakes, None when there is nothing to read."""
    if not place.is_map:
        place.error("a rule is expected here", "begin it with `- id:`")
        return None
    fields = place.fields(required=RULE_KEYS, optional=RULE_MORE)
    rule_id = fields["id"].text() if "id" in fields else ""
    if rule_id and (not _ID.fullmatch(rule_id) or len(rule_id) > 64):
        fields["id"].error("a rule's id has small letters, digits and hyphens only, 64 at most")
    find = read_find(fields["find"], confidential=context.confidential) if "find" in fields else None
    return Rule(
        id=rule_id,
        title=read_title(fields.get("title"), rule_id),
        mode=read_mode(fields["mode"]) if "mode" in fields else context.mode,
        find=find or EntityFind("", None, place.location),
        unless=_read_unless(fields["unless"]) if "unless" in fields else None,
        steps=_read_steps(fields["do"], context) if "do" in fields else (),
        say=read_title(fields.get("say"), ""),
        match=read_examples(fields.get("match"), context, marked=None if find and _names_topic(find) else True),
        no_match=read_examples(fields.get("no_match"), context, marked=False),
        location=place.location,
    )


def _names_topic(find: Find) -> bool:
    """Whether a part of it is about a text as a whole, in which there is nothing to mark."""
    if isinstance(find, (AllOf, AnyOf)):
        return any(map(_names_topic, find.parts))
    return isinstance(find, EntityFind) and find.entity == TOPIC


def read_title(place: Cursor | None, default: str) -> Text:
    """Words for people: one text, or one for each language, of which the gate speaks French and English."""
    if place is None:
        return {"fr": default, "en": default} if default else {}
    if not place.is_map:
        text = _read_words(place)
        return {"fr": text, "en": text}
    words: dict[str, str] = {}
    wrong = False
    for key, value in place.pairs():
        code = key.text()
        if LANGUAGE.fullmatch(code):
            words[code] = _read_words(value)
            continue
        wrong = True
        comma = "a text that holds a comma must stand in quotes here"
        key.error("this is not a language code", comma if is_empty(value.node) else "write fr: or en:")
    if not wrong:
        _check_languages(place, words)
    return words


def _read_words(place: Cursor) -> str:
    text = place.text()
    if len(text) > MAX_WORDS:
        place.error(
            f"this has {len(text):,} characters; at most {MAX_WORDS} are shown", "keep what, why and what to do"
        )
    return text


def _check_languages(place: Cursor, words: Text) -> None:
    missing = [code for code in _SPOKEN if code not in words]
    if not words:
        place.error("nothing stands here", "write {fr: …, en: …}")
    elif len(missing) == len(_SPOKEN):
        place.error("neither `fr` nor `en` stands here", "people read French or English: add fr: and en:")
    for code in missing if 0 < len(missing) < len(_SPOKEN) else ():
        place.warn(f"`{code}` is missing", "until it is added, everyone reads the other language")


def read_mode(place: Cursor) -> Mode:
    """`off`, `shadow`, `enforce` or `{canary: N%}`."""
    if place.is_map:
        fields = place.fields(required=("canary",))
        share = _PERCENT.fullmatch(fields["canary"].text()) if "canary" in fields else None
        if "canary" in fields and (not share or int(share.group(1)) > 100):
            fields["canary"].error("a share is expected here", "write it as 10%")
            share = None
        return Mode(ModeKind.CANARY, int(share.group(1)) if share else 100)
    word = place.word(MODES, "a mode")
    if word == ModeKind.CANARY:
        place.error("`canary` needs the share of accounts", "write {canary: 10%}")
    return Mode(ModeKind(word) if word else ModeKind.ENFORCE)


def _read_unless(place: Cursor) -> Unless:
    fields = place.fields(optional=UNLESS_KEYS)
    if place.is_map and not {"near", "value"} & fields.keys() and not place.has_unknown(fields):
        place.error("`unless` names nothing", "add near: or value:")
    if "within" in fields and "near" not in fields:
        fields["within"].error("`within` belongs to `near`", "add near: with the words")
    return Unless(
        near=fields["near"].texts() if "near" in fields else (),
        within=fields["within"].integer(1, 500, _NEAR_WITHIN) if "within" in fields else _NEAR_WITHIN,
        value=_read_values(fields["value"]) if "value" in fields else (),
        location=place.location,
    )


def _read_values(place: Cursor) -> tuple[str, ...]:
    for item in place.items():
        if set(item.text()) <= set("*? "):
            item.error("this would except everything", "write part of the value, as *@example.org")
    return place.texts()


def _read_steps(place: Cursor, context: Context) -> tuple[Step, ...]:
    if not place.is_list:
        return (_read_step(place, context),)
    items = place.items()
    steps: list[Step] = []
    for item in items:
        mistakes = len(place.notes.problems)
        step = _read_step(item, context)
        steps.append(step)
        # A line whose condition could not be read looks as if it had none: only its own mistake is told.
        if item is not items[-1] and step.when == ALWAYS and len(place.notes.problems) == mistakes:
            item.error("the lines below this one can never be reached", "give this line a `when`, or put it last")
    return tuple(steps)


def _read_step(place: Cursor, context: Context) -> Step:
    if not place.is_map:
        return Step(ALWAYS, _read_action(place), None, (), 1, place.location)
    fields = place.fields(required=("action",), optional=STEP_MORE)
    action = _read_action(fields["action"]) if "action" in fields else Action.BLOCK
    if "with" in fields and action < Action.REDACT:
        fields["with"].error("nothing is replaced here", f"`with` does not go with {action.word}")
    for name in ("approvers", "approvals"):
        if name in fields and action is not Action.HOLD:
            fields[name].error("nobody is asked here", f"`{name}` goes with hold, not with {action.word}")
    approvals = fields["approvals"].integer(1, 5, 1) if "approvals" in fields else 1
    return Step(
        when=_read_when(fields["when"], context) if "when" in fields else ALWAYS,
        action=action,
        label=fields["with"].text() if "with" in fields else None,
        approvers=fields["approvers"].texts() if "approvers" in fields else (),
        approvals=approvals,
        location=place.location,
    )


def _read_action(place: Cursor) -> Action:
    """The action, or BLOCK with a noted mistake."""
    word = place.word(ACTIONS, "an action")
    return Action.from_word(word) if word else Action.BLOCK


def _read_when(place: Cursor, context: Context) -> When:
    fields = place.fields(optional=WHEN_KEYS)
    if place.is_map and not fields and not place.has_unknown(fields):
        place.error("`when` names no condition", "leave it out if the line always applies")
    low, high = _read_count(fields["count"]) if "count" in fields else (1, None)
    confidence = fields["confidence"].word(tuple(SCORES), "a confidence") if "confidence" in fields else None
    return When(
        count_min=low,
        count_max=high,
        min_score=SCORES[confidence] if confidence else 0.0,
        visibility=read_visibilities(fields["visibility"]) if "visibility" in fields else None,
        networks=context.networks(fields.get("networks")),
        groups=frozenset(fields["groups"].texts()) if "groups" in fields else None,
        before=context.moment(fields["before"]) if "before" in fields else None,
        after=context.moment(fields["after"]) if "after" in fields else None,
        media=fields["media"].boolean() if "media" in fields else None,
        languages=context.languages(fields.get("language")),
    )


def read_visibilities(place: Cursor) -> frozenset[Visibility]:
    """Who can read the post."""
    words = (item.word(tuple(Visibility), "a visibility") for item in place.items())
    return frozenset(Visibility(word) for word in words if word)


def _read_count(place: Cursor) -> tuple[int, int | None]:
    """`3+`, `2` or `2-5`."""
    found = _COUNT.fullmatch(place.text())
    if not found:
        place.error("a number of findings is expected here", "write 2, 3+ or 2-5")
        return 1, None
    low = int(found.group(1))
    high = None if found.group(2) else int(found.group(3) or low)
    if low < 1 or (high is not None and high < low):
        place.error("no number of findings can fit this", "write 2, 3+ or 2-5, from 1 on")
    return low, high
