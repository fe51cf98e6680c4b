"""The names that rules may ask for are those that the detectors themselves say they give."""

from types import SimpleNamespace

import pytest

from guard.detect.base import DetectorInfo
from guard.detect.given import entity_types
from guard.detect.run import Detectors

OTHER = SimpleNamespace(info=DetectorInfo("other", "1", frozenset({"BADGE"})), detect=lambda text: ())


@pytest.mark.parametrize("extra", [(), (OTHER,)])
@pytest.mark.parametrize("domains", [(), ("intra.example.fr",)])
def test_they_are_known_before_a_policy_is_read(extra, domains):
    built = Detectors.build((), extra=extra, internal_domains=domains)
    assert entity_types(extra, indexed=False) == built.entity_types
    assert entity_types(extra, indexed=True) == built.entity_types | {"FINGERPRINT"}
