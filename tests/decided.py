"""Held posts that people have decided on, in a real store: inspected, sealed and reviewed as the gate does it."""

from __future__ import annotations

from datetime import timedelta
from itertools import zip_longest

from guard.outbox import review
from guard.types.held import Form, Review
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment
from tests.ledgers import NOW, held

TOPICS = """\
guard: 1
policy: subjects
owner: rh@exemple.fr
review_by: 2027-05-31
mode: enforce
rules:
  - id: jobs
    find: {topic: layoffs, at_least: low}
    do: hold
    say: {fr: "Des postes ?", en: "Jobs?"}
    match: ["vingt postes supprimés à la rentrée, le CSE est convoqué mardi"]
    no_match: ["bonjour à tous"]
  - id: deal
    find: {topic: lost_deal, at_least: low}
    do: hold
    say: {fr: "Une affaire ?", en: "A deal?"}
    match: ["we lost the tender for the harbour, they went with a cheaper firm"]
    no_match: ["bonjour à tous"]
  - id: mail
    find: {entity: EMAIL_ADDRESS}
    do: hold
    say: {fr: "Une adresse.", en: "An address."}
    match: ["écrivez à [[b@c.example]]"]
    no_match: ["bonjour à tous"]
"""

SETTINGS = """\
[store]
path = "guard.db"
origin = "{origin}"
[keys]
folder = "keys"
[policies]
folder = "policies"
[inspection]
cache = "{cache}"
[models]
own = "own"
"""


def hold(here, inspector, text, author="alice"):
    """A case as the gate opens one; returns its number."""
    whose = Author("mastodon", f"{author}@m.example", author)
    post = Post("p", "mastodon", "status.create", whose, (Segment("/status", "body", text),))
    inspection = inspector.inspect(post, Facts(now=NOW))
    rules = tuple(match.id for match in inspection.decision.matches)
    assert inspection.decision.action.word == "hold", text

    def work(tx):
        number = tx.next_case_number()
        pseudonym = here.log.pseudonym("mastodon", whose.account)
        said = {"author": pseudonym, "action": "hold", "network": "mastodon", "operation": "status.create"}
        matches = [{"action": "hold", "rule": rule} for rule in rules]
        event = here.append(tx, case=number, matches=matches, **said)
        sealed, wrapped = review.seal_case(here.keys, event, inspection, inspection.redacted)
        tx.put_author(pseudonym, whose)
        tx.open_case(
            held(number, event=event, author=pseudonym, sealed=sealed, wrapped_key=wrapped, created=NOW, matches=rules)
        )
        return number

    return here.store.write_now(work)


def decide(here, number, *, approved, after=1, form=Form.WRITTEN, texts=None, inspect=None):
    """A verdict, so many minutes after the first case."""
    verdict = Review(approved, "Dana", NOW + timedelta(minutes=after), "why", form)

    def work(tx):
        if approved:
            return review.approve(tx, here.log, here.keys, number, verdict, texts=texts, inspect=inspect)
        return review.reject(tx, here.log, number, verdict)

    return here.store.write_now(work)


_OPENINGS = (
    "Formation {when} :", "Notre atelier de {when} :", "Article du cabinet :", "Lettre d'actualité de {when} :", "Webinaire {when} :",
)  # fmt: skip
_WHENS = ("mai", "juin", "jeudi", "mardi", "septembre")
_SUBJECTS = (
    "annoncer des licenciements, supprimer des postes sans perdre les équipes",
    "annoncer des licenciements sans perdre les équipes, supprimer des postes",
    "supprimer des postes et annoncer des licenciements, les équipes d'abord", "réussir un plan de départs volontaires",
)  # fmt: skip
_WHO = ("vingt collègues", "les intérimaires", "douze postes", "trois équipes", "les gars du quai")
_GO = ("sautent lundi", "virés au printemps", "supprimés en mars", "partent, plan social")
_HUSH = ("rien d'officiel", "le CSE le sait pas encore", "on nous a dit de nous taire", "gardez ça pour vous")


def harmless():
    """Posts of a firm that advises on employment law: in the words of a leak, and none of them is."""
    return [
        f"{opening.format(when=when)} {subject}"
        for opening in _OPENINGS
        for when in _WHENS[: 3 if "{" in opening else 1]
        for subject in _SUBJECTS
    ]


def interleaved(let_out, refused):
    """Both in turn, each with whether it was let out: the order in which people decided."""
    pairs = zip_longest(((text, True) for text in let_out), ((text, False) for text in refused))
    return [one for pair in pairs for one in pair if one is not None]


def leaks():
    """What must not go out, there as anywhere."""
    return [f"{who} {go}, {hush}" for who in _WHO for go in _GO for hush in _HUSH[:: 1 + _GO.index(go) % 2]]
