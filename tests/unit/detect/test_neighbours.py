"""Values that stand beside each other: each is found, whole, whatever separates them and whatever number stands there."""

import pytest

from guard.detect import catalogue
from guard.detect.patterns import PatternScanner
from guard.detect.run import Detectors
from guard.types.post import ANONYMOUS, Post, Segment
from tests.unit.detect.marks import spans

DETECTORS = Detectors.build([])
PATTERNS = catalogue.load()
SEPARATORS = [" ", ", ", " / ", "\n", " et ", " - ", "; "]
OPEN_ENDED = {"secrets/private-key"}
"""A key block without its end line: all that may be base64 after it counts as the key."""
CARD = "4111 1111" + " 1111 1111"
NIR = "255081416802538"
IBAN = "FR14 2004 1010 0505 0001 3M02 606"
BRITISH_IBAN = "GB82WEST" + "12345698765432"


def found_in(text):
    findings, failures = DETECTORS.run(Post("1", "mastodon", "status.create", ANONYMOUS, (Segment("/t", "body", text),)))
    assert failures == ()
    return {(each.entity_type, each.span.start, each.span.end) for each in findings if each.exact}


def covered(found, entity, start, end):
    return any(each == (entity, start, end) for each in found)


@pytest.mark.parametrize("first", PATTERNS, ids=lambda pattern: pattern.id)
def test_two_examples_side_by_side_are_both_found(first):
    missed = []
    left, left_spans = spans(first.examples[0])
    for other in PATTERNS:
        for example in other.examples[:2]:
            right, right_spans = spans(example)
            for separator in SEPARATORS:
                shift = len(left) + len(separator)
                text = left + separator + right
                found = found_in(text)
                wanted = [(first.entity, *span) for span in left_spans]
                wanted += [(other.entity, start + shift, end + shift) for start, end in right_spans]
                missed += [(text[start:end], separator, text, found) for entity, start, end in wanted if (entity, start, end) not in found]
    assert missed == []
