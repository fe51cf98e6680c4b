"""New policies without a stop: a changed folder is proved beside the gate, loaded beside the old one and swapped whole.

A folder that does not hold leaves the old policies in force and says so. Every decision names the policies that made it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from guard import observe
from guard.errors import GuardError, PolicyError, ProblemsError
from guard.inspector import Inspector
from guard.policy.bundle import Bundle, load_bundle
from guard.settings.load import Settings
from guard.wiring import prove
from guard.wiring.changes import between, gone
from guard.wiring.folder import JOURNAL, changed, recover
from guard.wiring.handover import Compiled, Place, gently, let_go, read, unnamed_file
from guard.wiring.heart import as_settings_say, build_inspector, check_reroute
from guard.words.texts import Phrase

SETTLE_S = 0.3
"""So long nothing must change before it is read: an editor or a checkout may still be writing."""
PROVE_S = 300.0
_IDLE_S = 20.0
"""So long a proof may have only what nobody else wants of the processors: then it gets a small share of its own."""
_IN_FLIGHT_S = 1.0
_BEHIND = "import contextlib, os, site; os.nice(19)\n"
_IDLE = (  # not on every system, nor under every supervisor
    "with contextlib.suppress(OSError, AttributeError): os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\n"
)
_PROVE = "site.main(); import runpy; runpy.run_module('guard.wiring.prove', run_name='__main__', alter_sys=True)"
"""Posts come first, also before what it imports: run with -S, so that little is imported before."""
_SHOWN = 20

Stamp = frozenset[tuple[str, int, int]]


class _ChangedError(PolicyError):
    """What is loaded is not what was proved."""


class Reloader:
    """Watches the folder of policies and the protected documents, and swaps in what holds."""

    def __init__(
        self,
        settings: Settings,
        current: Callable[[], Inspector],
        swap: Callable[[Inspector, Place], Awaitable[None]],
        say: Callable[[str], None],
    ) -> None:
        """`swap` records the new inspector and puts it in force; other processes find what it is made of at that place."""
        self._settings, self._current, self._swap, self._say = settings, current, swap, say
        self._asked = asyncio.Event()
        self._seen = _stamp(settings)
        self._turn = asyncio.Lock()
        self._forgetting: set[asyncio.Task[None]] = set()
        self._made: BinaryIO | None = None
        """What was compiled last, open for the workers."""
        self.problems: tuple[GuardError, ...] = ()
        """Why what lies in the folder now is not in force; empty when it is."""
        self._gone: set[str] = set()
        """Policies that went without anybody's agreement, and have not come back."""

    async def watch(self) -> None:
        """For ever: look every `policies.watch_s` seconds, and at once when asked."""
        while True:
            asked = await self._waited()
            stamp = _stamp(self._settings)
            if stamp == self._seen and not asked:
                continue
            await asyncio.sleep(SETTLE_S)
            if stamp == _stamp(self._settings):
                async with self._turn:
                    self._seen = stamp
                    await self._reload()
            else:
                self._asked.set()

    @property
    def removed(self) -> tuple[GuardError, ...]:
        """A warning for each policy that went from the folder and was not agreed to at the console, until the gate starts anew."""
        return gone(self._gone)

    def ask(self) -> None:
        """Look now, and load it all anew even where nothing changed."""
        self._asked.set()

    async def replace(self, changes: Mapping[str, bytes | None], base: str, agreed: str) -> str:
        """Write these files into the folder (None: remove) and put it in force; returns its digest, which is `agreed`.

        GuardError, and the folder as it was, when the policies in force are not `base`, or the changed ones do not hold
        or are others than those agreed to.
        """
        folder = self._settings.policies_folder
        async with self._turn:
            if self._current().bundle.digest != base or load_bundle(folder).digest != base:
                raise PolicyError(Phrase("change.changed-since"), hint=Phrase("change.do.up-to-date"))
            with changed(folder, changes):
                self._seen = _stamp(self._settings)
                digest, old = await self._load(agreed)
        self._forget(old)
        return digest

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
        try:
            recover(self._settings.policies_folder)  # what could not be taken back when it broke off
            _, old = await self._load()
        except _ChangedError:
            self._asked.set()
        except GuardError as error:
            self._refused(error)
        else:
            self._forget(old)

    def _forget(self, old: list[Inspector]) -> None:
        """Let go of it by and by; nobody waits for that."""
        task = asyncio.create_task(forget(old))
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)

    async def _load(self, agreed: str | None = None) -> tuple[str, list[Inspector]]:
        """Prove the folder, load it, put it in force; returns its digest, and what is to be forgotten.

        GuardError when it does not hold, or is not what was agreed to.
        """
        before = self._current()
        made = unnamed_file()
        try:
            digest = await _proved(self._settings, made)
            if agreed is not None and digest != agreed:
                raise PolicyError(Phrase("change.not-as-agreed"), hint=Phrase("change.do.anew"))
            inspector = await asyncio.to_thread(load_quietly, self._settings, made, before)
            if inspector.bundle.digest != digest:
                raise _ChangedError(Phrase("change.changed-meanwhile"), hint=Phrase("change.do.again"))
            check_reroute(inspector.bundle, self._settings)
            if renewed := inspector.versions != before.versions:
                await self._swap(inspector, Place.of(made))
                if self._made is not None:
                    self._made.close()
                self._made = made
        finally:
            if made is not self._made:
                made.close()
        self.problems = ()
        observe.POLICY_PROBLEMS.set(0)
        self._tell(before.bundle, inspector.bundle, agreed=agreed is not None)
        if digest != before.bundle.digest:
            self._say(Phrase("change.in-force", digest=digest))
        return digest, [before if renewed else inspector]

    def _tell(self, before: Bundle, after: Bundle, *, agreed: bool) -> None:
        """What changed, by name; what is guarded no more is a warning, unless two people agreed to it."""
        found = between(before, after)
        observe.log("policies-reloaded", policies=after.digest, before=before.digest, **found.facts())
        self._gone.difference_update(policy.id for policy in after.policies)
        if found.removed and not agreed:
            self._gone.update(found.removed)
            observe.warn("policies-removed", removed=", ".join(found.removed))
            for problem in gone(found.removed):
                self._say(Phrase("terminal.warning", told=problem))

    def _refused(self, error: GuardError) -> None:
        self.problems = error.problems if isinstance(error, ProblemsError) else (error,)
        observe.POLICY_PROBLEMS.set(len(self.problems))
        observe.warn("policies-refused", problems=len(self.problems), first=str(self.problems[0]))
        self._say(Phrase("change.refused"))
        for problem in self.problems[:_SHOWN]:
            self._say(Phrase("change.problem", told=problem))


def load_quietly(settings: Settings, made: BinaryIO | None, before: Inspector | None = None) -> Inspector:
    """The proved policies, in a thread beside running posts: from what was compiled of them, or from their folder.

    What is alike in `before`, which is in force, is shared with it.
    ProblemsError when the folder has changed for the worse.
    """
    compiled: Compiled | None = None
    gc.disable()  # it would walk all that is being made, again and again, and every post would wait for it
    try:
        with gently():
            if made is not None:
                with suppress(
                    Exception
                ):  # whatever came of it (this program was renewed meanwhile, say): the folder is there
                    compiled = read(made)
            inspector = build_inspector(
                settings.policies_folder,
                examples=False,
                cache=settings.cache_folder,
                compiled=compiled,
                before=before,
                **as_settings_say(settings),
            )
            inspector.detectors.warm()
        gc.freeze()
    finally:
        gc.enable()
    return inspector


async def forget(held: list[Inspector]) -> None:
    """Let go of an inspector that is no longer in force, once no post is being inspected with it."""
    await asyncio.sleep(_IN_FLIGHT_S)
    await asyncio.to_thread(let_go, held)


async def _proved(settings: Settings, made: BinaryIO) -> str:
    """Digest of the folder, whose examples all hold; what was compiled is in `made`. ProblemsError with what does not."""
    try:
        found = await _asked(_BEHIND + _IDLE + _PROVE, settings, made, _IDLE_S)
    except TimeoutError:
        made.seek(0)
        made.truncate()
        try:
            found = await _asked(_BEHIND + _PROVE, settings, made, PROVE_S)
        except TimeoutError:
            raise PolicyError(Phrase("change.too-long"), hint=Phrase("change.do.run-test")) from None
    if found["problems"]:
        raise prove.unpacked_errors(found["problems"])
    return str(found["digest"])


async def _asked(program: str, settings: Settings, made: BinaryIO, seconds: float) -> dict[str, Any]:
    """What guard.wiring.prove answers, run by `program`; TimeoutError when it takes longer."""
    number = made.fileno()
    # In a thread, by vfork: the loop's own way copies the page tables of this process, and posts wait for that
    process = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-S", "-c", program, str(number)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[number],
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds):
            told, _ = await asyncio.to_thread(process.communicate, prove.question(settings))
    except TimeoutError:
        process.kill()
        await asyncio.to_thread(process.wait)  # nobody writes into the file any more
        raise
    except BaseException:
        process.kill()  # and the thread that reads from it sees its end
        raise
    try:
        found: dict[str, Any] = json.loads(told)
    except ValueError:
        message = Phrase("change.untried-code", code=process.returncode)
        raise PolicyError(message, hint=Phrase("change.do.run-test-log")) from None
    return found


def _stamp(settings: Settings) -> Stamp:
    """What a change of files changes."""
    places = [settings.policies_folder, settings.fingerprint_index, settings.models_folder, settings.models_own]
    return frozenset(_files(places))


def _files(places: Iterable[Path | None]) -> Iterable[tuple[str, int, int]]:
    for place in places:
        if place is None:
            continue
        with suppress(OSError):
            for file in place.iterdir() if place.is_dir() else [place]:
                if file.name == JOURNAL:
                    continue
                stat = file.stat()
                yield file.name, stat.st_mtime_ns, stat.st_size
