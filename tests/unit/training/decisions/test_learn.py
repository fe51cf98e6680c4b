from dataclasses import replace

import numpy as np
import pytest

from guard.errors import TrainingError
from guard.models.hashed import word_rows
from guard.models.topics import MOST
from guard.models.weights import pack
from guard.training.decisions.learn import LEAST, learn, readable
from tests.unit.training.decisions.makers import company, own_words, said, weights


def learnt(posts):
    return learn(weights(), posts, [post.text for post in posts], {})


def test_it_is_judged_on_decisions_of_other_authors_and_is_better_there():
    made = learnt(company())
    whole, layoffs = made.worth
    assert made.by_author
    assert made.better
    assert (whole.topic, layoffs.topic, whole.refused, whole.let_out, made.texts) == ("all", "layoffs", 20, 20, 40)
    assert whole.auc[1] > whole.auc[0]
    assert whole.wrong_low[1] <= whole.wrong_low[0]
    assert made.weights.about["decisions"] == 40
    assert made.weights.about["until"] == max(post.at for post in company()).isoformat()


def test_equal_decisions_give_an_equal_file():
    assert pack(learnt(company()).weights) == pack(learnt(company()).weights)


def test_one_author_is_judged_by_texts_that_are_not_twins():
    made = learnt([replace(post, author="a") for post in company()])
    assert not made.by_author
    assert made.better


def test_decisions_by_chance_do_not_help():
    draw = np.random.default_rng(4)
    posts = [replace(post, topics={"layoffs": bool(draw.random() < 0.5)}) for post in company()]
    assert not learnt(posts).better


def test_twins_with_opposite_verdicts_are_not_split_so_learning_them_by_heart_does_not_count():
    posts = [said(f"they fired {word} today", bool(n % 2), author=f"{n}") for n, word in enumerate(["him", "her"] * 20)]
    made = learnt(posts)
    assert made.worth[0].auc[1] == pytest.approx(made.worth[0].auc[0])


@pytest.mark.parametrize(
    "posts",
    [
        [],
        company(LEAST - 1),
        [replace(post, topics={"layoffs": True}) for post in company()],
        [replace(post, topics={"layoffs": number < 4}) for number, post in enumerate(company())],
    ],
)
def test_too_few_or_all_alike_is_a_clear_answer(posts):
    with pytest.raises(TrainingError, match=f"{len(posts)} texts") as caught:
        learnt(posts)
    assert "30 are needed, 5 of either kind" in caught.value.hint


def test_what_can_be_read_in_one_part():
    assert readable("they fired him")
    assert not readable("a " * (MOST + 1))
    assert not readable("")
    assert not readable("https://example.org/abcdef")


def weekly(count=40):
    """The same post every week with another word in it, let out each time; and a leak that is never the same."""
    posts = company(count)
    return [
        post if number % 2 else replace(post, text=f"seminar fired lawfully explained {own_words(number)[0]} come all")
        for number, post in enumerate(posts)
    ]


def test_what_comes_back_week_after_week_is_learnt():
    made = learnt(weekly())
    assert made.ahead.loss[1] < made.ahead.loss[0]
    assert made.better


def test_what_somebody_tries_again_and_again_on_one_day_counts_once():
    tried = "they fired everybody quietly at night in tears"
    posts = [replace(post, text=f"{own_words(n)[0]} {tried}") if n % 2 else post for n, post in enumerate(company())]
    once = [replace(post, at=posts[0].at) if n % 2 else post for n, post in enumerate(posts)]
    rows = word_rows(["tears"])
    table = {name: learnt(each).weights.arrays["words"] for name, each in (("days", posts), ("once", once))}
    assert table["days"][rows].any()
    assert not table["once"][rows].any()
