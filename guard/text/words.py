"""Words for digits, numbers, letters and signs, as data: what people say when they dictate."""

from __future__ import annotations

from typing import Final


def _split(words: str) -> list[str]:
    return words.split()


DIGITS: Final = {
    word: digit
    for language in (
        "zero un deux trois quatre cinq six sept huit neuf",
        "zero one two three four five six seven eight nine",
        "null eins zwei drei vier funf sechs sieben acht neun",
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
        "zero uno due tre quattro cinque sei sette otto nove",
    )
    for digit, word in enumerate(_split(language))
} | {"une": 1, "oh": 0, "niner": 9, "fuenf": 5, "zwo": 2, "nought": 0, "nil": 0}
TEENS: Final = {
    word: 10 + at
    for language in (
        "dix onze douze treize quatorze quinze seize",
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    )
    for at, word in enumerate(_split(language))
}
TENS: Final = {
    word: 20 + 10 * at
    for language in (
        "vingt trente quarante cinquante soixante septante octante nonante",
        "twenty thirty forty fifty sixty seventy eighty ninety",
    )
    for at, word in enumerate(_split(language))
} | {"vingts": 20, "huitante": 80, "fourty": 40}
HUNDRED: Final = frozenset({"cent", "cents", "hundred"})
TIMES: Final = {"double": 2, "triple": 3, "deux fois": 2, "trois fois": 3}
NATO: Final = {
    word: word[0].upper()
    for word in _split(
        "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike november oscar papa "
        "quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu"
    )
} | {"x-ray": "X"}
SIGNS: Final = {
    "at": "@", "arobase": "@", "arrobase": "@", "dot": ".", "point": ".", "dash": "-", "hyphen": "-", "tiret": "-",
    "underscore": "_", "plus": "+",
}  # fmt: skip
SPOKEN: Final = sorted(
    [*DIGITS, *TEENS, *TENS, *HUNDRED, "double", "triple", "plus"], key=lambda word: (-len(word), word)
)
NUMBER_WORDS: Final = r"(?:" + "|".join(sorted({*SPOKEN, "z[eé]ro"} - {"zero"})) + ")"
"""For a trigger, which sees accents."""
ALPHABET_WORDS: Final = "(?:" + "|".join(sorted(NATO)) + ")"
GAP: Final = r"[ ,.;:/_|*·-]{1,3}"
"""Between the words of a code that is told."""
SAID_DOT: Final = r"(?:[ ]?(?:\[\.\]|\(\.\)|\{\.\}|[\[({]?(?:dot|point|punkt|punto)[\])}]?)[ ]?|[ ]\.[ ])"
"""The dot of a machine's address in a word, or in brackets so that nobody follows it by accident."""
PICTURED_AT: Final = "[\u2709\U0001f300\U0001f4e7-\U0001f4ed\U0001f170]\ufe0f?"
"""Envelopes, letter boxes, a spiral and a boxed A: what stands for an @ that is to be seen by people alone."""
PROVIDERS: Final = "gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|icloud|proton|protonmail|pm|laposte|orange|wanadoo|free|sfr|gmx|aol|bluewin|skynet|videotron|btinternet|bigpond|eircom"
"""Where people have their mailboxes."""
