"""The console's texts, in French and English, as data: `lang/<language>/<page>.toml`, the same keys in both.

Texts are plain: what stands in `{braces}` is put in as text and escaped where it is shown, never as markup.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

LANGUAGES = ("fr", "en")
DEFAULT = "en"
_NAMES = {"fr": "Français", "en": "English"}
_SPACE_BEFORE = re.compile(r" (?=[?!:;»%])|(?<=«) ")
_MONTHS = {
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
_UNITS = {"fr": (("j", 86_400), ("h", 3600), ("min", 60)), "en": (("d", 86_400), ("h", 3600), ("min", 60))}


class Words:
    """The texts of one language: `words("queue.title")`, `words("queue.waiting", count=3)`."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self.texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """The text at `page.name`; with `count`, that of `page.name.one` or `page.name.other`."""
        if "count" in values:
            count = values["count"]
            # French counts nought as one
            one = isinstance(count, int) and (count == 1 or (count == 0 and self.language == "fr"))
            key = f"{key}.{'one' if one else 'other'}"
        text = self.texts[key]
        return text.format_map(values) if values else text

    def has(self, key: str) -> bool:
        return key in self.texts

    def either(self, texts: Mapping[str, str], fallback: str = "") -> str:
        """A policy's own text in this language, else in the other."""
        return texts.get(self.language) or next((text for text in texts.values() if text), fallback)

    def date(self, moment: datetime) -> str:
        """`22 nov. 2026, 09:31` in the machine's own zone."""
        local = moment.astimezone()
        return f"{local.day} {_MONTHS[self.language][local.month - 1]} {local.year}, {local:%H:%M}"

    def span(self, length: timedelta) -> str:
        """A length of time in its two largest units: `2 h 15 min`."""
        left = max(0, round(length.total_seconds()))
        if left < 60:
            return f"{left}\u00a0s"
        parts: list[str] = []
        for name, size in _UNITS[self.language]:
            number, left = divmod(left, size)
            if number or parts:
                parts.append(f"{number}\u00a0{name}" if number else "")
        return " ".join(part for part in parts[:2] if part)

    @property
    def other(self) -> tuple[str, str]:
        """Code and own name of the language this is not."""
        code = next(each for each in LANGUAGES if each != self.language)
        return code, _NAMES[code]


@cache
def words_of(language: str) -> Words:
    """All texts of one language."""
    texts: dict[str, str] = {}
    folder = resources.files("guard.console") / "lang" / language
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            _flatten(file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8")), texts)
    if language == "fr":
        texts = {key: _SPACE_BEFORE.sub("\u00a0", text) for key, text in texts.items()}
    return Words(language, texts)


def chosen(accept_language: str, asked: str = "") -> str:
    """`fr` or `en`: what was asked for, else the browser's first known choice."""
    if asked in LANGUAGES:
        return asked
    weighed = []
    for place, part in enumerate(accept_language.split(",")[:20]):
        tag, _, weight = part.partition(";")
        code = tag.strip().lower()[:2]
        if code in LANGUAGES:
            number = weight.strip().removeprefix("q=").strip()
            try:
                weighed.append((-float(number or 1), place, code))
            except ValueError:
                weighed.append((0.0, place, code))
    return min(weighed)[2] if weighed else DEFAULT


def _flatten(prefix: str, table: Mapping[str, object], into: dict[str, str]) -> None:
    for key, value in table.items():
        if isinstance(value, Mapping):
            _flatten(f"{prefix}.{key}", value, into)
        else:
            into[f"{prefix}.{key}"] = str(value)
