"""`guard review`: what a person does with held posts, from a terminal, while the gate runs or not."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from guard.cli.arguments import add_verb
from guard.cli.output import number, result, result_json, table, talk, told, visible
from guard.cli.parser import examples
from guard.cli.review_text import cell, print_answer, print_field, print_payload, time_text
from guard.cli.reviewer import check_reviewer, os_user
from guard.errors import UsageError
from guard.inspector import Inspector
from guard.outbox import review
from guard.outbox.payload import CasePayload, facts_with, safe_texts
from guard.settings.accounts import key_of
from guard.store.base import Transaction
from guard.types.held import Form, HeldPost, Review
from guard.types.post import Author
from guard.wiring import heart
from guard.wiring.ledger import OpenLedger, open_existing
from guard.words.texts import Phrase

EPILOG = """\
  guard review list
  guard review show 1001
  guard review approve 1001 --form redacted
  guard review approve 1001 --edit "We lost a tender. We will win the next one."
  guard review reroute 1001
  guard review reject 1001 --reason "names a client"
"""


def register(commands: Any) -> None:
    """Add the command group to the parser."""
    parser = commands.add_parser(
        "review", help=Phrase("help.review.short"), description=Phrase("help.review.about"), epilog=examples(EPILOG)
    )
    verbs = parser.add_subparsers(title=Phrase("help.verbs"), dest="verb", required=True, metavar="VERB")
    listing = add_verb(verbs, "list", Phrase("help.review.list"), "guard review list --all", list_cases)
    listing.add_argument("--all", action="store_true", help=Phrase("help.review.all"))
    _numbered(add_verb(verbs, "show", Phrase("help.review.show"), "guard review show 1001", show))

    help_text = Phrase("help.review.approve")
    approving = _numbered(add_verb(verbs, "approve", help_text, "guard review approve 1001", approve))
    form = approving.add_mutually_exclusive_group()
    form.add_argument("--form", choices=("written", "redacted"), default="written", help=Phrase("help.review.form"))
    form.add_argument("--edit", action="append", metavar="TEXT", help=Phrase("help.review.edit"))
    help_text = Phrase("help.review.reroute")
    rerouting = _numbered(add_verb(verbs, "reroute", help_text, "guard review reroute 1001", reroute))
    rejecting = _numbered(
        add_verb(
            verbs, "reject", Phrase("help.review.reject"), 'guard review reject 1001 --reason "names a client"', reject
        )
    )
    for verdict in (approving, rerouting, rejecting):
        verdict.add_argument("--reviewer", metavar="NAME", help=Phrase("help.review.reviewer"))
    for verdict in (approving, rerouting):
        verdict.add_argument("--reason", default="", help=Phrase("help.review.why"))
    rejecting.add_argument("--reason", required=True, help=Phrase("help.review.reason"))


def list_cases(arguments: argparse.Namespace) -> int:
    """Print cases, oldest first."""
    opened = open_existing(arguments.config)
    try:

        def work(tx: Transaction) -> list[dict[str, Any]]:
            return [_case(tx, case) for case in review.list_cases(tx, everything=arguments.all)]

        cases = opened.store.read_now(work)
    finally:
        opened.store.close()
    if arguments.format == "json":
        result_json(cases)
        return 0
    columns = ("case", "state", "created", "due", "network", "operation", "person", "account", "rules")
    rows = [[visible(told(cell(case, column))) for column in columns] for case in cases]
    if rows:
        result(table(rows, [Phrase(f"cases.column.{column}") for column in columns]))
    else:
        talk(Phrase("cases.none" if arguments.all else "cases.none-waits"))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print one case with its text, findings and safe version."""
    opened = open_existing(arguments.config)
    try:

        def work(tx: Transaction) -> tuple[dict[str, Any], CasePayload | None]:
            case, payload = review.show(tx, opened.keys, arguments.number)
            return _case(tx, case), payload

        case, payload = opened.store.read_now(work)
    finally:
        opened.store.close()
    if arguments.format == "json":
        result_json({**case, "post": None if payload is None else _payload(payload)})
        return 0
    for name, value in case.items():
        if value not in (None, "", []):
            print_field(name, cell(case, name))
    if payload is None:
        talk(Phrase("cases.erased"))
    else:
        print_payload(payload)
    return 0


def approve(arguments: argparse.Namespace) -> int:
    """Approve; prints until when."""
    form = Form.EDITED if arguments.edit else Form(arguments.form)
    opened = open_existing(arguments.config)
    try:
        now = heart.now()
        verdict = _verdict(arguments, approved=True, now=now, form=form)
        inspector = _inspector(opened) if form is Form.EDITED else None

        def work(tx: Transaction) -> HeldPost:
            check_reviewer(tx, verdict)
            texts: dict[str, str] | None = None
            inspect: review.Inspect | None = None
            if inspector is not None:
                payload = review.open_payload(opened.keys, review.find(tx, arguments.number))
                texts = review.edit_texts(payload, arguments.edit)
                facts = facts_with(payload, now)
                inspect = partial(inspector.inspect, facts=facts)
            number, terms = arguments.number, _terms(opened)
            return review.approve(
                tx, opened.log, opened.keys, number, verdict, terms=terms, texts=texts, inspect=inspect
            )

        case = opened.store.write_now(work)
    finally:
        opened.store.close()
    print_answer(arguments, case)
    return 0


def reroute(arguments: argparse.Namespace) -> int:
    """Approve for the internal server alone."""
    opened = open_existing(arguments.config)
    try:
        if opened.settings.reroute is None:
            raise UsageError(Phrase("cases.no-server"), hint=Phrase("cases.do.name-server"))
        verdict = _verdict(arguments, approved=True, now=heart.now(), form=Form.INTERNAL)
        number, terms = arguments.number, _terms(opened)

        def work(tx: Transaction) -> HeldPost:
            check_reviewer(tx, verdict)
            return review.approve(tx, opened.log, opened.keys, number, verdict, terms=terms)

        case = opened.store.write_now(work)
    finally:
        opened.store.close()
    print_answer(arguments, case)
    return 0


def reject(arguments: argparse.Namespace) -> int:
    """Reject, with a reason."""
    opened = open_existing(arguments.config)
    try:
        verdict = _verdict(arguments, approved=False, now=heart.now(), form=Form.WRITTEN)
        number, terms = arguments.number, _terms(opened)

        def work(tx: Transaction) -> HeldPost:
            check_reviewer(tx, verdict)
            return review.reject(tx, opened.log, number, verdict, terms=terms)

        case = opened.store.write_now(work)
    finally:
        opened.store.close()
    print_answer(arguments, case)
    return 0


def _numbered(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("number", type=number, metavar="CASE", help=Phrase("help.review.number"))
    return parser


def _terms(opened: OpenLedger) -> review.Terms:
    settings = opened.settings
    return review.Terms(timedelta(days=settings.approval_days), timedelta(days=settings.held_days))


def _verdict(arguments: argparse.Namespace, *, approved: bool, now: datetime, form: Form) -> Review:
    """In the name that was given, or the system's user's own, who is recorded either way."""
    user = os_user()
    name = user if arguments.reviewer is None else str(arguments.reviewer).strip()
    if not name:
        raise UsageError(Phrase("cases.nobody"), hint="--reviewer NAME")
    return Review(approved, name, now, arguments.reason, form, terminal=user)


def _inspector(opened: OpenLedger) -> Inspector:
    """The gate's own; policies were proved when the gate started."""
    settings = opened.settings
    return heart.build_inspector(
        settings.policies_folder, examples=False, cache=settings.cache_folder, **heart.as_settings_say(settings)
    )


def _case(tx: Transaction, case: HeldPost) -> dict[str, Any]:
    """What is shown of a case, without its text."""
    author = tx.author(case.author) or Author(case.network, case.author)
    verdict = case.review
    return {
        "case": case.number,
        "state": case.state.value,
        "created": time_text(case.created),
        "due": time_text(case.due),
        "network": case.network,
        "operation": case.operation,
        "person": author.person,
        "account": author.handle or author.account,
        "key": key_of(author),
        "rules": list(case.matches),
        "event": case.event,
        "reviewer": verdict.reviewer if verdict else None,
        "reviewed": time_text(verdict.at) if verdict else None,
        "reason": verdict.reason if verdict else None,
        "form": verdict.form.value if verdict and verdict.approved else None,
        "expires": time_text(case.expires),
        "erase_after": time_text(case.erase_after),
    }


def _payload(payload: CasePayload) -> dict[str, Any]:
    post = payload.post
    return {
        "visibility": post.visibility.value,
        "reply_to": post.reply_to,
        "quote_of": post.quote_of,
        "target": post.target,
        "segments": [{"path": item.path, "role": item.role, "text": item.text} for item in post.segments],
        "attachments": [{"digest": item.digest, "media_type": item.media_type} for item in post.attachments],
        "findings": [
            {
                "entity_type": item.entity_type,
                "segment": item.span.segment,
                "start": item.span.start,
                "end": item.span.end,
                "rule": item.matcher,
            }
            for item in payload.findings
        ],
        "safe": safe_texts(payload) or None,
        "messages": dict(payload.messages),
        "edited": dict(payload.edited) or None,
        "earlier": [
            {"text": one.text, "visibility": one.visibility.value if one.visibility else None}
            for one in payload.earlier
        ],
    }
