"""What is told of certificates: their end, files that cannot be used, and what was read again."""

from __future__ import annotations

import asyncio
import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from guard.settings.load import ListenerSettings, Settings
from guard.settings.toml import Address
from guard.wiring import certificates
from guard.wiring.certificates import Certificates
from guard.words.texts import words_of
from tests.certificates import certificate

END = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36500)


class Told:
    """The certificates of one door on a day of one's own, and what is said of them."""

    def __init__(self, folder: Path) -> None:
        self.cert, self.key = certificate(folder, x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        door = ListenerSettings(
            "social", "mastodon", Address("0.0.0.0", 443), "https://m.example", "https://g.example",
            tls_cert=self.cert, tls_key=self.key,
        )  # fmt: skip
        plain = ListenerSettings("x", "x", Address("127.0.0.1", 1), "https://api.x.com", "http://127.0.0.1:1")
        self.now = END - timedelta(days=30)
        self.said: list[str] = []
        self.watched = Certificates(Settings(listeners=(door, plain)), lambda: self.now, self.said.append)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(days=15), ""),
        (timedelta(days=14), "ends on 2119-12-08, in 14 days (renew it"),
        (timedelta(days=1, hours=3), "ends on 2119-12-08, in 1 day (renew it"),
        (timedelta(), "ended on 2119-12-08: clients refuse it (renew it"),
        (timedelta(days=-400), "ended on 2119-12-08: clients refuse it (renew it"),
        (timedelta(days=36501), "begins only on 2020-01-01: clients refuse it (check this machine's clock"),
    ],
)
def test_the_end_is_told_from_two_weeks_on(told: Told, left: timedelta, expected: str) -> None:
    told.now = END - left
    told.watched.look()
    assert len(told.said) == len(told.watched.problems) == bool(expected)
    assert expected in "".join(told.said)


def test_it_is_told_in_french_too(told: Told) -> None:
    told.now = END - timedelta(days=3)
    told.watched.look()
    assert "prend fin le 2119-12-08, dans 3 jours" in words_of("fr").told(told.said[0])


def test_files_that_cannot_be_used_are_told_until_they_can(told: Told) -> None:
    sound = told.cert.read_bytes()
    told.cert.write_text("-----BEGIN")
    assert told.watched.usable() == ()
    assert "cannot be used; the one before it stays in use" in told.said[0]
    assert len(told.watched.problems) == 1
    told.cert.write_bytes(sound)
    assert told.watched.usable() == ("social",)
    assert told.said[1:] == ["certificates read again: social"]
    assert told.watched.problems == ()


def test_a_change_is_noticed_without_a_signal_and_each_day_is_told_once(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "LOOK_EVERY_S", 0)
    renewed: list[tuple[str, ...]] = []

    async def test() -> None:
        watching = asyncio.create_task(told.watched.watch(lambda names: renewed.append(tuple(names))))
        for day in (30, 30, 10, 10, 10, 9):
            told.now = END - timedelta(days=day)
            await asyncio.sleep(0.01)
        assert [text.split(", in ")[1][:7] for text in told.said] == ["10 days", "9 days "]
        assert renewed == []
        os.utime(told.key, ns=(1, 1))
        await asyncio.sleep(0.01)
        assert renewed == [("social",)]
        watching.cancel()

    asyncio.run(test())
