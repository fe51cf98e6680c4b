"""Inspectors with the real detectors, made of a policy's text."""

from guard.detect.run import Detectors
from guard.inspector import Inspector
from guard.policy.bundle import bundle_from_texts
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment
from tests.unit.policy.makers import HEAD, NOON, policy

SAY = "    say: {fr: non, en: never}\n"


def rule(
    find: str, do: str = "block", *, match: str = '["[[x]]"]', no_match: str = "[y]", more: str = "", name: str = "r"
) -> str:
    return f"  - id: {name}\n    find: {find}\n    do: {do}\n{SAY}    match: {match}\n    no_match: {no_match}\n{more}"


def inspector(*rules: str, head: str = HEAD, tail: str = "", **files: str) -> Inspector:
    bundle = bundle_from_texts({"p.yaml": policy("".join(rules), head, tail), **files})
    return Inspector(Detectors.build(bundle.matchers), bundle)


def post(text: str, **more) -> Post:
    author = Author(more.get("network", "mastodon"), more.pop("account", ""))
    return Post("p", more.pop("network", "mastodon"), "check", author, (Segment("/text", "body", text),), **more)


def facts(*groups: str) -> Facts:
    return Facts(now=NOON, groups=frozenset(groups))
