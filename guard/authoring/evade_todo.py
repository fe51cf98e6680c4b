"""Slips as examples marked `todo`, in YAML that can be pasted under a rule's `match`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from guard.authoring.evade import Evaded, Slip
from guard.authoring.explain_rule import in_file
from guard.authoring.whatif import leaves
from guard.policy.findtree import EntityNode
from guard.policy.schema import ExampleSetting
from guard.types.post import Visibility
from guard.words.texts import Phrase, Words

_LONGEST = 2_000
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def todo_lines(evaded: Evaded, words: Words) -> Iterator[str]:
    """One line for each slip, under a comment that names the rule; remarks and notes in these words."""
    if not evaded.slips:
        return
    yield f"# {evaded.id} ({in_file(evaded.rule.source.location)})"
    in_parts = any(isinstance(node, EntityNode) and node.entity == "SECRET" for node in leaves(evaded.rule.find))
    for slip in evaded.slips:
        why = Phrase("evade.no-example.confidential") if evaded.rule.policy.confidential else _no_example(slip)
        if why:
            yield f"      # {words.told(Phrase('evade.not-written', disguise=slip.disguise, place=slip.at, why=why))}"
        else:
            setting = setting_words(slip.example.setting)
            fields = [f"text: {_text(slip, in_parts=in_parts)}", *([f"as: {{{setting}}}"] if setting else [])]
            yield f"      - {{{', '.join(fields)}, todo: true, note: {quoted(words.told(slip.disguise))}}}"


def _no_example(slip: Slip) -> Phrase | None:
    """Why a slip cannot be written as an example; None where it can."""
    if len(slip.written.posts) > 1:
        return Phrase("evade.no-example.thread")
    text = slip.written.posts[0]
    if len(text) > _LONGEST:
        return Phrase("evade.no-example.too-long")
    values = [text[start:end] for start, end in slip.written.places]
    if "[[" in text or "]]" in text or any(value[:1] == "[" or value[-1:] == "]" for value in values):
        return Phrase("evade.no-example.brackets")
    return None


def _text(slip: Slip, *, in_parts: bool) -> str:
    """The marked text; with `in_parts` as a list, so that a secret does not stand whole in the file."""
    text, done, marked, cut = slip.written.posts[0], 0, "", 0
    for start, end in slip.written.places:
        marked += f"{text[done:start]}[[{text[start:end]}]]"
        cut = cut or len(marked) - 2 - (end - start) // 2
        done = end
    marked += text[done:]
    return f"[{quoted(marked[:cut])}, {quoted(marked[cut:])}]" if in_parts else quoted(marked)


def setting_words(setting: ExampleSetting) -> str:
    """`as`, without its braces."""
    fields = {
        "network": setting.network,
        "visibility": None if setting.visibility is Visibility.PUBLIC else setting.visibility.value,
        "groups": None if setting.groups is None else f"[{', '.join(map(quoted, sorted(setting.groups)))}]",
        "at": setting.at.isoformat() if setting.at else None,
        "language": setting.language,
        "media": "true" if setting.media else None,
    }
    return ", ".join(f"{name}: {value}" for name, value in fields.items() if value is not None)


def quoted(text: str) -> str:
    """A double-quoted YAML text, everything that cannot be seen as an escape."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    if char == " " or unicodedata.category(char)[0] not in "CMZ":
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
