"""What the numbers were measured on, and how busy the neighbours were; no host name, no path."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def describe() -> dict[str, object]:
    """Cores, CPU model, kernel family, Python."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*:\s*(.+)$", info, re.MULTILINE)
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def disk_of(folder: Path) -> str:
    """File system type that holds a folder: on tmpfs a sync costs nothing, so it must be said."""
    done = subprocess.run(["df", "--output=fstype", str(folder)], capture_output=True, text=True, check=False)
    return done.stdout.split()[-1] if done.stdout else "unknown"


def busy_cores(seconds: float = 0.3) -> float:
    """Cores kept busy by others while we do nothing for a moment."""
    before, started = _busy_ticks(), time.monotonic()
    time.sleep(seconds)
    return round((_busy_ticks() - before) / TICKS / (time.monotonic() - started), 2)


def _busy_ticks() -> int:
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, first[:8])
    return user + nice + system + irq + softirq + steal


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue  # It ended meanwhile.
        children.setdefault(parent, []).append(int(entry.parent.name))
    found = [pid]
    for member in found:
        found.extend(children.get(member, ()))
    return found


def memory_mb(pid: int) -> float:
    """Proportional set size of a process and its descendants: shared pages are counted once among them."""
    total = 0
    for member in family(pid):
        try:
            rollup = Path(f"/proc/{member}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
        total += int(found[1]) if found else 0
    return round(total / 1024, 1)


def cpu_seconds(pid: int) -> float:
    """CPU time used so far by a process and its living descendants."""
    total = 0
    for member in family(pid):
        try:
            fields = Path(f"/proc/{member}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS
