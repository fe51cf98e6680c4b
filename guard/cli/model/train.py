"""`guard model train`: a model again, from data and a seed: topics from labelled posts and ordinary text, names from data sets."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

from guard.cli.model import names
from guard.cli.model.evaluate import show
from guard.cli.output import result, result_json, talk
from guard.errors import UsageError
from guard.wiring import heart

SEED = 1


def register(verbs: Any) -> None:
    """Add the verb to the parser."""
    parser = verbs.add_parser(
        "train",
        help="make a model again",
        description="Make the model of topics from labelled posts and ordinary text, or with --kind names that of names from its "
        "data sets. Needs the extra `train`.",
        epilog="example: guard model train --posts posts/ --text text/ --output models/\n"
        "Figures are of posts by hands (files) that the model had not seen; equal data and seed give an equal file.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--posts", nargs="+", type=Path, metavar="PLACE", help="labelled posts: *.jsonl(.gz), or folders"
    )
    parser.add_argument("--text", type=Path, metavar="DIR", help="ordinary text: *.txt.gz")
    parser.add_argument(
        "--kind", choices=("topics", names.KIND), default="topics", help="which model (default: topics)"
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder of the data sets of names; its card names them"
    )
    parser.add_argument("--phrases", type=Path, metavar="FILE", help="(default: data/phrases.txt beside the models)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="where topics.npz is written")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the file is written."""
    if arguments.kind == names.KIND:
        if arguments.data is None:
            raise UsageError("--data is missing", hint="name the folder of the data sets")
        return names.train(arguments.data, arguments.output, arguments.seed)
    if not (arguments.posts and arguments.text):
        raise UsageError("--posts or --text is missing", hint="name labelled posts, and a folder of ordinary text")
    try:
        from guard.training.topics import ordinary_lines, train
    except ModuleNotFoundError as error:
        raise UsageError(f"{error.name} is missing", hint="install postguard with the extra `train`") from None
    from guard.models.weights import pack
    from guard.training.evaluate import as_json, evaluate, judged_of
    from guard.training.posts import read_phrases, read_posts

    posts = read_posts(arguments.posts)
    phrases = read_phrases(arguments.phrases or heart.models_folder(None) / "data" / "phrases.txt")
    trained = train(posts, phrases, ordinary_lines(arguments.text, arguments.seed), arguments.seed, talk)
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
        result(f'\n{path}: {len(data) / 1e6:.1f} MB, sha256 = "{digest}"')
        talk("write this digest into manifest.toml, and the figures into the model's card")
    return 0
