"""Compiled automata in files: each made once, none taken that is damaged or another's."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from guard.detect.automata import kept, prefilter
from guard.detect.automata.kept import Kept, make_missing
from guard.detect.automata.prefilter import HyperscanPrefilter, Need
from guard.errors import DetectorError

pytestmark = pytest.mark.skipif(kept.hyperscan is None, reason="no automata on this platform")


def test_the_cache_is_used_and_a_damaged_one_is_made_again(tmp_path):
    wanted = [Need(r"a\d{2}")]
    assert prefilter.build(wanted, cache_dir=tmp_path / "new").candidates("a12") == [0]
    files = list((tmp_path / "new").iterdir())
    (file,) = files
    whole = file.read_bytes()
    assert prefilter.build(wanted, cache_dir=tmp_path / "new").candidates("a12") == [0]
    for damaged in (b"", whole[:40], whole[:-1] + b"\x00", b"x" * len(whole)):
        file.write_bytes(damaged)
        kept._OPENED.clear()  # as in another process
        assert prefilter.build(wanted, cache_dir=tmp_path / "new").candidates("a12") == [0]
        assert file.read_bytes() == whole
    assert prefilter.build([Need("b")], cache_dir=tmp_path / "new").candidates("b") == [0]


def test_a_file_under_the_name_of_another_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_OPENED", {})
    for letter in "ab":
        HyperscanPrefilter([Need(letter)], tmp_path)
    one, other = tmp_path.iterdir()
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    kept._OPENED.clear()
    assert HyperscanPrefilter([Need("a")], tmp_path).candidates("a") == [0]
    assert HyperscanPrefilter([Need("b")], tmp_path).candidates("a") == []
    assert one.read_bytes() == first
    assert other.read_bytes() == second


def test_only_the_newest_automata_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_MOST_KEPT", 2)
    monkeypatch.setattr(kept, "_OPENED", {})
    made = []
    for day, letter in enumerate("abcd"):
        prefilter.build([Need(letter)], cache_dir=tmp_path)
        (fresh,) = set(tmp_path.iterdir()) - set(made)
        os.utime(fresh, (day, day))
        made.append(fresh)
    assert set(tmp_path.iterdir()) == set(made[-2:])


def test_what_a_killed_process_left_half_written_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_OPENED", {})
    left, others, fresh = (tmp_path / name for name in ("patterns-1.7-7.new", "else-1.7-7.new", "patterns-2.8-8.new"))
    for half in (left, others, fresh):
        half.write_bytes(b"half")
    for half in (left, others):
        os.utime(half, (1, 1))
    prefilter.build([Need("a")], cache_dir=tmp_path)
    assert not left.exists()
    assert others.exists(), "another kind's"
    assert fresh.exists(), "another process may be writing it"


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_OPENED", {})

    def half(self, packed):
        with self.open("wb") as file:
            file.write(packed[:9])
        raise OSError("no space left")

    monkeypatch.setattr(kept.Path, "write_bytes", half)
    assert prefilter.build([Need("a")], cache_dir=tmp_path).candidates("a") == [0]
    assert list(tmp_path.iterdir()) == []


def test_another_machine_takes_none_of_this_one(tmp_path, monkeypatch):
    for flags in ("flags: avx2", "flags: avx512"):
        monkeypatch.setattr(kept, "_cpu_flags", lambda flags=flags: flags)
        monkeypatch.setattr(kept, "_OPENED", {})
        prefilter.build([Need("a")], cache_dir=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_what_no_file_has_is_made_at_once_all_else_when_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_OPENED", {})
    made = []

    def one(letter):
        return Kept("x", letter, lambda: made.append(letter) or prefilter._compile([(0, letter.encode())]), tmp_path)

    make_missing([one(letter) for letter in "abc"])
    assert sorted(made) == ["a", "b", "c"]
    kept._OPENED.clear()  # as in another process
    again = [one(letter) for letter in "abcd"]
    make_missing(again)
    assert sorted(made) == ["a", "b", "c", "d"]
    assert [each.database is None for each in again] == [True, True, True, False]


@pytest.mark.parametrize("others", [[], [Need(r"b\d{3}", min_digits=3)]])
def test_an_expression_that_cannot_be_compiled_is_told_beside_others_too(tmp_path, others):
    with pytest.raises(DetectorError):
        HyperscanPrefilter([Need("(b"), *others], tmp_path)


class Slow(dict):
    """Another thread's turn comes between the look at what is oldest and its end."""

    def __iter__(self):
        first = next(super().__iter__())
        time.sleep(0.001)
        return iter((first,))


def test_threads_may_read_while_others_are_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_MOST_OPENED", 3)
    monkeypatch.setattr(kept, "_OPENED", Slow())
    letters = "abcdefghijklmnop"
    for letter in letters:
        HyperscanPrefilter([Need(letter)], tmp_path)
    with ThreadPoolExecutor(8) as threads:
        found = list(
            threads.map(lambda letter: HyperscanPrefilter([Need(letter)], tmp_path).candidates(letter), letters * 5)
        )
    assert found == [[0]] * len(found)
    assert len(kept._OPENED) <= 3
