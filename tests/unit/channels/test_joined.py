"""Texts read together: in order, one a line, the long ones by their ends, made anew after an edit."""

from dataclasses import replace

from guard.channels.joined import LIMIT, PATH, joined, with_joined
from guard.types.post import Segment


def of(*texts: str) -> list[Segment]:
    return [Segment(f"/{place}", "body", text) for place, text in enumerate(texts)]


def test_each_part_is_one_line() -> None:
    whole = joined(of("un\ndeux", "trois"))
    assert whole is not None
    assert (whole.path, whole.role, whole.text, whole.redactable) == (PATH, "joined", "un deux\ntrois", False)
    assert joined(of("un")) is None
    assert joined([]) is None


def test_values_and_names_are_also_joined_alone() -> None:
    parts = [
        Segment("/@key/a", "key", "a"),
        Segment("/a", "other", "Projet"),
        Segment("/@key/b", "key", "b"),
        Segment("/b", "other", "Opale"),
    ]
    whole = joined(parts)
    assert whole is not None
    assert whole.text.split("\n") == ["a", "Projet", "b", "Opale", "Projet", "Opale", "a", "b"]


def test_files_are_not_joined() -> None:
    parts = [*of("un"), Segment("/@filename/a", "filename", "plan.png"), Segment("/@file/a", "body", "deux")]
    assert joined(parts) is None


def test_of_long_texts_the_ends_count() -> None:
    whole = joined(of("x" * 5000 + "Projet", "Opale" + "y" * 5000))
    assert whole is not None
    assert "Projet\nOpale" in whole.text
    assert len(whole.text) < 500


def test_many_texts_are_joined_within_the_limit() -> None:
    for count in (2, 10, 50, 200):
        whole = joined(of(*["a" * 500] * count))
        assert whole is not None
        assert len(whole.text) <= LIMIT
        assert whole.text.count("\n") == count - 1
    assert joined(of(*["a"] * 2000)) is None


def test_joined_anew_after_an_edit() -> None:
    first = with_joined(of("un", "deux"))
    edited = [replace(part, text="trois") if part.path == "/0" else part for part in first]
    assert with_joined(edited)[-1].text == "trois\ndeux"
    assert [part.path for part in with_joined(first)] == ["/0", "/1", PATH]
