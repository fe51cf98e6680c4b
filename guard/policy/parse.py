"""Node tree to Policy: the top of the file, its scope and its exceptions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from guard.errors import Location
from guard.policy.context import Context
from guard.policy.cursor import Cursor, Notes, did_you_mean
from guard.policy.load import load_yaml
from guard.policy.moments import read_expiry, read_moment, read_zone
from guard.policy.parse_example import read_examples
from guard.policy.parse_rule import read_mode, read_rule, read_title
from guard.policy.schema import Mode, ModeKind, Policy, PolicyException, Rule, Scope
from guard.words.texts import Phrase

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_DATE_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}", re.ASCII)
_NONE = re.compile(r"(?!)")
POLICY_KEYS = ("guard", "policy", "owner", "review_by", "mode", "rules")
POLICY_MORE = ("title", "confidential", "examples_at", "timezone", "dates", "applies_to", "exceptions")
SCOPE_KEYS = ("networks", "groups", "accounts", "languages")
ONLY_KEYS = ("rules", "groups", "networks")
EXCEPTION_KEYS = ("id", "reason", "approved_by", "only")
EXCEPTION_MORE = ("text", "match", "no_match")
_NO_ACCOUNT = re.compile(r"(?:mastodon|bluesky|x|console):|@[^@]*@")
"""As authors.toml writes it, or as people do: no post comes from an account of that name."""
_UNREADABLE = datetime(2200, 1, 1, tzinfo=UTC)
"""Stands in for a date whose own mistake has been noted, so that lines that name it are not told of as well."""


@dataclass(slots=True)
class _Head:
    """What the rules of a file need to know of its top."""

    zone: tzinfo | None = None
    dates: dict[str, datetime] = field(default_factory=dict)


def parse_policy(file: str, data: bytes, notes: Notes) -> Policy | None:
    """The policy in a file; notes every mistake, and gives None when not even its rules could be read.

    ProblemsError when the file is not YAML at all.
    """
    top = Cursor(file, load_yaml(file, data), "", notes)
    if not top.is_map:
        top.error(Phrase("loader.policy-expected"), Phrase("loader.do.begin-guard"))
        return None
    fields = top.fields(required=POLICY_KEYS, optional=POLICY_MORE)
    if "guard" in fields and fields["guard"].text() != "1":
        fields["guard"].error(Phrase("loader.version"), Phrase("loader.do.guard"))
    secret = "confidential" in fields or top.has_unknown(fields)  # what is misspelt may be what makes it confidential
    head = _read_head(fields, shown=_NONE if secret else _DATE_NAME)
    confidential = "confidential" in fields and fields["confidential"].boolean(default=True)
    mode = read_mode(fields["mode"]) if "mode" in fields else Mode(ModeKind.ENFORCE)
    context = Context(zone=head.zone, dates=head.dates, mode=mode, confidential=confidential)
    scope = _read_scope(fields["applies_to"], context) if "applies_to" in fields else Scope()
    rules = _read_rules(fields.get("rules"), context)
    exceptions = _read_exceptions(fields.get("exceptions"), context, [rule.id for rule in rules])
    policy_id = read_id(fields["policy"]) if "policy" in fields else ""
    policy = Policy(
        file=file,
        id=policy_id,
        title=read_title(fields.get("title"), policy_id),
        owner=fields["owner"].text() if "owner" in fields else "",
        review_by=read_moment(fields["review_by"], head.zone) if "review_by" in fields else None,
        review_place=fields.get("review_by", top).location,
        mode=mode,
        confidential=confidential,
        examples_at=read_moment(fields["examples_at"], head.zone, clock=True) if "examples_at" in fields else None,
        dates=head.dates,
        applies_to=scope,
        rules=rules,
        exceptions=exceptions,
        network_places=tuple(context.network_places),
        location=top.location,
        zone=head.zone or UTC,
    )
    if "examples_at" not in fields:
        _check_clock(policy, context, top)
    return policy


def _read_head(fields: dict[str, Cursor], shown: re.Pattern[str]) -> _Head:
    head = _Head()
    if "timezone" in fields:
        head.zone = read_zone(fields["timezone"])
    if "dates" in fields:
        for name, value in fields["dates"].pairs(shown):
            moment = read_moment(value, head.zone)
            name_text = name.text()
            if not _ID.fullmatch(name_text.replace("_", "-")):
                name.error(Phrase("loader.date-name"))
            head.dates[name_text] = moment or _UNREADABLE
    return head


def read_id(place: Cursor) -> str:
    """A name for records: small letters, digits, hyphens."""
    text = place.text()
    if text.strip() and (not _ID.fullmatch(text) or len(text) > 64):
        place.error(Phrase("loader.name"), Phrase("loader.do.as-name"))
    return text


def _read_scope(place: Cursor, context: Context) -> Scope:
    fields = place.fields(optional=SCOPE_KEYS)
    accounts = _read_accounts(fields["accounts"]) if "accounts" in fields else None
    return Scope(
        networks=context.networks(fields.get("networks")),
        groups=frozenset(fields["groups"].texts()) if "groups" in fields else None,
        accounts=accounts,
        languages=context.languages(fields.get("languages")),
    )


def _read_accounts(place: Cursor) -> frozenset[str]:
    for item in place.items():
        if _NO_ACCOUNT.match(item.text().strip().casefold()):
            item.error(Phrase("loader.account-form"), Phrase("loader.do.account"))
    return frozenset(text.casefold() for text in place.texts())


def _read_rules(place: Cursor | None, context: Context) -> tuple[Rule, ...]:
    if place is None:
        return ()
    if not place.is_list:
        place.error(Phrase("loader.rules-expected"), Phrase("loader.do.begin-rules"))
        return ()
    rules: list[Rule] = []
    seen: dict[str, Location] = {}
    for item in place.items():
        rule = read_rule(item, context)
        if rule is None:
            continue
        if rule.id and rule.id in seen:
            item.error(Phrase("loader.rule-twice"), Phrase("loader.do.first-line", line=seen[rule.id].line))
        seen.setdefault(rule.id, rule.location)
        rules.append(rule)
    return tuple(rules)


def _read_exceptions(place: Cursor | None, context: Context, rules: list[str]) -> tuple[PolicyException, ...]:
    if place is None:
        return ()
    if not place.is_list:
        place.error(Phrase("loader.exceptions-expected"), Phrase("loader.do.begin-exceptions"))
        return ()
    exceptions: list[PolicyException] = []
    seen: set[str] = set()
    for item in place.items():
        exception = _read_exception(item, context, rules)
        if exception is None:
            continue
        if exception.id and exception.id in seen:
            item.error(Phrase("loader.exception-twice"))
        seen.add(exception.id)
        exceptions.append(exception)
    return tuple(exceptions)


def _read_exception(place: Cursor, context: Context, rules: list[str]) -> PolicyException | None:
    if not place.is_map:
        place.error(Phrase("loader.exception-expected"), Phrase("loader.do.begin-exception"))
        return None
    fields = place.fields(required=EXCEPTION_KEYS, optional=("expires", *EXCEPTION_MORE))
    if "expires" not in fields:
        place.warn(Phrase("loader.no-expires"), Phrase("loader.do.add-expires"))
    only = fields["only"].fields(optional=ONLY_KEYS) if "only" in fields else {}
    if "only" in fields and fields["only"].is_map and not only and not fields["only"].has_unknown(only):
        fields["only"].error(Phrase("loader.exception-narrow"), Phrase("loader.do.narrow"))
    return PolicyException(
        id=read_id(fields["id"]) if "id" in fields else "",
        reason=read_title(fields.get("reason"), ""),
        approved_by=fields["approved_by"].text() if "approved_by" in fields else "",
        expires=read_expiry(fields["expires"], context.zone) if "expires" in fields else None,
        rules=_rule_names(only["rules"], rules) if "rules" in only else None,
        groups=frozenset(only["groups"].texts()) if "groups" in only else None,
        networks=context.networks(only.get("networks")),
        text=fields["text"].texts() if "text" in fields else (),
        match=read_examples(fields.get("match"), context, marked=None),
        no_match=read_examples(fields.get("no_match"), context, marked=None),
        location=place.location,
    )


def _rule_names(place: Cursor, rules: list[str]) -> frozenset[str]:
    names = set()
    for item in place.items():
        name = item.text()
        if name not in rules:
            item.error(Phrase("loader.no-such-rule"), did_you_mean(name, rules))
        names.add(name)
    return frozenset(names)


def _check_clock(policy: Policy, context: Context, top: Cursor) -> None:
    """Examples must not change their outcome as days go by."""
    if policy.dates or policy.exceptions or context.uses_time:
        top.error(Phrase("loader.no-examples-at"), Phrase("loader.do.examples-at"))
