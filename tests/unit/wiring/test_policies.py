"""The folder of policies as the console sees it: tried in a process of its own, replaced whole or not at all."""

import asyncio

import pytest

from guard.errors import GuardError, PolicyError
from guard.wiring.policies import Folder
from guard.wiring.reload import write_files
from tests.consoles import console, run
from tests.policy_rooms import OPEN, policy_room


@pytest.fixture
def room(tmp_path):
    with console(tmp_path) as rig:
        yield policy_room(rig, tmp_path, Folder)


NEW = OPEN.replace("grand lancement]}", "grand lancement, grosse annonce]}").encode()


def test_a_process_of_its_own_tries_and_tells_places(room):
    folder = room.rig.desk.policies
    good = run(folder.examine({"open.yaml": NEW}))
    assert good.holds
    assert good.digest.startswith("sha256:")
    assert good.coverage["open/launch"] == (2, 3)  # no example has the new term
    bad = run(folder.examine({"open.yaml": NEW.replace(b"do: hold", b"do: hodl")}))
    assert not bad.holds
    assert (bad.problems[0].file, bad.problems[0].line) == ("open.yaml", 11)


def test_a_backtest_in_a_process_of_its_own(room):
    room.rig.hold("Un grand lancement secret")
    heard = []
    report = run(room.rig.desk.policies.backtest({"open.yaml": None}, heard.append))
    assert (report["posts"], report["changed"]) == (1, 1)


def test_what_does_not_hold_leaves_the_folder_and_the_policies_as_they_were(room):
    base = room.inspector.bundle.digest
    before = room.folder.joinpath("open.yaml").read_bytes()
    wrong = {"open.yaml": NEW.replace(b"[[grand", b"[[petit"), "more.yaml": b"guard: 1"}
    with pytest.raises(GuardError):
        run(room.reloader.replace(wrong, base))
    assert room.folder.joinpath("open.yaml").read_bytes() == before
    assert sorted(path.name for path in room.folder.iterdir()) == ["open.yaml", "secret.yaml"]
    assert room.inspector.bundle.digest == base


def test_two_at_once_are_one_after_the_other(room):
    base = room.inspector.bundle.digest

    async def both():
        one = room.reloader.replace({"open.yaml": NEW}, base)
        other = room.reloader.replace({"open.yaml": NEW.replace(b"grosse", b"petite")}, base)
        return await asyncio.gather(one, other, return_exceptions=True)

    told = run(both())
    assert [isinstance(one, PolicyError) for one in told] == [False, True]
    assert room.folder.joinpath("open.yaml").read_bytes() == NEW
    assert room.inspector.bundle.digest == told[0]


def test_files_are_written_beside_first(tmp_path):
    (tmp_path / "b.yaml").mkdir()  # cannot be replaced by a file
    (tmp_path / "a.yaml").write_text("old")
    with pytest.raises(PolicyError):
        write_files(tmp_path, {"b.yaml": b"new"})
    write_files(tmp_path, {"a.yaml": b"new", "gone.yaml": None})
    assert (tmp_path / "a.yaml").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]
