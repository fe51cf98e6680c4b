"""The one record that gateway, command line, console, scan and audit all speak."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from guard.types.decision import Decision
from guard.types.finding import Finding
from guard.types.post import Post, Visibility


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the post; passed in, so that inspecting stays pure."""

    now: datetime
    """With a time zone."""
    groups: frozenset[str] = frozenset()
    earlier: tuple[Post, ...] = ()
    """Posts before this one in its thread, oldest first."""
    threaded: bool = False
    """Whether the post's texts are posts of one thread, in order: each is read with those before it."""


@dataclass(frozen=True, slots=True, repr=False)
class Edit:
    """Put `replacement` in place of `[start, end)` code points of the segment at `path`."""

    path: str
    start: int
    end: int
    replacement: str

    def __repr__(self) -> str:
        return f"Edit({self.path!r}, {self.start}, {self.end})"


@dataclass(frozen=True, slots=True)
class DetectorFailure:
    """A detector that crashed or ran out of time: the post was not wholly inspected."""

    detector: str
    reason: str
    """Kind of failure, never text of the post."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What decided: two inspections with equal versions and facts are equal."""

    guard: str
    policies: str
    detectors: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The end of a post that was published before."""

    text: str = field(repr=False)
    visibility: Visibility | None = None
    """Whom that post was for; None: it was not kept."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A post, what was found in it, what the policies say, and how it would look redacted."""

    post: Post
    findings: tuple[Finding, ...]
    """All but those of confidential terms that no match speaks of."""
    decision: Decision
    redacted: Post | None
    """The safe version: the post with every exact finding of a match replaced; None when nothing is to be replaced."""
    edits: tuple[Edit, ...]
    """The same as edits in the original, for channels that must repair offsets (facets)."""
    failures: tuple[DetectorFailure, ...]
    versions: Versions
    elapsed_ms: float = 0.0
    earlier: tuple[Excerpt, ...] = field(default=(), repr=False)
    """Of a post that waits: the ends of the author's posts before it, oldest first, without which its rules would not have
    found what they act on."""
