"""`guard model train --with-decisions`: the model of topics learns from the company's own reviewed cases, inside its walls."""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guard.authoring.suite import ExampleFailure, run_examples
from guard.cli.arguments import acting, tell_missing
from guard.cli.model.listing import headings
from guard.cli.output import result, result_json, table, talk
from guard.detect.names import ENTITIES as NAMES
from guard.errors import GuardError, Location, ModelError, ProblemsError, TrainingError, UsageError
from guard.models.manifest import Entry
from guard.models.own import OWN, write_own
from guard.models.shelf import Shelf
from guard.settings.load import Settings
from guard.wiring import heart
from guard.wiring.ledger import DEFAULT_CONFIG, OpenLedger, open_existing
from guard.words.texts import Phrase

if TYPE_CHECKING:
    from guard.models.weights import Weights
    from guard.training.decisions.check import Checked
    from guard.training.decisions.learn import Learnt
    from guard.training.posts import Labelled
    from guard.wiring.decisions import Decided

KIND = "topics"
_CARD = "topics.md"
_COLUMNS = ("topic", "let-out", "at-low", "at-high", "refused", "at-low", "at-high", "told-apart", "loss")


def register(parser: argparse.ArgumentParser) -> None:
    """Add the options of learning from decisions."""
    group = parser.add_argument_group(Phrase("help.model.learning"), Phrase("help.model.learning-about"))
    group.add_argument(
        "--with-decisions",
        action="store_true",
        help=Phrase("help.model.with-decisions"),
    )
    group.add_argument(
        "--continue",
        dest="further",
        action="store_true",
        help=Phrase("help.model.continue"),
    )
    group.add_argument("--anyway", action="store_true", help=Phrase("help.model.anyway"))
    group.add_argument("--by", metavar="NAME", help=Phrase("help.by"))
    group.add_argument("--config", type=Path, help=Phrase("help.model.config"))


@dataclass(frozen=True, slots=True)
class _Base:
    """The model that learns."""

    weights: Weights
    name: str
    sha256: str
    """Of the shipped file that it comes from; empty: it was just trained from posts."""
    since: datetime | None = None
    """It has learnt from decisions up to then."""


@dataclass(frozen=True, slots=True)
class _Report:
    decided: Decided
    learnt: Learnt
    phrases: tuple[Checked, Checked] | None
    """Before and after; None when the phrases are not there."""
    examples: int
    broken: tuple[ExampleFailure, ...]
    """Examples of the policies that held before, and no longer do."""


def train(arguments: argparse.Namespace, trained: Weights | None, phrases: Sequence[Labelled]) -> int:
    """Learn, report, and write the model unless it is not worth it. Exit code 0 when it is written.

    `trained` is a model just made from posts, if there is one; else it starts from the shipped one.
    """
    who = acting(arguments.by, "--by NAME")
    opened = open_existing(arguments.config or DEFAULT_CONFIG)
    try:
        output = _output(arguments, opened.settings)
        base = _base(arguments, opened.settings, trained)
        decided = _decided(opened, who, base.since)
        _tell(decided)
        report = _learn(opened.settings, base, decided, phrases)
    finally:
        opened.store.close()
    refusal = _refusal(report)
    if arguments.format == "table":
        _show(report)
    if refusal is not None and not arguments.anyway:
        if arguments.format == "json":
            result_json(_as_json(report, None))
        raise refusal
    entry = write_own(output, *_made(base, report.learnt, _card(base, report)))
    if arguments.format == "json":
        result_json(_as_json(report, output / entry.file))
    else:
        result("")
        result(Phrase("model.written", file=str(output / entry.file)))
    if opened.settings.models_own != output:
        talk(Phrase("model.used-once", folder=str(output)))
    return 0


def _output(arguments: argparse.Namespace, settings: Settings) -> Path:
    output: Path | None = arguments.output or settings.models_own
    if output is None:
        raise UsageError(Phrase("model.missing", name="--output"), hint=Phrase("model.do.own-folder"))
    if output.resolve() == heart.models_folder(settings.models_folder).resolve():
        raise UsageError(Phrase("model.shipped-folder"), hint=Phrase("model.do.other-folder"))
    return output


def _base(arguments: argparse.Namespace, settings: Settings, trained: Weights | None) -> _Base:
    from guard.models.weights import unpack

    if arguments.further:
        if settings.models_own is None or trained is not None:
            raise UsageError(Phrase("model.no-own"), hint=Phrase("model.do.own"))
        shelf = Shelf(settings.models_own)
        entry, weights = shelf.entry(KIND), unpack(shelf.read(KIND))
        try:
            since = datetime.fromisoformat(weights.about["until"])
        except (KeyError, TypeError, ValueError):
            place = Location(str(shelf.folder / entry.file))
            message, hint = Phrase("models.not-from-decisions"), Phrase("models.do.no-continue")
            raise ModelError(message, hint=hint, location=place) from None
        return _Base(weights, f"{entry.name} {entry.version}", entry.base, since)
    if trained is not None:
        return _Base(trained, "a model trained from posts", "")
    shelf = Shelf(heart.models_folder(settings.models_folder))
    entry = shelf.entry(KIND)
    return _Base(unpack(shelf.read(KIND)), f"{entry.name} {entry.version}", entry.sha256)


def _decided(opened: OpenLedger, who: str, since: datetime | None) -> Decided:
    from guard.wiring.decisions import open_decided

    settings = opened.settings
    inspector = heart.build_inspector(
        settings.policies_folder, examples=False, cache=settings.cache_folder, show=NAMES, warn=tell_missing,
        **(heart.as_settings_say(settings) | {"own_models": None}),
    )  # fmt: skip
    if NAMES & inspector.detectors.missing:
        raise ModelError(Phrase("models.names-needed"), hint=Phrase("models.do.list"))
    return open_decided(opened, inspector.bundle, inspector.detectors, who, heart.now(), since)


def _learn(settings: Settings, base: _Base, decided: Decided, phrases: Sequence[Labelled]) -> _Report:
    from guard.training.decisions.check import check
    from guard.training.decisions.learn import learn

    learnt = learn(base.weights, decided.said, decided.veiled, {"base": base.sha256})
    checked = (check(base.weights, phrases), check(learnt.weights, phrases)) if phrases else None
    total, broken = _examples(settings, _made(base, learnt, ""))
    return _Report(decided, learnt, checked, total, broken)


def _made(base: _Base, learnt: Learnt, card: str) -> tuple[Entry, bytes, str]:
    """What `write_own` takes."""
    from guard.models.weights import pack

    version = str(learnt.weights.about["until"])[:10]
    data = (base.name, f"{learnt.texts} texts of decided cases of this company")
    entry = Entry(KIND, KIND + OWN, "", "", version, "internal to this company", data, _CARD, base.sha256)
    return entry, pack(learnt.weights), card


def _examples(settings: Settings, made: tuple[Entry, bytes, str]) -> tuple[int, tuple[ExampleFailure, ...]]:
    """How many examples the policies have, and those that hold now and would not with the new model."""
    asked = heart.as_settings_say(settings)

    def failures(own: Path | None) -> tuple[int, tuple[ExampleFailure, ...]]:
        inspector = heart.build_inspector(
            settings.policies_folder, examples=False, cache=settings.cache_folder, **(asked | {"own_models": own})
        )
        outcome = run_examples(inspector, inspector.bundle, inspector.detectors.missing)
        return outcome.total, outcome.failures

    with tempfile.TemporaryDirectory(prefix="postguard-") as folder:
        write_own(Path(folder), *made)
        total, after = failures(Path(folder))
    if not after:
        return total, ()
    known = {(one.policy, one.rule, str(one.location)) for one in failures(settings.models_own)[1]}
    return total, tuple(one for one in after if (one.policy, one.rule, str(one.location)) not in known)


def _refusal(report: _Report) -> TrainingError | None:
    if report.broken:
        broken = [GuardError(one.message, location=one.location) for one in report.broken]
        lines = ProblemsError([GuardError(Phrase("model.broken-line", told=one)) for one in broken])
        message = Phrase("model.breaks", count=len(broken), lines=lines)
        return TrainingError(message, hint=Phrase("model.do.examples"))
    if not report.learnt.better:
        return TrainingError(Phrase("model.useless"), hint=Phrase("model.do.wait"))
    return None


def _tell(decided: Decided) -> None:
    talk(Phrase("model.opened", cases=decided.cases, texts=len(decided.said)))
    for why, count in decided.left.most_common():
        talk(Phrase("model.left-out", count=count, why=Phrase(f"model.left.{why}")))


def _show(report: _Report) -> None:
    rows = [
        [
            Phrase("model.all") if one is report.learnt.worth[0] else one.topic,
            str(one.let_out), _counts(one.wrong_low), _counts(one.wrong_high), str(one.refused),
            _counts(one.right_low), _counts(one.right_high), _change(*one.auc), _change(*one.loss),
        ]
        for one in report.learnt.worth
    ]  # fmt: skip
    result(table(rows, headings(_COLUMNS)))
    others = Phrase("model.other-authors" if report.learnt.by_author else "model.other-texts")
    result("")
    result(Phrase("model.judged", others=others))
    ahead = report.learnt.ahead
    let_out, refused = _counts(ahead.wrong_low), _counts(ahead.right_low)
    result(Phrase("model.ahead", let_out=let_out, refused=refused, loss=_change(*ahead.loss)))
    if report.phrases is not None:
        before, after = report.phrases
        apart, flagged, alarms = (
            _change(before.auc, after.auc), _change(before.flagged, after.flagged), _change(before.alarms, after.alarms),
        )  # fmt: skip
        result(Phrase("model.phrases", number=before.phrases, apart=apart, flagged=flagged, alarms=alarms))
    broken = len(report.broken) or Phrase("models.none")
    result(Phrase("model.examples", number=report.examples, broken=broken))


def _counts(pair: tuple[int, int]) -> str:
    return f"{pair[0]} → {pair[1]}"


def _change(before: float, after: float) -> str:
    if before != before:  # noqa: PLR0124 - no number without both kinds
        return "-"
    return Phrase("model.moved", before=before, after=after)


def _as_json(report: _Report, file: Path | None) -> dict[str, Any]:
    from guard.training.evaluate import without_nan

    shown = {
        "file": None if file is None else str(file),
        "sha256": None if file is None else hashlib.sha256(file.read_bytes()).hexdigest(),
        "cases": report.decided.cases,
        "texts": report.learnt.texts,
        "left_out": {why.name.lower(): count for why, count in report.decided.left.items()},
        "by_author": report.learnt.by_author,
        "worth": [asdict(one) for one in report.learnt.worth],
        "ahead": asdict(report.learnt.ahead),
        "phrases": None if report.phrases is None else [asdict(one) for one in report.phrases],
        "examples": report.examples,
        "broken": [str(one.location) for one in report.broken],
    }
    found: dict[str, Any] = without_nan(shown)
    return found


def _card(base: _Base, report: _Report) -> str:
    whole = report.learnt.worth[0]
    return (
        "# Topics, as this company decides\n\n"
        f"Made by `guard model train --with-decisions` from {base.name} and {report.learnt.texts} texts of decided cases "
        f"({whole.refused} judgements that a topic is given away, {whole.let_out} that it is not), "
        f"decided up to {report.learnt.weights.about['until']}.\n\n"
        f"On decisions that it had not seen: told apart {_change(*whole.auc)}, loss {_change(*whole.loss)}, "
        f"let out though 80 % likely {_counts(whole.wrong_high)}, refused and 80 % likely {_counts(whole.right_high)}.\n\n"
        "It holds no readable text. Keep it inside all the same: see docs/models.md of postguard.\n"
    )
