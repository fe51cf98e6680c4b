"""What changed between policies in force and those before: names for the logs, and a warning for what is guarded no more.

A file that is moved away, or a checkout that stopped half-way, leaves a folder that holds: nothing else would say that
a whole policy is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guard.errors import GuardError, PolicyError
from guard.policy.bundle import Bundle
from guard.words.texts import Phrase


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of policies, sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def data(self) -> dict[str, object]:
        """For the audit log: only what there is."""
        return {name: list(ids) for name, ids in self._named() if ids}

    def facts(self) -> dict[str, str]:
        """For the gate's own log."""
        return {name: ", ".join(ids) for name, ids in self._named() if ids}

    def _named(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        return ("added", self.added), ("changed", self.changed), ("removed", self.removed)


def between(before: Bundle, after: Bundle) -> Changes:
    """A policy is the same while it has its id, whatever its file is called; another comment or title is a change too."""
    old, new = _parts(before), _parts(after)
    changed = (name for name in old.keys() & new.keys() if old[name] != new[name])
    return Changes(_sorted(new.keys() - old.keys()), _sorted(changed), _sorted(old.keys() - new.keys()))


def gone(names: Iterable[str]) -> tuple[GuardError, ...]:
    """One warning for each policy that is in force no more."""
    hint = Phrase("change.do.bring-back")
    return tuple(PolicyError(Phrase("change.removed", name=name), hint=hint) for name in sorted(names))


def _parts(bundle: Bundle) -> dict[str, tuple[object, ...]]:
    """Each policy with all that is looked for on its behalf: its lists of terms may lie in files of their own."""
    return {
        policy.id: (
            policy.source,
            *(each for each in bundle.matchers if each.id.partition("/")[0] == policy.id),
        )
        for policy in bundle.policies
    }


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
