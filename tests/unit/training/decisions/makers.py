"""Decisions as texts, and a small model that knows every word of them."""

from datetime import UTC, datetime, timedelta

import numpy as np

from guard.models.weights import Weights
from guard.training.decisions.lessons import Said
from tests.unit.models.makers import topic_weights

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
RARE = 8.0


def weights() -> Weights:
    """One that is all but sure of layoffs where it reads "fired", and has met every other word."""
    made = topic_weights(strength=3.0)
    rarity = made.arrays["words_rarity"]
    return Weights(made.about, {**made.arrays, "words_rarity": np.where(rarity == 0, RARE, rarity).astype(np.float16)})


def said(text, leaks=True, topic="layoffs", author="a", after=0):
    return Said(text, {topic: leaks}, author, NOW + timedelta(minutes=after))


_PARTS = ("ka", "lo", "mi", "nu", "pe", "ra", "so", "ti", "vu", "ze")


def own_words(number, count=6):
    """Words that stand in no other text."""
    return [f"{_PARTS[number // 10 % 10]}{_PARTS[number % 10]}{_PARTS[each]}" for each in range(count)]


def company(count=40):
    """In turn a leak, and a post of a firm that talks of law: each with words of its own, by eight authors, a day apart."""
    found = []
    for number in range(count):
        one, two, three, *rest = own_words(number)
        middle = "they fired everybody quietly" if number % 2 else "seminar fired lawfully explained"
        text = f"{one} {two} {three} {middle} {' '.join(rest)}"
        found.append(said(text, bool(number % 2), author=f"a{number % 8}", after=24 * 60 * number))
    return found
