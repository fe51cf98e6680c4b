"""The folder of policies for the console: read, tried beside the gate, and changed through the reloader alone."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from guard.console.policy_room import Changes, Examined, Files, PolicyRoom, Told
from guard.errors import GuardError, PolicyError, ProblemsError
from guard.settings.load import Settings
from guard.wiring import prove
from guard.wiring.heart import now
from guard.wiring.reload import Reloader
from guard.words.texts import Phrase, unpacked

LONGEST_S = 600.0
_LINE = 64 * 1024 * 1024
"""Bytes of one line that the process may answer."""


class Folder:
    """Keeps the promise of guard.console.policy_room.PolicyRoom."""

    def __init__(self, settings: Settings, reloader: Reloader) -> None:
        self._settings, self._reloader = settings, reloader
        self._turns = {"examine": asyncio.Lock(), "backtest": asyncio.Lock()}
        """One of a kind at a time, for posts need the processors; a page need not wait for a long backtest."""

    async def files(self) -> Files:
        return await asyncio.to_thread(_files, self._settings.policies_folder)

    async def examine(self, changes: Changes) -> Examined:
        with _copy(self._settings.policies_folder, changes) as folder:
            answer = await self._ask({"task": "examine", "policies": str(folder)}, lambda _: None)
        told = {name: tuple(map(_told, answer.get(name, ()))) for name in ("problems", "lint")}
        covered = {name: (reached, total) for name, (reached, total) in answer.get("coverage", {}).items()}
        return Examined(answer["digest"], told["problems"], told["lint"], covered)

    async def backtest(self, changes: Changes, progress: Callable[[int], None]) -> Mapping[str, Any]:
        settings = self._settings
        with _copy(settings.policies_folder, {}) as old, _copy(settings.policies_folder, changes) as new:
            asked = {"task": "backtest", "policies": str(new), "old": str(old), "store": str(settings.store_path)}
            answer = await self._ask(asked | {"origin": settings.origin}, progress)
        if "report" not in answer:
            raise ProblemsError([GuardError(one.message, hint=one.hint) for one in map(_told, answer["problems"])])
        report: Mapping[str, Any] = answer["report"]
        return report

    async def activate(self, changes: Changes, base: str, agreed: str) -> str:
        return await self._reloader.replace(changes, base, agreed)

    def refused(self) -> Sequence[GuardError]:
        return self._reloader.problems

    async def _ask(self, more: Mapping[str, str], progress: Callable[[int], None]) -> dict[str, Any]:
        """The last line of a process that was asked this."""
        asked = json.loads(prove.question(self._settings)) | {"at": now().isoformat()} | dict(more)
        async with self._turns[more["task"]], asyncio.timeout(LONGEST_S):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "guard.wiring.examine",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LINE,
            )  # fmt: skip
            try:
                return await _last(process, json.dumps(asked).encode(), progress)
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


def _told(answer: Mapping[str, Any]) -> Told:
    texts = {"message": unpacked(answer["message"]), "hint": unpacked(answer["hint"])}
    return Told(**{**answer, **texts})


async def _last(process: asyncio.subprocess.Process, asked: bytes, progress: Callable[[int], None]) -> dict[str, Any]:
    assert process.stdin is not None  # noqa: S101 -- opened as pipes
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(asked)
    await process.stdin.drain()
    process.stdin.close()
    async for line in process.stdout:
        value: dict[str, Any] = json.loads(line)
        if value.keys() != {"done"}:
            return value
        progress(value["done"])
    raise PolicyError(Phrase("change.untried"), hint=Phrase("change.do.run-test"))


@contextmanager
def _copy(folder: Path, changes: Changes) -> Iterator[Path]:
    """A copy of the folder with these changes, for as long as it is needed; readable by its owner alone."""
    with TemporaryDirectory(prefix="guard-policies-") as place:
        for name, content in {**_files(folder), **changes}.items():
            if content is not None:
                (Path(place) / name).write_bytes(content)
        yield Path(place)


def _files(folder: Path) -> dict[str, bytes]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
        return {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        raise PolicyError(Phrase("loader.folder-unreadable", why=error.strerror or "")) from None


_keeps_promise: type[PolicyRoom] = Folder
