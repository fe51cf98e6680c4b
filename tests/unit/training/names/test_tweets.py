"""Tweets for the tutor to read: no labels, other handles, and what stands for a handle stands apart."""

import random
import re
from typing import cast

from guard.training.names.augment import Augmenter
from guard.training.names.material import NOISY, Material
from guard.training.names.sources import Example
from guard.training.names.tweets import tweets


class Names:
    """What is asked of an Augmenter."""

    def name(self, label: str, _many: bool, _lang: str) -> str:
        return {"PERSON": "Marie Abadie", "ORGANIZATION": "L'Express", "LOCATION": "Bruz"}[label]

    def swapped(self, example: Example, _chance: float) -> Example:
        assert all(example.text[start - 2 : start] != "@ " for start, _, _ in example.names)
        return Example(example.text.replace("Zoe", "Marie"), ())


def material(*posts: Example) -> Material:
    return Material(
        posts=[],
        tweets=[each for each in posts if each.spaced],
        encyclopaedic=[],
        news=[],
        staff=[each for each in posts if not each.spaced],
        unlabelled=[],
        apart={},
    )


def read(*posts: Example, seed: int = 1) -> list[Example]:
    return tweets(material(*posts), cast(Augmenter, Names()), random.Random(seed))


def test_nothing_is_labelled_and_french_posts_are_left_out() -> None:
    tweet = Example("RT @ lea : Zoe is here", ((5, 8, "PERSON"), (11, 14, "PERSON")), lang="en", spaced=True)
    english, french = Example("Hi Zoe", ((3, 6, "PERSON"),), lang="en"), Example("Salut Zoe", (), lang="fr")
    found = read(tweet, english, french)
    assert [each.text for each in found][-1] == "Hi Zoe"
    assert len(found) == 3
    assert not any(each.names for each in found)


def test_a_handle_stands_apart_and_is_exchanged_for_another() -> None:
    noisy = Example("RT @lea_b : see a@b and @ home", (), NOISY, lang="en", spaced=True)
    texts = [each.text for seed in range(40) for each in read(noisy, seed=seed)]
    assert texts[0] == "RT @ lea_b : see a@b and @ home"
    assert all(re.fullmatch(r"RT @ \w{1,20} : see a@b and @ \w{1,20}", text) for text in texts)
    others = {text.split()[2] for text in texts} - {"lea_b", "home"}
    assert {other.lower() for other in others} & {"marieabadie", "lexpress", "bruz"}
