"""What is vendored is what its README says."""

import re
from hashlib import sha256
from pathlib import Path

VENDOR = Path(__file__).parents[3] / "guard" / "console" / "static" / "vendor"


def test_vendored_files_are_those_of_their_release():
    sums = dict(re.findall(r"^\| `([\w.-]+)` .*`([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text(), re.MULTILINE))
    assert {path.name: sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")} == sums
