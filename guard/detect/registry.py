"""Loads third-party detectors by name: `presidio:IbanRecognizer`, or an entry point of the group `guard.detectors.v1`.

An entry point gives a class or function that, called without arguments, returns a Detector (guard/detect/base.py).
The only file of this room that imports by string.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from guard.detect.base import Detector, DetectorInfo
from guard.detect.presidio import recognizers
from guard.errors import DetectorError
from guard.words.texts import Phrase

GROUP = "guard.detectors.v1"
_PRESIDIO = "presidio:"


def load(name: str) -> Detector:
    """One detector. DetectorError, with what to do, when it cannot be had."""
    scheme, _, rest = name.partition(":")
    if scheme == "presidio" and rest:
        return recognizers.load(rest)
    found = entry_points(group=GROUP, name=name)
    if not found:
        known = ", ".join(sorted(point.name for point in entry_points(group=GROUP))) or Phrase("detector.none")
        raise DetectorError(Phrase("detector.unknown", name=name), hint=Phrase("detector.do.known", known=known))
    try:
        made: Any = next(iter(found)).load()()
        described = made.info
    except Exception as error:
        why = Phrase("detector.not-loaded", name=name, why=type(error).__name__)
        raise DetectorError(why, hint=Phrase("detector.do.reinstall")) from error
    if not isinstance(described, DetectorInfo) or not callable(getattr(made, "detect", None)):
        raise DetectorError(Phrase("detector.no-promise", name=name), hint=Phrase("detector.do.see-detector"))
    detector: Detector = made
    return detector


def load_all(
    names: Sequence[str], cache_dir: Path | None = None
) -> tuple[tuple[Detector, ...], tuple[DetectorError, ...]]:
    """Those that load, in order, and why the others did not: a missing one is a warning, the gate goes on.

    All of Presidio's recognisers together are one detector, the last: their patterns take one pass.
    """
    detectors: list[Detector] = []
    problems: list[DetectorError] = []
    theirs: list[str] = []
    for name in dict.fromkeys(names):
        if name.startswith(_PRESIDIO) and name != _PRESIDIO:
            theirs.append(name.removeprefix(_PRESIDIO))
            continue
        try:
            detectors.append(load(name))
        except DetectorError as problem:
            problems.append(problem)
    if theirs:
        together, missing = recognizers.load_together(theirs, cache_dir)
        detectors += [together] if together is not None else []
        problems += missing
    return tuple(detectors), tuple(problems)
