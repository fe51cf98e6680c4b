"""Compiled policies on their way between processes: nothing is lost, and what is let go is free."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import pickle
import subprocess
import sys
import threading
import time
import weakref
from dataclasses import replace
from pathlib import Path

import pytest

from guard.inspector import Inspector
from guard.policy.bundle import load_bundle
from guard.settings.load import DEFAULTS, Settings
from guard.wiring import handover, prove
from guard.wiring.heart import build_inspector, user_cache
from guard.wiring.reload import load_quietly
from tests.unit.authoring.test_packs import NOW, PACKS, post
from tests.unit.wiring.test_prove import GOOD

from guard.types.inspection import Facts  # isort: skip

TEXTS = ("Ravi de travailler avec Client X !", "le nom d'code avance", "Pr*jet Aurore", "tel 06 39 98 12 34", "rien")


def settings(folder: Path) -> Settings:
    return replace(DEFAULTS, policies_folder=folder, cache_folder=user_cache(), keys_folder=folder)


def outcomes(inspector: Inspector) -> list[object]:
    return [
        (found.decision, found.findings) for found in (inspector.inspect(post(text), Facts(now=NOW)) for text in TEXTS)
    ]


def test_what_was_handed_over_decides_alike() -> None:
    folder = PACKS[0].parent
    before = build_inspector(folder, cache=user_cache())
    with handover.unnamed_file() as file:
        handover.write(handover.Compiled(before.bundle, before.detectors.dictionary), file)
        with handover.Place.of(file).open() as again:
            after = load_quietly(settings(Path("none")), again)
    assert after.versions == before.versions
    assert outcomes(after) == outcomes(before)


def test_what_is_not_whole_is_made_anew_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GOOD, "utf-8")
    with handover.unnamed_file() as file:
        assert load_quietly(settings(tmp_path), file).bundle.policies
        pickle.dump("a part", file)
        file.flush()
        assert load_quietly(settings(tmp_path), file).bundle.policies


def test_one_waits_for_the_other_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with handover.unnamed_file() as file:
        place = handover.Place.of(file)
        with place.open() as first, place.open() as second:
            handover.wait_turn(first)
            threading.Timer(0.2, fcntl.flock, (first, fcntl.LOCK_UN)).start()
            begun = time.monotonic()
            handover.wait_turn(second)
            assert time.monotonic() - begun > 0.15
            monkeypatch.setattr(handover, "TURN_S", 0.1)
            handover.wait_turn(first)  # the second keeps it


def test_what_is_alike_is_shared_with_the_policies_before(tmp_path: Path) -> None:
    def load(find: str, before: Inspector | None) -> Inspector:
        (tmp_path / "p.yaml").write_text(GOOD.replace("{terms: [Nom de code]}", find), "utf-8")
        return load_quietly(settings(tmp_path), None, before)

    first = load("{terms: [Nom de code]}", None)
    second = load("{terms: [Client X, Aurore]}", first)
    assert second.detectors._patterns is first.detectors._patterns
    assert outcomes(second) == outcomes(load("{terms: [Client X, Aurore]}", None)) != outcomes(first)
    third = load("{regex: 'nom.{1,3}code'}", second)
    assert third.detectors._patterns is not second.detectors._patterns
    assert outcomes(third) == outcomes(load("{regex: 'nom.{1,3}code'}", None)) != outcomes(second)
    fourth = load("{regex: 'nom.{1,3}codes'}", third)
    assert fourth.detectors._patterns is not third.detectors._patterns


def test_what_another_program_compiled_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = PACKS[0].parent
    made = build_inspector(folder, cache=user_cache())
    with handover.unnamed_file() as file:
        handover.write(handover.Compiled(made.bundle, made.detectors.dictionary), file)
        assert handover.read(file).bundle == made.bundle
        monkeypatch.setattr(handover, "_PROGRAM", "renewed while the gate ran")
        with pytest.raises(pickle.UnpicklingError, match="another program"):
            handover.read(file)
        (tmp_path / "p.yaml").write_text(GOOD, "utf-8")
        assert len(load_quietly(settings(tmp_path), file).bundle.policies) == 1  # from the folder


def test_a_place_that_holds_another_file_by_now_is_none() -> None:
    with handover.unnamed_file() as first:
        place = handover.Place.of(first)
        with handover.unnamed_file() as second:
            other = handover.Place.of(second)
            with pytest.raises(OSError, match="fd"):
                replace(place, path=other.path).open()


def test_the_proving_process_leaves_what_it_compiled(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GOOD, "utf-8")
    with handover.unnamed_file() as file:
        number = file.fileno()
        done = subprocess.run(
            [sys.executable, "-m", "guard.wiring.prove", str(number)],
            input=prove.question(settings(tmp_path)), capture_output=True, pass_fds=[number], check=True,
        )  # fmt: skip
        assert os.fstat(number).st_size > 1_000
        assert handover.read(file).bundle.digest == json.loads(done.stdout)["digest"]


class Held:
    """Of no room of ours, so only its holder knows it."""


class Owner:
    __module__ = "guard.of_this_test"

    def __init__(self, inside: object) -> None:
        self.inside = inside


def test_what_is_let_go_is_free_and_what_others_hold_stays() -> None:
    lost, kept = Held(), Held()
    gone = weakref.ref(lost)
    shared = {"kept": kept}
    held: list[object] = [Owner(({"a": [Owner(lost)]}, shared))]
    del lost
    handover.drop_whole(held)
    assert held == []
    assert gone() is None
    assert shared == {"kept": kept}


def test_an_inspector_that_a_post_still_holds_is_let_go_and_stays_whole() -> None:
    held = [build_inspector(PACKS[0].parent, cache=user_cache())]
    still = held[0]
    before = outcomes(still)
    handover.let_go(held)
    assert held == []
    assert outcomes(still) == before


def test_what_is_handed_over_of_a_rule_does_not_grow_by_an_object_a_term(tmp_path: Path) -> None:
    """20,000 places were 20,000 objects more: a reload kept posts waiting three times as long."""

    def objects(terms: int) -> int:
        names = ", ".join(f"Projet Essai {number}" for number in range(terms))
        text = GOOD.replace("terms: [", f"terms: [{names}, ", 1)
        assert text != GOOD
        (tmp_path / "p.yaml").write_text(text, "utf-8")
        held: list[object] = list(load_bundle(tmp_path).policies)
        seen = {id(each) for each in held}
        for each in held:
            for part in gc.get_referents(each):
                if not isinstance(part, type | str | int) and id(part) not in seen:
                    seen.add(id(part))
                    held.append(part)
        return len(held)

    assert objects(500) == objects(50)
