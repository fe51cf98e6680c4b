"""New policies without a stop: a changed folder is proved beside the gate, loaded beside the old one and swapped whole.

A folder that does not hold leaves the old policies in force and says so. Every decision names the policies that made it.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path

from guard import observe
from guard.errors import GuardError, PolicyError, ProblemsError
from guard.inspector import Inspector
from guard.settings.load import Settings
from guard.wiring import prove
from guard.wiring.heart import as_settings_say, build_inspector, check_reroute

SETTLE_S = 0.3
"""So long nothing must change before it is read: an editor or a checkout may still be writing."""
PROVE_S = 300.0
_SHARE_S = 0.0005
"""How long the loading thread keeps the interpreter at a time: posts are being inspected meanwhile."""
_SHOWN = 20

Stamp = frozenset[tuple[str, int, int]]


class Reloader:
    """Watches the folder of policies and the protected documents, and swaps in what holds."""

    def __init__(
        self,
        settings: Settings,
        current: Callable[[], Inspector],
        swap: Callable[[Inspector], Awaitable[None]],
        say: Callable[[str], None],
    ) -> None:
        """`swap` records the new inspector and puts it in force."""
        self._settings, self._current, self._swap, self._say = settings, current, swap, say
        self._asked = asyncio.Event()
        self._seen = _stamp(settings)
        self.problems: tuple[str, ...] = ()
        """Why what lies in the folder now is not in force; empty when it is."""

    async def watch(self) -> None:
        """For ever: look every `policies.watch_s` seconds, and at once on SIGHUP."""
        with suppress(NotImplementedError, RuntimeError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._asked.set)
        while True:
            asked = await self._waited()
            stamp = _stamp(self._settings)
            if stamp == self._seen and not asked:
                continue
            await asyncio.sleep(SETTLE_S)
            if stamp == _stamp(self._settings):
                self._seen = stamp
                await self._reload()
            else:
                self._asked.set()

    async def _waited(self) -> bool:
        """Whether somebody asked, rather than that it was time to look."""
        seconds = self._settings.policies_watch_s
        try:
            async with asyncio.timeout(seconds or None):
                await self._asked.wait()
        except TimeoutError:
            return False
        self._asked.clear()
        return True

    async def _reload(self) -> None:
        before = self._current()
        try:
            digest = await _proved(self._settings)
            inspector = await asyncio.to_thread(load_quietly, self._settings)
            if inspector.bundle.digest != digest:  # changed meanwhile: what is loaded is not what was proved
                self._asked.set()
                return
            check_reroute(inspector.bundle, self._settings)
            if inspector.versions != before.versions:
                await self._swap(inspector)
        except GuardError as error:
            self._refused(error)
            return
        self.problems = ()
        observe.log("policies-reloaded", policies=digest, before=before.bundle.digest)
        if digest != before.bundle.digest:
            self._say(f"new policies are in force: {digest}")

    def _refused(self, error: GuardError) -> None:
        told = error.problems if isinstance(error, ProblemsError) else (error,)
        self.problems = tuple(map(str, told))
        observe.warn("policies-refused", problems=len(told), first=self.problems[0])
        self._say("the changed policies are not in force, the ones before them stay:")
        for problem in self.problems[:_SHOWN]:
            self._say(f"  {problem}")


def load_quietly(settings: Settings) -> Inspector:
    """The proved folder again, in a thread beside running posts. ProblemsError when it has changed for the worse."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SHARE_S)
    try:
        inspector = build_inspector(
            settings.policies_folder, examples=False, cache=settings.cache_folder, **as_settings_say(settings)
        )
        inspector.detectors.warm()
    finally:
        sys.setswitchinterval(before)
    return inspector


async def _proved(settings: Settings) -> str:
    """Digest of the folder, whose examples all hold. ProblemsError with what does not."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "guard.wiring.prove", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PROVE_S):
            told, _ = await process.communicate(prove.question(settings))
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    try:
        found = json.loads(told)
    except ValueError:
        hint = "run `guard policy test` on the folder; the log above may tell more"
        raise PolicyError(
            f"the changed policies could not be tried (exit code {process.returncode})", hint=hint
        ) from None
    if found["problems"]:
        raise ProblemsError([PolicyError(problem) for problem in found["problems"]])
    return str(found["digest"])


def _stamp(settings: Settings) -> Stamp:
    """What a change of files changes."""
    return frozenset(_files([settings.policies_folder, settings.fingerprint_index, settings.models_folder]))


def _files(places: Iterable[Path | None]) -> Iterable[tuple[str, int, int]]:
    for place in places:
        if place is None:
            continue
        with suppress(OSError):
            for file in place.iterdir() if place.is_dir() else [place]:
                stat = file.stat()
                yield file.name, stat.st_mtime_ns, stat.st_size
