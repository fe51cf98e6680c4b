"""Real parts from npm (Bluesky PDS, Node clients, an OpenID provider), kept in the user's cache folder so that only the first run is slow.

`python -m tests.servers.peers install` installs them and prints the folder. The folder's name is a digest of the lock
and of Node's version; it is renamed into place when everything is there, so that half an install never counts.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PDS = Path(__file__).parent / "pds"
OIDC = Path(__file__).parent / "oidc"
OLDEST_NODE = 20


class PeersError(Exception):
    """The Node parts cannot be had; the message says what to do."""


def _run(command: list[str], **more) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def node() -> tuple[str, str]:
    """Path and version of a Node that is new enough."""
    found = shutil.which("node")
    if found is None:
        raise PeersError("node was not found: install Node.js 20 or newer (on Debian: apt-get install nodejs npm)")
    version = _run([found, "--version"]).stdout.strip()
    if not version.startswith("v") or int(version[1:].split(".")[0]) < OLDEST_NODE:
        raise PeersError(f"node {version} is too old: Node.js {OLDEST_NODE} or newer is needed")
    if shutil.which("npm") is None:
        raise PeersError("npm was not found: install it beside Node.js (on Debian: apt-get install npm)")
    return found, version


def folder(parts: Path = PDS) -> Path:
    """Where the parts of this lock and this Node stand, or will stand."""
    _, version = node()
    digest = hashlib.sha256(version.encode())
    for name in ("package.json", "package-lock.json"):
        digest.update((parts / name).read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "postguard" / f"node-{digest.hexdigest()[:20]}"


def installed(parts: Path = PDS) -> Path | None:
    """The folder, if everything is there."""
    place = folder(parts)
    return place if place.is_dir() else None


def _environment(binary: str) -> dict[str, str]:
    """With Node's own headers, where they lie beside it: the native module then compiles without fetching them."""
    environment = dict(os.environ)
    prefix = Path(binary).resolve().parent.parent
    if (prefix / "include" / "node" / "node.h").is_file() and "npm_config_nodedir" not in environment:
        environment["npm_config_nodedir"] = str(prefix)
    return environment


def install(parts: Path = PDS) -> Path:
    """Install what is missing; returns the folder. PeersError when it cannot be had."""
    binary, version = node()
    place = folder(parts)
    place.parent.mkdir(parents=True, exist_ok=True)
    with (place.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another clone may be at it: wait for its result
        if place.is_dir():
            _say(f"Node parts: in the cache ({place})")
            return place
        slow = (
            "a Bluesky PDS and clients; a native module compiles, some minutes"
            if parts == PDS
            else f"{parts.parent.name}/{parts.name}"
        )
        _say(f"Node parts for Node {version}: installing {slow}")
        half = Path(tempfile.mkdtemp(prefix="half-", dir=place.parent))
        try:
            _install_into(half, binary, parts)
            half.rename(place)
        finally:
            shutil.rmtree(half, ignore_errors=True)
    _say(f"Node parts: installed in {place}")
    return place


def _install_into(half: Path, binary: str, parts: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(parts / name, half)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--omit=dev"]
    done = _run(command, cwd=half, env=_environment(binary))
    if done.returncode:
        tail = "\n".join(done.stderr.strip().splitlines()[-15:])
        raise PeersError(f"npm could not install the Node parts (is the package registry reachable?):\n{tail}")
    if parts != PDS:
        return
    # That the native module loads is part of being installed: better to fail here than in the first test.
    probe = _run([binary, "-e", "new (require('better-sqlite3'))(':memory:').close()"], cwd=half)
    if probe.returncode:
        raise PeersError(f"the native module better-sqlite3 does not load:\n{probe.stderr.strip()[-1500:]}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(words: list[str]) -> int:
    if words != ["install"]:
        _say("usage: python -m tests.servers.peers install")
        return 2
    try:
        print(install())
        install(OIDC)
    except (PeersError, OSError) as error:
        _say(f"Node parts: {error}")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
