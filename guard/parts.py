"""The texts of a post as its author knows them: what each is called, and which of them a safe version changes. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from guard.redact.operators import apply_edits
from guard.redact.sentences import sentence
from guard.types.inspection import Edit
from guard.types.post import Post, Segment
from guard.words.texts import Phrase

_NAMED = frozenset({"body", "spoiler", "poll-option", "alt", "title", "link", "profile", "filename"})
_UNWRITTEN = frozenset({"joined", "key"})
"""Roles of texts that nobody wrote as such."""
_PLACE = re.compile(r"/(\d{1,3})(?:/[^/\d][^/]*)?$", re.ASCII)
"""An element of a list, or a field of one: the client numbers them so, also where another has no text."""
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 4
"""Words from which a text may begin with a gap."""
_SENTENCE = 3
"""Words of what is a sentence, and no number on a line of its own."""
_OF_WHOM = re.compile(
    r"(?i)(?<![\w-])(?:elles?|lui|eux|she|he|him|hers?|his|they|them|their|ils?(?! (?:y|n['’]y|faut|fait|pleut|reste|s['’]agit|neige)\b))(?![\w-])|"
    r"\A\W*(?:sa|son|ses|leurs?)(?!\w)"
)
_POST = re.compile(r"(/[^/]+/)\d{1,3}/", re.ASCII)
"""Which of several posts sent at once a text is of, where more follows."""
_NESTED = re.compile(r"/[^/]+/\d{1,3}(?:/.+)?/\d{1,3}(?:/[^/\d][^/]*)?", re.ASCII | re.DOTALL)
"""An element of a list within an element of one: then the outer list is none of pictures or options, but of posts."""
_IN_LISTS = frozenset({"poll-option", "alt"})
_BESIDE = frozenset({"alt", "filename"})
"""Roles of texts that may become a mere label beside words that stay: they only describe a file, which stays too."""


def written(post: Post) -> list[Segment]:
    """What its author wrote, as far as can be told: of fields that no list names only what could be cut."""
    return [
        part
        for part in post.segments
        if part.role not in _UNWRITTEN and part.text.strip() and (part.redactable or part.role in _NAMED)
    ]


def offered(post: Post, edits: Sequence[Edit]) -> list[tuple[Phrase, str]]:
    """What each text that these edits change is called, and how it would read; nothing where nobody would publish one of them.

    Nobody would publish a text of which only what stands in place of what was found is left: each is judged by itself, for a
    sound post does not mend a poll whose option tells nothing. A description may be so, where its post still says something.
    """
    parts = written(post)
    made: dict[str, list[Edit]] = {}
    for edit in sorted(edits, key=lambda edit: edit.start):
        made.setdefault(edit.path, []).append(edit)
    posts = _posts(parts)
    sound = {of for part, of in zip(parts, posts, strict=True) if part.role == "body" and _says(part, made)}
    changes = []
    for part, name, of in zip(parts, names(parts), posts, strict=True):
        text = apply_edits(part.text, made.get(part.path, ()))
        if not part.redactable or text == part.text:
            continue
        if not _says(part, made) and not (part.role in _BESIDE and of in sound):
            return []
        changes.append((name, text.strip()))
    return changes


def _says(part: Segment, made: Mapping[str, Sequence[Edit]]) -> bool:
    """Whether a word of its author stays in it, or all that they wrote; beside sentences that go, something that reads without them."""
    edits = [replace(edit, replacement="") for edit in made.get(part.path, ())]
    left = apply_edits(part.text, edits)
    return not edits or (_LETTER.search(left) is not None and not _dangles(part.text, edits, left))


def _dangles(text: str, edits: Sequence[Edit], left: str) -> bool:
    """Whether what stays hangs on a sentence that goes: a few words behind it, or a sentence that tells more of whom it was about."""
    whole = [
        edit
        for edit in edits
        if len(_WORD.findall(text[edit.start : edit.end])) >= _SENTENCE
        and sentence(text, edit.start, edit.end) == (edit.start, edit.end)
    ]
    if whole and not _LETTER.search(text[: edits[0].start]) and len(_WORD.findall(left)) < _ENOUGH:
        return True
    for edit in whole:
        start = edit.end + len(text[edit.end :]) - len(text[edit.end :].lstrip())
        if start < len(text) and _OF_WHOM.search(text[slice(*sentence(text, start, start + 1))]):
            return True
    return False


def names(parts: Sequence[Segment]) -> Iterator[Phrase]:
    """What each is called: `text`, `option 2`. Those of a list have its numbers, others theirs if they are several.

    Where several posts are sent at once, each is told with its post: `option 2 of post 3`.
    """
    posts = _posts(parts)
    kinds = [(part.role if part.role in _NAMED else "other", of) for part, of in zip(parts, posts, strict=True)]
    several, seen = Counter(kinds), Counter[tuple[str, int]]()
    for part, (role, of) in zip(parts, kinds, strict=True):
        seen[role, of] += 1
        place = _PLACE.search(part.path) if role in _IN_LISTS else None
        if place or several[role, of] > 1:
            number = int(place[1]) + 1 if place else seen[role, of]
            name = Phrase(f"author.part-numbered.{role}", number=number)
        else:
            name = Phrase(f"author.part.{role}")
        yield Phrase("author.part-of", name=name, number=of) if of else name


def names_post(name: Phrase) -> bool:
    """Whether it is told with one of several posts."""
    return name.key == "author.part-of"


def _posts(parts: Sequence[Segment]) -> list[int]:
    """Which of several posts sent at once each is of, from 1; 0 for what is of none of them, or of the only one."""
    found = [_POST.match(part.path) for part in parts]
    lists = {
        post[1]
        for part, post in zip(parts, found, strict=True)
        if post and (part.role == "body" or _NESTED.fullmatch(part.path))
    }
    inside = [post[0] if post and post[1] in lists else "" for post in found]
    numbers = {post: number for number, post in enumerate(dict.fromkeys(filter(None, inside)), 1)}
    return [numbers.get(post, 0) for post in inside] if len(numbers) > 1 else [0] * len(parts)
