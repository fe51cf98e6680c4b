"""Reads TOML tables with every mistake gathered and told with its line and column."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

from guard.errors import GuardError, Location, SettingsError
from guard.words.texts import Phrase

Check = Callable[[Any], Phrase | None]
"""What is wrong with a value; None when nothing is."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def everywhere(self) -> bool:
        """All addresses of this machine, as 0.0.0.0: somewhere to listen, nowhere to send anybody."""
        ip = _ip(self.host)
        return self.host.strip("0.") == "" if ip is None else ip.is_unspecified

    @property
    def here(self) -> bool:
        """Only this machine reaches it."""
        ip = _ip(self.host)
        return self.host == "localhost" if ip is None else ip.is_loopback


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


class TableReader:
    """Takes values out of one TOML table, gathering problems instead of stopping at the first."""

    def __init__(
        self,
        file: str,
        text: str,
        table: Mapping[str, Any],
        prefix: str,
        problems: list[GuardError],
        known: Sequence[str] = (),
    ) -> None:
        self.file, self.text, self.table, self.prefix, self.problems = file, text, dict(table), prefix, problems
        self.known = list(known)

    def problem(self, key: str, message: Phrase, hint: Phrase | None = None) -> None:
        field_name = f"{self.prefix}{key}"
        line, column = _find_key(self.text, self.prefix, key)
        self.problems.append(SettingsError(message, hint=hint, location=Location(self.file, line, column, field_name)))

    def take(self, key: str, kind: type, default: Any, check: Check | None = None) -> Any:
        """The value, or the default after a located problem."""
        self.known.append(key)
        if key not in self.table:
            return default
        value = self.table.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            given = KINDS.get(type(value), type(value).__name__)
            self.problem(key, Phrase("settings.wrong-kind", wanted=KINDS[kind], given=given))
            return default
        wrong = check(value) if check else None
        if wrong:
            self.problem(key, wrong)
            return default
        return value

    def one_of(self, key: str, words: tuple[str, ...], default: str) -> str:
        wrong = Phrase("settings.one-of", known=words)
        return str(self.take(key, str, default, lambda value: None if value in words else wrong))

    def path(self, key: str, folder: Path, default: Path | None) -> Path | None:
        value = self.take(key, str, None, lambda value: None if value else Phrase("settings.path"))
        if value is None:
            return None if default is None else folder / default
        return folder / Path(value).expanduser()

    def address(self, key: str, default: Address | None) -> Address | None:
        value = self.take(key, str, None)
        if value is None:
            return default
        found = re.fullmatch(r"\[?([0-9A-Za-z.:_-]+?)\]?:([0-9]{1,5})", value)
        if not found or not 0 <= int(found[2]) <= 65535:
            self.problem(key, Phrase("settings.address", value=repr(value)), Phrase("settings.do.host-port"))
            return default
        return Address(found[1], int(found[2]))

    def done(self) -> None:
        for key in self.table:
            close = get_close_matches(key, self.known, 1)
            hint = Phrase("settings.do.known", known=tuple(self.known))
            if close:
                hint = Phrase("settings.do.mean", word=repr(close[0]))
            self.problem(key, Phrase("settings.unknown"), hint)


KINDS: dict[type, Phrase] = {
    str: Phrase("settings.kind.text"),
    int: Phrase("settings.kind.integer"),
    bool: Phrase("settings.kind.boolean"),
    list: Phrase("settings.kind.list"),
    dict: Phrase("settings.kind.table"),
    float: Phrase("settings.kind.number"),
}


def _find_key(text: str, prefix: str, key: str) -> tuple[int | None, int | None]:
    """Best-effort place of a key: tomllib gives no positions, so look for `key =` inside its table."""
    table = re.sub(r"\[\d+\]", "", prefix).strip(".")
    wanted = int(found[1]) if (found := re.search(r"\[(\d+)\]", prefix)) else 0
    current, seen = "", -1
    head: tuple[int | None, int | None] = None, None
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*((?:[\w.@-]|\"[^\"]*\")+)\s*\]?\]", line)
        if header:
            current = header[1].replace('"', "")
            seen += current == table
            if current == table and seen == wanted:
                head = number, line.index("[") + 1  # where a missing key would stand
            if f"{table}.{key}".strip(".") == current:
                return number, line.index("[") + 1
        elif (
            current == table
            and seen in {wanted, -1}
            and (hit := re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line))
        ):
            return number, hit.end() - len(hit[0].lstrip()) + 1
    return head


def read_toml(path: Path, missing: Phrase) -> tuple[str, dict[str, Any]]:
    """The file's text and what it says; `missing` says what to do without it. SettingsError with line and column.

    The mark that some editors put before UTF-8 is left out.
    """
    try:
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except FileNotFoundError:
        raise SettingsError(Phrase("settings.no-file"), hint=missing, location=Location(str(path))) from None
    except OSError as error:
        message = Phrase("settings.unreadable", why=error.strerror)
        raise SettingsError(message, hint=Phrase("settings.do.may-read"), location=Location(str(path))) from None
    except UnicodeDecodeError as error:
        here = Location(str(path), error.object.count(b"\n", 0, error.start) + 1)
        raise SettingsError(Phrase("settings.not-utf8"), hint=Phrase("settings.do.save-utf8"), location=here) from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        message = Phrase("settings.not-toml", why=re.sub(r"\s*\(at .*\)$", "", str(error)))
        near = text.splitlines()[line - 1 : line] if line else []
        curly = any(mark in each for each in near for mark in "“”‘’«»")
        hint = Phrase("settings.do.straight") if curly else Phrase("settings.do.toml")
        raise SettingsError(message, hint=hint, location=Location(str(path), line, column)) from None


def in_order(problems: Sequence[GuardError]) -> list[GuardError]:
    """As their lines follow each other in the file; those without a line last."""
    places = ((one.location.line if one.location else None, one) for one in problems)
    return [one for _, one in sorted(places, key=lambda each: (each[0] is None, each[0] or 0))]


def at_least(least: int) -> Check:
    return lambda value: None if value >= least else Phrase("settings.at-least", least=least)


def between(least: int, most: int) -> Check:
    return lambda value: None if least <= value <= most else Phrase("settings.between", least=least, most=most)


def one_line(value: str) -> Phrase | None:
    return None if value.strip() and value.isprintable() else Phrase("settings.one-line")
