"""One-letter keys: the actions, their keys as shipped, and a person's own.

Letters work outside fields alone (the page's script sees to it), never with Ctrl, Alt or Meta, and can be changed or
switched off (WCAG 2.1.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_lowercase

OFF = "off"
SHIPPED: Mapping[str, str] = {
    "start": "s",
    "next": "j",
    "previous": "k",
    "open": "o",
    "approve": "a",
    "redacted": "d",
    "edit": "e",
    "reject": "r",
    "reroute": "i",
    "disown": "p",
    "submit": "y",
    "undo": "z",
    "skip": "n",
    "release": "l",
    "lesson": "m",
    "queue": "q",
    "help": "?",
}
"""Action -> key. An element with `data-key="action"` is pressed, or a field focused, by it."""


def keys_here(own: Mapping[str, str], *, internal: bool) -> dict[str, str]:
    """Those of `keys_of` that can do anything here: without an `internal` server nothing goes there."""
    return {action: key for action, key in keys_of(own).items() if internal or action != "reroute"}


def keys_of(own: Mapping[str, str]) -> dict[str, str]:
    """The keys in force for somebody; none when they switched them off."""
    if OFF in own:
        return {}
    taken = {own[action] for action in SHIPPED if action in own}
    free = (letter for letter in ascii_lowercase if letter not in taken and letter not in SHIPPED.values())
    # A key that somebody chose before we shipped it for something else stays theirs
    return {action: own.get(action) or (next(free) if key in taken else key) for action, key in SHIPPED.items()}


def changed(given: Mapping[str, str], *, off: bool) -> tuple[dict[str, str], list[str]]:
    """What to keep of keys somebody typed in, and the actions whose key is not one character or is used twice."""
    wanted = {action: given.get(action, key).strip() or key for action, key in SHIPPED.items()}
    wrong = [
        action
        for action, key in wanted.items()
        if len(key) != 1 or not key.isprintable() or list(wanted.values()).count(key) > 1
    ]
    own = {action: key for action, key in wanted.items() if key != SHIPPED[action] and action not in wrong}
    return (own | {OFF: "1"} if off else own), wrong
