"""Seed phrases: words of BIP-39 and their checksum."""

import hashlib

from guard.detect.checks.seeds import listed_words, places, seed_words


def phrase(entropy):
    """The phrase of so many bytes, made as the standard tells."""
    check = len(entropy) // 4
    bits = bin(int.from_bytes(entropy, "big") << check | hashlib.sha256(entropy).digest()[0] >> 8 - check)[2:]
    bits = bits.zfill(len(entropy) * 8 + check)
    words = list(places())
    return " ".join(words[int(bits[at : at + 11], 2)] for at in range(0, len(bits), 11))


def test_the_list_is_the_standards():
    words = " ".join(places())
    assert len(places()) == 2_048
    digest = hashlib.sha256(words.replace(" ", "\n").encode() + b"\n").hexdigest()
    assert digest == "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"


def test_a_phrase_is_told_by_its_checksum_whatever_follows():
    for size in (16, 20, 24, 28, 32):
        said = phrase(hashlib.sha256(bytes([size])).digest()[:size])
        assert seed_words(said) == len(said)
        assert seed_words(f"{said} merci") == len(said)
        assert seed_words(said.upper()) == len(said)


def test_other_words_are_none():
    said = phrase(hashlib.sha256(b"x").digest()[:16])
    wrong = said.rsplit(" ", 1)[0] + " " + next(word for word in places() if not said.endswith(word))
    assert listed_words(wrong) == len(wrong)
    assert seed_words("abandon " * 11 + "about") == 0
    assert seed_words(said.rsplit(" ", 1)[0]) == 0
    assert listed_words("just some words that make sense when read with your coffee every morning") == 0
