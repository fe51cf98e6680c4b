"""Fishing for confidential names is told from writing a post."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guard.console.author.probing import SHUT_AT, SHUT_FOR, SLOW_AT, WINDOW, Mood, Watch
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment
from tests.gates import NOW, shipped_inspector

LONG = "Réunion de lancement jeudi avec toute l'équipe de Lyon pour "


class Fisher:
    def __init__(self) -> None:
        self.watch, self.now = Watch(), NOW

    def tries(self, *texts: str, who: str = "account 1"):
        seen = None
        for text in texts:
            self.now += timedelta(seconds=2)
            post = Post("p", "mastodon", "check", Author("mastodon", ""), (Segment("/0", "body", text),))
            seen = self.watch.saw(who, shipped_inspector().inspect(post, Facts(now=NOW)), self.now)
        return seen

    @property
    def mood(self) -> Mood:
        return self.watch.mood("account 1", self.now)


@pytest.fixture
def fisher():
    return Fisher()


def test_typing_a_post_with_a_confidential_name_is_no_fishing(fisher) -> None:
    text = LONG + "Client X, et la suite du message qui continue encore un peu"
    typed = [text[:size] for size in range(1, len(text) + 1)]
    seen = fisher.tries(*typed, *reversed(typed), *typed)
    assert seen.turns <= 3
    assert fisher.mood is Mood.CALM


def test_names_tried_in_one_frame_are_noticed_once(fisher) -> None:
    noticed = [fisher.tries(LONG + f"le {day} Client {'YX'[day % 2]}").noticed for day in range(2 * SHUT_AT)]
    assert noticed.count(True) == 1
    assert fisher.mood is Mood.SHUT


def test_several_names_in_a_row_are_turns_too(fisher) -> None:
    names = ["Client X", "Projet Aurore", "PRJ-7741", "ClientX SA"]
    seen = fisher.tries(*(LONG + name for name in names))
    assert seen.turns == 3  # the last one might be the first, typed on


def test_halving_a_text_to_find_the_word_is_noticed(fisher) -> None:
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "Client", "X", "eta", "theta", "iota", "kappa"]
    rounds = [" ".join(words), " ".join(words[:5]), " ".join(words[5:]), " ".join(words[5:7]), " ".join(words[5:8])]
    seen = fisher.tries(*rounds, *[" ".join(words[:n]) if n % 2 else " ".join(words[:8]) for n in range(3, 9)])
    assert seen.turns >= SLOW_AT


def test_one_word_at_a_time_is_noticed(fisher) -> None:
    for number in range(SHUT_AT):
        fisher.tries(f"mot{number}", f"{number} Client X" if number % 2 else f"{number} PRJ-7741")
    assert fisher.mood is Mood.SHUT


def test_many_different_posts_with_the_name_are_no_fishing(fisher) -> None:
    """A planning tool checks what a whole team writes."""
    for number in range(40):
        words = " ".join(f"sujet{number}x{place}" for place in range(12))
        seen = fisher.tries(f"{words} Client X" if number % 3 == 0 else words)
    assert seen.turns <= 1
    assert fisher.mood is Mood.CALM


def test_it_passes_with_time_and_begins_anew(fisher) -> None:
    for day in range(SHUT_AT):
        fisher.tries(LONG + f"{day} Client X", LONG + "rien")
    assert fisher.mood is Mood.SHUT
    fisher.now += SHUT_FOR
    assert fisher.mood is Mood.SLOW
    assert fisher.tries(LONG + "Client X").noticed  # still at it: told again, shut again
    fisher.now += WINDOW + timedelta(seconds=1)
    assert fisher.mood is Mood.CALM


def test_people_are_told_apart(fisher) -> None:
    for day in range(SHUT_AT):
        fisher.tries(LONG + f"{day} Client X", LONG + "rien", who="account 2")
    assert fisher.mood is Mood.CALM
    assert fisher.watch.mood("account 2", fisher.now) is Mood.SHUT


def test_rules_that_only_watch_count_as_well(fisher) -> None:
    post = Post("p", "mastodon", "check", Author("mastodon", ""), (Segment("/0", "body", LONG + "Client X"),))
    found = shipped_inspector().inspect(post, Facts(now=NOW))
    quiet = replace(found, decision=replace(found.decision, matches=(), shadow=found.decision.matches))
    assert fisher.watch.saw("account 1", quiet, NOW).turns == 1


def test_a_monitor_that_asks_the_same_over_and_over_is_no_fisher(fisher) -> None:
    for _ in range(50):
        seen = fisher.tries("essai POSTGUARD-PROBE-7Q4Z", "Bonjour", "Client X", "Bonsoir")
    assert seen.turns <= 2
    assert fisher.mood is Mood.CALM
