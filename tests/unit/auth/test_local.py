"""Local passwords: few hashes at a time, and a flood is turned away instead of filling the memory."""

import asyncio
import threading

import pytest

from guard.auth import local
from guard.auth.local import LocalProvider
from guard.errors import ProviderError
from tests.doors import QUICK
from tests.ledgers import opened
from tests.people import add


def test_a_flood_is_turned_away(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "WAITING", 3)
    gate = threading.Event()

    async def flood():
        provider = LocalProvider(ledger.store, QUICK)
        monkeypatch.setattr(QUICK, "verify", lambda *_: gate.wait(20) and False)
        first = [asyncio.create_task(provider.identify("x", "y")) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(ProviderError, match="too many"):
            await provider.identify("x", "y")
        gate.set()
        assert await asyncio.gather(*first) == [None] * 3
        await provider.close()

    with opened(tmp_path) as ledger:
        asyncio.run(flood())


def test_only_local_accounts_that_may_sign_in(tmp_path):
    async def ask(name, password):
        provider = LocalProvider(ledger.store, QUICK)
        found = await provider.identify(name, password)
        await provider.close()
        return found

    with opened(tmp_path) as ledger:
        marie = add(ledger.store, password=QUICK.hash("three quiet green lamps"))
        add(ledger.store, "bare")
        assert asyncio.run(ask("MARIE", "three quiet green lamps")).subject == marie.id
        for name, password in (("marie", "x"), ("bare", ""), ("nobody", "")):
            assert asyncio.run(ask(name, password)) is None
