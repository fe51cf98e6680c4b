import pytest

from guard.redact.operators import apply_edits, default_label, shorter
from guard.types.inspection import Edit


@pytest.mark.parametrize(
    ("entity", "language", "confidential", "label"),
    [
        ("PHONE_NUMBER", "fr", False, "[téléphone]"),
        ("PHONE_NUMBER", "FR-ca", False, "[téléphone]"),
        ("PHONE_NUMBER", "en", False, "[phone]"),
        ("PHONE_NUMBER", None, False, "[téléphone]"),
        ("PHONE_NUMBER", "fr", True, "[…]"),
        ("CODENAME", "fr", False, "[…]"),
        ("SOMETHING_NEW", "fr", False, "[…]"),
    ],
)
def test_labels(entity, language, confidential, label):
    assert default_label(entity, language, confidential=confidential) == label


def test_shorter_is_never_longer():
    assert [shorter("[IBAN]", level) for level in range(4)] == ["[IBAN]", "[…]", "…", ""]
    assert [shorter("-", level) for level in range(4)] == ["-", "-", "-", ""]


def test_apply_edits():
    edits = [Edit("/t", 0, 2, "A"), Edit("/t", 2, 3, ""), Edit("/t", 5, 6, "xyz")]
    assert apply_edits("abcdef", edits) == "Adexyz"
    assert apply_edits("abc", []) == "abc"
