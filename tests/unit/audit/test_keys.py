"""Key files: made whole, kept private, never quietly replaced."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from guard.audit.keys import PEPPER, SEALING, SIGNING, load_keys
from guard.errors import KeyFileError
from guard.words.texts import words_of


def test_keys_are_made_once_and_private(tmp_path):
    folder = tmp_path / "new" / "keys"
    first = load_keys(folder, "gate.example")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(file.name for file in folder.iterdir()) == sorted([SIGNING, SEALING, PEPPER])
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    again = load_keys(folder, "gate.example", create=False)
    assert again == first
    assert first.verifier.verifies(again.sign(b"message"), b"message")
    assert len({first.sealing, first.pepper, first.verifier.public}) == 3


def test_repr_shows_no_key(tmp_path):
    keys = load_keys(tmp_path / "keys", "gate.example")
    assert repr(keys) == "Keys(gate.example)"


@pytest.mark.parametrize("name", [SIGNING, SEALING, PEPPER])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_open_to_others_is_refused_with_the_command_that_mends_it(tmp_path, name, mode):
    load_keys(tmp_path / "keys", "gate.example")
    path = tmp_path / "keys" / name
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="open to other users") as caught:
        load_keys(tmp_path / "keys", "gate.example")
    assert caught.value.hint == f"chmod 600 '{path}'"


def test_a_folder_open_to_others_is_refused(tmp_path):
    load_keys(tmp_path / "keys", "gate.example")
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(KeyFileError) as caught:
        load_keys(tmp_path / "keys", "gate.example")
    assert "chmod 700" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"short", b"!" * 44, b"\x00" * 32])
def test_a_damaged_key_is_not_replaced(tmp_path, content):
    load_keys(tmp_path / "keys", "gate.example")
    (tmp_path / "keys" / SIGNING).write_bytes(content)
    with pytest.raises(KeyFileError, match="does not hold a key"):
        load_keys(tmp_path / "keys", "gate.example")
    assert (tmp_path / "keys" / SIGNING).read_bytes() == content


def test_a_key_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    load_keys(tmp_path / "keys", "gate.example")

    def refused(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(
        KeyFileError, match=r"signing\.key cannot be read: Permission denied \(run the gate as its owner"
    ):
        load_keys(tmp_path / "keys", "gate.example")


def test_missing_keys_are_not_made_when_not_asked(tmp_path):
    with pytest.raises(KeyFileError, match="cannot be read"):
        load_keys(tmp_path / "none", "gate.example", create=False)
    assert not (tmp_path / "none").exists()


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "keys").write_text("a file")
    with pytest.raises(KeyFileError):
        load_keys(tmp_path / "keys", "gate.example")


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "tab\t", "line\nbreak"])
def test_an_origin_that_cannot_stand_in_a_note(tmp_path, origin):
    with pytest.raises(KeyFileError, match="cannot name a log"):
        load_keys(tmp_path / "keys", origin)


def test_two_that_start_at_once_get_the_same_keys(tmp_path):
    loaded = []
    threads = [threading.Thread(target=lambda: loaded.append(load_keys(tmp_path / "k", "o"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 8
    assert all(keys == loaded[0] for keys in loaded)


def test_pseudonyms(tmp_path):
    one, other = load_keys(tmp_path / "one", "o"), load_keys(tmp_path / "other", "o")
    name = one.pseudonym("mastodon", "alice")
    assert name == one.pseudonym("mastodon", "alice")
    assert (
        len({name, one.pseudonym("x", "alice"), one.pseudonym("mastodon", "bob"), other.pseudonym("mastodon", "alice")})
        == 4
    )
    assert "alice" not in name


def test_what_is_wrong_is_told_in_french_too(tmp_path):
    (tmp_path / "keys").mkdir(mode=0o700)
    with pytest.raises(KeyFileError) as caught:
        load_keys(tmp_path / "keys", "gate.example", create=False)
    assert words_of("fr").told(caught.value).startswith(f"{tmp_path}/keys/signing.key ne peut pas être lu\u00a0: ")
