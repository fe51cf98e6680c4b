"""What people's decisions on held posts say about topics: each as a text that gives a topic away, or does not. Pure.

What a reviewer let out is harmless as far as what held it goes; what was refused, or had to be rewritten, is not. It is
learnt from only where nothing but topics held the post: else nobody can tell what the refusal was about, and to learn from
the approvals alone would make the model blind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from guard.policy.compile import CompiledRule
from guard.policy.findtree import AllNode, AnyNode, EntityNode, FindNode, hits
from guard.types.decision import Action
from guard.types.finding import Finding
from guard.types.held import CaseState, Form, HeldPost
from guard.types.post import Post
from guard.types.question import Ask, Question
from guard.types.topic import ENTITY


class Left(StrEnum):
    """Why a decision teaches nothing; texts on the page `model` of guard/words tell it."""

    ERASED = "erased"
    UNREADABLE = "unreadable"
    NO_TOPIC = "no-topic"
    MORE = "more"
    GONE = "gone"
    CONTESTED = "contested"
    FAILED = "failed"
    LONG = "long"
    AGAIN = "again"


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """One text of a decided post, and what the decision says of topics in it."""

    text: str
    topics: Mapping[str, bool]
    """Whether it gives the topic away; topics that are not named may be there or not."""
    author: str
    """Pseudonym."""
    at: datetime
    """When it was decided."""


def meaning(
    case: HeldPost,
    post: Post,
    published: Post,
    findings: Sequence[Finding],
    rules: Mapping[str, CompiledRule],
    asked: Iterable[Question] = (),
) -> list[Said] | Left:
    """What the verdict on a case says; `published` is the post in the form that was approved, `asked` its author's questions.

    `rules` are those in force by `policy/rule`; `findings` what was found when it was held.
    """
    review = case.review
    if review is None or case.state is CaseState.OPEN:
        return []
    if any(name not in rules for name in case.matches):
        return Left.GONE
    due = [_due(rules[name], findings) for name in case.matches]
    if not any(due):
        return Left.NO_TOPIC
    if not all(due):
        return Left.MORE
    overturned = _overturned(asked, review.at)
    if not review.approved and overturned is None:
        return Left.CONTESTED
    said: list[Said] = []
    for topic, path in _places(found for each in due for found in each).items():
        texts = [_text(one, path) for one in (post, published)]
        refused = not review.approved and not overturned
        rewritten = review.approved and review.form is Form.EDITED and texts[0] != texts[1]
        for text, leaks in ((texts[0], True), (texts[1], False)):
            if text and ((leaks and (refused or rewritten)) or (not leaks and not refused)):
                said.append(Said(text, {topic: leaks}, case.author, review.at))
    return list(_together(said))


def latest(said: Iterable[Said]) -> tuple[list[Said], int]:
    """Each text once, as it was decided on last; and how many were left out so. Oldest first."""
    kept: dict[str, Said] = {}
    count = 0
    for each in sorted(said, key=lambda one: one.at):
        key = " ".join(each.text.split()).casefold()
        count += kept.pop(key, None) is not None
        kept[key] = each
    return list(kept.values()), count


def _due(rule: CompiledRule, findings: Sequence[Finding]) -> list[Finding]:
    """The topics for which the rule held the post; none where it may have been for another reason."""
    if not _on_topics(rule.find):
        return []
    least = min((step.when.min_score for step in rule.source.steps if step.action is Action.HOLD), default=0.0)
    found = [one for one in hits(rule.find, findings) if one.entity_type == ENTITY and one.subtype]
    return [one for one in found if one.score >= least] or found


def _on_topics(find: FindNode) -> bool:
    """Whether there is always a topic in what it finds."""
    if isinstance(find, AllNode):
        return any(map(_on_topics, find.parts))
    if isinstance(find, AnyNode):
        return all(map(_on_topics, find.parts))
    return isinstance(find, EntityNode) and find.entity == ENTITY


def _overturned(asked: Iterable[Question], decided: datetime) -> bool | None:
    """Whether a person agreed with the author that it was harmless; None where that is open, or says nothing of the text."""
    known = True
    for one in asked:
        of_the_text = one.ask in {Ask.REVIEW, Ask.FALSE_POSITIVE}
        if one.upheld and of_the_text:
            return True
        if one.upheld or (one.upheld is None and one.created > decided):  # asked before: the verdict was the answer
            known = False
    return False if known else None


def _places(findings: Iterable[Finding]) -> dict[str, str]:
    """For each topic the text in which it is surest."""
    best: dict[str, Finding] = {}
    for one in findings:
        topic = one.subtype or ""
        if topic not in best or one.score > best[topic].score:
            best[topic] = one
    return {topic: one.span.segment for topic, one in sorted(best.items())}


def _text(post: Post, path: str) -> str:
    return next((segment.text for segment in post.segments if segment.path == path), "")


def _together(said: Sequence[Said]) -> Iterator[Said]:
    """What is said of one text, as one."""
    for text in dict.fromkeys(each.text for each in said):
        same = [each for each in said if each.text == text]
        topics = {topic: leaks for each in same for topic, leaks in each.topics.items()}
        yield Said(text, topics, same[0].author, same[0].at)
