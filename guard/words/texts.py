"""Texts in French and English, as data: `lang/<language>/<page>.toml`, the same keys in both; and phrases made of them.

A phrase is made where something is found out, far below whoever knows the reader. It is its own English text, which is what
logs, JSON and SARIF hold, and remembers its key and values, so that the edge (console, terminal) tells it in the reader's
language. Texts are plain: what stands in `{braces}` is put in as text and escaped where it is shown, never as markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any, Protocol, Self, runtime_checkable

import tomli

LANGUAGES = ("fr", "en")
DEFAULT = "en"
_NAMES = {"fr": "Français", "en": "English"}
_SPACE_BEFORE = re.compile(r" (?=[?!:;»%])|(?<=«) ")
_MONTHS = {
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
_UNITS = {"fr": (("j", 86_400), ("h", 3600), ("min", 60)), "en": (("d", 86_400), ("h", 3600), ("min", 60))}
_FRENCH_SIGNS = str.maketrans({",": "\u202f", ".": ","})


class Words:
    """The texts of one language: `words("queue.title")`, `words("queue.waiting", count=3)`."""

    def __init__(self, language: str, texts: Mapping[str, str], zone: tzinfo | None = None) -> None:
        """Times are told in `zone`; without it in the machine's own."""
        self.language = language
        self.texts = texts
        self.zone = zone

    def __call__(self, key: str, **values: object) -> str:
        """The text at `page.name`; with `count`, that of `page.name.one` or `page.name.other`."""
        if "count" in values:
            count = values["count"]
            # French counts nought as one
            one = isinstance(count, int) and (count == 1 or (count == 0 and self.language == "fr"))
            key = f"{key}.{'one' if one else 'other'}"
        text = self.texts[key]
        return text.format_map(values) if values else text

    def told(self, text: str | Tellable) -> str:
        """A phrase, or an error made of phrases, in this language; any other text as it is."""
        return text.told(self) if isinstance(text, Tellable) else text

    def filled(self, key: str, values: Mapping[str, Any]) -> str:
        """The text of a phrase."""
        return self(key, **{name: self._value(value) for name, value in values.items()})

    def _value(self, value: Any) -> Any:
        if isinstance(value, str | Tellable):
            return self.told(value)
        if isinstance(value, tuple):
            return ", ".join(map(self._value, value))
        if self.language == "fr" and isinstance(value, int | float):
            return _FrenchInt(value) if isinstance(value, int) else _FrenchFloat(value)
        return value

    def has(self, key: str) -> bool:
        return key in self.texts

    def either(self, texts: Mapping[str, str], fallback: str = "") -> str:
        """A policy's own text in this language, else in the other."""
        return texts.get(self.language) or next((text for text in texts.values() if text), fallback)

    def date(self, moment: datetime, zone: tzinfo | None = None) -> str:
        """`22 nov. 2026, 09:31` in this zone, else in the reader's."""
        local = moment.astimezone(zone or self.zone)
        return f"{local.day} {_MONTHS[self.language][local.month - 1]} {local.year}, {local:%H:%M}"

    def ending(self, moment: datetime, zone: tzinfo) -> str:
        """The last day, where a moment is the end of a day of this zone, as a bare date in a policy is; else the date and hour."""
        local = moment.astimezone(zone)
        if local.time() != time(0):
            return self.date(moment)
        last = local.date() - timedelta(days=1)
        return f"{last.day} {_MONTHS[self.language][last.month - 1]} {last.year}"

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


@runtime_checkable
class Tellable(Protocol):
    """What knows how to be told in either language."""

    def told(self, words: Words) -> str: ...


class _FrenchInt(int):
    """Written with French signs where a text asks for any: `{bytes:,}` gives `12 345`."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return super().__format__(spec).translate(_FRENCH_SIGNS)


class _FrenchFloat(float):
    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return super().__format__(spec).translate(_FRENCH_SIGNS)


class Phrase(str):
    """A text in English that can be told in the other language: `Phrase("loader.missing-key", name="owner")`.

    Values are texts, numbers, errors, further phrases, or tuples of texts and phrases, told with commas between. What is quoted
    from a file is a plain text and stays as written.
    """

    __slots__ = ("key", "values")
    key: str
    values: Mapping[str, Any]

    def __new__(cls, key: str, **values: Any) -> Self:
        made = super().__new__(cls, words_of(DEFAULT).filled(key, values))
        made.key, made.values = key, values
        return made

    def told(self, words: Words) -> str:
        return words.filled(self.key, self.values)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.key, self.values)


def _again(key: str, values: Mapping[str, Any]) -> Phrase:
    return Phrase(key, **values)


def packed(value: Any) -> Any:
    """A text, or a phrase's value, as JSON for another process of this version, which shows it: a phrase stays one."""
    if isinstance(value, Phrase):
        return {"phrase": value.key, "values": {name: packed(one) for name, one in value.values.items()}}
    return [packed(one) for one in value] if isinstance(value, tuple) else value


def unpacked(value: Any) -> Any:
    """What `packed` packed."""
    if isinstance(value, dict):
        return Phrase(value["phrase"], **{name: unpacked(one) for name, one in value["values"].items()})
    return tuple(map(unpacked, value)) if isinstance(value, list) else value


@cache
def words_of(language: str) -> Words:
    """What every part of the gate may say, in one language."""
    return Words(language, texts_beside(Path(__file__), language))


def texts_beside(module: Path, language: str) -> dict[str, str]:
    """All texts of the module's room in one language, by `page.name`."""
    texts: dict[str, str] = {}
    for file in (module.parent / "lang" / language).glob("*.toml"):
        _flatten(file.stem, tomli.loads(file.read_text(encoding="utf-8")), texts)
    if language == "fr":
        texts = {key: _SPACE_BEFORE.sub("\u00a0", text) for key, text in texts.items()}
    return texts


def _flatten(prefix: str, table: Mapping[str, object], into: dict[str, str]) -> None:
    for key, value in table.items():
        if isinstance(value, Mapping):
            _flatten(f"{prefix}.{key}", value, into)
        else:
            into[f"{prefix}.{key}"] = str(value)
