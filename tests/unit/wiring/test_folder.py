"""A folder of policies changed by all files or by none, wherever it is broken off."""

import json
import stat

import pytest

from guard.errors import PolicyError
from guard.wiring.folder import JOURNAL, changed, recover
from tests import dying

BEFORE = {"a.yaml": b"old a", "b.yaml": b"old b", "gone.yaml": b"old gone", "same.yaml": b"same"}
CHANGES = {"a.yaml": b"new a", "b.yaml": b"new b", "gone.yaml": None, "more.yaml": b"new more"}
AFTER = {"a.yaml": b"new a", "b.yaml": b"new b", "more.yaml": b"new more", "same.yaml": b"same"}
CHANGING = f"""
import sys
from pathlib import Path
from guard.wiring.folder import changed
with changed(Path(sys.argv[1]), {CHANGES!r}):
    step()
"""


@pytest.fixture
def folder(tmp_path):
    for name, content in BEFORE.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def held(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rights(folder, name):
    return stat.S_IMODE((folder / name).stat().st_mode)


def test_a_change_that_ends_well_stays(folder):
    with changed(folder, CHANGES):
        assert {name: held(folder)[name] for name in AFTER} == AFTER
    assert held(folder) == AFTER
    assert recover(folder) == ()
    assert held(folder) == AFTER


def test_a_change_that_does_not_is_taken_back(folder):
    with pytest.raises(ZeroDivisionError), changed(folder, CHANGES):
        1 / 0  # noqa: B018
    assert held(folder) == BEFORE


def test_killed_at_any_step_it_is_taken_back_or_done(folder):
    ends = []
    for step in range(1, 100):
        code = dying.ended(CHANGING, folder, dies_at=step).returncode
        recover(folder)
        ends.append(held(folder))
        if code == 0:
            break
        assert code == dying.DIED
        assert ends[-1] in (BEFORE, AFTER)
        (folder / "more.yaml").unlink(missing_ok=True)
        for name, content in BEFORE.items():
            (folder / name).write_bytes(content)
    assert len(ends) > 20
    assert all(end == BEFORE for end in ends[:-2])  # the last step of all makes it lasting
    assert ends[-1] == AFTER


def test_what_somebody_edited_meanwhile_is_left_to_them(folder):
    broken_off = changed(folder, CHANGES)
    broken_off.__enter__()  # and no end of it
    (folder / "b.yaml").write_bytes(b"by hand")
    assert recover(folder) == ("a.yaml", "gone.yaml", "more.yaml")
    assert held(folder) == BEFORE | {"b.yaml": b"by hand"}


def test_a_file_keeps_its_rights_and_the_journal_is_private(folder):
    (folder / "a.yaml").chmod(0o640)
    (folder / "gone.yaml").chmod(0o600)
    broken_off = changed(folder, CHANGES)
    broken_off.__enter__()
    assert rights(folder, "a.yaml") == 0o640
    assert rights(folder, JOURNAL) == 0o600
    recover(folder)
    assert [rights(folder, name) for name in ("a.yaml", "gone.yaml")] == [0o640, 0o600]


def test_a_folder_that_cannot_be_written_is_left_alone(folder):
    (folder / "taken.yaml").mkdir()
    with pytest.raises(PolicyError, match="cannot be written"), changed(folder, CHANGES | {"taken.yaml": b"new"}):
        pass
    (folder / "taken.yaml").rmdir()
    assert held(folder) == BEFORE
    with pytest.raises(PolicyError), changed(folder / "a.yaml", CHANGES):
        pass


@pytest.mark.parametrize(
    "said", [b"no json", b"[]", b"{}", json.dumps({"before": {"../x": None}, "after": {"../x": None}}).encode()]
)
def test_a_journal_that_is_none_of_ours_stops_the_start(folder, said):
    (folder / JOURNAL).write_bytes(said)
    with pytest.raises(PolicyError, match="cannot be read") as told:
        recover(folder)
    assert JOURNAL in told.value.hint
    assert {name: held(folder)[name] for name in BEFORE} == BEFORE
