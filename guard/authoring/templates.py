"""First drafts of a policy, with remarks that say what to change: each passes its own examples and lint as it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import Template
from typing import Final

NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
MAX_NAME: Final = 64
_TRIAL: Final = timedelta(days=90)
"""Until the first review: long enough to read what the trial in shadow has found."""

_HEAD = """\
${editor}# ${purpose}
# Change what the remarks name, then run: guard policy test, guard policy lint
guard: 1
policy: ${name}
title: ${title}
owner: ${owner}              # who answers for this policy
${confidential}review_by: ${review_by}              # the last day to read it again
mode: shadow                       # recorded, never acted on; then {canary: 10%}, then enforce
${clock}
rules:
"""

_CONFIDENTIAL = """\
  - id: name
    title: {fr: "Nom du projet", en: "Name of the project"}
    find:
      terms:                       # every name under which people speak of it
        - Projet Zéphyrine
        - {term: Zéphyrine Industries, aliases: ["PRJ-4417"]}
      typos: 1                     # one wrong, missing or extra letter, in terms of eight letters or more
    do:                            # the first line that fits decides
      - {when: {before: announcement, visibility: [public, unlisted]}, action: block}
      - {when: {before: announcement}, action: hold, approvers: [group:juridique]}
      - {action: flag}             # after the announcement
    say:                           # must not tell the secret
      fr: "Ce message touche à un sujet confidentiel. Parlez-en au service juridique avant de le publier."
      en: "This post touches a confidential subject. Talk to Legal before publishing it."
    match:                         # [[ ]] marks exactly what must be found
      - "Grosse semaine sur le [[projet Zéphyrine]]"
      - "on livre [[prj-4417]] vendredi"
      - {text: "Vive [[Zéphyrine Industries]]", as: {visibility: direct}, action: hold}
      - {text: "Le [[projet Zéphyrine]] est public", as: {at: ${after}}, action: flag}
    no_match:                      # harmless posts that come near
      - "Zéphyrine fête ses trente ans"
      - "Un projet de jardin pour l'été"
"""

_PERSONAL = """\
  - id: phone
    title: {fr: "Numéro de téléphone", en: "Phone number"}
    find: {entity: PHONE_NUMBER}   # docs/policies.md lists what detectors know
    unless: {near: [standard, accueil, switchboard], within: 40}
    do:                            # the first line that fits decides
      - {when: {count: 3+}, action: hold, approvers: [group:dpo]}   # a list of people
      - {action: redact, with: "[téléphone]"}
    say:                           # true also where the post was held
      fr: "Ce message contient un numéro de téléphone personnel. Retirez-le, ou donnez celui du standard."
      en: "This post contains a personal phone number. Remove it, or give the switchboard's."
    match:                         # [[ ]] marks exactly what must be found
      - {text: "Appelez Marie au [[06 39 98 12 34]]", action: redact, becomes: "Appelez Marie au [téléphone]"}
      - {text: "Astreinte : [[06 39 98 12 34]], [[06 39 98 12 35]], [[06 39 98 12 36]]", action: hold}
    no_match:                      # harmless posts that come near
      - "Notre standard : 01 99 00 12 34"
      - "Ticket 0639981234567"

  - id: email
    title: {fr: "Adresse électronique", en: "E-mail address"}
    find: {entity: EMAIL_ADDRESS}
    unless: {value: ["*@exemple.fr"]}   # your own public addresses
    do: {action: redact, with: "[adresse]"}
    say:
      fr: "Ce message contient l'adresse électronique de quelqu'un. Retirez-la, ou demandez-lui d'abord."
      en: "This post contains somebody's e-mail address. Remove it, or ask that person first."
    match:
      - {text: "Écrivez à [[jean.dupont@example.org]]", becomes: "Écrivez à [adresse]"}
    no_match:
      - "Écrivez à presse@exemple.fr"
      - "Suivez @exemple@mastodon.example"
"""

_SUBJECT = """\
  - id: subject
    title: {fr: "Réorganisation", en: "Reorganisation"}
    find:
      all_of:                      # every part must be found
        - {terms: [réorganisation, restructuration, plan social, licenciement, layoff, redundancy]}
        - {terms: [site, usine, agence, atelier, équipe, plant, office, team]}
      within: 120                  # characters
    unless: {near: [livre, film, musée], within: 60}
    do: {action: hold, approvers: [group:communication]}
    say:
      fr: "Ce message semble parler d'une réorganisation. La communication doit le relire avant toute publication."
      en: "This post seems to be about a reorganisation. Communications must read it before it can be published."
    match:                         # [[ ]] marks exactly what must be found
      - "Une [[restructuration]] se prépare dans notre [[usine]]"
      - "They say [[layoffs]] at the [[plant]] next month"
    no_match:                      # harmless posts that come near
      - "Notre usine ouvre ses portes samedi"
      - "La restructuration du musée et de l'atelier est finie"
"""

_NUMBER = r"""  - id: file-number
    title: {fr: "Numéro de dossier", en: "File number"}
    find: {regex: '\bDOS-\d{4}-\d{3,5}\b'}   # in single quotes; limit every repeat, as {3,5}
    do: {action: redact, with: "[dossier]"}
    say:
      fr: "Ce message contient un numéro de dossier interne. Retirez-le."
      en: "This post contains an internal file number. Remove it."
    match:                         # [[ ]] marks exactly what must be found
      - {text: "voir [[DOS-2026-0417]] demain", becomes: "voir [dossier] demain"}
    no_match:                      # harmless posts that come near
      - "DOS-2026 sort en mars"
      - "le dossier 2026-0417"
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a new policy is about."""

    purpose: str
    title: str
    rules: str
    confidential: bool = False


KINDS: Final = {
    "confidential": Kind(
        "A confidential project or client: its names, until it is announced. Do not give this file the secret name.",
        '{fr: "Sujet confidentiel", en: "Confidential subject"}',
        _CONFIDENTIAL,
        confidential=True,
    ),
    "personal": Kind(
        "Personal data: what detectors find by themselves.",
        '{fr: "Données personnelles", en: "Personal data"}',
        _PERSONAL,
    ),
    "subject": Kind(
        "A subject that must be read first: words that together give it away.",
        '{fr: "Sujet sensible", en: "Sensitive subject"}',
        _SUBJECT,
    ),
    "number": Kind(
        "Numbers or codes of your own, by their form.",
        '{fr: "Numéros internes", en: "Internal numbers"}',
        _NUMBER,
    ),
}


def new_policy(name: str, kind: str, at: datetime, *, owner: str, schema: bool) -> str:
    """The text of a first draft. `at` is today; with `schema`, editors are pointed to the schema beside it."""
    chosen = KINDS[kind]
    announcement = at + 2 * _TRIAL
    clock = (
        f"examples_at: {at.date()}T12:00:00Z     # the moment of the examples below that name none\n"
        f"dates:\n  announcement: {announcement.date()}T09:00:00Z   # the embargo ends\n"
    )
    return Template(_HEAD + chosen.rules).substitute(
        editor="# yaml-language-server: $schema=./policy-v1.schema.json\n" if schema else "",
        purpose=chosen.purpose,
        name=name,
        title=chosen.title,
        owner=owner,
        confidential="confidential: true                 # its terms never appear in messages, records or reports\n"
        if chosen.confidential
        else "",
        review_by=(at + _TRIAL).date(),
        clock=clock if chosen.confidential else "",
        after=f"{(announcement + timedelta(days=1)).date()}T12:00:00Z",
    )
