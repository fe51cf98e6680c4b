"""The generated posts: the same everywhere, wide, and with the planted share that the page promises."""

from benchmarks import corpus, wrk


def test_the_same_seed_gives_the_same_posts():
    assert corpus.posts(50) == corpus.posts(50)
    assert corpus.posts(50) != corpus.posts(50, seed=1)


def test_posts_are_about_200_characters_of_a_wide_vocabulary():
    posts = corpus.posts(2000)
    lengths = [len(post.text) for post in posts]
    assert 180 < sum(lengths) / len(lengths) < 220
    assert len({word for post in posts for word in post.text.split()}) > 10_000
    assert {post.language for post in posts} == {"fr", "en"}


def test_about_six_in_a_hundred_hold_one_planted_item():
    posts = corpus.posts(2000)
    planted = [post for post in posts if post.planted]
    assert 0.04 < len(planted) / len(posts) < 0.08
    assert {post.planted for post in planted} == set(corpus.PLANTED)


def test_no_clean_post_is_planted():
    assert not any(post.planted for post in corpus.posts(300, pii_share=0.0))


def test_hostile_texts_have_the_length_asked_for():
    texts = corpus.hostile(5000)
    assert len(texts) > 10
    assert {len(text) for text in texts.values()} == {5000}


def test_bodies_are_distinct_and_of_one_size():
    bodies = wrk.bodies(300)
    assert len(set(bodies)) == 300
    assert {len(body) for body in bodies} == {wrk.BODY_BYTES}
    assert not any(b"@" in body for body in bodies)
