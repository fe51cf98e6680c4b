import pytest

from guard.detect.patterns.own_hosts import own_hosts
from guard.detect.patterns.scanner import PatternScanner

NAMES = ("intra.exemple.fr", "*.prod.exemple.com", "acme")


@pytest.fixture(scope="module")
def scanner():
    return PatternScanner(own_hosts(NAMES))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("le wiki https://wiki.intra.exemple.fr/paie?id=3, à lire", "https://wiki.intra.exemple.fr/paie?id=3"),
        ("voir INTRA.exemple.fr.", "INTRA.exemple.fr"),
        ("ssh://root@db1.prod.exemple.com:2222 ouvert", "db1.prod.exemple.com:2222"),
        ("http://srv-paie.acme/", "http://srv-paie.acme/"),
        ("(gitlab.acme)", "gitlab.acme"),
    ],
)
def test_own_hosts_are_found_with_all_of_their_address(scanner, text, found):
    (hit,) = scanner.scan(text)
    assert (hit.entity_type, hit.subtype, text[hit.start : hit.end]) == ("INTERNAL_URL", "own", found)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.exemple.fr/ et exemple.fr",
        "prod.exemple.com",
        "acme recrute",
        "jean@intra.exemple.fr",
        "https://intra.exemple.fr.example.org/",
        "monintra.exemple.fra",
        "gitlab.acme.org",
    ],
)
def test_other_hosts_are_not(scanner, text):
    assert scanner.scan(text) == []


def test_without_names_there_is_no_pattern():
    assert own_hosts(()) == ()
