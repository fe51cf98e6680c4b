"""Reading lines: every line comes out once, with its place, in bounded chunks, whatever the file holds."""

import gzip
from pathlib import Path

import pytest

from guard.errors import UsageError
from guard.scan import sources
from guard.scan.sources import check, chunks


def lines(*paths: Path) -> list[tuple[int, bytes, str]]:
    found = [line for chunk in chunks(map(str, paths)) for line in chunk]
    return [(line.place.line, line.raw, line.problem) for line in found]


def test_blank_lines_and_byte_order_marks_are_no_posts(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a":1}\r\n\n  \n{"b":2}')
    assert lines(path) == [(1, b'{"a":1}\r\n', ""), (4, b'{"b":2}', "")]


def test_gzip_and_plain_one_after_the_other(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_bytes(b"1\n2")
    packed.write_bytes(gzip.compress(b"3\n4\n"))
    assert [raw.strip() for _, raw, _ in lines(plain, packed)] == [b"1", b"2", b"3", b"4"]
    unnamed = packed.rename(tmp_path / "c")
    assert [raw.strip() for _, raw, _ in lines(unnamed)] == [b"3", b"4"]


def test_damaged_gzip_gives_what_can_be_read_then_an_error(tmp_path: Path) -> None:
    path, after = tmp_path / "a.gz", tmp_path / "b"
    whole = gzip.compress(b"1\n" * 50_000, compresslevel=0)
    path.write_bytes(whole[: len(whole) // 2])
    after.write_bytes(b"last\n")
    found = lines(path, after)
    assert found[-1][1] == b"last\n"
    assert found[-2][2].startswith("cannot be read from here on")
    assert all(raw == b"1\n" for _, raw, _ in found[:-2])
    path.write_bytes(b"no gzip")
    assert "cannot be read" in lines(path)[0][2]


def test_a_line_that_is_too_long_is_told_and_read_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LONGEST_LINE", 10)
    path = tmp_path / "a"
    path.write_bytes(b"1234567890\n12345678901\n" + b"x" * 35 + b"\nlast\n" + b"y" * 25)
    assert [(number, bool(problem)) for number, _, problem in lines(path)] == [
        (1, False),
        (2, True),
        (3, True),
        (4, False),
        (5, True),
    ]


def test_chunks_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x\n" * 1200 + (b"y" * 100_000 + b"\n") * 5)
    sizes = [len(chunk) for chunk in chunks([str(path)])]
    assert sizes == [500, 500, 203, 2]
    assert list(chunks([])) == []


def test_check(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    check([str(path), "-"], tmp_path / "out")
    for source, output in ((str(tmp_path / "none"), None), (str(tmp_path), None), (str(path), path)):
        with pytest.raises(UsageError):
            check([source], output)
