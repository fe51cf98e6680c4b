"""What the tests that compare with Presidio share: its recognisers, and texts that its patterns match or nearly match."""

import importlib
import random
import string

from presidio_analyzer import PatternRecognizer, predefined_recognizers

_parser = importlib.import_module("re._parser")
_ODD = [
    "\u0130",
    "\u0131",
    "\u017f",
    "\u212a",
    "\u0663",
    "\uff15",
    "\u00a0",
    "\u2009",
    "é",
    "🙂",
    "\ud800",
    "\x00",
    "\n",
    "\u0301",
]
"""Other cases of ASCII letters, other digits, other spaces, and what breaks offsets."""


def pattern_recognizers():
    """One of each predefined pattern recogniser, all said to be for English, so that one engine runs them all."""
    found = []
    for name in sorted(dir(predefined_recognizers)):
        each = getattr(predefined_recognizers, name)
        if isinstance(each, type) and issubclass(each, PatternRecognizer):
            recognizer = each()
            recognizer.supported_language = "en"
            found.append(recognizer)
    return found


def matching(pattern, dice):
    """A text that the pattern matches if its look-arounds allow it, from Python's own parse of it."""
    return "".join(_written(_parser.parse(pattern.replace(r"\b(?i)", r"(?i)\b")), dice, {}))


def disturbed(text, dice):
    """The text with something wrong or odd in it."""
    if not text:
        return text
    at = dice.randrange(len(text))
    other = dice.choice([*_ODD, dice.choice(string.printable), dice.choice(string.digits)])
    return dice.choice([text[:at] + other + text[at:], text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :]])


def around(text, dice):
    """The text among others, with or without something that touches it."""
    left = dice.choice(["", " ", "a", "7", "é", "-", ".", "\n", "my number is ", "(", '"', "😀"])
    right = dice.choice(["", " ", "a", "7", "é", "-", ".", "\n", ", thanks", ")", '"', "😀"])
    return f"{left}{text}{right}"


def _written(nodes, dice, groups):
    for node, value in nodes:
        name = str(node)
        if name == "LITERAL":
            yield dice.choice((chr(value), chr(value).swapcase())) if dice.random() < 0.2 else chr(value)
        elif name in {"NOT_LITERAL", "ANY"}:
            yield dice.choice("ax7 .-")
        elif name == "IN":
            yield _one_of(value, dice)
        elif name == "BRANCH":
            yield from _written(dice.choice(value[1]), dice, groups)
        elif name == "SUBPATTERN":
            text = "".join(_written(value[3], dice, groups))
            groups[value[0]] = text
            yield text
        elif name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            least, most, inside = value
            count = dice.randint(int(least), min(int(most), int(least) + dice.choice((0, 1, 3, 12))))
            for _ in range(count):
                yield from _written(inside, dice, groups)
        elif name == "GROUPREF":
            yield groups.get(value, "")
        elif name == "ASSERT" and value[0] < 0:
            yield "".join(_written(value[1], dice, groups))


def _one_of(items, dice):
    if str(items[0][0]) == "NEGATE":
        return dice.choice("aZ7_ .-/é")
    name, value = dice.choice(items)
    if str(name) == "RANGE":
        return chr(dice.randint(*value))
    if str(name) == "LITERAL":
        return chr(value)
    kinds = {"DIGIT": "0123456789٣", "SPACE": " \t\u00a0\n", "WORD": "aZ7_é"}
    return dice.choice(kinds.get(str(value).rpartition("_")[2], "a") if "NOT" not in str(value) else "-. a7")


def texts(patterns, count, seed=0):
    """`count` texts of each pattern: alone, disturbed, several in a row."""
    dice = random.Random(seed)
    for pattern in patterns:
        for _ in range(count):
            value = matching(pattern, dice)
            chance = dice.random()
            if chance < 0.4:
                value = disturbed(value, dice)
            elif chance < 0.5:
                value = value + dice.choice((" ", "", ", ", "-")) + matching(pattern, dice)
            yield around(value, dice)
