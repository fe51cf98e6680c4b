"""Store, keys and audit log, opened together and checked before anything is added to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from guard.audit.keys import Keys, load_keys
from guard.audit.log import AuditLog
from guard.errors import StoreError
from guard.settings.load import Settings, load_settings
from guard.store.sqlite import SqliteStore

DEFAULT_CONFIG = Path("guard.toml")


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """What review, audit and gateway write to."""

    store: SqliteStore
    log: AuditLog
    keys: Keys
    settings: Settings


def open_ledger(settings: Settings) -> OpenLedger:
    """Open, or create, the store of these settings. The stored tree must be the one its checkpoint signs."""
    keys = load_keys(settings.keys_folder, settings.origin)
    log = AuditLog(keys, settings.origin)
    try:
        settings.store_path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{settings.store_path.parent}: {error.strerror}", hint="check [store] path in guard.toml"
        ) from None
    store = SqliteStore(settings.store_path, before_commit=log.before_commit)
    try:
        store.read_now(log.check)
    except BaseException:
        store.close()
        raise
    return OpenLedger(store, log, keys, settings)


def read_settings(config: Path) -> Settings:
    """The settings file; without one, the embedded defaults of `make run`."""
    if config == DEFAULT_CONFIG and not config.exists():
        return Settings()
    return load_settings(config)


def open_existing(config: Path) -> OpenLedger:
    """The ledger of a gate that has been started before. StoreError when there is none yet."""
    settings = read_settings(config)
    if not settings.store_path.exists():
        hint = "start the gate once, or name its settings with --config"
        raise StoreError(f"there is no log at {settings.store_path} yet", hint=hint)
    return open_ledger(settings)
