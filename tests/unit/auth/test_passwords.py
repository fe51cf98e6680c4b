"""Password hashes, and which passwords are refused."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from guard.auth.passwords import LONGEST, Passwords, canonical, check_password, one_time_password, refused_words
from guard.errors import AccountError

QUICK = Passwords(PasswordHasher(1, 8, 1))


def test_hashes_are_argon2id_with_owasps_least_parameters():
    passwords = Passwords()
    encoded = passwords.hash("correct horse battery")
    found = extract_parameters(encoded)
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19 * 1024, 2, 1)
    assert passwords.verify(encoded, "correct horse battery")
    assert not passwords.verify(encoded, "correct horse batter")
    assert not passwords.outdated(encoded)
    assert passwords.outdated(QUICK.hash("correct horse battery"))


def test_the_same_characters_typed_otherwise_are_the_same_password():
    encoded = QUICK.hash("caf\u00e9 noir et tard")
    assert QUICK.verify(encoded, "cafe\u0301 noir et tard")
    assert canonical("\ud800x") == "?x"


@pytest.mark.parametrize("encoded", ["", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$YWJj"])
def test_without_a_usable_hash_nothing_is_the_password(encoded):
    assert not QUICK.verify(encoded, "")
    assert not QUICK.verify(encoded, "correct horse battery")


def test_an_unknown_account_costs_one_verification_with_the_same_parameters():
    verified = []

    class Counting(PasswordHasher):
        def verify(self, encoded, password):
            verified.append(extract_parameters(encoded))
            return super().verify(encoded, password)

    passwords = Passwords(Counting(1, 8, 1))
    encoded = passwords.hash("correct horse battery")
    for known, typed in ((encoded, "wrong"), ("", "wrong"), (encoded, "x" * 10_000), ("", "x" * 10_000)):
        assert not passwords.verify(known, typed)
    assert len(verified) == 4
    assert len(set(map(str, verified))) == 1


def test_a_password_longer_than_any_is_not_its_own_beginning():
    whole = "x" * LONGEST
    assert not QUICK.verify(QUICK.hash(whole), whole + "x")


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse123", "Azertyuiop2026!", "P@ssw0rd1234", "123456789012", "aaaaaaaaaaaaaa", "Soleil!Soleil!",
        "Marie.Dupont2026", "dupont-reviewer-1", "Bienvenue2026!", "abcabcabcabc", "qwertyuiop[]", "Ａｚｅｒｔｙ１２３４５６",
        "M0tDeP@sse!!", "juillet2026juillet", "poiuytreza12",
    ],
)  # fmt: skip
def test_what_is_tried_first_is_refused(password):
    with pytest.raises(AccountError, match="first that would be tried"):
        check_password(password, "marie.dupont", "Marie Dupont")


@pytest.mark.parametrize(
    "password", ["jK9#vQ2mLx7p", "le chat mange une souris grise", "12 arbres et 3 nuages", "éèàùçôîâûëïü"]
)
def test_any_other_is_taken_without_rules_of_composition(password):
    check_password(password, "marie.dupont")


@pytest.mark.parametrize("password", ["", "courtcourt!", "Zx9$Zx8%k", "x" * (LONGEST + 1)])
def test_length_counts(password):
    with pytest.raises(AccountError, match="characters") as refused:
        check_password(password)
    assert password not in str(refused.value) or not password


def test_a_one_time_password_is_long_and_never_the_same():
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_password(password, "marie")


def test_the_refused_words_are_plain_ones():
    assert len(refused_words()) > 200
    assert all(word.isascii() and word == word.lower() for word in refused_words())
