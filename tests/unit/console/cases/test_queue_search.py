"""Words are looked for in held texts: by whom stands in the log, the words in no address and in no entry."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest

from guard.console.cases import queue_lines
from guard.console.effects import settle
from guard.errors import StoreError
from guard.outbox import searches
from tests.consoles import START, console, run
from tests.gates import THREE_PHONES

ONE_OF_HERS = "Été à la coopérative : " + THREE_PHONES


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def sought(client, text, **fields):
    """Address of the page that answers."""
    return client.post("/queue/search", {"text": text, "network": "", "rule": ""} | fields).to


def numbers(page):
    return [int(one) for one in re.findall(r'data-row href="/cases/(\d+)"', page.text)]


def found(client, text, **fields):
    return numbers(client.get(sought(client, text, **fields)))


def searched(rig):
    return [entry["cases"] for entry in rig.entries("search")]


def test_words_are_found_whatever_their_accents_and_case(rig):
    first, second = rig.hold(THREE_PHONES), rig.hold(ONE_OF_HERS, network="bluesky")
    ana = rig.client("ana")
    assert found(ana, "ete A la") == [second]
    assert found(ana, "astreinte") == [first, second]
    assert found(ana, "nulle part") == []
    assert found(ana, "astreinte", network="bluesky", rule="pii-fr/phone") == [second]
    assert numbers(ana.get(ana.post("/cases", {"number": "ete a la"}).to)) == [second]
    page = ana.get(sought(ana, " ete ", network="bluesky")).text
    assert 'href="/queue?network=bluesky"' in page, "each can be taken off"
    assert 'value="ete"' in page, "they stand where they were typed"


def test_a_search_is_an_entry_with_who_and_how_many_texts_and_never_the_words(rig):
    rig.hold(THREE_PHONES)
    rig.hold(THREE_PHONES, account="ana", person="Ana Reviewer")
    ana = rig.client("ana")
    where = sought(ana, "coopérative")
    assert searched(rig) == [], "nothing is opened before the page is asked for"
    page = ana.get(where)
    entry = rig.entries("search")[0]
    assert entry == {"author": rig.opened.log.pseudonym("reviewer", "ana"), "cases": 1}, "her own is not opened"
    assert "1 text was looked through" in page.words
    ana.get(where)
    assert searched(rig) == [1, 1], "looked through anew"
    assert "coop" not in where
    assert "coop" not in json.dumps(rig.opened.store.read_now(lambda tx: [leaf.decode() for leaf in tx.leaves()]))
    assert "Search in held texts" in rig.client("aude").get("/audit?kind=search").words


def test_nobody_searches_while_it_cannot_be_recorded(rig, monkeypatch):
    rig.hold(THREE_PHONES)
    ana = rig.client("ana")
    where = sought(ana, "astreinte")

    def failing(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(searches, "record_search", failing)
    answer = ana.get(where)
    assert (answer.status, numbers(answer)) == (503, [])


def test_words_last_for_the_person_who_typed_them_and_for_a_day(rig):
    rig.hold(THREE_PHONES)
    where = sought(rig.client("ana"), "nulle part")
    other = rig.client("carla").get(where)
    assert "type the words again" in other.words
    assert "nulle part" not in other.text
    rig.clock.pass_by(hours=12)
    over = rig.client("ana").get(where)
    assert "type the words again" in over.words
    assert numbers(over) == [1001], "what is shown is not said to be filtered"
    assert searched(rig) == []
    assert "type the words again" in rig.client("ana").get("/queue?text=nulle").words  # an address from before
    assert "type the words again" in rig.client("ana").get("/queue?words=%C3%A9x").words


def test_a_search_survives_changes_of_view_paging_and_bulk_decisions(rig):
    number = rig.hold(THREE_PHONES)
    ana = rig.client("ana")
    where = sought(ana, "astreinte", view="able")
    page = ana.get(where)
    token = re.search(r"words=([\w-]+)", where)[1]
    assert f'href="/queue?view=decided&amp;words={token}"' in page.text
    action = unescape(re.search(r'action="(/queue/bulk[^"]*)"', page.text)[1])
    assert ana.post(action, {"case": [number], "decision": "rejected", "because": "personal"}).to == where
    rig.clock.pass_by(seconds=11)
    run(settle(rig.desk))
    assert numbers(ana.get(f"/queue?view=decided&words={token}")) == [number]


def test_live_updates_renew_what_was_found_and_open_nothing(rig):
    first = rig.hold(THREE_PHONES)
    ana = rig.client("ana")
    page = ana.get(sought(ana, "astreinte"))
    renew = unescape(re.search(r'hx-get="(/queue/rows[^"]*)"', page.text)[1])
    second = rig.hold(THREE_PHONES + "!")
    rig.client("carla").post("/queue/next")
    rows = ana.get(renew)
    assert numbers(rows) == [first], "what came since is looked for when somebody asks"
    assert "with carla" in rows.words
    assert searched(rig) == [1]
    assert numbers(ana.get(re.sub(r"&only=.*", "", renew))) == [], "nobody searches by it unseen"
    assert searched(rig) == [1]
    assert found(ana, "astreinte") == [first, second]


def test_words_are_looked_for_only_in_what_this_person_may_read(rig):
    rig.hold(THREE_PHONES, account="ana", person="Ana Reviewer")
    assert found(rig.client("ana"), "astreinte") == []
    assert found(rig.client("bob"), "astreinte") == []
    assert found(rig.client("carla"), "astreinte") == [1001]


def test_a_search_for_words_opens_so_many_cases_and_offers_to_go_on(rig, monkeypatch):
    monkeypatch.setattr(queue_lines, "OPENED", 3)
    for number in range(5):
        rig.hold(f"{THREE_PHONES} {number}")
    ana = rig.client("ana")
    page = ana.get(sought(ana, "38 4")).text
    assert "were looked through so far" in page
    further = unescape(re.search(r'href="(/queue[^"]*after=[^"]*)">Look on', page)[1])
    renew = unescape(re.search(r'hx-get="(/queue/rows[^"]*)"', page)[1])
    assert "were looked through so far" in ana.get(renew).text
    assert numbers(ana.get(further)) == []
    rig.hold("Neuf 38 4 : " + THREE_PHONES)
    assert numbers(ana.get(further)) == [1006]
    assert searched(rig) == [3, 2, 3]


def test_sealed_words_are_nobody_elses_and_no_longer_than_their_time(rig):
    ana, carla = (rig.sessions.people[name] for name in ("ana", "carla"))
    keys = rig.opened.keys
    sealed = searches.seal_words(keys, ana, "Projet Été", START)
    assert searches.words_of(keys, ana, sealed, START) == "Projet Été"
    assert searches.words_of(keys, carla, sealed, START) == ""
    assert searches.words_of(keys, ana, sealed, START + searches.LASTS - timedelta(seconds=1)) == "Projet Été"
    assert searches.words_of(keys, ana, sealed, START + searches.LASTS) == ""
    for wrong in ("", "x", "é", sealed[:-4], "A" * 200):
        assert searches.words_of(keys, ana, wrong, START) == ""
