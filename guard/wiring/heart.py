"""Policies and detectors become an Inspector; a policy whose own examples fail becomes none."""

from __future__ import annotations

import os
import secrets
import sysconfig
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import guard
from guard.detect.fingerprint.key import load_key
from guard.detect.given import entity_types, subtypes
from guard.detect.modelled import wanted
from guard.detect.registry import load_all
from guard.detect.run import Detectors
from guard.detect.sealed import SealedScanner
from guard.errors import GuardError, PolicyError, ProblemsError, UsageError
from guard.inspector import Inspector
from guard.models.shelf import Shelf
from guard.policy.bundle import Bundle, load_bundle
from guard.policy.compile import shown_words, term_shown
from guard.policy.names import Known, unknown_names
from guard.text.normalize import normalize
from guard.types.decision import Action
from guard.types.matcher import SealedMatcher
from guard.words.texts import Phrase

if TYPE_CHECKING:  # a command that looks at one post needs neither
    from guard.detect.fingerprint.detector import FingerprintScanner
    from guard.settings.load import Settings
    from guard.wiring.handover import Compiled

NETWORKS = frozenset({"mastodon", "bluesky", "x"})
_SEALED_KEY = "terms.key"
"""In the folder of keys."""


def now() -> datetime:
    """The clock of all shells."""
    return datetime.now(UTC)  # noqa: TID251 -- the one place that reads it


_process, _trips = secrets.token_hex(8), count(1)


def new_id() -> str:
    """Id of one post's trip: this process's random prefix and a number."""
    return f"{_process}{next(_trips):08x}"


def policies_folder(given: Path | None) -> Path:
    """The folder asked for, else ./policies, else the policies that are shipped."""
    if given is not None:
        return given
    for folder in (Path("policies"), _shipped("policies", "staff-topics.yaml")):
        if folder.is_dir():
            return folder
    raise UsageError(Phrase("usage.no-policies"), hint=Phrase("usage.do.policies"))


def models_folder(given: Path | None) -> Path:
    """The folder asked for, else the models that are shipped."""
    return given or _shipped("models", "manifest.toml")


def _shipped(name: str, holds: str) -> Path:
    """Beside the package in a checkout; else where a wheel puts data: beside the packages, the name may be somebody else's."""
    beside = Path(guard.__file__).resolve().parent.parent / name
    # Not sys.prefix: a system's own Python installs elsewhere, and so does pip for one user
    schemes = sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user")
    data = [Path(sysconfig.get_path("data", scheme)) / "share" / "postguard" / name for scheme in schemes]
    return next((each for each in (beside, *data) if (each / holds).is_file()), data[0])


def user_cache() -> Path:
    """Where commands without settings keep compiled patterns."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "postguard"


def _sealed(bundle: Bundle, key: Path | None) -> SealedScanner | None:
    """What looks for sealed terms; its key must be there when a policy has any."""
    matchers = [each for each in bundle.matchers if isinstance(each, SealedMatcher)]
    if not matchers:
        return None
    if key is None:
        from guard.settings.load import DEFAULTS

        key = terms_key(DEFAULTS)
    scanner = SealedScanner(matchers, load_key(key, which="sealed"))
    problems: list[GuardError] = [
        term_shown(place)
        for policy in bundle.policies
        for place, words in shown_words(policy.source)
        if any(str(hit.matcher).partition("/")[0] == policy.id for hit in scanner.scan(normalize(words)))
    ]
    if problems:
        raise ProblemsError(problems)
    return scanner


def _protected(index: Path, key: Path) -> FingerprintScanner:
    from guard.detect.fingerprint.detector import FingerprintScanner

    return FingerprintScanner.open(index, key)


def terms_key(settings: Settings) -> Path:
    """The file of the key under which terms are sealed."""
    return settings.keys_folder / _SEALED_KEY


def as_settings_say(settings: Settings) -> dict[str, Any]:
    """Keywords of `build_inspector` for what settings name beside policies: every command inspects as the gate does."""
    index = settings.fingerprint_index
    return {
        "third_party": settings.detectors,
        "fingerprints": (index, settings.fingerprint_key) if index else None,
        "sealed_key": terms_key(settings),
        "models": settings.models_folder,
        "own_models": settings.models_own,
        "internal_domains": settings.internal_domains,
    }


def check_reroute(bundle: Bundle, settings: Settings) -> None:
    """ProblemsError for every rule that reroutes where there is nowhere to reroute to: it would hold instead."""
    problems: list[GuardError] = [
        PolicyError(Phrase("loader.no-internal"), hint=Phrase("loader.do.add-reroute"), location=step.location)
        for policy in bundle.policies
        for rule in policy.rules
        for step in rule.source.steps
        if step.action is Action.REROUTE and settings.reroute is None
    ]
    if problems:
        raise ProblemsError(problems)


def build_inspector(
    folder: Path,
    *,
    examples: bool = True,
    third_party: Sequence[str] = (),
    cache: Path | None = None,
    fingerprints: tuple[Path, Path] | None = None,
    sealed_key: Path | None = None,
    compiled: Compiled | None = None,
    models: Path | None = None,
    own_models: Path | None = None,
    show: Collection[str] = (),
    internal_domains: Sequence[str] = (),
    before: Inspector | None = None,
    warn: Callable[[GuardError], None] = lambda _: None,
) -> Inspector:
    """Load, compile and, with `examples`, prove a folder of policies. Raises ProblemsError with every mistake.

    `fingerprints` names the index of protected documents and its key file; unlike a third-party detector they must be
    there (DetectorError, KeyFileError), as must `sealed_key` (None: that of the default settings) when a policy has sealed terms. A third-party detector that
    cannot be loaded is left out, and so is a model of the folder `models` that a policy needs; one of `own_models` is taken
    before it, if it can be had. `warn` is told, as of what a policy's owner should look at. `show` names entities to be
    looked for even if no policy asks, where there is a model. With `compiled`, which another process made of the folder, the
    folder is not read; what is alike in `before` is shared with it.
    """
    extra, missing = load_all(third_party, cache)
    for problem in missing:
        warn(problem)
    protected = _protected(*fingerprints) if fingerprints else None
    sets = protected.groups if protected is not None else None
    known = Known(entity_types(extra, indexed=protected is not None), NETWORKS, sets, subtypes(extra))
    bundle = load_bundle(folder, known) if compiled is None else compiled.bundle
    if compiled is not None and (unknown := unknown_names(bundle, known)):
        raise ProblemsError(unknown)
    sealed = _sealed(bundle, sealed_key)
    given = {name for detector in extra for name in detector.info.entity_types}
    asked = {each for each in bundle.asked if each.partition("/")[0] not in given}
    own = None if own_models is None else partial(Shelf, own_models)
    taken, missing_models = wanted(lambda: Shelf(models_folder(models)), asked, {*show} - given, own=own)
    for problem in missing_models:
        warn(problem)
    detectors = Detectors.build(
        bundle.matchers,
        extra=extra,
        cache_dir=cache,
        fingerprints=protected,
        sealed=sealed,
        dictionary=compiled.dictionary if compiled else None,
        models=taken,
        internal_domains=internal_domains,
        before=before.detectors if before else None,
    )
    for warning in bundle.warnings:
        warn(warning)
    inspector = Inspector(detectors, bundle)
    if examples:
        _prove(inspector)
    return inspector


def _prove(inspector: Inspector) -> None:
    """ProblemsError with every example that comes out otherwise than its author says."""
    from guard.authoring.suite import run_examples

    if failures := run_examples(inspector, inspector.bundle, inspector.detectors.missing).failures:
        hint = Phrase("examples.do.mend-test")
        broken = [(Phrase("examples.broken", told=one.message), one.location) for one in failures]
        raise ProblemsError([PolicyError(message, hint=hint, location=place) for message, place in broken])
