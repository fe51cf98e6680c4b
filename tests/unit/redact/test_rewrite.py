import pytest

from guard.redact.rewrite import NOTHING, rewrite
from guard.types.decision import Action, Cut, Decision, Match
from guard.types.finding import Finding, Span
from guard.types.inspection import Edit
from guard.types.post import Author, Limit, Post, Segment, Unit


def segment(text: str, path: str = "/text", **more) -> Segment:
    return Segment(path, "body", text, **more)


def post(*segments: Segment | str, **more) -> Post:
    made = tuple(segment(one) if isinstance(one, str) else one for one in segments)
    return Post("p", "x", "post.create", Author("x", "1"), made, **{"language": "en", **more})


def found(start: int, end: int, path: str = "/text", entity: str = "PHONE_NUMBER", *, exact: bool = True) -> Finding:
    return Finding(entity, Span(path, start, end), 1.0, "test", exact=exact)


def decision(*matches: tuple[Action, list[Finding]], label: str | None = None, **more) -> Decision:
    made = tuple(Match("p", f"r{n}", action, tuple(f), label=label, **more) for n, (action, f) in enumerate(matches))
    return Decision(max((m.action for m in made), default=Action.ALLOW), made, "sha256:0")


def texts(result) -> list[str]:
    return [one.text for one in result.post.segments]


def test_each_finding_is_replaced_by_its_label():
    given = post("tel 0123 ou 4567.")
    result = rewrite(given, decision((Action.REDACT, [found(4, 8), found(12, 16, entity="IBAN_CODE")])))
    assert texts(result) == ["tel [phone] ou [IBAN]."]
    assert result.edits == (Edit("/text", 4, 8, "[phone]"), Edit("/text", 12, 16, "[IBAN]"))
    assert given.segments[0].text == "tel 0123 ou 4567."


@pytest.mark.parametrize("action", [Action.ALLOW, Action.FLAG])
def test_milder_matches_replace_nothing(action):
    assert rewrite(post("0123"), decision((action, [found(0, 4)]))) is NOTHING
    assert rewrite(post("0123"), decision()) is NOTHING


@pytest.mark.parametrize("action", [Action.REDACT, Action.HOLD, Action.BLOCK])
def test_severe_matches_all_go_into_the_safe_version(action):
    assert texts(rewrite(post("a 0123"), decision((action, [found(2, 6)])))) == ["a [phone]"]


def test_language_of_the_post_then_of_its_author():
    made = decision((Action.REDACT, [found(0, 4)]))
    assert texts(rewrite(post("0123", language="fr-FR"), made)) == ["[téléphone]"]
    french = Post("p", "x", "o", Author("x", "1", language="fr"), (segment("0123"),))
    assert texts(rewrite(french, made)) == ["[téléphone]"]


def test_label_of_the_rule_and_of_confidential_matches():
    assert texts(rewrite(post("a 0123"), decision((Action.REDACT, [found(2, 6)]), label="#"))) == ["a #"]
    assert texts(rewrite(post("a 0123"), decision((Action.REDACT, [found(2, 6)]), confidential=True))) == ["a […]"]


def test_overlaps_become_one_edit_with_the_more_severe_label():
    made = Decision(
        Action.BLOCK,
        (
            Match("p", "r", Action.REDACT, (found(0, 6),), label="[mild]"),
            Match("p", "s", Action.BLOCK, (found(4, 9),), label="[severe]"),
            Match("p", "t", Action.REDACT, (found(8, 11), found(12, 13)), label="[x]"),
        ),
        "d",
    )
    result = rewrite(post("0123456789abcde"), made)
    assert result.edits == (Edit("/text", 0, 11, "[severe]"), Edit("/text", 12, 13, "[x]"))
    assert texts(result) == ["[severe]b[x]de"]


def test_neighbours_that_only_touch_stay_two():
    assert texts(rewrite(post("01234567"), decision((Action.REDACT, [found(0, 4), found(4, 8)])))) == ["[phone][phone]"]


def test_several_segments_each_with_its_own():
    given = post(segment("a 0123"), segment("clean", "/alt"), segment("0123", "/cw"))
    result = rewrite(given, decision((Action.REDACT, [found(0, 4, "/cw"), found(2, 6)])))
    assert texts(result) == ["a [phone]", "clean", "[phone]"]
    assert [edit.path for edit in result.edits] == ["/text", "/cw"]


def test_no_grapheme_cluster_is_cut():
    text = "x0123\u0301y 👨\u200d👩\u200d👧z"
    result = rewrite(post(text), decision((Action.REDACT, [found(1, 5), found(8, 9)]), label="#"))
    assert texts(result) == ["x#y #z"]


@pytest.mark.parametrize(
    ("finding", "given", "why"),
    [
        (found(0, 4, exact=False), segment("0123"), "not-exact"),
        (found(0, 9), segment("0123"), "not-exact"),
        (found(2, 2), segment("0123"), "not-exact"),
        (found(-1, 2), segment("0123"), "not-exact"),
        (found(0, 4, "/none"), segment("0123"), "not-exact"),
        (found(0, 4), segment("0123", redactable=False), "not-redactable"),
        (found(0, 1), segment("é", limit=Limit(0, Unit.CODE_POINTS)), ""),
    ],
)
def test_what_cannot_be_cut_is_said_and_nothing_is_made(finding, given, why):
    for action in (Action.REDACT, Action.HOLD):
        result = rewrite(post(given), decision((action, [finding])))
        assert result.impossible == why
        assert (result.post is None) is bool(why)


def test_one_bad_finding_spoils_the_whole_safe_version():
    result = rewrite(post("0123 4567"), decision((Action.REDACT, [found(0, 4), found(5, 9, exact=False)])))
    assert (result.post, result.edits, result.impossible) == (None, (), "not-exact")


@pytest.mark.parametrize(
    ("size", "unit", "text"),
    [
        (11, Unit.CODE_POINTS, "ab [phone]!"),
        (10, Unit.CODE_POINTS, "ab […]!"),
        (7, Unit.CODE_POINTS, "ab […]!"),
        (6, Unit.CODE_POINTS, "ab …!"),
        (9, Unit.UTF8_BYTES, "ab […]!"),
        (8, Unit.UTF8_BYTES, "ab …!"),
        (6, Unit.UTF8_BYTES, "ab !"),
        (6, Unit.WEIGHTED, "ab …!"),
        (10, Unit.GRAPHEMES, "ab […]!"),
    ],
)
def test_the_limit_is_kept_by_shorter_labels(size, unit, text):
    given = post(segment("ab 01!", limit=Limit(size, unit)))
    assert texts(rewrite(given, decision((Action.REDACT, [found(3, 5)])))) == [text]


def test_a_text_already_over_its_limit_does_not_grow():
    given = post(segment("ab 01", limit=Limit(3, Unit.CODE_POINTS)))
    assert texts(rewrite(given, decision((Action.REDACT, [found(3, 5)])))) == ["ab …"]


def test_a_label_never_says_what_it_replaces():
    made = decision((Action.REDACT, [found(0, 5)]), label="say PHONE now")
    assert texts(rewrite(post("phone"), made)) == ["[…]"]
    assert texts(rewrite(post("…"), decision((Action.REDACT, [found(0, 1)])))) == ["[phone]"]
    assert texts(rewrite(post("…"), decision((Action.REDACT, [found(0, 1)]), confidential=True))) == [""]


def test_what_is_cut_does_not_grow_together_again():
    wide = post(segment("abcabcdef"))
    assert texts(rewrite(wide, decision((Action.REDACT, [found(3, 4)]), label="[a]"))) == ["abc[…]bcdef"]
    # Only dropping fits, and dropping the inner word would leave the same word behind.
    tight = post(segment("kekeyy", limit=Limit(6, Unit.UTF8_BYTES)))
    assert rewrite(tight, decision((Action.REDACT, [found(2, 5)]))).post is not None
    tight = post(segment("kkk", limit=Limit(3, Unit.UTF8_BYTES)))
    assert rewrite(tight, decision((Action.REDACT, [found(1, 2)]))).impossible == "too-long"


def options(*said: str) -> Post:
    return post("?", *(Segment(f"/poll/options/{n}", "poll-option", text) for n, text in enumerate(said)))


def test_options_that_would_read_the_same_cannot_be_cut():
    cut = [found(0, 4, "/poll/options/0"), found(0, 4, "/poll/options/1")]
    assert rewrite(options("0123", "4567"), decision((Action.REDACT, cut))).impossible == "alike"
    assert texts(rewrite(options("0123 Léa", "4567 Max"), decision((Action.REDACT, cut)))) == [
        "?",
        "[phone] Léa",
        "[phone] Max",
    ]
    assert texts(rewrite(options("0123", "[Phone]"), decision((Action.REDACT, cut[:1])))) == ["?", "[phone]", "[Phone]"]


def test_options_that_were_alike_before_are_the_services_affair():
    cut = [found(0, 4, "/poll/options/0")]
    assert texts(rewrite(options("0123", "oui", "oui"), decision((Action.REDACT, cut)))) == [
        "?",
        "[phone]",
        "oui",
        "oui",
    ]


def test_a_whole_sentence_is_cut_where_the_rule_says_so():
    made = decision((Action.HOLD, [found(12, 16, entity="HEALTH")]), cut=Cut.SENTENCE)
    assert texts(rewrite(post("Hello. It's 0123 again. Bye."), made)) == ["Hello. […] Bye."]
    both = decision((Action.HOLD, [found(7, 11), found(20, 25)]), cut=Cut.SENTENCE)
    assert texts(rewrite(post("Hello. It's 0123 with 99999 again. Bye."), both)) == ["Hello. […] Bye."]


def test_a_post_that_would_be_cut_whole_has_no_safe_version():
    made = decision((Action.HOLD, [found(5, 9, entity="HEALTH")]), cut=Cut.SENTENCE)
    assert rewrite(post("It's 0123 again 😢"), made).impossible == "nothing-left"
    assert texts(rewrite(post("It's 0123 again.\n#team"), made)) == ["[…]\n#team"]
