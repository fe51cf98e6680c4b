"""`guard model evaluate FILE`: how good a model is on labelled posts: topics by language and topic, names by type."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guard.cli.model import names
from guard.cli.model.listing import add_models, headings, share, shelf_of
from guard.cli.output import result, result_json, table, told
from guard.cli.parser import examples
from guard.words.texts import Phrase

if TYPE_CHECKING:
    from guard.training.evaluate import Score

_LANGUAGES = ("language", "posts", "leaks", "auc", "caught", "pairs", "macro-f1", "severity-off", "calibration-off")
_TOPICS = ("topic", "language", "posts", "auc", "f1", "at", "calibration-off")


def register(verbs: Any) -> None:
    """Add the verb to the parser."""
    parser = verbs.add_parser(
        "evaluate",
        help=Phrase("help.model.evaluate"),
        description=Phrase("help.model.evaluate-about"),
        epilog=examples("guard model evaluate held-out.jsonl --format json"),
    )
    parser.add_argument("places", nargs="+", type=Path, metavar="FILE", help=Phrase("help.model.places"))
    parser.add_argument("--kind", choices=("topics", names.KIND), default="topics", help=Phrase("help.model.which"))
    add_models(parser)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0: the figures are the answer."""
    if arguments.kind == names.KIND:
        return names.evaluate(shelf_of(arguments, names.KIND), arguments.places, as_json=arguments.format == "json")
    from guard.models.topics import TopicModel  # NumPy takes longer to load than other commands take
    from guard.models.weights import unpack
    from guard.training.evaluate import as_json, evaluate, judge
    from guard.training.posts import read_posts

    posts = read_posts(arguments.places)
    model = TopicModel(unpack(shelf_of(arguments, "topics").read("topics")))
    scores = evaluate(posts, judge(model, posts))
    if arguments.format == "json":
        result_json(as_json(scores))
    else:
        show(scores)
    return 0


def show(scores: tuple[Score, ...]) -> None:
    """Both tables."""
    rows = [
        [
            _all(score.language), str(score.posts), str(score.leaks), share(score.auc), share(score.caught),
            Phrase("model.some-pairs", share=share(score.pairs), number=score.pair_count),
            share(score.macro_f1), share(score.severity), share(score.calibration),
        ]
        for score in scores
    ]  # fmt: skip
    result(table(rows, headings(_LANGUAGES)))
    result(f"\n{told(Phrase('model.columns'))}\n")
    lines = [
        [
            topic.topic, _all(score.language), str(topic.posts), share(topic.auc), share(topic.f1), share(topic.at),
            share(topic.calibration),
        ]
        for number in range(len(scores[0].topics))
        for score in scores
        for topic in [score.topics[number]]
    ]  # fmt: skip
    result(table(lines, headings(_TOPICS)))


def _all(language: str) -> str:
    return Phrase("model.all") if language == "all" else language
