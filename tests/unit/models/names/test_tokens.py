"""How a post is cut into tokens, with exact ranges."""

import pytest

from guard.models.names.tokens import tokens


def cut(text: str) -> list[str]:
    return [token.text for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d'Orange et l’OM", ["d'", "Orange", "et", "l’", "OM"]),
        ("Jean-Eudes", ["Jean", "-", "Eudes"]),
        ("aujourd'hui", ["aujourd", "'", "hui"]),
        ("#TeamFarmer", ["#", "Team", "Farmer"]),
        ("#le79inter #FRA", ["#", "le", "79", "inter", "#", "FRA"]),
        ("#Merci_Zidane", ["#", "Merci", "_", "Zidane"]),
        ("# TwitFAKTA dit", ["#", "Twit", "FAKTA", "dit"]),
        ("@SNCF @lea.mtp bonjour", ["<at>", "<at>", "bonjour"]),
        ("@ NikoWavy : yo", ["@", "Niko", "Wavy", ":", "yo"]),
        ("écrire à jean.dupont@example.org", ["écrire", "à", "<url>"]),
        ("voir https://exemple.fr/Jean ou www.exemple.fr", ["voir", "<url>", "ou", "<url>"]),
        ("7h12 !", ["7", "h", "12", "!"]),
        ("", []),
        (" \n\t ", []),
        ("東京タワー", ["東京タワー"]),
        ("🏆🏆", ["🏆", "🏆"]),
    ],
)
def test_cut(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_ranges_are_those_of_the_text() -> None:
    text = "Merci #TeamFarmer, l'OM et @lea ! https://x.fr/a"
    for token in tokens(text):
        there = text[token.start : token.end]
        assert there == token.text or token.text in {"<at>", "<url>"}
    assert "".join(text[token.start : token.end] for token in tokens(text)) == text.replace(" ", "")


def test_space_and_hashtag_are_told() -> None:
    by_text = {token.text: token for token in tokens("Vu #TeamFarmer, oui")}
    assert (by_text["Vu"].spaced, by_text["#"].spaced, by_text["Team"].spaced, by_text[","].spaced) == (
        True, True, False, False,
    )  # fmt: skip
    assert by_text["Farmer"].tagged
    assert not by_text["oui"].tagged


def test_a_word_without_end_is_looked_at_in_part() -> None:
    (token,) = tokens("a" * 5000)
    assert (token.start, token.end, len(token.text)) == (0, 5000, 60)
