"""`guard model train`: a model again, from data and a seed: topics from labelled posts and ordinary text, names from data sets."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guard.cli.model import decisions, names, senses
from guard.cli.model.evaluate import show
from guard.cli.output import result, result_json, talk
from guard.cli.parser import examples
from guard.errors import UsageError
from guard.wiring import heart
from guard.words.texts import Phrase

if TYPE_CHECKING:
    from guard.training.posts import Labelled
    from guard.training.topics import Trained

SEED = 1


def register(verbs: Any) -> None:
    """Add the verb to the parser."""
    parser = verbs.add_parser(
        "train",
        help=Phrase("help.model.train"),
        description=Phrase("help.model.train-about"),
        epilog=Phrase(
            "help.parts",
            first=examples(
                "guard model train --posts posts/ --text text/ --output models/\n"
                "guard model train --with-decisions --output var/models"
            ),
            then=Phrase("help.model.figures"),
        ),
    )
    parser.add_argument("--posts", nargs="+", type=Path, metavar="PLACE", help=Phrase("help.model.posts"))
    parser.add_argument("--text", type=Path, metavar="DIR", help=Phrase("help.model.ordinary"))
    parser.add_argument(
        "--kind", choices=("topics", names.KIND, senses.KIND), default="topics", help=Phrase("help.model.which")
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help=Phrase("help.model.data"))
    parser.add_argument("--phrases", type=Path, metavar="FILE", help=Phrase("help.model.phrases"))
    parser.add_argument("--senses", type=Path, metavar="FILE", help=Phrase("help.model.senses"))
    parser.add_argument("--seed", type=int, default=SEED, help=Phrase("help.model.seed", seed=SEED))
    parser.add_argument("--output", type=Path, metavar="DIR", help=Phrase("help.model.output"))
    parser.add_argument("--format", choices=("table", "json"), default="table")
    decisions.register(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the file is written."""
    if arguments.with_decisions:
        return _with_decisions(arguments)
    if arguments.output is None:
        raise UsageError(Phrase("model.missing", name="--output"), hint=Phrase("model.do.output"))
    if arguments.kind == names.KIND:
        if arguments.data is None:
            raise UsageError(Phrase("model.missing", name="--data"), hint=Phrase("model.do.data"))
        return names.train(arguments.data, arguments.output, arguments.seed)
    if arguments.kind == senses.KIND:
        return senses.train(arguments.text, arguments.output, arguments.seed)
    from guard.models.weights import pack
    from guard.training.evaluate import as_json, evaluate, judged_of

    trained, posts = _from_posts(arguments)
    data = pack(trained.weights)
    arguments.output.mkdir(parents=True, exist_ok=True)
    path = arguments.output / "topics.npz"
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    scores = evaluate(posts, judged_of(trained.judged))
    if arguments.format == "json":
        result_json({"file": str(path), "sha256": digest, "scores": as_json(scores)})
    else:
        show(scores)
        result("")
        result(Phrase("model.made", path=str(path), size=len(data) / 1e6, digest=digest))
        talk(Phrase("model.do.digest"))
    return 0


def _from_posts(arguments: argparse.Namespace) -> tuple[Trained, list[Labelled]]:
    """A model trained from labelled posts and ordinary text, and those posts."""
    if not (arguments.posts and arguments.text):
        raise UsageError(Phrase("model.no-posts"), hint=Phrase("model.do.posts"))
    try:
        from guard.training.topics import ordinary_lines, train
    except ModuleNotFoundError as error:
        raise UsageError(Phrase("model.missing", name=str(error.name)), hint=Phrase("model.do.extra")) from None
    from guard.training.posts import read_phrases, read_posts
    from guard.training.senses import read_senses

    posts = read_posts(arguments.posts)
    phrases = read_phrases(_phrases(arguments))
    meanings = read_senses(arguments.senses or heart.models_folder(None) / senses.FILE)
    ordinary = ordinary_lines(arguments.text, arguments.seed)
    return train(posts, phrases, ordinary, meanings, arguments.seed, talk), posts


def _with_decisions(arguments: argparse.Namespace) -> int:
    """Learn from decisions, onto the shipped model or onto one trained from posts."""
    if arguments.kind == names.KIND:
        raise UsageError(Phrase("model.only-topics"), hint=Phrase("model.do.no-kind"))
    from guard.training.posts import read_phrases

    trained = _from_posts(arguments)[0].weights if arguments.posts or arguments.text else None
    path = _phrases(arguments)
    return decisions.train(arguments, trained, read_phrases(path) if path.exists() else ())


def _phrases(arguments: argparse.Namespace) -> Path:
    given: Path | None = arguments.phrases
    return given or heart.models_folder(None) / "data" / "phrases.txt"
