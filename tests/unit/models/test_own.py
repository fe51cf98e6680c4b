import pytest

from guard.errors import ModelError
from guard.models.manifest import Entry, read_manifest
from guard.models.own import write_own
from guard.models.shelf import Shelf
from guard.models.weights import pack
from tests.unit.models.makers import shelf, topic_weights

ENTRY = Entry(
    "topics", "topics-own", "", "", "2026-11-22", "internal", ('a "quoted" \\ one', "é"), "topics.md", "a" * 64
)


def test_what_is_written_is_what_the_shelf_reads(tmp_path):
    data = pack(topic_weights())
    made = write_own(tmp_path / "own", ENTRY, data, "# card")
    there = Shelf(tmp_path / "own")
    assert there.entries == (made,)
    assert there.read("topics") == data
    assert (made.data, made.base, made.file) == (ENTRY.data, ENTRY.base, f"topics-{made.sha256[:12]}.npz")
    assert (tmp_path / "own" / "topics.md").read_text() == "# card"


def test_a_newer_one_takes_its_place_and_nothing_is_left_lying(tmp_path):
    write_own(tmp_path, ENTRY, b"one", "")
    write_own(tmp_path, ENTRY, b"two", "")
    write_own(tmp_path, ENTRY, b"two", "")
    assert Shelf(tmp_path).read("topics") == b"two"
    assert len(list(tmp_path.iterdir())) == 3


def test_models_of_other_kinds_stay(tmp_path):
    write_own(tmp_path, ENTRY, b"one", "")
    other = Entry("names", "names-own", "", "", "1", "internal", (), "names.md")
    write_own(tmp_path, other, b"names", "")
    write_own(tmp_path, ENTRY, b"two", "")
    assert (Shelf(tmp_path).read("names"), Shelf(tmp_path).read("topics")) == (b"names", b"two")


def test_shipped_models_are_never_written_over(tmp_path):
    before = {path.name: path.read_bytes() for path in shelf(tmp_path).iterdir()}
    with pytest.raises(ModelError, match="keeps them"):
        write_own(tmp_path, ENTRY, b"own", "")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot be written"):
        write_own(tmp_path / "file", ENTRY, b"own", "")
    (tmp_path / "file").unlink()
    (tmp_path / "topics.md").mkdir()
    with pytest.raises(ModelError, match="cannot be written"):
        write_own(tmp_path, ENTRY, b"own", "")
    assert not list(tmp_path.glob(".*"))


def test_a_base_must_be_a_digest(tmp_path):
    shelf(tmp_path, base="latest")
    with pytest.raises(ModelError, match=r"model\[0\]\.base: is no SHA-256"):
        read_manifest(tmp_path)
