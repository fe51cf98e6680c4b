"""The author's bench, without a browser: what it says, keeps and never tells."""

import re
from datetime import timedelta

import pytest

from guard.console.author.compose import A_MINUTE
from guard.console.author.probing import SHUT_AT
from guard.settings.load import Authors, Person
from guard.types.principal import Principal
from tests.consoles import console
from tests.gates import THREE_PHONES

PHONE = "Appelez Marie au 06 39 98 12 34"
SECRET = "Grosse semaine avec Client X"


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        made.app.state.console.checks.slow_s = 0.0
        yield made


def check(rig, text: str, who: str = "paul", **fields):
    return rig.client(who).post("/compose", {"text": text} | fields)


def test_it_works_without_script(rig) -> None:
    answer = check(rig, PHONE)
    assert answer.status == 200
    assert "goes out with a part masked" in answer.words
    assert "Appelez Marie au [téléphone]" in answer.words
    assert '<mark class="m-redact">06 39 98 12 34</mark>' in answer.text
    assert "Everybody can read it. It is copied to other servers" in answer.words


def test_for_the_page_s_script_there_is_only_the_advice(rig) -> None:
    answer = rig.client("paul").post("/compose", {"text": PHONE}, hx_request="true")
    assert "<html" not in answer.text
    assert '[[17, 31, "redact"]]' in answer.text.replace("&#34;", '"')


def test_nothing_is_kept(rig) -> None:
    before = rig.opened.store.read_now(lambda tx: tx.frontier.size)
    check(rig, SECRET)
    assert rig.opened.store.read_now(lambda tx: tx.frontier.size) == before


def test_an_answer_never_tells_which_word_is_confidential(rig) -> None:
    answer = check(rig, SECRET + " et 06 39 98 12 34")
    assert "does not go out" in answer.words
    assert "Which words it is about is not shown here" in answer.words
    advice = answer.text[answer.text.index('id="advice"') :]
    assert "Client X" not in re.sub(r"<bdi.*?</bdi>", "", advice, flags=re.DOTALL)
    assert "m-block" not in answer.text
    assert "A version that can go out as it is" not in answer.words


def test_a_block_offers_no_way_past_it_and_other_actions_at_most_four(rig) -> None:
    for text in (PHONE, SECRET, "Bonjour"):
        advice = check(rig, text).text
        advice = advice[advice.index('id="advice"') :]
        choices = re.findall(r"<button[^>]*(?:data-copy|data-take|formaction)", advice)
        assert len(choices) <= 4
    assert "This rule is mistaken…" in check(rig, SECRET).words


def test_a_warning_read_before_is_shorter(rig) -> None:
    first = check(rig, PHONE).text
    check(rig, "Bonjour")
    second = check(rig, PHONE).text
    assert "shorter" not in first
    assert '<details class="shorter">' in second


def test_markup_and_invisible_characters_are_shown_not_run(rig) -> None:
    answer = check(rig, "<script>alert(1)</script> \u202e 06 39 98 12 34 </textarea><b>")
    assert "<script>alert(1)" not in answer.text
    assert "</textarea><b>" not in answer.text
    assert "U+202E" in answer.text


def test_an_empty_text_is_no_check(rig) -> None:
    assert "Nothing to say yet" in check(rig, "  \n ").words


def test_too_many_checks_wait(rig) -> None:
    checks = rig.app.state.console.checks
    from guard.console.author.checks import Asker

    for _ in range(A_MINUTE):
        checks.allowed(Asker("account", "id-paul"), rig.clock(), A_MINUTE)
    answer = check(rig, PHONE)
    assert answer.status == 429
    assert PHONE in answer.text
    assert check(rig, PHONE, who="ana").status == 200


def test_fishing_is_answered_neutrally_whatever_is_asked_and_recorded_without_text(rig) -> None:
    for day in range(SHUT_AT):
        check(rig, f"{day} Grosse semaine avec Client Y")
        answer = check(rig, f"{day} {SECRET}")
    assert "having a rest" in answer.words
    neutral = [check(rig, text).words.replace(text, "") for text in (SECRET, "Bonjour")]
    assert neutral[0] == neutral[1]
    (entry,) = rig.entries("probe")
    assert entry == {"author": rig.opened.log.pseudonym("console", "id-paul"), "turns": SHUT_AT, "via": "page"}
    author = rig.opened.store.read_now(lambda tx: tx.author(entry["author"]))
    assert (author.handle, author.person) == ("paul", "Paul Author")
    assert "having a rest" not in check(rig, SECRET, who="ana").words
    rig.clock.pass_by(minutes=16)
    assert "having a rest" not in check(rig, "Bonjour").words


def test_groups_are_those_the_gate_knows(tmp_path) -> None:
    authors = Authors({("mastodon", "p"): Person("Paul Author", frozenset({"evenements"}))})
    text = "Retrouvez la liste des exposants : Client X, ..."
    with console(tmp_path / "a", authors=authors) as rig:
        assert "This can go out" in check(rig, text).words
    with console(tmp_path / "b") as rig:
        assert "does not go out" in check(rig, text).words


def test_it_takes_a_session_and_its_token(rig) -> None:
    assert rig.client().get("/compose").to.startswith("/sign-in")
    assert rig.client("paul").post("/compose", {"text": PHONE}, token="").status == 403
    assert rig.client("paul").post("/compose", {"text": PHONE}, sec_fetch_site="cross-site").status == 403


def test_a_promise_counts_the_hours_that_the_settings_name(tmp_path) -> None:
    with console(tmp_path, answer_by=lambda moment: moment + timedelta(days=2, hours=15)) as rig:
        rig.sessions.people["paul"] = Principal("id-paul", "paul", "Paul", frozenset())
        assert "for 2 d 15 h at most is the promise" in check(rig, THREE_PHONES).words.replace("\u00a0", " ")
        number = rig.hold(THREE_PHONES, person="Paul")
        case = rig.opened.store.read_now(lambda tx: tx.case(number))
        assert "Promised by" in rig.client("paul").get(f"/mine/{case.event}").words
