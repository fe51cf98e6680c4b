"""What `guard model evaluate` and `guard model train` do for the names model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guard.cli.model.listing import headings, share
from guard.cli.output import result, result_json, table, talk
from guard.errors import UsageError
from guard.models.shelf import Shelf
from guard.words.texts import Phrase

if TYPE_CHECKING:
    from guard.training.names.evaluate import Score

KIND = "names"
_COLUMNS = ("type", "names", "precision", "recall", "f1")


def evaluate(shelf: Shelf, paths: Sequence[Path], *, as_json: bool) -> int:
    """Print how well names are found in labelled posts. Exit code 0."""
    from guard.models.names.reader import NameReader
    from guard.models.weights import unpack
    from guard.training.names.evaluate import evaluate as compare
    from guard.training.names.evaluate import read

    examples = [example for path in paths for example in read(path)]
    report = compare(NameReader(unpack(shelf.read(KIND))), examples)
    if as_json:
        scores = {
            score.label: {"precision": score.precision, "recall": score.recall, "f1": score.f1, "names": score.there}
            for score in report.scores
        }
        told = [{"is": is_, "told": said, "persons": count} for (is_, said), count in sorted(report.told.items())]
        result_json({"kind": KIND, "posts": report.posts, "scores": scores, "public": told})
        return 0
    rows = [
        [
            Phrase("model.all") if score.label == "all" else score.label,
            str(score.there),
            *map(share, _measured(score)),
        ]
        for score in report.scores
    ]
    result(table(rows, headings(_COLUMNS)))
    for (is_, said), count in sorted(report.told.items()):
        told_as = Phrase(f"model.said.{'neither' if said == 'None' else said}")
        talk(Phrase("model.known", number=count, marked=Phrase(f"model.marked.{is_}"), said=told_as))
    return 0


def _measured(score: Score) -> tuple[float, float, float]:
    """Precision, recall and F1; NaN for each that there was nothing to measure on."""
    return (
        score.precision if score.found else nan,
        score.recall if score.there else nan,
        score.f1 if score.found or score.there else nan,
    )


def train(data: Path, folder: Path, seed: int) -> int:
    """Train it from the folder of data sets, and write `names.npz` into `folder`. Exit code 0."""
    from guard.models.weights import pack

    try:
        from guard.training.names.learn import learn
    except ModuleNotFoundError as error:
        raise UsageError(Phrase("model.missing", name=str(error.name)), hint=Phrase("model.do.extra")) from None
    made = pack(learn(data, seed, tell=talk))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "names.npz"
    path.write_bytes(made)
    shown: dict[str, Any] = {"file": str(path), "bytes": len(made), "sha256": hashlib.sha256(made).hexdigest()}
    result_json(shown)
    talk(Phrase("model.do.digest-names"))
    return 0
