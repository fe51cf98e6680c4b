"""What a command loads before it answers: what one text does not need would make every start slower."""

import subprocess
import sys
from pathlib import Path

POLICY = """\
guard: 1
policy: one
title: {en: "One"}
owner: dpo@example.org
review_by: 2037-03-31
mode: enforce
rules:
  - id: iban
    title: {en: "IBAN"}
    find: {entity: IBAN_CODE}
    do: block
    say: {fr: "Ce message contient un IBAN.", en: "This post contains an IBAN."}
    match: ["[[FR14 2004 1010 0505 0001 3M02 606]]"]
    no_match: ["FR14 2004 1010 0505 0001 3M02 607"]
"""
PROGRAM = """\
import sys
from guard.cli.main import main
code = main(["check", "Bonjour tout le monde", "--policies", sys.argv[1]])
print(code, *sorted(sys.modules))
"""
NEEDLESS = {
    "asyncio",
    "fastapi",
    "guard.authoring.suite",
    "guard.detect.fingerprint.detector",
    "guard.settings.load",
    "guard.text.spoken",
    "guard.text.ways",
    "guard.wiring.handover",
    "numpy",
    "sqlite3",
}


def test_a_check_loads_nothing_that_its_text_does_not_need(tmp_path):
    (tmp_path / "one.yaml").write_text(POLICY, "utf-8")
    root = str(Path(__file__).parents[3])
    program = f"import sys; sys.path.insert(0, {root!r})\n{PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("ALLOW\n0 "), done.stderr
    assert not NEEDLESS & set(done.stdout.split())
