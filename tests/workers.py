"""Inspectors that scan workers build in their own processes: sound ones, and some that end their process."""

import os
import signal
from pathlib import Path

from guard.errors import PolicyError
from guard.inspector import Inspector
from guard.types.inspection import Facts, Inspection
from guard.types.post import Post
from guard.wiring import heart

POLICIES = Path(__file__).parents[1] / "policies"


def build() -> Inspector:
    return heart.build_inspector(POLICIES, examples=False, cache=heart.user_cache())


class Fragile(Inspector):
    """Ends its process at `poison`; at `hiccup` only while `marker` does not exist."""

    marker: Path

    def inspect(self, post: Post, facts: Facts) -> Inspection:
        text = post.segments[0].text
        if "poison" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "hiccup" in text and not self.marker.exists():
            self.marker.touch()
            os._exit(7)
        return super().inspect(post, facts)


def fragile(marker: Path) -> Inspector:
    sound = build()
    made = Fragile(sound.detectors, sound.bundle)
    made.marker = marker
    return made


def refusing() -> Inspector:
    raise PolicyError("the folder is empty")


def dying() -> Inspector:
    os._exit(9)
