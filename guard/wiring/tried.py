"""Whether a gate would start, told all at once: its settings, authors, log, ports, policies and services.

`guard serve` asks what is quick before it compiles for half a minute; `guard serve --check` asks everything and starts nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from functools import partial

from guard.errors import GuardError, ProblemsError, SettingsError, UpstreamError
from guard.policy.bundle import load_bundle
from guard.settings.load import INSPECTING, ListenerSettings, Settings, load_authors, section_of
from guard.types.http import HttpRequest
from guard.upstream.client import Timeouts, Upstream
from guard.wiring.doors import try_doors
from guard.wiring.heart import as_settings_say, build_inspector, check_reroute
from guard.wiring.ledger import gate_runs, try_ledger
from guard.words.texts import Phrase

_ASKED = {
    "mastodon": ("/api/v1/instance", Phrase("settings.serves.mastodon")),
    "atproto": ("/xrpc/com.atproto.server.describeServer", Phrase("settings.serves.atproto")),
    "x": ("/2/users/me", Phrase("settings.serves.x")),
}
"""What each kind of service answers to anybody, be it with a no."""
_UNKNOWN = frozenset({400, 404, 405, 410, 501})
_WITHIN = Timeouts(connect=5.0, answer=10.0)

Warn = Callable[[GuardError], None]


def try_quick(settings: Settings, *, sandbox: bool) -> None:
    """Ports, log and authors, and with a mistake in any of these what can be read of policies. Raises it, or ProblemsError with all."""
    tries: list[Callable[[], object]] = [lambda: try_doors(settings, sandbox=sandbox), lambda: try_ledger(settings)]
    if settings.authors_file and not sandbox:
        tries.append(partial(load_authors, settings.authors_file))
    failed = [error for what in tries if (error := _failure(what))]
    if failed and (error := _failure(lambda: load_bundle(settings.policies_folder))):
        failed.append(error)
    if len(failed) == 1:  # it keeps its own exit code
        raise failed[0]
    if failed:
        raise ProblemsError([problem for error in failed for problem in _each(error)])


def try_all(settings: Settings, found: Collection[GuardError], warn: Warn) -> None:
    """Everything that a start would find out, beside what was `found` in the settings. ProblemsError with all of it.

    What hangs on a table with a mistake in it is not tried. Where a gate runs on the same store its ports are its own.
    """
    problems = list(found)
    wrong = {section_of(one) for one in found}
    if not settings.listeners and "listener" not in wrong:
        problems.append(SettingsError(Phrase("settings.no-listener"), hint=Phrase("settings.do.add-listener")))
    if settings.authors_file and "authors" not in wrong:
        _try(problems, partial(load_authors, settings.authors_file))
    if not wrong & {"store", "keys"}:
        _try(problems, lambda: try_ledger(settings))
    if gate_runs(settings):
        warn(GuardError(Phrase("settings.ports-not-tried")))
    elif not wrong & {"listener", "console"}:
        _try(problems, lambda: try_doors(settings, sandbox=False))
    if not wrong & {"policies", "reroute", *INSPECTING}:
        _try(problems, lambda: _policies(settings, warn))
    for door in settings.listeners:
        _try(problems, partial(_asked, door))
    if problems:
        raise ProblemsError(problems)


def _policies(settings: Settings, warn: Warn) -> None:
    inspector = build_inspector(
        settings.policies_folder, cache=settings.cache_folder, warn=warn, **as_settings_say(settings)
    )
    check_reroute(inspector.bundle, settings)


def _asked(door: ListenerSettings) -> None:
    asyncio.run(_service(door))


async def _service(door: ListenerSettings) -> None:
    """SettingsError when the service cannot be reached, or is of another kind than the listener says."""
    path, kind = _ASKED[door.channel]
    named = {"name": repr(door.name), "url": door.upstream}
    upstream = None
    try:
        upstream = Upstream(door.upstream, timeout=_WITHIN, ca_file=door.ca_file, allow_private=door.allow_private)
        reply = await upstream.fetch(HttpRequest("GET", path, "", ((b"accept", b"application/json"),), b""))
    except UpstreamError as error:
        message = Phrase("settings.service-not-reached", why=error.message, **named)
        raise SettingsError(message, hint=Phrase("settings.do.reach-service")) from None
    finally:
        if upstream is not None:
            await upstream.close()
    if reply.status in _UNKNOWN:
        message = Phrase("settings.other-service", kind=kind, path=path, status=reply.status, **named)
        raise SettingsError(message, hint=Phrase("settings.do.channel"))


def _try(problems: list[GuardError], what: Callable[[], object]) -> None:
    if error := _failure(what):
        problems += _each(error)


def _failure(what: Callable[[], object]) -> GuardError | None:
    try:
        what()
    except GuardError as error:
        return error
    return None


def _each(error: GuardError) -> Sequence[GuardError]:
    return error.problems if isinstance(error, ProblemsError) else (error,)
