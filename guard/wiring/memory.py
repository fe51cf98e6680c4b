"""How a process that serves posts uses the garbage collector."""

from __future__ import annotations

import gc


def settle_memory() -> None:
    """What was built for good need not be walked by every garbage collection; what a post leaves behind is mostly no cycle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
