"""What the proving process answers about a folder."""

import json
from dataclasses import replace
from pathlib import Path

from guard.settings.load import DEFAULTS, Settings
from guard.wiring import prove
from guard.wiring.heart import as_settings_say, user_cache
from guard.words.texts import words_of
from tests.unit.policy.test_sealed import POLICY

GOOD = POLICY.replace("{sealed: c.sealed}", "{terms: [Nom de code]}")


def asked(folder: Path, text: str) -> dict:
    (folder / "p.yaml").write_text(text, "utf-8")
    settings: Settings = replace(DEFAULTS, policies_folder=folder, cache_folder=user_cache(), keys_folder=folder)
    return prove.answer(json.loads(prove.question(settings)))


def test_the_process_inspects_as_the_gate_does() -> None:
    settings = replace(
        DEFAULTS, fingerprint_index=Path("i"), fingerprint_key=Path("k"), keys_folder=Path("keys"), detectors=("one",), models_folder=Path("m"), models_own=Path("o"),
        internal_domains=("intra.exemple.fr",),
    )  # fmt: skip
    asked_for = prove.asked_for(json.loads(prove.question(settings)))
    assert as_settings_say(asked_for) == as_settings_say(settings)
    assert not [key for key, value in as_settings_say(settings).items() if value == as_settings_say(DEFAULTS)[key]]


def test_a_folder_that_holds_gives_its_digest(tmp_path: Path) -> None:
    told = asked(tmp_path, GOOD)
    assert told["problems"] == []
    assert told["digest"].startswith("sha256:")


def told(answer: dict) -> str:
    return str(prove.unpacked_errors(answer["problems"]))


def test_every_problem_is_told(tmp_path: Path) -> None:
    assert told(asked(tmp_path, GOOD.replace("[[Nom de code]]", "[[Nom]] de code"))).startswith(
        "p.yaml:12:13: rules[0].match[0]: example"
    )
    assert len(asked(tmp_path, GOOD.replace("block", "blok").replace("owner", "ower"))["problems"]) == 2
    assert "cannot be read" in told(asked(tmp_path, POLICY.replace("c.sealed", "d.sealed")))


def test_problems_can_be_told_in_either_language_on_the_other_side(tmp_path: Path) -> None:
    told = json.loads(json.dumps(asked(tmp_path, GOOD.replace("block", "blok"))["problems"]))
    (problem,) = prove.unpacked_errors(told).problems
    assert str(problem) == "p.yaml:10:9: rules[0].do: this is not an action (did you mean `block`?)"
    french = "p.yaml:10:9: rules[0].do: ce n’est pas une action (vouliez-vous dire `block`\u00a0?)"
    assert problem.told(words_of("fr")) == french
