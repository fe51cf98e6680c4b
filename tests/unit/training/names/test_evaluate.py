"""Counting what was found beside what is there."""

from pathlib import Path

from guard.models.names.reader import Name
from guard.training.names.evaluate import evaluate, read
from guard.training.names.sources import Example


def test_counts() -> None:
    posts = [
        Example(
            "Sophie voit Zidane à Lyon",
            ((0, 6, "PERSON"), (12, 18, "PERSON"), (21, 25, "LOCATION")),
            public=frozenset({"Zidane"}),
        ),
        Example("rien", ()),
    ]
    given = {
        posts[0].text: [Name(0, 6, "PERSON", 0.9, "private"), Name(12, 18, "PERSON", 0.9, None), Name(19, 25, "LOCATION", 0.5, None)],
        "rien": [Name(0, 4, "PERSON", 0.2, "public")],
    }  # fmt: skip
    report = evaluate(given.__getitem__, posts)
    by_label = {score.label: (score.right, score.found, score.there) for score in report.scores}
    assert by_label == {"PERSON": (2, 3, 2), "ORGANIZATION": (0, 0, 0), "LOCATION": (0, 1, 1), "all": (2, 4, 3)}
    person, organisation = report.scores[:2]
    assert (round(person.precision, 3), person.recall, person.f1) == (0.667, 1.0, 0.8)
    assert (organisation.precision, organisation.recall, organisation.f1) == (0, 0, 0)
    assert dict(report.told) == {("private", "private"): 1, ("public", "None"): 1}
    assert report.posts == 2


def test_read_takes_lines_or_columns(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "[[PERSON|Léa]]"}\n', encoding="utf-8")
    (tmp_path / "a.conll").write_text("Léa\tB-PER\n", encoding="utf-8")
    assert [each.names for each in (*read(tmp_path / "a.jsonl"), *read(tmp_path / "a.conll"))] == [
        ((0, 3, "PERSON"),)
    ] * 2
