"""QR codes: the steps against known values, whole codes against ones that OpenCV's reader read back when they were made."""

from hashlib import sha256

import pytest

from guard.console.accounts.qr import correction, matrix, qr_path

TEXT = "otpauth://totp/postguard:marie.dupont?secret=ABCDEFGH23456&issuer=postguard" * 5


def test_correction_words_of_a_known_code():
    """HELLO WORLD as version 1-M, an example many explanations use."""
    data = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
    assert correction(data, 10) == [196, 35, 39, 119, 235, 215, 231, 226, 93, 23]


@pytest.mark.parametrize(
    ("length", "version", "digest"),
    [
        (10, 1, "6ec29f7301ccb7f8"),
        (100, 5, "20171acf4c27b2a1"),
        (140, 7, "5303ae0da66482af"),
        (271, 10, "2c9aa28b631977fb"),
    ],
)
def test_codes_are_those_that_were_read_back(length, version, digest):
    modules = matrix(TEXT[:length].encode(), version)
    assert len(modules) == 17 + 4 * version
    flat = "".join(str(module) for row in modules for module in row)
    assert sha256(flat.encode()).hexdigest()[:16] == digest


def test_a_path_has_one_square_for_each_dark_module():
    side, path = qr_path(TEXT[:10])
    dark = sum(map(sum, matrix(TEXT[:10].encode(), 1)))
    assert (side, path.count("M"), path[:12]) == (29, dark, "M4 4h1v1h-1z")
    assert set(path) <= set("Mhvz- 0123456789")


def test_a_text_that_is_too_long_has_none():
    assert qr_path(TEXT[:271]) is not None
    assert qr_path(TEXT[:272]) is None
