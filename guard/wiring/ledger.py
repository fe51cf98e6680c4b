"""Store, keys and audit log, opened together and checked before anything is added to them."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from guard.audit.keys import Keys, load_keys
from guard.audit.log import AuditLog
from guard.errors import StoreError, UsageError
from guard.settings.load import ListenerSettings, Settings, load_settings
from guard.settings.signin import SignInSettings
from guard.settings.toml import Address
from guard.store.sqlite import SqliteStore
from guard.types.account import SecondFactor
from guard.words.texts import Phrase

LOCK_TRIES = 20
LOCK_WAIT_S = 0.05
DEFAULT_CONFIG = Path("guard.toml")
SANDBOX_PORT = 8400


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """What review, audit and gateway write to."""

    store: SqliteStore
    log: AuditLog
    keys: Keys
    settings: Settings


def open_ledger(settings: Settings, *, own_thread: bool = True) -> OpenLedger:
    """Open, or create, the store of these settings. The stored tree must be the one its checkpoint signs.

    `own_thread=False` for a process that only records, see guard.store.sqlite.
    """
    # Keys made anew beside an existing log would not be its keys: then a missing one is an error
    keys = load_keys(settings.keys_folder, settings.origin, create=not settings.store_path.exists())
    log = AuditLog(keys, settings.origin)
    try:
        settings.store_path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = Phrase("usage.store-folder", folder=str(settings.store_path.parent), why=error.strerror)
        raise StoreError(message, hint=Phrase("usage.do.store")) from None
    store = SqliteStore(settings.store_path, before_commit=log.before_commit, own_thread=own_thread)
    try:
        store.read_now(log.check)
    except BaseException:
        store.close()
        raise
    return OpenLedger(store, log, keys, settings)


def sandbox_settings(port: int = SANDBOX_PORT) -> Settings:
    """Embedded defaults of `make run`, apart from a real gate's files: one Mastodon door in front of the sandbox.

    Three ports from `port` on: the door's, the console's, the sandbox's.
    """
    door = ListenerSettings(
        name="gate",
        channel="mastodon",
        listen=Address("127.0.0.1", port),
        upstream=f"http://127.0.0.1:{port + 2}",
        public_url=f"http://127.0.0.1:{port}",
    )
    folder = Path("var/sandbox")
    # Only this machine reaches it, and what it guards is an example: no telephone is needed to look around
    signin = SignInSettings(second_factor=SecondFactor.OPTIONAL)
    console = Address("127.0.0.1", port + 1)
    here = replace(Settings(), listeners=(door,), console=console, signin=signin)
    return replace(here, store_path=folder / "guard.db", keys_folder=folder / "keys")


def sandbox_place(settings: Settings) -> Address:
    """Where the sandbox service of those settings listens."""
    service = urlsplit(settings.listeners[0].upstream)
    return Address(service.hostname or "", service.port or 0)


@contextmanager
def only_gate(settings: Settings) -> Iterator[None]:
    """Held while a gate serves: a second one on the same store would take the first one's sends for cut off."""
    store = settings.store_path.resolve()
    path = store.with_name(store.name + ".lock")
    with _opened(path) as file:
        if not _locked(file):
            message = Phrase("usage.gate-running", file=str(settings.store_path))
            raise UsageError(message, hint=Phrase("usage.do.stop-first"))
        yield


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w")
    except OSError as error:
        message = Phrase("usage.store-folder", folder=str(error.filename or path), why=error.strerror or "")
        raise StoreError(message, hint=Phrase("usage.do.store")) from None


def _locked(file: IO[str]) -> bool:
    """Lock it, waiting a moment for the workers of a gate that was killed: they end as soon as they notice."""
    tries = LOCK_TRIES
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            tries -= 1
            if not tries:
                return False
            time.sleep(LOCK_WAIT_S)
        else:
            return True


def read_settings(config: Path) -> Settings:
    """The settings file; without one, those of `make run`."""
    if config == DEFAULT_CONFIG and not config.exists():
        return sandbox_settings()
    return load_settings(config)


def open_existing(config: Path) -> OpenLedger:
    """The ledger of a gate that has been started before. UsageError when there is none yet."""
    settings = read_settings(config)
    if not settings.store_path.exists():
        message = Phrase("usage.no-log", file=str(settings.store_path))
        raise UsageError(message, hint=Phrase("usage.do.start-once"))
    return open_ledger(settings)
