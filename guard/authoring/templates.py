"""First drafts of a policy, with remarks that say what to change: each passes its own examples and lint as it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import Template
from typing import Final

from guard.words.texts import Phrase, Words

NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
MAX_NAME: Final = 64
_TRIAL: Final = timedelta(days=90)
"""Until the first review: long enough to read what the trial in shadow has found."""

_ZONES: Final = {"fr": "Europe/Paris", "en": "UTC"}
"""Of a draft in each language: who writes in French thinks of hours of Paris."""

_REMARK = "remark_"
_SCHEMA = "# yaml-language-server: $$schema=./policy-v1.schema.json\n"
_TOP = """\
# ${purpose}
# ${remark_change}
guard: 1
policy: ${name}
title: ${title}
owner: ${owner}              # ${remark_owner}
"""
_HIDDEN = "confidential: true                 # ${remark_hidden}\n"
_TERM = """\
review_by: ${review_by}              # ${remark_reread}
mode: shadow                       # ${remark_shadow}
"""
_CLOCK = """\
timezone: ${zone}             # ${remark_zone}
examples_at: ${today}T12:00:00     # ${remark_moment}
dates:
  announcement: ${announcement}T09:00:00   # ${remark_embargo}
"""

_CONFIDENTIAL = """\
  - id: name
    title: {fr: "Nom du projet", en: "Name of the project"}
    find:
      terms:                       # ${remark_names}
        - Projet Zéphyrine
        - {term: Zéphyrine Industries, aliases: ["PRJ-4417"]}
      typos: 1                     # ${remark_typos}
    do:                            # ${remark_first}
      - {when: {before: announcement, visibility: [public, unlisted]}, action: block}
      - {when: {before: announcement}, action: hold, approvers: [group:juridique]}
      - {action: flag}             # ${remark_announced}
    say:                           # ${remark_secret}
      fr: "Ce message touche à un sujet confidentiel. Parlez-en au service juridique avant de le publier."
      en: "This post touches a confidential subject. Talk to Legal before publishing it."
    match:                         # ${remark_marks}
      - "Grosse semaine sur le [[projet Zéphyrine]]"
      - "on livre [[prj-4417]] vendredi"
      - {text: "Vive [[Zéphyrine Industries]]", as: {visibility: direct}, action: hold}
      - {text: "Le [[projet Zéphyrine]] est public", as: {at: ${after}}, action: flag}
    no_match:                      # ${remark_near}
      - "Zéphyrine fête ses trente ans"
      - "Un projet de jardin pour l'été"
"""

_PERSONAL = """\
  - id: phone
    title: {fr: "Numéro de téléphone", en: "Phone number"}
    find: {entity: PHONE_NUMBER}   # ${remark_detectors}
    unless: {near: [standard, accueil, switchboard], within: 40}
    do:                            # ${remark_first}
      - {when: {count: 3+}, action: hold, approvers: [group:dpo]}   # ${remark_people}
      - {action: redact, with: "[téléphone]"}
    say:                           # ${remark_held}
      fr: "Ce message contient un numéro de téléphone personnel. Retirez-le, ou donnez celui du standard."
      en: "This post contains a personal phone number. Remove it, or give the switchboard's."
    match:                         # ${remark_marks}
      - {text: "Appelez Marie au [[06 39 98 12 34]]", action: redact, becomes: "Appelez Marie au [téléphone]"}
      - {text: "Astreinte : [[06 39 98 12 34]], [[06 39 98 12 35]], [[06 39 98 12 36]]", action: hold}
    no_match:                      # ${remark_near}
      - "Notre standard : 01 99 00 12 34"
      - "Ticket 0639981234567"

  - id: email
    title: {fr: "Adresse électronique", en: "E-mail address"}
    find: {entity: EMAIL_ADDRESS}
    unless: {value: ["*@exemple.fr"]}   # ${remark_addresses}
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
      all_of:                      # ${remark_parts}
        - {terms: [réorganisation, restructuration, plan social, licenciement, layoff, redundancy]}
        - {terms: [site, usine, agence, atelier, équipe, plant, office, team]}
      within: 120                  # ${remark_characters}
    unless: {near: [livre, film, musée], within: 60}
    do: {action: hold, approvers: [group:communication]}
    say:
      fr: "Ce message semble parler d'une réorganisation. La communication doit le relire avant toute publication."
      en: "This post seems to be about a reorganisation. Communications must read it before it can be published."
    match:                         # ${remark_marks}
      - "Une [[restructuration]] se prépare dans notre [[usine]]"
      - "They say [[layoffs]] at the [[plant]] next month"
    no_match:                      # ${remark_near}
      - "Notre usine ouvre ses portes samedi"
      - "La restructuration du musée et de l'atelier est finie"
"""

_NUMBER = r"""  - id: file-number
    title: {fr: "Numéro de dossier", en: "File number"}
    find: {regex: '\bDOS-\d{4}-\d{3,5}\b'}   # ${remark_quotes}
    do: {action: redact, with: "[dossier]"}
    say:
      fr: "Ce message contient un numéro de dossier interne. Retirez-le."
      en: "This post contains an internal file number. Remove it."
    match:                         # ${remark_marks}
      - {text: "voir [[DOS-2026-0417]] demain", becomes: "voir [dossier] demain"}
    no_match:                      # ${remark_near}
      - "DOS-2026 sort en mars"
      - "le dossier 2026-0417"
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a new policy is about."""

    purpose: Phrase
    title: str
    rules: str
    confidential: bool = False


KINDS: Final = {
    "confidential": Kind(
        Phrase("draft.purpose.confidential"),
        '{fr: "Sujet confidentiel", en: "Confidential subject"}',
        _CONFIDENTIAL,
        confidential=True,
    ),
    "personal": Kind(
        Phrase("draft.purpose.personal"),
        '{fr: "Données personnelles", en: "Personal data"}',
        _PERSONAL,
    ),
    "subject": Kind(
        Phrase("draft.purpose.subject"),
        '{fr: "Sujet sensible", en: "Sensitive subject"}',
        _SUBJECT,
    ),
    "number": Kind(
        Phrase("draft.purpose.number"),
        '{fr: "Numéros internes", en: "Internal numbers"}',
        _NUMBER,
    ),
}


def new_policy(name: str, kind: str, at: datetime, words: Words, *, owner: str, schema: bool) -> str:
    """The text of a first draft. `at` is today; with `schema`, editors are pointed to the schema beside it.

    Remarks are in the language of these words, with plain spaces only: people edit the file.
    """
    chosen = KINDS[kind]
    secret = chosen.confidential
    parts = (_SCHEMA * schema, _TOP, _HIDDEN * secret, _TERM, _CLOCK * secret, "\nrules:\n", chosen.rules)
    draft = Template("".join(parts))
    announcement = at + 2 * _TRIAL
    values: dict[str, object] = {
        "purpose": chosen.purpose,
        "name": name,
        "title": chosen.title,
        "owner": owner,
        "review_by": (at + _TRIAL).date(),
        "today": at.date(),
        "announcement": announcement.date(),
        "after": f"{(announcement + timedelta(days=1)).date()}T12:00:00",
        "zone": _ZONES[words.language],
    }
    for word in draft.get_identifiers():
        if word.startswith(_REMARK):
            values[word] = Phrase(f"draft.remark.{word.removeprefix(_REMARK)}")
    told = {word: words.told(value) if isinstance(value, Phrase) else value for word, value in values.items()}
    return draft.substitute(told).replace("\u00a0", " ")
