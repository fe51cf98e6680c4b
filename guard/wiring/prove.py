"""`python -m guard.wiring.prove`: whether a changed folder of policies holds, found out beside the running gate.

In a process of its own, so that compiling and running every example takes no time from the posts that the gate inspects
meanwhile. Reads what to load as JSON on standard input; answers with JSON on standard output, and leaves what it compiled
in the file that the gate opened for it (guard/wiring/handover.py).
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from guard.errors import GuardError, Location, ProblemsError
from guard.settings.load import Settings
from guard.wiring import handover
from guard.wiring.heart import as_settings_say, build_inspector
from guard.words.texts import packed, unpacked


def question(settings: Settings) -> bytes:
    """What the process is asked."""
    index = settings.fingerprint_index
    return json.dumps({
        "policies": str(settings.policies_folder),
        "cache": str(settings.cache_folder),
        "keys": str(settings.keys_folder),
        "index": str(index) if index else "",
        "index_key": str(settings.fingerprint_key),
        "detectors": list(settings.detectors),
        "domains": list(settings.internal_domains),
        "models": str(settings.models_folder) if settings.models_folder else "",
        "own_models": str(settings.models_own) if settings.models_own else "",
    }).encode()  # fmt: skip


def asked_for(asked: Mapping[str, Any]) -> Settings:
    """The settings of a question, as far as an inspector needs them."""
    return Settings(
        policies_folder=Path(asked["policies"]),
        cache_folder=Path(asked["cache"]),
        keys_folder=Path(asked["keys"]),
        fingerprint_index=Path(asked["index"]) if asked["index"] else None,
        fingerprint_key=Path(asked["index_key"]),
        detectors=tuple(asked["detectors"]),
        internal_domains=tuple(asked["domains"]),
        models_folder=Path(asked["models"]) if asked["models"] else None,
        models_own=Path(asked["own_models"]) if asked["own_models"] else None,
    )


def answer(asked: Mapping[str, Any], into: BinaryIO | None = None) -> dict[str, Any]:
    """`{"digest": …}` of a folder that holds, what was compiled written to `into`; or `{"problems": […]}`."""
    settings = asked_for(asked)
    try:
        inspector = build_inspector(settings.policies_folder, cache=settings.cache_folder, **as_settings_say(settings))
    except GuardError as error:
        return {"problems": packed_errors(error)}
    if into is not None:
        with suppress(pickle.PicklingError, TypeError, AttributeError):  # no wheel for this platform: the gate compiles
            handover.write(handover.Compiled(inspector.bundle, inspector.detectors.dictionary), into)
    return {"digest": inspector.bundle.digest, "problems": []}


def packed_errors(error: GuardError) -> list[dict[str, Any]]:
    """What is wrong, with its places, for the process that asked."""
    told = error.problems if isinstance(error, ProblemsError) else (error,)
    return [
        {
            "message": packed(one.message),
            "hint": packed(one.hint),
            "place": None if one.location is None else asdict(one.location),
        }
        for one in told
    ]


def unpacked_errors(problems: Iterable[Mapping[str, Any]]) -> ProblemsError:
    """What `packed_errors` packed."""
    return ProblemsError(
        [
            GuardError(
                unpacked(one["message"]),
                hint=unpacked(one["hint"]),
                location=None if one["place"] is None else Location(**one["place"]),
            )
            for one in problems
        ]
    )


if __name__ == "__main__":
    with os.fdopen(int(sys.argv[1]), "wb") as made:
        sys.stdout.write(json.dumps(answer(json.load(sys.stdin), made)))
