"""`python -m benchmarks.misses f1|secrets|french|disguises|posts`: the texts behind a figure, for whoever works on detection; never to be kept."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.detection_quality import misses

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for line in misses(sys.argv[1], Path(folder)):
            print(line)
