"""Runs a few lines in a process that dies before its so-manieth step, as a power cut would leave it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

DIED = -9
LASTING = ("os.fsync", "pathlib.Path.replace", "pathlib.Path.unlink")
"""The steps that make a change of files last."""

_PROGRAM = """
import os, pkgutil, signal, sys
last, names, lines, *sys.argv[1:] = sys.argv[1:]
taken = 0
def dying(real):
    def step(*given, **more):
        global taken
        taken += 1
        if taken == int(last):
            os.kill(os.getpid(), signal.SIGKILL)  # before it is done
        return real(*given, **more)
    return step
for name in names.split():
    owner, _, each = name.rpartition(".")
    owner = pkgutil.resolve_name(owner)
    setattr(owner, each, dying(getattr(owner, each)))
exec(lines, {"step": dying(lambda: None)})
"""


def ended(
    lines: str, *given: str | Path, dies_at: int, steps: Iterable[str] = LASTING, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`lines` of Python with `given` as its arguments; DIED is its code where it came to step `dies_at`.

    `steps` are the functions, named in full, whose calls count. The lines can call `step()`, which counts too.
    """
    program = [sys.executable, "-c", _PROGRAM, str(dies_at), " ".join(steps), lines, *map(str, given)]
    return subprocess.run(program, env=env, capture_output=True, text=True, check=False)
