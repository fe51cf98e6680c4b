"""Certificates of the gate's doors: whether they can be used, and how long they are good for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from cryptography import x509

from guard import observe
from guard.errors import GuardError, SettingsError
from guard.gateway.certificates import context_of
from guard.settings.load import ListenerSettings, Settings
from guard.words.texts import Phrase

SOON = timedelta(days=14)
LOOK_EVERY_S = 3600

Stamp = tuple[tuple[str, int, int], ...]


class Certificates:
    """Tells of those that cannot be used, are over or soon will be: at start, when they are read again, once a day."""

    def __init__(self, settings: Settings, now: Callable[[], datetime], say: Callable[[str], None]) -> None:
        self._doors = [door for door in settings.listeners if door.tls_cert is not None]
        self._now, self._say = now, say
        self._refused: dict[str, GuardError] = {}
        """By the door's name: why its files are not those in use."""
        self._ending: tuple[GuardError, ...] = ()
        self._read = _stamp(self._doors)

    @property
    def problems(self) -> tuple[GuardError, ...]:
        return (*self._refused.values(), *self._ending)

    def look(self) -> None:
        """Tell of those that are over or soon will be."""
        self._ending = self._found()
        self._tell(self._ending)

    async def watch(self, renew: Callable[[Collection[str]], None]) -> None:
        """For ever: `renew` those whose files were changed, should nobody ask for it; tell of a new day near the end."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if _stamp(self._doors) != self._read:
                renew(self.usable())
            elif set(map(str, self._ending)) != set(map(str, self._found())):
                self.look()

    def usable(self) -> tuple[str, ...]:
        """Names of the doors whose files can be read again; tells of the others, which keep what they have."""
        self._refused.clear()
        self._read = _stamp(self._doors)
        for door in self._doors:
            try:
                _context(door)
            except SettingsError as error:
                message = Phrase("settings.certificate-kept", told=error.message)
                self._refused[door.name] = SettingsError(message, hint=Phrase("settings.do.pem-pair"))
        self._tell(tuple(self._refused.values()))
        self.look()
        good = tuple(door.name for door in self._doors if door.name not in self._refused)
        if good:
            observe.log("certificates-read", listeners=len(good))
            self._say(Phrase("settings.certificates-read", names=good))
        return good

    def _found(self) -> tuple[GuardError, ...]:
        return tuple(problem for door in self._doors for problem in _ending(door, self._now()))

    def _tell(self, problems: tuple[GuardError, ...]) -> None:
        for problem in problems:
            observe.warn("certificate", problem=str(problem))
            self._say(Phrase("terminal.warning", told=problem))


def _context(door: ListenerSettings) -> None:
    if door.tls_cert is not None:
        context_of(door.name, door.tls_cert, door.tls_key)


def _ending(door: ListenerSettings, now: datetime) -> Iterator[GuardError]:
    """What is to be said of the days that a door's certificate is good for. Nothing of one that cannot be read."""
    if door.tls_cert is None:
        return
    try:
        leaf = x509.load_pem_x509_certificate(door.tls_cert.read_bytes())  # the first of the chain: the door's own
    except (OSError, ValueError):
        return
    begin, end = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    values = {"name": repr(door.name), "file": str(door.tls_cert)}
    renew = Phrase("settings.do.renew")
    if now >= end:
        yield SettingsError(Phrase("settings.certificate-over", day=f"{end:%Y-%m-%d}", **values), hint=renew)
    elif end - now <= SOON:
        days = (end - now).days
        yield SettingsError(
            Phrase("settings.certificate-ends", count=days, day=f"{end:%Y-%m-%d}", **values), hint=renew
        )
    if now < begin:
        clock = Phrase("settings.do.clock")
        yield SettingsError(Phrase("settings.certificate-early", day=f"{begin:%Y-%m-%d}", **values), hint=clock)


def _stamp(doors: Iterable[ListenerSettings]) -> Stamp:
    """What a renewal changes, or a mended right."""
    found = []
    for file in (file for door in doors for file in (door.tls_cert, door.tls_key) if file is not None):
        with suppress(OSError):
            stat = file.stat()
            found.append((str(file), stat.st_ctime_ns, stat.st_ino))
    return tuple(found)
