from guard.text.edits import Edit, Mirror, apply, whole


def test_each_character_leads_back_to_its_own_part():
    view, back = apply("a%62c", [Edit(1, 4, "b")])
    assert view == "abc"
    assert [back.to_original(at, at + 1) for at in range(3)] == [(0, 1), (1, 4), (4, 5)]


def test_as_long_as_the_stretch_means_one_for_one():
    _, back = apply("x81u", [Edit(1, 4, "blu")])
    assert back.to_original(2, 3) == (2, 3)
    _, back = apply("x81u", [whole(1, 4, "u18")])
    assert back.to_original(2, 3) == (1, 4)


def test_the_first_and_longest_of_overlapping_edits_counts():
    view, _ = apply("abcdef", [Edit(2, 3, "?"), Edit(1, 4, "-"), Edit(1, 2, "!")])
    assert view == "a-ef"


def test_places_are_asked_for_when_something_is_found():
    asked = []
    view, back = apply("a%62%63d", [Edit(1, 7, "bc", lambda: asked.append(1) or [(1, 4), (4, 7)])])
    assert (view, asked) == ("abcd", [])
    assert [back.to_original(at, at + 1) for at in range(4)] == [(0, 1), (1, 4), (4, 7), (7, 8)]
    assert asked == [1]


def test_nothing_changed_is_no_reading():
    assert apply("abc", []) is None
    assert apply("abc", [Edit(0, 1, "a")]) is None


def test_text_far_from_every_edit_is_left_out():
    text = "mot " * 500 + "%41" + " mot" * 500 + "%42" + " fin" * 500
    first, last = text.index("%41"), text.index("%42")
    view, back = apply(text, [Edit(first, first + 3, "A"), Edit(last, last + 3, "B")])
    assert len(view) < 1000
    assert back.to_original(view.index("A"), view.index("A") + 1) == (first, first + 3)
    assert back.to_original(view.index("B"), view.index("B") + 1) == (last, last + 3)
    assert set(view.replace("A", "").replace("B", "").split()) == {"mot", "fin"}
    starts = [back.to_original(at, at + 1)[0] for at in range(len(view))]
    assert starts == sorted(starts)
    assert back.to_original(len(view), len(view)) == (len(text), len(text))


def test_a_mirror_leads_back():
    assert Mirror(10).to_original(0, 3) == (7, 10)


def test_repr_shows_no_text():
    assert "secret" not in repr(Edit(0, 6, "secret"))
