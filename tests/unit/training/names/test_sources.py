"""Labelled posts as they are read: inline marks, columns, our own."""

import gzip
from pathlib import Path

from guard.training.names.sources import Example, conll, inline, own

OURS = Path(__file__).parents[4] / "guard" / "training" / "names" / "posts.txt"


def shown(example: Example) -> list[tuple[str, str]]:
    return [(example.text[start:end], label) for start, end, label in example.names]


def test_inline(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl.gz"
    rows = (
        '{"text": "#Merci[[PERSON|Zidane]] à [[LOCATION|Lyon]]", "public": ["Zidane"], "lang": "fr"}',
        '{"text": "appel de [[PERSON|Léa]] pour [[PHONE|06]]"}',
    )
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    first, second = inline(path)
    assert first.text == "#MerciZidane à Lyon"
    assert shown(first) == [("Zidane", "PERSON"), ("Lyon", "LOCATION")]
    assert (first.public, first.lang, first.known) == (frozenset({"Zidane"}), "fr", True)
    assert shown(second) == [("Léa", "PERSON")]
    assert not second.known
    other = list(inline(path, {"PHONE": "PERSON"}))
    assert shown(other[1]) == [("06", "PERSON")]


def test_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text(
        "Julius\tB-PER\nErving\tI-PER\n&\tO\nLyon\tB-LOC\nParis\tB-location\n\n\nx\tI-ORG\n", encoding="utf-8"
    )
    first, second = conll(path, 3)
    assert first.text == "Julius Erving & Lyon Paris"
    assert shown(first) == [("Julius Erving", "PERSON"), ("Lyon", "LOCATION"), ("Paris", "LOCATION")]
    assert (first.domain, first.spaced, shown(second)) == (3, True, [("x", "ORGANIZATION")])


def test_columns_without_sentences_are_cut_at_full_stops(tmp_path: Path) -> None:
    path = tmp_path / "a.bio"
    path.write_text(("mot O\n" * 30 + ". O\n") * 4, encoding="utf-8")
    assert [len(example.text.split()) for example in conll(path)] == [62, 62]


def test_our_own_posts() -> None:
    posts = list(own(OURS))
    assert len(posts) > 200
    assert {post.lang for post in posts} == {"fr", "en"}
    for post in posts:
        assert not {"[", "]", "|"} & set(post.text)
        surfaces = {surface for surface, label in shown(post) if label == "PERSON"}
        assert post.public <= surfaces
