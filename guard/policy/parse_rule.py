"""Node tree to Rule: what is found, what does not count, and the ladder of what happens."""

from __future__ import annotations

import re

from guard.policy.context import LANGUAGE, Context
from guard.policy.cursor import Cursor, is_empty
from guard.policy.parse_example import read_examples
from guard.policy.parse_find import SCORES, read_find
from guard.policy.schema import ALWAYS, AllOf, AnyOf, EntityFind, Find, Mode, ModeKind, Rule, Step, Text, Unless, When
from guard.types.decision import Action, Cut
from guard.types.post import Visibility
from guard.types.topic import ENTITY as TOPIC
from guard.words.texts import Phrase

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
ACTIONS = tuple(action.word for action in Action)
MODES = tuple(ModeKind)
_COUNT = re.compile(r"(\d{1,4})(?:(\+)|-(\d{1,4}))?", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})%", re.ASCII)
_APPROVERS = re.compile(r"\s*group:\S.*", re.IGNORECASE)
WHEN_KEYS = ("count", "confidence", "visibility", "networks", "groups", "before", "after", "media", "language")
RULE_KEYS = ("id", "find", "do", "say", "match", "no_match")
RULE_MORE = ("title", "mode", "unless")
STEP_MORE = ("when", "with", "cut", "approvers", "approvals")
UNLESS_KEYS = ("near", "within", "value")
_NEAR_WITHIN = 40
_SPOKEN = ("fr", "en")
MAX_WORDS = 500


def read_rule(place: Cursor, context: Context) -> Rule | None:
    """One rule; notes its mistakes, None when there is nothing to read."""
    if not place.is_map:
        place.error(Phrase("loader.rule-expected"), Phrase("loader.do.begin-rule"))
        return None
    fields = place.fields(required=RULE_KEYS, optional=RULE_MORE)
    rule_id = fields["id"].text() if "id" in fields else ""
    if rule_id and (not _ID.fullmatch(rule_id) or len(rule_id) > 64):
        fields["id"].error(Phrase("loader.rule-id"))
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
        hint = Phrase("loader.do.text-comma") if is_empty(value.node) else Phrase("loader.do.fr-or-en")
        key.error(Phrase("loader.not-a-language"), hint)
    if not wrong:
        _check_languages(place, words)
    return words


def _read_words(place: Cursor) -> str:
    text = place.text()
    if len(text) > MAX_WORDS:
        place.error(Phrase("loader.words-too-long", size=len(text), most=MAX_WORDS), Phrase("loader.do.what-why"))
    return text


def _check_languages(place: Cursor, words: Text) -> None:
    missing = [code for code in _SPOKEN if code not in words]
    if not words:
        place.error(Phrase("loader.nothing"), Phrase("loader.do.fr-and-en"))
    elif len(missing) == len(_SPOKEN):
        place.error(Phrase("loader.no-language"), Phrase("loader.do.add-languages"))
    for code in missing if 0 < len(missing) < len(_SPOKEN) else ():
        place.warn(Phrase("loader.language-missing", name=code), Phrase("loader.do.other-language"))


def read_mode(place: Cursor) -> Mode:
    """`off`, `shadow`, `enforce` or `{canary: N%}`."""
    if place.is_map:
        fields = place.fields(required=("canary",))
        share = _PERCENT.fullmatch(fields["canary"].text()) if "canary" in fields else None
        if "canary" in fields and (not share or int(share.group(1)) > 100):
            fields["canary"].error(Phrase("loader.share-expected"), Phrase("loader.do.percent"))
            share = None
        return Mode(ModeKind.CANARY, int(share.group(1)) if share else 100)
    word = place.word(MODES, Phrase("loader.what.mode"))
    if word == ModeKind.CANARY:
        place.error(Phrase("loader.canary-share"), Phrase("loader.do.canary"))
    return Mode(ModeKind(word) if word else ModeKind.ENFORCE)


def _read_unless(place: Cursor) -> Unless:
    fields = place.fields(optional=UNLESS_KEYS)
    if place.is_map and not {"near", "value"} & fields.keys() and not place.has_unknown(fields):
        place.error(Phrase("loader.unless-nothing"), Phrase("loader.do.near-or-value"))
    if "within" in fields and "near" not in fields:
        fields["within"].error(Phrase("loader.within-near"), Phrase("loader.do.add-near"))
    return Unless(
        near=fields["near"].texts() if "near" in fields else (),
        within=fields["within"].integer(1, 500, _NEAR_WITHIN) if "within" in fields else _NEAR_WITHIN,
        value=_read_values(fields["value"]) if "value" in fields else (),
        location=place.location,
    )


def _read_values(place: Cursor) -> tuple[str, ...]:
    for item in place.items():
        if set(item.text()) <= set("*? "):
            item.error(Phrase("loader.excepts-all"), Phrase("loader.do.part-of-value"))
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
            item.error(Phrase("loader.unreachable"), Phrase("loader.do.when-or-last"))
    return tuple(steps)


def _read_step(place: Cursor, context: Context) -> Step:
    if not place.is_map:
        return Step(ALWAYS, _read_action(place), None, Cut.FOUND, (), 1, place.location)
    fields = place.fields(required=("action",), optional=STEP_MORE)
    action = _read_action(fields["action"]) if "action" in fields else Action.BLOCK
    for name in ("with", "cut"):
        if name in fields and action < Action.REDACT:
            hint = Phrase("loader.do.no-with", name=name, action=action.word)
            fields[name].error(Phrase("loader.nothing-replaced"), hint)
    cut = fields["cut"].word(tuple(Cut), Phrase("loader.what.cut")) if "cut" in fields else None
    for name in ("approvers", "approvals"):
        if name in fields and action is not Action.HOLD:
            hint = Phrase("loader.do.goes-with-hold", name=name, action=action.word)
            fields[name].error(Phrase("loader.nobody-asked"), hint)
    approvals = fields["approvals"].integer(1, 5, 1) if "approvals" in fields else 1
    return Step(
        when=_read_when(fields["when"], context) if "when" in fields else ALWAYS,
        action=action,
        label=fields["with"].text() if "with" in fields else None,
        cut=Cut(cut) if cut else Cut.FOUND,
        approvers=_read_approvers(fields["approvers"]) if "approvers" in fields else (),
        approvals=approvals,
        location=place.location,
    )


def _read_approvers(place: Cursor) -> tuple[str, ...]:
    for item in place.items():
        if ":" in item.text() and not _APPROVERS.fullmatch(item.text()):  # no sign-in name has a colon
            item.error(Phrase("loader.approver-form"), Phrase("loader.do.approver"))
    return place.texts()


def _read_action(place: Cursor) -> Action:
    """The action, or BLOCK with a noted mistake."""
    word = place.word(ACTIONS, Phrase("loader.what.action"))
    return Action.from_word(word) if word else Action.BLOCK


def _read_when(place: Cursor, context: Context) -> When:
    fields = place.fields(optional=WHEN_KEYS)
    if place.is_map and not fields and not place.has_unknown(fields):
        place.error(Phrase("loader.when-nothing"), Phrase("loader.do.no-when"))
    low, high = _read_count(fields["count"]) if "count" in fields else (1, None)
    confidence = (
        fields["confidence"].word(tuple(SCORES), Phrase("loader.what.confidence")) if "confidence" in fields else None
    )
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
    words = (item.word(tuple(Visibility), Phrase("loader.what.visibility")) for item in place.items())
    return frozenset(Visibility(word) for word in words if word)


def _read_count(place: Cursor) -> tuple[int, int | None]:
    """`3+`, `2` or `2-5`."""
    found = _COUNT.fullmatch(place.text())
    if not found:
        place.error(Phrase("loader.count-expected"), Phrase("loader.do.count"))
        return 1, None
    low = int(found.group(1))
    high = None if found.group(2) else int(found.group(3) or low)
    if low < 1 or (high is not None and high < low):
        place.error(Phrase("loader.count-never"), Phrase("loader.do.count-from-one"))
    return low, high
