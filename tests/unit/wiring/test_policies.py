"""The folder of policies as the console sees it: tried in a process of its own, replaced whole or not at all."""

import asyncio

import pytest

from guard.errors import GuardError, PolicyError
from guard.policy.bundle import bundle_from_texts, load_bundle
from guard.wiring import reload
from guard.wiring.changes import between
from guard.wiring.folder import JOURNAL, changed
from guard.wiring.policies import Folder
from tests.consoles import console, run
from tests.policy_rooms import OPEN, policy_room


@pytest.fixture
def room(tmp_path):
    with console(tmp_path) as rig:
        yield policy_room(rig, tmp_path, Folder)


OTHER = OPEN.replace("grand lancement]}", "grand lancement, petite annonce]}").encode()
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
        run(room.reloader.replace(wrong, base, ""))
    assert room.folder.joinpath("open.yaml").read_bytes() == before
    assert sorted(path.name for path in room.folder.iterdir()) == ["open.yaml", "secret.yaml"]
    assert room.inspector.bundle.digest == base


def test_a_proof_that_gets_nothing_of_a_busy_machine_is_given_a_share(room, monkeypatch):
    base = room.inspector.bundle.digest
    digest = run(room.rig.desk.policies.examine({"open.yaml": NEW})).digest
    monkeypatch.setattr("guard.wiring.reload._IDLE_S", 0.05)
    assert run(room.reloader.replace({"open.yaml": NEW}, base, digest)) == digest
    monkeypatch.setattr("guard.wiring.reload.PROVE_S", 0.05)
    with pytest.raises(PolicyError, match="took too long"):
        run(room.reloader.replace({"open.yaml": OTHER}, digest, ""))
    assert room.inspector.bundle.digest == digest


def test_where_no_process_may_be_idle_a_proof_is_made_all_the_same(room, monkeypatch):
    base = room.inspector.bundle.digest
    digest = run(room.rig.desk.policies.examine({"open.yaml": NEW})).digest
    refused = "import os\ndef none(*_): raise PermissionError(1)\nos.sched_setscheduler = none\n"
    monkeypatch.setattr("guard.wiring.reload._BEHIND", refused + reload._BEHIND)
    assert run(room.reloader.replace({"open.yaml": NEW}, base, digest)) == digest


def test_two_at_once_are_one_after_the_other(room):
    base = room.inspector.bundle.digest
    digest, another = (run(room.rig.desk.policies.examine({"open.yaml": new})).digest for new in (NEW, OTHER))

    async def both():
        one = room.reloader.replace({"open.yaml": NEW}, base, digest)
        other = room.reloader.replace({"open.yaml": OTHER}, base, another)
        return await asyncio.gather(one, other, return_exceptions=True)

    told = run(both())
    assert [isinstance(one, PolicyError) for one in told] == [False, True]
    assert room.folder.joinpath("open.yaml").read_bytes() == NEW
    assert room.inspector.bundle.digest == told[0] == digest


def test_nothing_but_what_was_agreed_to_comes_into_force(room):
    base = room.inspector.bundle.digest
    agreed = run(room.rig.desk.policies.examine({"open.yaml": NEW})).digest
    with pytest.raises(PolicyError, match="agreed to"):
        run(room.reloader.replace({"open.yaml": OTHER}, base, agreed))
    assert room.inspector.bundle.digest == base
    assert room.folder.joinpath("open.yaml").read_text() == OPEN


def test_what_could_not_be_taken_back_is_taken_back_before_the_folder_is_read(room):
    base = room.inspector.bundle.digest
    broken_off = changed(room.folder, {"open.yaml": NEW, "secret.yaml": None})
    broken_off.__enter__()  # and no end of it

    async def watched():
        room.reloader._asked.set()
        watching = asyncio.create_task(room.reloader.watch())
        while (room.folder / JOURNAL).exists():  # noqa: ASYNC110 -- nothing tells
            await asyncio.sleep(0.01)
        async with room.reloader._turn:
            watching.cancel()

    run(watched())
    assert load_bundle(room.folder).digest == room.inspector.bundle.digest == base
    assert room.said == []


def logged(monkeypatch):
    """What the gate's own log is told."""
    lines = []
    monkeypatch.setattr("guard.observe.log", lambda event, **facts: lines.append((event, facts)))
    monkeypatch.setattr("guard.observe.warn", lambda event, **facts: lines.append((event, facts)))
    return lines


def test_a_policy_that_went_from_the_folder_is_warned_of_until_it_is_back(room, monkeypatch):
    lines = logged(monkeypatch)
    file = room.folder / "secret.yaml"
    kept = file.read_bytes()
    file.unlink()
    (room.folder / "open.yaml").write_bytes(NEW)
    run(room.reloader._reload())
    event, facts = lines[0]
    assert (event, facts["changed"], facts["removed"], "added" in facts) == (
        "policies-reloaded", "open", "secret", False)  # fmt: skip
    assert lines[1:] == [("policies-removed", {"removed": "secret"})]
    (problem,) = room.reloader.removed
    assert "secret" in str(problem)
    assert any("secret" in str(said) for said in room.said)
    run(room.reloader._reload())
    assert room.reloader.removed, "till it is back"
    file.write_bytes(kept)
    run(room.reloader._reload())
    assert lines[-1][1]["added"] == "secret"
    assert room.reloader.removed == ()


def test_a_removal_that_was_agreed_to_is_no_warning(room, monkeypatch):
    lines = logged(monkeypatch)
    base = room.inspector.bundle.digest
    digest = run(room.rig.desk.policies.examine({"secret.yaml": None})).digest
    run(room.reloader.replace({"secret.yaml": None}, base, digest))
    assert [(event, facts["removed"]) for event, facts in lines] == [("policies-reloaded", "secret")]
    assert room.reloader.removed == ()


def test_a_list_of_terms_in_a_file_of_its_own_is_part_of_its_policy(tmp_path):
    policy = OPEN.replace("{terms: [grand lancement]}", "{terms_file: names.txt}")
    bundles = [
        bundle_from_texts({"open.yaml": policy, "names.txt": names}) for names in ("grand lancement", "grand pas")
    ]
    assert between(*bundles).data() == {"changed": ["open"]}
    assert between(bundles[0], bundles[0]).data() == {}
