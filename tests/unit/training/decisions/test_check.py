from guard.training.decisions.check import check
from guard.training.posts import Labelled
from tests.unit.models.makers import topic_weights


def phrase(text, *topics):
    return Labelled(text, "en", text, frozenset(topics), 2 if topics else 0, None, "phrases")


def test_what_a_model_makes_of_the_phrases():
    phrases = [
        phrase("they fired him", "layoffs"),
        phrase("gone for good", "layoffs"),
        phrase("lovely day"),
        phrase("fired up"),
    ]
    found = check(topic_weights(), phrases)
    assert (found.phrases, found.flagged, found.alarms) == (4, 0.5, 0.5)
    assert found.auc == 0.5
