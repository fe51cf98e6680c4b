"""The texts of a post as its author knows them: what each is called, and which of them a safe version changes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from guard.types.post import Post, Segment
from guard.words.texts import Phrase

_NAMED = frozenset({"body", "spoiler", "poll-option", "alt", "title", "link", "profile", "filename"})
_UNWRITTEN = frozenset({"joined", "key"})
"""Roles of texts that nobody wrote as such."""
_PLACE = re.compile(r"/(\d{1,3})(?:/[^/\d][^/]*)?$", re.ASCII)
"""An element of a list, or a field of one: the client numbers them so, also where another has no text."""
_LABEL = re.compile(r"\[[^\[\]]{1,40}\]")
"""What stands in place of what was found."""
_LETTER = re.compile(r"[^\W\d_]")
_POST = re.compile(r"/[^/]+/\d{1,3}/", re.ASCII)
"""Which of several posts sent at once a text is of, where more follows."""
_IN_LISTS = frozenset({"poll-option", "alt"})


def written(post: Post) -> list[Segment]:
    """What its author wrote, as far as can be told: of fields that no list names only what could be cut."""
    return [
        part
        for part in post.segments
        if part.role not in _UNWRITTEN and part.text.strip() and (part.redactable or part.role in _NAMED)
    ]


def changed(post: Post, safe: Post) -> list[tuple[Phrase, str]]:
    """What each text that the safe version changes is called, and how it would read."""
    parts = written(post)
    new = {part.path: part.text for part in safe.segments}
    return [
        (name, new[part.path].strip())
        for part, name in zip(parts, names(parts), strict=True)
        if part.redactable and new.get(part.path, part.text) != part.text
    ]


def offered(post: Post, safe: Post) -> list[tuple[Phrase, str]]:
    """What `changed` tells; nothing where only labels are left of what it changes, which nobody would publish."""
    changes = changed(post, safe)
    return changes if any(_LETTER.search(_LABEL.sub("", text)) for _, text in changes) else []


def names(parts: Sequence[Segment]) -> Iterator[Phrase]:
    """What each is called: `text`, `option 2`. Those of a list have its numbers, others theirs if they are several.

    Where several posts of a batch have such a list, each is told with its post.
    """
    roles = [part.role if part.role in _NAMED else "other" for part in parts]
    posts = list(dict.fromkeys(found[0] for part in parts if (found := _POST.match(part.path))))
    lists = {(role, _PLACE.sub("", part.path)) for part, role in zip(parts, roles, strict=True) if role in _IN_LISTS}
    for index, (part, role) in enumerate(zip(parts, roles, strict=True)):
        place = _PLACE.search(part.path) if role in _IN_LISTS else None
        post = _POST.match(part.path)
        if place:
            name = Phrase(f"author.part-numbered.{role}", number=int(place[1]) + 1)
            several = sum(one == role for one, _ in lists) > 1
            within = several and post is not None and post.end() <= place.start() + 1
            yield Phrase("author.part-of", name=name, number=posts.index(post[0]) + 1) if within and post else name
        elif roles.count(role) > 1:
            yield Phrase(f"author.part-numbered.{role}", number=roles[: index + 1].count(role))
        else:
            yield Phrase(f"author.part.{role}")
