"""Node tree to Example: texts with `[[ ]]` marks, and who posts them when."""

from __future__ import annotations

import re

from guard.policy.context import Context
from guard.policy.cursor import Cursor
from guard.policy.load import MapNode
from guard.policy.moments import read_moment
from guard.policy.schema import Example, ExampleSetting
from guard.types.decision import Action
from guard.types.post import Visibility
from guard.words.texts import Phrase

EXAMPLE_MORE = ("as", "action", "becomes", "note", "todo")
SETTING_KEYS = ("network", "visibility", "groups", "at", "language", "media")
_KEY = re.compile("[a-z_]{1,20}")
_ACTIONS = tuple(action.word for action in Action)


def read_examples(place: Cursor | None, context: Context, *, marked: bool | None) -> tuple[Example, ...]:
    """A list of examples. `marked`: True where each needs `[[ ]]`, False where none may have it, None where it is free."""
    if place is None:
        return ()
    if not place.is_list:
        place.error(Phrase("loader.examples-expected"), Phrase("loader.do.hyphens"))
        return ()
    return tuple(_read_example(item, context, marked=marked) for item in place.items())


def _read_example(place: Cursor, context: Context, *, marked: bool | None) -> Example:
    fields = _read_fields(place)
    written = _joined(fields["text"]) if "text" in fields else ""
    text, spans = _without_marks(written, fields.get("text", place))
    if written and marked is True and not spans and "[[" not in written and "]]" not in written:
        place.error(Phrase("loader.example-unmarked"), Phrase("loader.do.mark"))
    if marked is False and spans:
        place.error(Phrase("loader.example-marked"), Phrase("loader.do.unmark"))
    return Example(
        text=text,
        spans=spans,
        setting=_read_setting(fields["as"], context) if "as" in fields else ExampleSetting(),
        action=_read_action(fields["action"]) if "action" in fields else None,
        becomes=_joined(fields["becomes"]) if "becomes" in fields else None,
        note=fields["note"].text() if "note" in fields else "",
        todo=fields["todo"].boolean() if "todo" in fields else False,
        location=place.location,
    )


def _read_fields(place: Cursor) -> dict[str, Cursor]:
    """The example's keys; a text that YAML took for a key with a value, as `- Le [[projet]] : avance`, is told as such."""
    if not isinstance(place.node, MapNode):
        return {"text": place}
    keys = [key.text for key, _ in place.node.entries]
    if keys and not {"text", *EXAMPLE_MORE} & set(keys) and not _KEY.fullmatch(keys[0]):
        place.error(Phrase("loader.example-key"), place.colon_hint())
        return {}
    return place.fields(required=("text",), optional=EXAMPLE_MORE)


def _joined(place: Cursor) -> str:
    """A text, or the parts it is put together from: a secret need not stand whole in a file."""
    return "".join(place.texts()) if place.is_list else place.text()


def _without_marks(written: str, place: Cursor) -> tuple[str, tuple[tuple[int, int], ...]]:
    text = ""
    spans: list[tuple[int, int]] = []
    rest = written
    while "[[" in rest:
        before, _, rest = rest.partition("[[")
        inside, closed, rest = rest.partition("]]")
        if not closed or not inside or "[[" in inside or "]]" in before:
            place.error(Phrase("loader.marks-unpaired"), Phrase("loader.do.pair"))
            return written, ()
        text += before
        spans.append((len(text), len(text) + len(inside)))
        text += inside
    if "]]" in rest:
        place.error(Phrase("loader.marks-unpaired"), Phrase("loader.do.pair"))
    return text + rest, tuple(spans)


def _read_setting(place: Cursor, context: Context) -> ExampleSetting:
    fields = place.fields(optional=SETTING_KEYS)
    visibility = (
        fields["visibility"].word(tuple(Visibility), Phrase("loader.what.visibility"))
        if "visibility" in fields
        else None
    )
    return ExampleSetting(
        network=context.network(fields["network"]) if "network" in fields else None,
        visibility=Visibility(visibility) if visibility else Visibility.PUBLIC,
        groups=frozenset(fields["groups"].texts()) if "groups" in fields else None,
        at=read_moment(fields["at"], context.zone, clock=True) if "at" in fields else None,
        language=fields["language"].text() if "language" in fields else None,
        media=fields["media"].boolean() if "media" in fields else False,
    )


def _read_action(place: Cursor) -> Action | None:
    word = place.word(_ACTIONS, Phrase("loader.what.action"))
    return Action.from_word(word) if word else None
