"""`guard model evaluate --kind names`: figures for labelled posts, and a clear word for what is none."""

import gzip
import json
from pathlib import Path

import pytest

from guard.cli.model import names
from guard.errors import UsageError
from guard.models.shelf import Shelf
from guard.wiring.heart import models_folder

POSTS = (
    {"text": "Merci à [[PERSON|Sophie Martin]] pour le gâteau", "public": []},
    {"text": "[[LOCATION|Toulouse]] sous la pluie ce matin", "public": []},
    {"text": "rien de neuf au bureau", "public": []},
)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(models_folder(None))


def test_a_table_and_json(tmp_path: Path, shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "posts.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, POSTS)).encode()))
    assert names.evaluate(shelf, [path], as_json=False) == 0
    shown = capsys.readouterr()
    assert [line.split()[0] for line in shown.out.splitlines()] == ["type", "PERSON", "ORGANIZATION", "LOCATION", "all"]
    rows = {line.split()[0]: line.split()[1:] for line in shown.out.splitlines()}
    assert rows["ORGANIZATION"] == ["0", "-", "-", "-"], "there was none to find, and none was told"
    assert rows["PERSON"] == ["1", "1.000", "1.000", "1.000"]
    assert "Sophie" not in shown.out + shown.err
    assert names.evaluate(shelf, [path], as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["posts"] == 3
    assert told["scores"]["PERSON"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "names": 1}
    assert sum(each["persons"] for each in told["public"]) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("gone.jsonl", None),
        ("a.jsonl", b"{"),
        ("b.jsonl", b'{"no": "text"}'),
        ("c.jsonl", b"[1]"),
        ("d.jsonl.gz", b"no gzip"),
        ("e.jsonl", b"\xff\xfe"),
        ("f.conll", b""),
        ("g.jsonl", b"\n"),
    ],
)
def test_what_is_no_labelled_post(tmp_path: Path, shelf: Shelf, name: str, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match="no labelled posts can be read"):
        names.evaluate(shelf, [tmp_path / name], as_json=False)


def test_a_missing_file_is_told_as_other_commands_do(tmp_path: Path, shelf: Shelf) -> None:
    with pytest.raises(UsageError, match=r"gone\.jsonl: No such file or directory"):
        names.evaluate(shelf, [tmp_path / "gone.jsonl"], as_json=False)
