"""Signed notes and checkpoints: the specification's own note, and no second spelling of any."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guard.audit.checkpoint import VerifierKey, open_checkpoint, parse_vkey, sign
from guard.errors import VerificationError
from guard.types.audit import TreeHead

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
KEY = VerifierKey("gate.example/log", PRIVATE.public_key().public_bytes_raw())
HEAD = TreeHead(20852163, bytes(range(32)))
NOTE = sign(HEAD, KEY, PRIVATE.sign)


def test_the_key_of_the_go_implementation():
    """The vkey of golang.org/x/mod/sumdb/note's documentation: our id and spelling are theirs."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(parse_vkey(vkey)) == vkey


def test_a_checkpoint_is_written_as_the_specification_says():
    lines = NOTE.split("\n")
    assert lines[:4] == ["gate.example/log", "20852163", base64.b64encode(bytes(range(32))).decode(), ""]
    assert lines[4].startswith("— gate.example/log ")
    assert lines[5:] == [""]
    assert base64.b64decode(lines[4].split(" ")[2])[:4] == KEY.id
    assert open_checkpoint(NOTE, KEY, alone=True) == HEAD


def test_any_other_byte_is_refused():
    raw = NOTE.encode()
    for place in range(len(raw)):
        for bit in range(8):
            changed = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
            try:
                text = changed.decode()
            except UnicodeDecodeError:
                continue
            with pytest.raises(VerificationError):
                open_checkpoint(text, KEY, alone=True)


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "\n\n", NOTE + "\n", NOTE[:-1], "\n" + NOTE, NOTE.replace("\n", "\r\n"), NOTE + NOTE,
        NOTE.replace("20852163", "020852163"), NOTE.replace("20852163", "+20852163"), NOTE.replace("\n\n", "\n"),
        NOTE.replace("\n\n", "\nextension\n\n"), NOTE.replace("— ", "—  "), NOTE.replace("— ", "- "),
        NOTE.replace("20852163", "20852163 "), NOTE.replace("20852163", "²"),
    ],
)  # fmt: skip
def test_other_spellings_are_refused(text):
    with pytest.raises(VerificationError):
        open_checkpoint(text, KEY)


@pytest.mark.parametrize(
    "body", ["gate.example/log\n-1\n{}\n", "gate.example/log\n00\n{}\n", "other\n1\n{}\n", "gate.example/log\n1\n{}=\n",
             "gate.example/log\n1\nAAAA\n", "gate.example/log\n1\n", "gate.example/log\n1\n{}\nmore\n"]
)  # fmt: skip
def test_a_true_signature_under_a_malformed_body_is_refused(body):
    text = body.format(base64.b64encode(bytes(32)).decode())
    signature = base64.b64encode(KEY.id + PRIVATE.sign(text.encode())).decode()
    with pytest.raises(VerificationError):
        open_checkpoint(f"{text}\n— {KEY.name} {signature}\n", KEY)


def test_unused_base64_bits_are_not_a_second_spelling():
    line = NOTE.split("\n")[4]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = line[-2]
    sibling = alphabet[alphabet.index(last) ^ 1]
    assert base64.b64decode(line.split(" ")[2]) == base64.b64decode(line.split(" ")[2][:-2] + sibling + "=")
    with pytest.raises(VerificationError, match="malformed"):
        open_checkpoint(NOTE.replace(line, line[:-2] + sibling + "="), KEY)


def test_signatures_of_others_are_left_aside_unless_ours_must_stand_alone():
    other = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
    witness = VerifierKey("witness.example", other.public_key().public_bytes_raw())
    text = NOTE.partition("\n\n")[0] + "\n"
    line = f"— {witness.name} {base64.b64encode(witness.id + other.sign(text.encode())).decode()}\n"
    assert open_checkpoint(NOTE + line, KEY) == HEAD
    assert open_checkpoint(text + "\n" + line + NOTE.split("\n\n")[1], KEY) == HEAD
    with pytest.raises(VerificationError, match="cannot be checked"):
        open_checkpoint(NOTE + line, KEY, alone=True)
    with pytest.raises(VerificationError, match="not signed by"):
        open_checkpoint(text + "\n" + line, KEY)
    with pytest.raises(VerificationError, match="not a signed note"):
        open_checkpoint(NOTE + line * 16, KEY)


def test_an_empty_tree_may_be_signed():
    head = TreeHead(0, bytes(32))
    assert open_checkpoint(sign(head, KEY, PRIVATE.sign), KEY) == head


@pytest.mark.parametrize(
    "text",
    ["", "a", "a+b", "a+b+c", str(KEY) + "\n", " " + str(KEY), str(KEY).upper(), str(KEY)[:-1], str(KEY) + "=",
     str(KEY).replace("log+", "log2+"), "+" + str(KEY).partition("+")[2]],
)  # fmt: skip
def test_malformed_verifier_keys_are_refused(text):
    with pytest.raises(VerificationError):
        parse_vkey(text)
    assert parse_vkey(str(KEY)) == KEY
