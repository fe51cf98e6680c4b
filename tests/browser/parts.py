"""What the browser tests need beside Python: Chromium (Debian's) and axe-core (npm, by a lock with hashes).

`python -m tests.browser.parts install` gets what is missing, or says in one line what could not be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers.peers import PeersError, install

NPM = Path(__file__).parent / "npm"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str:
    """Its path. PeersError when it cannot be had."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True)
        command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        subprocess.run(command, check=False, capture_output=True)
        found = shutil.which("chromium")
    if found is None:
        raise PeersError("chromium was not found: install it (on Debian: apt-get install chromium)")
    return found


def axe() -> str:
    """The script of axe-core."""
    return (install(NPM) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def main(words: list[str]) -> int:
    if words != ["install"]:
        print("usage: python -m tests.browser.parts install", file=sys.stderr)
        return 2
    try:
        print(chromium())
        axe()
    except (PeersError, OSError) as error:
        print(f"browser tests: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
