"""Checks of what has no check digit but must be possible: a date of birth, a host inside a company, a place on Earth.

Each takes a candidate's text and tells how many of its leading characters are accepted, 0 for none. Pure functions: a
catalogue entry names one of them in `validator`, and what they accept is reported as `validated`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Final

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2039
"""Years that a living person's date of birth may have; no clock is read here, so the end is generous."""
_NUMBERS: Final = re.compile(r"\d+")
_DECIMAL: Final = re.compile(r"\d{1,3}\.\d+")
_DEGREES: Final = re.compile(r"(\d{1,3}(?:\.\d+)?) ?[°º]")

_PRIVATE_NETWORKS: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip
_HOST: Final = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://)?(?:[^\s/@]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/:?#\\]+)(?P<rest>.*)",
    re.DOTALL,
)
_NEVER_DELEGATED: Final = frozenset(
    {
        "local",
        "lan",
        "intranet",
        "corp",
        "internal",
        "intern",
        "interne",
        "localdomain",
        "private",
        "priv",
        "intra",
        "consul",
    }
)
"""Last labels that name nothing on the public internet (RFC 6762 appendix G, ICANN's reserved `internal`, common habit)."""
_HABITUAL: Final = frozenset({"lan", "intranet", "internal", "localdomain"})
"""Those that say so even with one name before them and nothing else."""
_INSIDE: Final = frozenset({"int", "intra", "internal", "interne", "intern", "corp", "priv", "private", "lan", "dmz"})
_INSIDE_FIRST: Final = frozenset({"intranet", "interne", "internal", "intra"})
_NOT_PUBLISHED: Final = re.compile(
    r"(?:[a-z0-9]+-)*(?:preprod|pre-prod|staging|stage|stg|recette|uat|qualif|preproduction|interne|internal|intranet)\d{0,2}(?:-[a-z0-9]+)*"
)
_MACHINE: Final = re.compile(
    r".*[\d_\-].*|nas|wiki|git|gitlab|jira|confluence|intranet|vpn|srv|server|serveur|mail|grafana|kibana|jenkins|printer|router"
    r"|db|proxy|dc|ad|files|share|nextcloud|vault|ci|ldap|erp|crm|sap|sharepoint|bastion|backup|monitoring|registry|nexus|sonar"
)
_NOT_A_COMPANY: Final = frozenset(
    {"localhost", "host", "hostname", "server", "example", "exemple", "domain", "domaine", "www"}
)
"""Single names that stand for any machine."""


def _whole(check: Callable[[str], bool]) -> Callable[[str], int]:
    return lambda text: len(text) if check(text) else 0


def birth_date(text: str) -> bool:
    """A date, its year between 1900 and 2039 or of two digits; day and month in either order, or a month in words."""
    numbers = _NUMBERS.findall(text)
    years = [number for number in numbers if len(number) == 4]
    small = [int(number) for number in numbers if len(number) <= 2]
    if years:
        if not _FIRST_YEAR <= int(years[0]) <= _LAST_YEAR:
            return False
    elif len(small) < 2:
        return False
    else:
        small.pop()  # the year
    if len(small) == 2:
        return 1 <= min(small) <= 12 and 1 <= max(small) <= 31
    return not small or 1 <= small[0] <= 31


def past_birth_date(text: str) -> bool:
    """The same, for a date that only a name stands before: its year from 1920 to 2012, and written whole."""
    years = [int(number) for number in _NUMBERS.findall(text) if len(number) == 4]
    return bool(years) and 1920 <= years[0] <= 2012 and birth_date(text)


def private_host(text: str) -> bool:
    """A link, or a bare host with what follows, that leads to a machine inside a company: never one of the public internet.

    Private addresses, single names, last labels that are never delegated, and the usual labels for what is not published
    (`int`, `corp`, `staging`, ...). The machine itself (`localhost`, 127.0.0.1) is nobody's secret.
    """
    found = _HOST.fullmatch(text)
    if found is None:
        return False
    host = found["host"].rstrip(".,;!").lower()
    if host.startswith("[") or host.replace(".", "").isdigit():
        return _private_address(host.strip("[]"))
    labels = host.split(".")
    if "localhost" in (labels[0], labels[-1]) or "" in labels:
        return False
    if len(labels) == 1:
        return found["scheme"] is not None and host not in _NOT_A_COMPANY
    if labels[-2:] == ["home", "arpa"]:
        return len(labels) > 2
    if labels[-1] in _NEVER_DELEGATED:
        if found["scheme"] or found["rest"].strip(".,;:!?)") or len(labels) > 2 or labels[-1] in _HABITUAL:
            return True
        return _MACHINE.fullmatch(labels[0]) is not None
    return found["scheme"] is not None and _not_published(labels)


def _private_address(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address.version == network.version and address in network for network in _PRIVATE_NETWORKS)


def _not_published(labels: list[str]) -> bool:
    """Whether the names under a public domain say that it is for the inside, or for before publication."""
    first = labels[0]
    if first in _INSIDE_FIRST and len(labels) > 2:
        return True
    if len(labels) > 3 and any(label in _INSIDE for label in labels[1:-2]):
        return True
    return any(_NOT_PUBLISHED.fullmatch(label) for label in (labels[:-2] or [])) or (
        len(labels) > 2 and labels[0] != "www" and labels[-2].startswith(("interne-", "intranet-", "internal-"))
    )


def coordinates_in_range(text: str) -> bool:
    """A latitude within 90 and a longitude within 180 degrees; not the empty point 0, 0."""
    degrees = [float(number) for number in (_DEGREES if "°" in text or "º" in text else _DECIMAL).findall(text)]
    return len(degrees) == 2 and degrees[0] <= 90 and degrees[1] <= 180 and degrees != [0, 0]


def mac_address(text: str) -> bool:
    """An EUI-48 that can belong to a device: not all one digit; with dashes, digits alone are a draw of numbers."""
    bare = re.sub(r"[^0-9A-Fa-f]", "", text)
    return len(bare) == 12 and len(set(bare.lower())) > 1 and (":" in text or not bare.isdigit())


def access_code(text: str) -> int:
    """A code for a door, an alarm or a safe: two to eight digits with at most three letters."""
    bare = text.rstrip(".,;:!?)")
    digits = sum(map(str.isdigit, bare))
    letters = sum(map(str.isalpha, bare))
    return len(bare) if 2 <= digits <= 8 and letters <= 3 and digits + letters >= 3 else 0


def booking_reference(text: str) -> bool:
    """Letters and digits mixed, as an airline's or a hotel's record has them; not an ordinary word or a year."""
    digits = sum(map(str.isdigit, text))
    if digits == len(text):
        return digits >= 7
    return digits > 0 or (len(text) == 6 and len(set(text)) > 3)


def shared_password(text: str) -> int:
    """A password as told to a room of people: letters with digits or signs, without what ends the clause."""
    bare = text.rstrip(".,;:?)\"'»")
    if not 6 <= len(bare) <= 63 or bare.lower().startswith(("http", "www.", "@", "#")):
        return 0
    letters = any(map(str.isalpha, bare))
    marked = any(char.isdigit() for char in bare) or any(char in "!#$%&*+=?_@^~" for char in bare[1:])
    return len(bare) if letters and marked else 0


_ORDINARY_NAMES: Final = frozenset({
    "account", "and", "are", "aucun", "bancaire", "bloque", "bloqué", "compte", "email", "erreur", "error", "est",
    "facebook", "facultatif", "failed", "for", "free", "google", "gratuit", "here", "ici", "identifiant", "inconnu",
    "incorrect", "insta", "instagram", "invalid", "invalide", "locked", "login", "lost", "mail", "mdp", "name", "nom",
    "non", "none", "not", "obligatoire", "only", "optional", "oublie", "oublié", "oui", "page", "pass", "passe",
    "password", "perdu", "perso", "personnel", "prenom", "pro", "prénom", "public", "required", "success", "the",
    "twitter", "unavailable", "unique", "unknown", "user", "username", "via", "was", "with", "yes", "you", "your",
})  # fmt: skip
"""What follows "login" or "compte" in ordinary sentences."""
_REGISTRY: Final = frozenset({"HKLM", "HKCU", "HKCR", "HKU", "HKCC"})
_ESCAPED: Final = re.compile(r"u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}")
_PLACEHOLDERS: Final = (
    "votre",
    "your",
    "xxx",
    "exemple",
    "example",
    "login",
    "user",
    "identifiant",
    "account",
    "compte",
)
_COUNTED: Final = re.compile(r"\d+[A-Za-z]{1,3}")
"""A number with its unit: `100k`, `14h`."""
_SITE: Final = re.compile(r"(?i)\.(?:com|fr|org|net|io|co|eu|uk|de|be|ch|ca|app|dev|html?|php|pdf|docx?|xlsx?)$")
_DRAWN: Final = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}")
"""An identifier of a session or request, no name."""
_SERVICE: Final = frozenset({"adm", "admin", "svc", "ext", "srv", "bot", "prod", "rw", "ro", "stage", "nas"})
"""Parts that say what a technical account is for."""


def user_name(text: str) -> int:
    """A name somebody logs in with: a short word of letters, digits, dots, dashes, that is no ordinary word."""
    bare = text.rstrip(".,;:!?)'\"-_")
    return len(bare) if 3 <= len(bare) <= 40 and bare.lower() not in _ORDINARY_NAMES else 0


def marked_user_name(text: str) -> int:
    """The same, and one that no ordinary word looks like: with a digit, an underscore, or a dot or dash between parts."""
    bare = text.rstrip(".,;:!?)'\"-_")
    if any(word in bare.lower() for word in _PLACEHOLDERS):
        return 0
    if len(bare) < 4 or _COUNTED.fullmatch(bare) or _DRAWN.fullmatch(bare):
        return 0
    if _SITE.search(bare) or not any(map(str.isalpha, bare)):
        return 0
    parts = [part for part in re.split(r"[._-]", bare.lower()) if part]
    dotted = "." in bare and len(parts) > 1 and len(bare) > 5 and all(len(part) > 1 for part in parts[1:])
    marked = "_" in bare or dotted or any(map(str.isdigit, bare)) or not _SERVICE.isdisjoint(parts)
    return user_name(text) if marked and len(parts) < 6 else 0


def domain_user(text: str) -> int:
    r"""`DOMAIN\user`, but no branch of the Windows registry and no escaped character of a program."""
    domain, _, user = text.partition("\\")
    return 0 if domain.upper() in _REGISTRY or _ESCAPED.match(user) or not user_name(user) else len(text)


PLAUSIBLE: Final[dict[str, Callable[[str], int]]] = {
    "access_code": access_code,
    "shared_password": shared_password,
    "user_name": user_name,
    "marked_user_name": marked_user_name,
    "domain_user": domain_user,
    **{
        check.__name__: _whole(check)
        for check in (birth_date, past_birth_date, private_host, coordinates_in_range, mac_address, booking_reference)
    },
}
"""By name in the catalogue: how many leading characters of a candidate are possible; 0 for none."""
