import pytest

from guard.detect.checks.checksums import VALIDATORS

GOOD = [
    ("base58check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("base58check", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
    ("base58check", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
    ("bech32", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ("bech32", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
    ("bech32", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
]


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_addresses(name, text):
    assert VALIDATORS[name](text) == len(text)
    other = "q" if text[-1] != "q" else "p"
    assert VALIDATORS[name](text[:-1] + other) == 0


def test_bech32_has_one_case():
    assert VALIDATORS["bech32"]("bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4") == 0


def test_monero_blocks():
    address = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
    assert VALIDATORS["monero"](address) == len(address)
    assert VALIDATORS["monero"]("4" + "z" * 94) == 0  # a block that is too large
    assert VALIDATORS["monero"](address[:-1]) == 0


@pytest.mark.parametrize(
    ("digits", "good"), [("52908400098527886E0F7030069857D2E4169EE7", True), ("0" * 40, False), ("12" * 20, False)]
)
def test_ethereum(digits, good):
    assert bool(VALIDATORS["ethereum"]("0x" + digits)) is good
