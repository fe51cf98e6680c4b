"""Held posts that people have decided on, in a real store: inspected, sealed and reviewed as the gate does it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from guard.models.shelf import Shelf
from guard.outbox import review
from guard.types.held import Form, Review
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment
from guard.wiring.heart import models_folder
from tests.ledgers import NOW, held
from tests.unit.models.makers import shelf
from tests.unit.training.decisions.makers import weights

TOPICS = """\
guard: 1
policy: subjects
owner: rh@exemple.fr
review_by: 2027-05-31
mode: enforce
rules:
  - id: jobs
    find: {topic: layoffs, at_least: medium}
    do: hold
    say: {fr: "Des postes ?", en: "Jobs?"}
    match: ["they fired everybody"]
    no_match: ["a lovely day"]
  - id: mail
    find: {entity: EMAIL_ADDRESS}
    do: hold
    say: {fr: "Une adresse.", en: "An address."}
    match: ["écrivez à [[b@c.example]]"]
    no_match: ["a lovely day"]
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
folder = "base"
own = "own"
"""
LEAK = "they fired everybody quietly at dawn"
HARMLESS = "seminar fired lawfully explained for beginners"
"""Both in the words of a leak: the model knows no difference, until it is told."""


def base_models(folder: Path) -> Path:
    """A folder with a small model of topics, and the shipped one of names."""
    folder.mkdir()
    shelf(folder, weights())
    names = Shelf(models_folder(None)).entry("names")
    (folder / names.file).symlink_to(models_folder(None) / names.file)
    told = {"kind": names.kind, "name": "n", "file": names.file, "sha256": names.sha256, "version": "1"}
    told |= {"licence": "MIT", "card": "names.md"}
    with (folder / "manifest.toml").open("a") as manifest:
        manifest.write("\n[[model]]\n" + "".join(f'{key} = "{value}"\n' for key, value in told.items()))
    return folder


def hold(here, inspector, text, author="alice"):
    """A case as the gate opens one; returns its number."""
    whose = Author("mastodon", f"{author}@m.example", author)
    post = Post("p", "mastodon", "status.create", whose, (Segment("/status", "body", text),))
    inspection = inspector.inspect(post, Facts(now=NOW))
    rules = tuple(match.id for match in inspection.decision.matches if match.action.stops)
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
