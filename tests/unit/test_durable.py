"""A file that is written anew is the old one or the new one, wherever that is broken off."""

import os
import stat

import pytest

from guard import durable
from tests import dying

STEPS = ("os.open", "os.link", *dying.LASTING)
WRITES = """
import sys
from pathlib import Path
from guard import durable
path = Path(sys.argv[1])
"""
REPLACED = WRITES + 'durable.replace(path, b"new ", b"content", rights=0o600, draft=path.with_name("draft"))'
CREATED = WRITES + 'durable.create(path, b"new ", b"content", rights=0o600)'


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("what", [REPLACED, CREATED])
def test_wherever_it_is_broken_off_there_is_all_of_it_or_nothing(tmp_path, what):
    file, step = tmp_path / "file", 1
    before = b"old" if what is REPLACED else None
    while True:
        file.unlink(missing_ok=True)
        if before is not None:
            file.write_bytes(before)
        code = dying.ended(what, file, dies_at=step, steps=STEPS).returncode
        found = file.read_bytes() if file.exists() else None
        assert found in {before, b"new content"}
        if code == 0:
            break
        assert code == dying.DIED
        step += 1
    assert step > 5
    assert found == b"new content"
    assert rights(file) == 0o600


def test_what_was_broken_off_is_not_in_the_way_of_who_names_the_draft(tmp_path):
    (tmp_path / "draft").write_bytes(b"half")
    durable.replace(tmp_path / "file", b"whole", draft=tmp_path / "draft")
    assert {path.name for path in tmp_path.iterdir()} == {"file"}


def test_rights_are_as_asked_whatever_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        durable.replace(tmp_path / "asked", b"", rights=0o644)
        durable.replace(tmp_path / "usual", b"")
    finally:
        os.umask(before)
    assert (rights(tmp_path / "asked"), rights(tmp_path / "usual")) == (0o644, 0o600)


def test_a_file_that_somebody_else_made_stays(tmp_path):
    (tmp_path / "file").write_bytes(b"theirs")
    durable.create(tmp_path / "file", b"ours", rights=0o600)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"theirs")]


def test_what_cannot_be_written_leaves_all_as_it_was(tmp_path):
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(OSError):
        durable.replace(tmp_path / "folder", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
