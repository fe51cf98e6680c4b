"""The folders that benchmarks write are what they say, and hold."""

from __future__ import annotations

from benchmarks.bundles import FILES, write_bundle
from guard.authoring.suite import run_examples
from guard.detect.run import Detectors
from guard.inspector import Inspector
from guard.policy.bundle import load_bundle
from guard.types.matcher import TermsMatcher


def test_a_generated_folder_holds(tmp_path):
    write_bundle(tmp_path, rules=40, terms=400)
    bundle = load_bundle(tmp_path)
    assert (len(bundle.policies), len(bundle.rules)) == (FILES, 40)
    assert sum(len(each.terms) for each in bundle.matchers if isinstance(each, TermsMatcher)) == 400
    result = run_examples(Inspector(Detectors.build(bundle.matchers), bundle), bundle)
    assert (result.total, result.failures) == (80, ())
