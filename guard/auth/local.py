"""Accounts with their password here: for small companies, and for the day the directory is down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from guard.auth.base import PasswordKeeper
from guard.auth.passwords import Passwords
from guard.errors import ProviderError
from guard.store.base import Store
from guard.types.account import LOCAL, Identity

T = TypeVar("T")

AT_ONCE = 2
"""Hashes made at the same time: each takes a core and 19 MiB, and the gate's posts come first."""
WAITING = 64
"""More than so many at once are turned away; a flood of sign-ins must not fill the memory."""


class LocalProvider:
    """Keeps the promise of guard.auth.base.PasswordKeeper over the store's accounts."""

    name = LOCAL

    def __init__(self, store: Store, passwords: Passwords) -> None:
        self._store = store
        self._passwords = passwords
        self._threads = ThreadPoolExecutor(AT_ONCE, "guard-password")
        self._waiting = 0

    async def identify(self, name: str, password: str) -> Identity | None:
        account = self._store.read_now(lambda tx: tx.accounts.named(name))
        usable = account is not None and account.provider == LOCAL and not account.disabled
        encoded = account.password if account is not None and usable else ""
        right = await self._in_thread(self._passwords.verify, encoded, password)
        if account is None or not right:
            return None
        return Identity(LOCAL, account.id, account.name, account.roles, account.groups)

    async def hash(self, password: str) -> str:
        return await self._in_thread(self._passwords.hash, password)

    def outdated(self, encoded: str) -> bool:
        return self._passwords.outdated(encoded)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[..., T], *arguments: str) -> T:
        if self._waiting >= WAITING:
            raise ProviderError("too many people sign in at this moment", hint="try again in a few seconds")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._waiting -= 1


_keeps_promise: type[PasswordKeeper] = LocalProvider
