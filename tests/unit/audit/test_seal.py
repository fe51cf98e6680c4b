"""Sealed texts open with their own key for their own event, and not otherwise."""

from __future__ import annotations

import pytest

from guard.audit.seal import seal, unseal
from guard.errors import KeyFileError

KEY = b"\x01" * 32
TEXT = b"un projet confidentiel"


def test_round_trip_with_a_fresh_key_each_time():
    first, second = seal(KEY, "e1", TEXT), seal(KEY, "e1", TEXT)
    assert unseal(KEY, "e1", *first) == unseal(KEY, "e1", *second) == TEXT
    assert first[0] != second[0]
    assert TEXT not in first[0]


@pytest.mark.parametrize("which", [0, 1])
def test_changes_are_noticed(which):
    parts = list(seal(KEY, "e1", TEXT))
    parts[which] = parts[which][:-1] + bytes([parts[which][-1] ^ 1])
    with pytest.raises(KeyFileError) as caught:
        unseal(KEY, "e1", *parts)
    assert "projet" not in str(caught.value)


@pytest.mark.parametrize(("key", "event"), [(b"\x02" * 32, "e1"), (KEY, "e2")])
def test_another_key_or_event(key, event):
    with pytest.raises(KeyFileError, match="cannot be opened"):
        unseal(key, event, *seal(KEY, "e1", TEXT))


@pytest.mark.parametrize("sealed", [b"", b"short"])
def test_cut_off(sealed):
    with pytest.raises(KeyFileError):
        unseal(KEY, "e1", sealed, seal(KEY, "e1", TEXT)[1])


def test_parts_are_not_interchangeable():
    sealed, wrapped = seal(KEY, "e1", TEXT)
    with pytest.raises(KeyFileError):
        unseal(KEY, "e1", wrapped, sealed)
