"""From requests to people: whose address is believed, and what preferences keep."""

import pytest
from starlette.requests import Request

from tests.doors import door_rig


def request(peer, *forwarded):
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return Request({"type": "http", "headers": headers, "client": (peer, 1) if peer else None})


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", (), "192.0.2.1"),
        ("192.0.2.1", ("10.9.9.9",), "192.0.2.1"),
        ("10.0.0.1", ("192.0.2.7",), "192.0.2.7"),
        ("10.0.0.1", ("1.1.1.1, 192.0.2.7",), "192.0.2.7"),
        ("10.0.0.1", ("1.1.1.1", "192.0.2.7, 10.0.0.2"), "192.0.2.7"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("10.0.0.2, ,",), "10.0.0.1"),
        ("", (), ""),
    ],
)
def test_only_our_proxies_say_where_somebody_comes_from(tmp_path, peer, forwarded, address):
    with door_rig(tmp_path, proxies=("10.0.0.1", "10.0.0.2")) as rig:
        assert rig.door.address(request(peer, *forwarded)) == address


def test_language_look_and_keys_are_the_accounts(tmp_path):
    with door_rig(tmp_path) as rig:
        window, other = rig.window("marie"), rig.window("marie")
        window.get("/me")
        assert window.post("/me/look", {"language": "fr", "theme": "dark"}).status == 303
        page = other.get("/me").text
        assert '<html lang="fr" data-theme="dark"' in page
        assert (rig.account("marie").language, rig.account("marie").theme) == ("fr", "dark")


def test_each_session_has_a_token_of_its_own(tmp_path):
    with door_rig(tmp_path) as rig:
        one, other = rig.window("marie"), rig.window("marie")
        one.get("/me"), other.get("/me")
        assert one.token != other.token
        one.token, other.token = other.token, one.token
        assert one.post("/me/look", {"theme": "dark"}).status == 403
