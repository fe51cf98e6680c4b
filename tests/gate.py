"""Starts the gate as people do, `guard serve --config FILE`, in a folder and on ports of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from guard.wiring.heart import user_cache
from tests.servers.host import free_port

ROOT = Path(__file__).parent.parent
POLICIES = Path(__file__).parent / "e2e" / "policies"
START_S = 30.0
REASONS = ("nomme un projet confidentiel", "names a confidential project")
"""What the policy of these tests says about its confidential name."""


def gives_reason(message: object) -> bool:
    """Whether an author who reads `message` learns why, in either language."""
    return any(reason in str(message) for reason in REASONS)


def wait_for(what: Callable[[], object], seconds: float = 10.0, told: str = "") -> object:
    """The first true answer of `what`; AssertionError when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {told or what}")
        time.sleep(0.02)


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Door:
    """One listener of the gate."""

    channel: str
    upstream: str
    timeout_s: int = 30


class Gate:
    """A gate process; `stop` ends it politely, `kill` not."""

    def __init__(self, folder: Path, *doors: Door, policies: Path = POLICIES, more: str = "") -> None:
        self.folder = folder
        self.ports = {door.channel: free_port() for door in doors}
        self.console_port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "gate.log"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [
            f'[store]\npath = "var/guard.db"\n[keys]\nfolder = "var/keys"\n[policies]\nfolder = "{policies}"',
            *([] if "[inspection]" in more else [f'[inspection]\ncache = "{user_cache()}"']),
            f'[console]\nlisten = "127.0.0.1:{self.console_port}"',
            more,
        ]
        lines += [
            f'[[listener]]\nname = "{door.channel}"\nchannel = "{door.channel}"\n'
            f'listen = "127.0.0.1:{self.ports[door.channel]}"\nupstream = "{door.upstream}"\ntimeout_s = {door.timeout_s}'
            for door in doors
        ]
        (folder / "guard.toml").write_text("\n".join(lines) + "\n", "utf-8")

    def url(self, channel: str) -> str:
        return f"http://127.0.0.1:{self.ports[channel]}"

    @property
    def log(self) -> str:
        """Everything the gate said so far."""
        return self._log.read_text("utf-8", "replace")

    def start(self, *, largest_file: int | None = None) -> Gate:
        """Start and wait until it listens; with `largest_file`, writing beyond so many bytes fails as on a full disk."""
        with self._log.open("ab") as log:
            said = log.tell()
            command = [*guard_command(largest_file), "serve", "--config", "guard.toml"]
            self._process = subprocess.Popen(command, cwd=self.folder, env=environment(), stdout=log, stderr=log)
        process = self._process

        def ready() -> bool:
            assert process.poll() is None, f"the gate ended with {process.returncode}:\n{self.log}"
            # its own word, not an open port: another test run's gate may have taken that meanwhile
            mine = self._log.read_bytes()[said:].decode("utf-8", "replace")
            return all(f'://127.0.0.1:{port}"' in mine for port in (*self.ports.values(), self.console_port))

        wait_for(ready, START_S, "the gate to listen")
        return self

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def guard(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Another `guard` command with this gate's settings."""
        return subprocess.run(
            [*guard_command(), *words],
            cwd=self.folder,
            env=environment(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def guard_command(largest_file: int | None = None) -> list[str]:
    limit = f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({largest_file},) * 2); " if largest_file else ""
    return [sys.executable, "-c", f"{limit}import sys; from guard.cli.main import main; sys.exit(main())"]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
