"""One line of YAML for a rule's `match` or `no_match`, from a text that somebody tried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guard.authoring.evade_todo import quoted, setting_words
from guard.policy.schema import ExampleSetting
from guard.types.decision import Action

Place = tuple[int, int]


def example_line(
    text: str,
    places: Iterable[Place],
    setting: ExampleSetting,
    action: Action | None,
    *,
    in_parts: bool = False,
    more: Sequence[str] = (),
) -> str:
    """A line for `match`; without places one for `no_match`. Empty where the text's own brackets would read as marks.

    `in_parts` writes the text in two, so that a secret does not stand whole in the file. `more` are fields as they are
    written, as `todo: true`.
    """
    if "[[" in text or "]]" in text:
        return ""
    marked, cut = _marked(text, _outermost(places))
    shown = f"[{quoted(marked[:cut])}, {quoted(marked[cut:])}]" if in_parts and cut else quoted(marked)
    words = setting_words(setting)
    fields = [f"as: {{{words}}}"] if words else []
    if cut and action is not None:
        fields.append(f"action: {action.word}")
    fields += more
    return f"- {{text: {shown}, {', '.join(fields)}}}" if fields or in_parts else f"- {shown}"


def _marked(text: str, places: Sequence[Place]) -> tuple[str, int]:
    """The text with its marks, and a place in the middle of the first."""
    marked, done, cut = "", 0, 0
    for start, end in places:
        marked += f"{text[done:start]}[[{text[start:end]}]]"
        cut = cut or len(marked) - 2 - (end - start) // 2
        done = end
    return marked + text[done:], cut


def _outermost(places: Iterable[Place]) -> list[Place]:
    """In order, those that overlap as one."""
    joined: list[Place] = []
    for start, end in sorted(places):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined
