"""Signed checkpoints: C2SP tlog-checkpoint in a C2SP signed-note with Ed25519, and the verifier keys that check them.

Read as strictly as it is written: one spelling for each checkpoint, so that a changed byte is never a matter of taste.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from guard.errors import VerificationError
from guard.types.audit import TreeHead
from guard.words.texts import Phrase

_ED25519 = b"\x01"
_HASH = 32
_MAX_LINES = 16
"""Signatures that a reader must at least accept; more are refused."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Name and Ed25519 public key (32 bytes) of who signs; written as a vkey, `name+1a2b3c4d+base64`."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that name the key in signature lines."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_encode(_ED25519 + self.public)}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """True when the signature (64 bytes) is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def parse_vkey(text: str) -> VerifierKey:
    """The key of a vkey. VerificationError unless it is spelt exactly as we would spell it."""
    name, _, rest = text.partition("+")
    _, _, encoded = rest.partition("+")
    raw = _decode(encoded)
    if raw is None or len(raw) != 1 + _HASH or raw[:1] != _ED25519 or not valid_name(name):
        raise VerificationError(Phrase("ledger.no-ed25519"), hint=Phrase("ledger.do.looks"))
    key = VerifierKey(name, raw[1:])
    if str(key) != text:
        raise VerificationError(Phrase("ledger.key-id"), hint=Phrase("ledger.do.copy"))
    return key


def valid_name(name: str) -> bool:
    """Key names and origins of ours: not empty, printable, no space of any kind and no plus."""
    return bool(name) and name.isprintable() and "+" not in name and not any(char.isspace() for char in name)


def sign(head: TreeHead, key: VerifierKey, signer: Callable[[bytes], bytes]) -> str:
    """The checkpoint of a tree head; the key's name is the log's origin. `signer` maps a message to 64 bytes."""
    text = f"{key.name}\n{head.size}\n{_encode(head.root)}\n"
    return f"{text}\n— {key.name} {_encode(key.id + signer(text.encode()))}\n"


def open_checkpoint(note: str, key: VerifierKey, *, alone: bool = False) -> TreeHead:
    """The tree head of a checkpoint that `key` signed. VerificationError for any other text.

    Signatures of keys we do not know are left aside, as the specification asks; with `alone` none may stand beside ours.
    """
    text, lines = _split(note)
    verified = 0
    for line in lines:
        name, key_id, signature = _signature(line)
        if (name, key_id) == (key.name, key.id):
            if not key.verifies(signature, text.encode()):
                raise VerificationError(Phrase("ledger.signature"), hint=Phrase("ledger.do.changed"))
            verified += 1
    if not verified:
        raise VerificationError(
            Phrase("ledger.not-signed-by", vkey=f"{key.name}+{key.id.hex()}"), hint=Phrase("ledger.do.other-key")
        )
    if alone and len(lines) != 1:
        raise VerificationError(Phrase("ledger.foreign-signatures"))
    return _tree_head(text, key.name)


def signers(note: str) -> list[str]:
    """Who a note says it is signed by, as `name+1a2b3c4d`; nothing is checked. VerificationError when it is no signed note."""
    return [f"{name}+{key_id.hex()}" for name, key_id, _ in map(_signature, _split(note)[1])]


def _split(note: str) -> tuple[str, list[str]]:
    """The signed text, with its final newline, and the signature lines without theirs."""
    if any(char < " " and char != "\n" for char in note) or not note.endswith("\n"):
        raise VerificationError(Phrase("ledger.no-note"))
    text, blank, signatures = note.rpartition("\n\n")
    lines = signatures[:-1].split("\n")
    if not blank or not signatures or not 1 <= len(lines) <= _MAX_LINES:
        raise VerificationError(Phrase("ledger.no-note"))
    return text + "\n", lines


def _signature(line: str) -> tuple[str, bytes, bytes]:
    """Key name, key id and signature bytes of one line."""
    parts = line.split(" ")
    raw = _decode(parts[2]) if len(parts) == 3 else None
    if raw is None or parts[0] != "—" or not valid_name(parts[1]) or len(raw) <= 4:
        raise VerificationError(Phrase("ledger.signature-line"))
    return parts[1], raw[:4], raw[4:]


def _tree_head(text: str, origin: str) -> TreeHead:
    lines = text[:-1].split("\n")
    if len(lines) != 3 or lines[0] != origin:
        raise VerificationError(Phrase("ledger.other-log"))
    size, root = lines[1], _decode(lines[2])
    if not (size.isascii() and size.isdigit()) or (size[0] == "0" and size != "0") or len(size) > 18:
        raise VerificationError(Phrase("ledger.tree-size"))
    if root is None or len(root) != _HASH:
        raise VerificationError(Phrase("ledger.root"))
    return TreeHead(int(size), root)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _decode(text: str) -> bytes | None:
    """Standard base64 in its one canonical spelling, else None: unused trailing bits must be zero."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _encode(raw) == text else None
