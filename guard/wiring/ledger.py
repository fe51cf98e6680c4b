"""Store, keys and audit log, opened together and checked before anything is added to them."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import IO
from urllib.parse import urlsplit

from guard import observe
from guard.audit.keys import Keys, load_keys
from guard.audit.log import AuditLog
from guard.audit.noted import NAME, LossError, Noted, gone, lost, read_noted, write_noted
from guard.errors import GuardError, StoreError, UsageError, VerificationError
from guard.settings.load import ListenerSettings, Settings, load_settings
from guard.settings.signin import SignInSettings
from guard.settings.toml import Address
from guard.store.base import Transaction
from guard.store.sqlite import SqliteStore
from guard.types.account import SecondFactor
from guard.words.texts import Phrase

LOCK_TRIES = 20
LOCK_WAIT_S = 0.05
DEFAULT_CONFIG = Path("guard.toml")
SANDBOX_PORT = 8400

Doubt = Callable[[VerificationError], None]
"""Hears that the log lacks what was noted beside the keys, or that the note cannot be used."""


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """What review, audit and gateway write to."""

    store: SqliteStore
    log: AuditLog
    keys: Keys
    settings: Settings
    _noting: Lock = field(default_factory=Lock, compare=False)

    def note(self) -> None:
        """Note the newest checkpoint beside the keys; never one that lacks what is noted. What keeps it from that is warned of."""
        folder, store = self.settings.keys_folder, self.settings.store_path
        with self._noting:
            try:
                before = read_noted(folder, self.keys.verifier)
                loss, newest = self.store.read_now(lambda tx: (_lost(tx, self.log, before, store), tx.checkpoint()))
                if loss is not None:
                    raise loss
                if newest is not None and (before is None or newest != before.text):
                    write_noted(folder, newest)
            except OSError as error:
                observe.warn("checkpoint-not-noted", why=error.strerror or type(error).__name__)
            except GuardError as error:
                observe.warn("checkpoint-not-noted", why=str(error))
            except Exception as error:  # noqa: BLE001 -- the next one may be noted
                observe.warn("checkpoint-not-noted", why=type(error).__name__)


def refuse(doubt: VerificationError) -> None:
    raise doubt


def open_ledger(settings: Settings, *, own_thread: bool = True, doubt: Doubt = refuse) -> OpenLedger:
    """Open, or create, the store of these settings. The stored tree must be the one its checkpoint signs.

    It must also continue what was noted beside the keys: `doubt` hears of it otherwise, and may let it pass.
    `own_thread=False` for a process that only records, see guard.store.sqlite.
    """
    absent = not settings.store_path.exists()
    # Keys made anew beside an existing log would not be its keys: then a missing one is an error
    keys = load_keys(settings.keys_folder, settings.origin, create=absent and not noted_file(settings).exists())
    log = AuditLog(keys, settings.origin)
    before: Noted | None = None
    try:
        before = read_noted(settings.keys_folder, keys.verifier)  # before the log is: a gate that runs renews it
    except VerificationError as error:
        doubt(error)
    if absent and before is not None:
        doubt(gone(before, settings.store_path))  # and no file is made where one is to be put back
        before = None
    try:
        settings.store_path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = Phrase("usage.store-folder", folder=str(settings.store_path.parent), why=error.strerror)
        raise StoreError(message, hint=Phrase("usage.do.store")) from None
    store = SqliteStore(settings.store_path, before_commit=log.before_commit, own_thread=own_thread)
    try:
        loss = store.read_now(lambda tx: _lost(tx, log, before, settings.store_path))
        if loss is not None:
            doubt(loss)
    except BaseException:
        store.close()
        raise
    return OpenLedger(store, log, keys, settings)


def _lost(tx: Transaction, log: AuditLog, before: Noted | None, store: Path) -> LossError | None:
    """VerificationError when the stored tree is not the one its checkpoint signs."""
    head = log.check(tx)
    return None if before is None else lost(tx, head, before, store)


def noted_file(settings: Settings) -> Path:
    """Where the newest checkpoint is noted."""
    return settings.keys_folder / NAME


def try_ledger(settings: Settings) -> None:
    """What keeps an existing log from going on is told before half a minute of compiling, and leaves nothing open."""
    if settings.store_path.exists() or noted_file(settings).exists():
        open_ledger(settings, own_thread=False).store.close()


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


def gate_runs(settings: Settings) -> bool:
    """Whether one serves on this store now. Makes no file."""
    store = settings.store_path.resolve()
    try:
        with store.with_name(store.name + ".lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # nobody has served on it yet
        return False
    return False


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


def open_existing(config: Path, doubt: Doubt = refuse) -> OpenLedger:
    """The ledger of a gate that has been started before. UsageError when there is none yet; `doubt` as in `open_ledger`."""
    settings = read_settings(config)
    if not settings.store_path.exists():
        if noted_file(settings).exists():
            open_ledger(settings)  # says what is missing
        message = Phrase("usage.no-log", file=str(settings.store_path))
        raise UsageError(message, hint=Phrase("usage.do.start-once"))
    return open_ledger(settings, doubt=doubt)
