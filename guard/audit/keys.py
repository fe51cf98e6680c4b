"""The log's keys, in files beside but never inside the database: made on first use, refused when others can read them.

Who holds the signing key can write history anew, who holds the sealing key can read held posts, and who holds the pepper
can guess the accounts behind pseudonyms; hence three files with three fates.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guard import durable
from guard.audit.checkpoint import VerifierKey, valid_name
from guard.errors import KeyFileError
from guard.words.texts import Phrase

SIGNING = "signing.key"
SEALING = "sealing.key"
PEPPER = "pepper.key"
_SIZE = 32


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The three keys of a log. `repr` shows none of them."""

    verifier: VerifierKey
    """Public: what others need to verify the log."""
    sealing: bytes
    """AES-256 key that wraps each record's data key."""
    pepper: bytes
    _signing: Ed25519PrivateKey = field(compare=False)

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""
        return self._signing.sign(message)

    def pseudonym(self, network: str, account: str) -> str:
        """What stands for an account in the log: the same for the same account, meaningless without the pepper."""
        message = f"{network}\n{account}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.pepper, message, "sha256")[:12].hex()

    def __repr__(self) -> str:
        return f"Keys({self.verifier.name})"


def load_keys(folder: Path, origin: str, *, create: bool = True) -> Keys:
    """The keys under `folder` for the log named `origin`. KeyFileError when one is missing, damaged or open to others.

    With `create`, missing ones are made, whole and synced before they are used.
    """
    if not valid_name(origin):
        raise KeyFileError(Phrase("keyfile.origin", origin=repr(origin)), hint=Phrase("keyfile.do.origin"))
    if create:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = Phrase("keyfile.folder", folder=str(folder), why=error.strerror)
            raise KeyFileError(message, hint=Phrase("keyfile.do.settings")) from None
    _refuse_open(folder, "700")
    signing, sealing, pepper = (_load(folder / name, create=create) for name in (SIGNING, SEALING, PEPPER))
    private = Ed25519PrivateKey.from_private_bytes(signing)
    return Keys(VerifierKey(origin, private.public_key().public_bytes_raw()), sealing, pepper, private)


def _load(path: Path, *, create: bool) -> bytes:
    if create and not path.exists():
        _create(path)
    _refuse_open(path, "600")
    try:
        raw = base64.b64decode(path.read_bytes().strip(), validate=True)
    except OSError as error:
        message = Phrase("keyfile.unreadable", file=str(path), why=error.strerror)
        raise KeyFileError(message, hint=Phrase("keyfile.do.owner")) from None
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _SIZE:
        raise KeyFileError(Phrase("keyfile.no-key", file=str(path)), hint=Phrase("keyfile.do.restore-log"))
    return raw


def _create(path: Path) -> None:
    """Appear whole or not at all, and never over a key that another process made meanwhile."""
    try:
        durable.create(path, base64.b64encode(secrets.token_bytes(_SIZE)) + b"\n", rights=0o600)
    except OSError as error:
        message = Phrase("keyfile.unwritable", file=str(path), why=error.strerror)
        raise KeyFileError(message, hint=Phrase("keyfile.do.settings")) from None


def _refuse_open(path: Path, mode: str) -> None:
    try:
        status = path.stat()
    except OSError as error:
        message = Phrase("keyfile.unreadable", file=str(path), why=error.strerror)
        raise KeyFileError(message, hint=Phrase("keyfile.do.owner")) from None
    if stat.S_IMODE(status.st_mode) & 0o077:
        hint = Phrase("keyfile.do.chmod", mode=mode, file=f"'{path}'")
        raise KeyFileError(Phrase("keyfile.open", file=str(path)), hint=hint)
