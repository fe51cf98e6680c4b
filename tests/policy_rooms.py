"""A folder of two small policies, one of them confidential, behind a console as the gate puts it there."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from guard.inspector import Inspector
from guard.settings.load import Settings
from guard.wiring import examine, prove
from guard.wiring.heart import build_inspector, now
from guard.wiring.policies import Folder
from guard.wiring.reload import Reloader
from tests.consoles import Rig
from tests.ledgers import ORIGIN

OPEN = """\
guard: 1
policy: open
title: {fr: "Annonces", en: "Announcements"}
owner: com@exemple.fr
review_by: 2037-03-31
mode: enforce
rules:
  - id: launch
    title: {fr: "Lancement", en: "Launch"}
    find: {terms: [grand lancement]}
    do: hold
    say: {fr: "Attendez l'annonce.", en: "Wait for the announcement."}
    match: ["Notre [[grand lancement]] approche"]
    no_match: ["le lancement du grand disque"]
  - id: mood
    title: {fr: "Humeur", en: "Mood"}
    mode: shadow
    find: {terms: [quelle galère]}
    do: flag
    say: {fr: "Respirez.", en: "Breathe."}
    match: ["[[quelle galère]] ce lundi"]
    no_match: ["la galère de César"]
"""
SECRET = """\
guard: 1
policy: secret
title: {fr: "Dossier 7", en: "File 7"}
owner: juridique@exemple.fr
confidential: true
review_by: 2037-03-31
mode: enforce
rules:
  - id: name
    title: {fr: "Nom du dossier", en: "Name of the file"}
    find: {terms: [Projet Zanzibar]}
    do: block
    say: {fr: "Sous embargo.", en: "Under embargo."}
    match: ["on livre [[projet zanzibar]]"]
    no_match: ["un projet à Zanzibar"]
"""
WORD = "anzibar"
"""Of the confidential term, whatever its case."""


class NearFolder(Folder):
    """Tries policies in this very process: starting another for each text that a test saves would take minutes."""

    async def _ask(self, more, progress):
        asked = json.loads(prove.question(self._settings)) | {"at": now().isoformat()} | dict(more)
        return examine.examine(asked) if asked["task"] == "examine" else list(examine.backtest(asked))[-1]


@dataclass
class Room:
    """What the gate would keep: the policies in force, and the reloader that swaps them."""

    rig: Rig
    folder: Path
    settings: Settings
    inspector: Inspector
    said: list[str]
    reloader: Reloader

    async def swap(self, inspector: Inspector, _: object) -> None:
        self.inspector = inspector


def policy_room(rig: Rig, tmp_path: Path, kind: type[Folder] = NearFolder) -> Room:
    """Put a room behind this console."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "open.yaml").write_text(OPEN)
    (folder / "secret.yaml").write_text(SECRET)
    settings = replace(
        Settings(), policies_folder=folder, cache_folder=tmp_path / "cache", keys_folder=tmp_path / "keys",
        store_path=tmp_path / "guard.db", origin=ORIGIN,
    )  # fmt: skip
    said: list[str] = []
    inspector = build_inspector(folder, cache=settings.cache_folder)
    room = Room(rig, folder, settings, inspector, said, None)  # type: ignore[arg-type]
    room.reloader = Reloader(settings, lambda: room.inspector, room.swap, said.append)
    rig.desk.inspector = lambda: room.inspector
    rig.desk.policies = kind(settings, room.reloader)
    return room
