"""A text that somebody tries before it is a post: what the forms of the compose page and the playground say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from guard.channels.joined import with_joined
from guard.console.forms import Form
from guard.console.words import LANGUAGES
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment, Visibility

NETWORKS = ("mastodon", "bluesky", "x")
OPEN_ONLY = frozenset({"bluesky", "x"})
"""Networks whose posts everybody can read."""
MAX_TEXT = 20_000
"""Code points, as for `POST /v1/check`."""
MAX_POSTS = 20
NEXT_POST = "---"
"""A line of its own between the posts of a thread."""


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """Text, and where it would go."""

    text: str = ""
    network: str = "mastodon"
    visibility: Visibility = Visibility.PUBLIC
    language: str | None = None
    groups: frozenset[str] = frozenset()
    at: datetime | None = None

    @property
    def audience(self) -> str:
        """Key of the sentence that says who will read it."""
        return self.network if self.network in OPEN_ONLY else f"{self.network}_{self.visibility.value}"

    def parts(self) -> list[tuple[int, str]]:
        """Its posts, each with the place of its first character; one, unless lines of `---` stand between them."""
        found: list[tuple[int, str]] = []
        begun = place = 0
        for line in self.text.splitlines(keepends=True):
            if line.strip() == NEXT_POST and len(found) < MAX_POSTS - 1:
                found.append((begun, self.text[begun:place].removesuffix("\n")))
                begun = place + len(line)
            place += len(line)
        found.append((begun, self.text[begun:]))
        return [(start, text) for start, text in found if text.strip()] or [(0, self.text)]

    def post(self, post: str, person: str | None = None, *, threaded: bool = False) -> Post:
        """All of it as one post, or as a thread in one record, as `guard scan` reads threads."""
        texts = [text for _, text in self.parts()] if threaded else [self.text]
        author = Author(network=self.network, account="", person=person, groups=self.groups)
        segments = tuple(Segment(f"/{number}", "body", text) for number, text in enumerate(texts))
        whole = with_joined(segments) if len(segments) > 1 else segments
        return Post(post, self.network, "check", author, whole, visibility=self.visibility, language=self.language)

    def facts(self, now: datetime, *, threaded: bool = False) -> Facts:
        return Facts(now=self.at or now, groups=self.groups, threaded=threaded and len(self.parts()) > 1)


def draft_of(form: Form, groups: frozenset[str] = frozenset()) -> Draft:
    """What the form holds, its odd values as if they were not given."""
    network = form.one("network", "mastodon")
    network = network if network in NETWORKS else "mastodon"
    visibility = form.one("visibility", "public")
    known = visibility in list(Visibility) and network not in OPEN_ONLY
    language = form.one("language")
    return Draft(
        form.one("text")[:MAX_TEXT],
        network,
        Visibility(visibility) if known else Visibility.PUBLIC,
        language if language in LANGUAGES else None,
        groups,
    )


def visibilities(network: str) -> Iterator[str]:
    """Those a network knows."""
    return (each.value for each in Visibility if network not in OPEN_ONLY or each is Visibility.PUBLIC)
