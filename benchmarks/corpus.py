"""Posts the benchmarks make themselves, the same on every machine: French and English, a wide vocabulary, invented people.

No real post is read, and no identifier or secret stands whole in this file: they are assembled when asked for.
"""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import words
from guard.authoring.bench_texts import UNITS

SEED = 20261122
PII_SHARE = 0.06
TAIL = 4.0
"""How unevenly the rare words are used (1: all alike). So that 6,000 posts hold some 25,000 distinct words, as real ones do."""
COMPARED = (
    "digits", "one letter", "a@a@", "a.a.", "dots", "1 1", "A1-A1-", "key prefixes", "http://a:", "plus thirty-three",
    "combining marks", "zero width", "Cyrillic look-alikes", "random ASCII", "random Unicode",
)  # fmt: skip
"""The hostile texts that both engines read; Presidio would need an hour for all."""
CLEAN_FIRST_NAMES = ("Noor", "Maël", "Iris", "Tomas", "Yuna", "Basile")


@dataclass(frozen=True, slots=True)
class Sample:
    """A generated post: its text, its language, and the kind of the one item planted in it (empty: none)."""

    text: str
    language: str
    planted: str = ""


def posts(count: int, seed: int = SEED, pii_share: float = PII_SHARE) -> list[Sample]:
    """`count` posts of about 200 characters, alternately French and English."""
    dice = random.Random(seed)
    writers = {"fr": _Writer(dice, "fr"), "en": _Writer(dice, "en")}
    made = []
    for number in range(count):
        language = ("fr", "en")[number % 2]
        text = writers[language].text(dice.randint(130, 270))
        planted = ""
        if dice.random() < pii_share:
            planted = dice.choice(sorted(PLANTED))
            cut = text.index(" ", len(text) // 2)
            text = f"{text[:cut]} {PLANTED[planted](dice)}{text[cut:]}"
        made.append(Sample(text, language, planted))
    return made


def hostile(length: int = 5000, seed: int = SEED) -> dict[str, str]:
    """Texts of `length` characters made to hurt pattern engines, by name."""
    dice = random.Random(seed)
    texts = {name: (unit * (length // len(unit) + 1))[:length] for name, unit in UNITS.items()}
    alphabets = {
        "random ASCII": string.ascii_letters + string.digits + " .-_@:/+",
        "random base64": string.ascii_letters + string.digits + "+/",
        "random base32": string.ascii_uppercase + "234567",
        "random hex": "0123456789abcdef",
        "random digits and separators": string.digits * 3 + " .-/,",
        "random brackets and dots": ".,;:[](){}<>@#",
        "random marks": "e\u0301\u0327\u0330\u200b\u200d\u2060\ufe0f \u202e",
    }
    texts |= {name: "".join(dice.choices(letters, k=length)) for name, letters in alphabets.items()}
    texts["random Unicode"] = "".join(chr(dice.randint(0x20, 0xD7FF)) for _ in range(length))
    texts["random planes"] = "".join(chr(dice.randint(0xE000, 0x10FFFF)) for _ in range(length))
    texts["random compatibility"] = "".join(chr(dice.randint(0x1D400, 0x1D7FF)) for _ in range(length))
    texts["base64 of base64"] = _encoded(_encoded("06 39 98 12 34 " * 400))[:length].ljust(length, "A")
    texts["ordinary words"] = " ".join(post.text for post in posts(60, seed=seed))[:length]
    texts["many findings"] = "".join(PLANTED[name](dice) + " " for _ in range(80) for name in sorted(PLANTED))[:length]
    return texts


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


class _Writer:
    """Writes sentences in one language: common words, and a long tail of rare ones."""

    def __init__(self, dice: random.Random, language: str) -> None:
        french = language == "fr"
        stems = words.FRENCH_STEMS if french else words.ENGLISH_STEMS
        endings = words.FRENCH_ENDINGS if french else words.ENGLISH_ENDINGS
        prefixes = ("", "", "re", "sur", "pré", "dé") if french else ("", "", "re", "un", "over", "pre")
        self._common = words.FRENCH_WORDS if french else words.ENGLISH_WORDS
        self._rare = sorted({prefix + stem + ending for prefix in prefixes for stem in stems for ending in endings})
        random.Random(SEED).shuffle(self._rare)
        self._dice = dice

    def text(self, length: int) -> str:
        """At most `length` characters, at least three words."""
        dice, parts, size, opening = self._dice, [], 0, True
        while size < length:
            word = self._word()
            parts.append(word.capitalize() if opening else word)
            opening = dice.random() < 0.1
            if opening:
                parts[-1] += dice.choice(".!?…")
            elif dice.random() < 0.08:
                parts[-1] += ","
            size += len(parts[-1]) + 1
        return " ".join(parts)[:length].strip()

    def _word(self) -> str:
        dice = self._dice
        chance = dice.random()
        if chance < 0.55:
            return dice.choice(self._common)
        if chance < 0.955:
            return self._rare[int(len(self._rare) * dice.random() ** TAIL)]
        return dice.choice((self._tag, self._mention, self._number, self._emoji, self._link))()

    def _tag(self) -> str:
        return "#" + self._dice.choice(words.TAGS)

    def _mention(self) -> str:
        return f"@{self._dice.choice(CLEAN_FIRST_NAMES).lower()}@social.example"

    def _number(self) -> str:
        dice = self._dice
        return dice.choice(
            (
                f"{dice.randint(2, 99)} %",
                f"{dice.randint(8, 20)}h{dice.randint(10, 59)}",
                f"v{dice.randint(1, 9)}.{dice.randint(0, 20)}",
            )
        )

    def _emoji(self) -> str:
        return self._dice.choice(words.EMOJI)

    def _link(self) -> str:
        return f"https://blog.example/{self._dice.choice(self._rare)}"


def _email(dice: random.Random) -> str:
    return f"{dice.choice(CLEAN_FIRST_NAMES).lower()}.{dice.randint(10, 99)}" + "@" + "mail.example.org"


def _french_phone(dice: random.Random) -> str:
    return f"06 39 98 {dice.randint(10, 99)} {dice.randint(10, 99)}"


def _british_phone(dice: random.Random) -> str:
    return f"+44 7700 900{dice.randint(100, 999)}"


def _iban(dice: random.Random) -> str:
    account = "20041" + "01005" + "".join(dice.choices(string.digits, k=13))
    check = 98 - int(f"{account}152700") % 97
    whole = f"FR{check:02d}{account}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def _card(dice: random.Random) -> str:
    digits = [4, 0, 0, 0, 0, 0] + [dice.randint(0, 9) for _ in range(9)]
    doubled = [
        (2 * digit - 9 if digit > 4 else 2 * digit) if place % 2 == 0 else digit for place, digit in enumerate(digits)
    ]
    digits.append(-sum(doubled) % 10)
    whole = "".join(map(str, digits))
    return " ".join(whole[at : at + 4] for at in range(0, 16, 4))


def _token(dice: random.Random) -> str:
    return "gh" + "p_" + "".join(dice.choices(string.ascii_letters + string.digits, k=36))


PLANTED: dict[str, Callable[[random.Random], str]] = {
    "EMAIL_ADDRESS": _email,
    "PHONE_NUMBER fr": _french_phone,
    "PHONE_NUMBER uk": _british_phone,
    "IBAN_CODE": _iban,
    "CREDIT_CARD": _card,
    "SECRET": _token,
}
