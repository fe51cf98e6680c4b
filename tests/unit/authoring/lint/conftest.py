"""Every policy here with a pattern of its own would have an automaton compiled for it, for seconds: other platforms need none."""

import pytest

from guard.detect.automata import prefilter


@pytest.fixture(autouse=True)
def _no_automaton(monkeypatch):
    monkeypatch.setattr(prefilter, "hyperscan", None)
