"""`python -m guard.wiring.prove`: whether a changed folder of policies holds, found out beside the running gate.

In a process of its own, so that compiling and running every example takes no time from the posts that the gate inspects
meanwhile. Reads what to load as JSON on standard input; answers with JSON on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guard.errors import GuardError, ProblemsError
from guard.settings.load import Settings
from guard.wiring.heart import as_settings_say, build_inspector


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
        "models": str(settings.models_folder) if settings.models_folder else "",
    }).encode()  # fmt: skip


def answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    """`{"digest": …}` of a folder that holds, or `{"problems": […]}`."""
    settings = Settings(
        policies_folder=Path(asked["policies"]),
        cache_folder=Path(asked["cache"]),
        keys_folder=Path(asked["keys"]),
        fingerprint_index=Path(asked["index"]) if asked["index"] else None,
        fingerprint_key=Path(asked["index_key"]),
        detectors=tuple(asked["detectors"]),
        models_folder=Path(asked["models"]) if asked["models"] else None,
    )
    try:
        inspector = build_inspector(settings.policies_folder, cache=settings.cache_folder, **as_settings_say(settings))
    except ProblemsError as error:
        return {"problems": [str(problem) for problem in error.problems]}
    except GuardError as error:
        return {"problems": [str(error)]}
    return {"digest": inspector.bundle.digest, "problems": []}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))
