"""Near misses in French: `guard policy explain` speaks English, and reviewers read one or the other. Pure.

A table of what it says; what a later version says otherwise is shown in English until its line stands here (the tests run
every example of every shipped policy through it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

_LEVELS: Final[Mapping[str, str]] = {"low": "faible", "medium": "moyenne", "high": "haute"}
_VISIBILITY: Final[Mapping[str, str]] = {
    "public": "public", "unlisted": "non listé", "private": "réservé aux abonnés", "direct": "direct",
}  # fmt: skip

_TABLE: Final[Sequence[tuple[str, str]]] = (
    ("its check (`.+?`) refuses it: not random enough for a secret", "pas assez aléatoire pour un secret ({0})"),
    ("its check (`.+?`) refuses it: this is no likely value", "ce n’est pas une valeur plausible ({0})"),
    (
        "its check (`.+?`) refuses it: a check digit, a numbering plan or a range does not fit",
        "une clé de contrôle, un plan de numérotation ou une plage ne convient pas ({0})",
    ),
    (
        r"none of the words that must be within (\d+) characters is there \((.*)\)",
        "aucun des mots attendus à moins de {0} caractères n’est là ({1})",
    ),
    (r"a word before it says that it is something else \((.*)\)", "un mot qui précède dit que c’est autre chose ({0})"),
    (
        "a term, but one of the words of its (`.+?`) stands beside it",
        "un terme, mais un des mots de son {0} se trouve à côté",
    ),
    ("a term, but its (`.+?`) wants other capitals", "un terme, mais son {0} demande d’autres majuscules"),
    ("a term in disguise, but (`.+?`) stands here", "un terme déguisé, mais la règle dit {0}"),
    (
        "a term misspelt: (`.+?`) would find it, (`.+?`) stands here",
        "un terme mal orthographié : {0} le trouverait, la règle dit {1}",
    ),
    ("the letters of a term, but inside a longer word", "les lettres d’un terme, mais dans un mot plus long"),
    (
        r"the regex, but for capitals: they count without \(\?i\)",
        "l’expression, aux majuscules près (elles comptent sans (?i))",
    ),
    ("the regex, but for one character", "l’expression, à un caractère près"),
    ("the regex, but for two characters", "l’expression, à deux caractères près"),
    (
        "the topic (.+), but with confidence (low|medium|high), not `at_least: (low|medium|high)`",
        "le sujet {0}, mais avec une confiance {1}, et non {2}",
    ),
    ("(.+), but of the kind (.+), not (`.+?`)", "{0}, mais du genre {1}, et non {2}"),
    (
        r"all (\d+) parts of `all_of`, but farther apart than (`.+?`)",
        "les {0} parties de `all_of`, mais plus éloignées que {1}",
    ),
    (
        r"(\d+) of (\d+) parts of `all_of`, but part ([\d, ]+) is missing",
        "{0} parties de `all_of` sur {1}, mais il manque la partie {2}",
    ),
    ("`unless value`: it looks like (.+)", "`unless value` : cela ressemble à {0}"),
    (r"`unless near`: (.+) stands within (\d+) characters", "`unless near` : {0} se trouve à moins de {1} caractères"),
    (
        r"exception (\S+) lets it pass \(approved by (.+?)(?:, until (\S+))?\)",
        "l’exception {0} le laisse passer (approuvée par {1})",
    ),
    (r"exception (\S+) does not apply: (.+)", "l’exception {0} ne s’applique pas ({1})"),
    (
        r"mode canary: the author is outside the (\d+) % of accounts; recorded, not acted on",
        "mode canary : l’auteur est en dehors des {0} % de comptes ; noté, sans effet",
    ),
    ("mode (shadow): recorded, not acted on", "mode {0} : noté, sans effet"),
    ("`applies_to`: (.+); (.+)", "`applies_to` : {0} ; {1}"),
    ("confidence (low|medium|high): found with (low|medium|high)", "confiance {0} demandée, trouvé avec {1}"),
    (r"count (\S+): 1 place is found", "{0} endroits demandés, 1 trouvé"),
    (r"count (\S+): (\d+) places are found", "{0} endroits demandés, {1} trouvés"),
    (r"(before|after) (\S+): it is (\S+)", "`{0}` {1}, et nous sommes le {2}"),
    ("(visibility|networks|groups|media|language|languages) (.+): (.+)", "`{0}` : {1}, et {2}"),
    ("the post goes to one that is not known", "le réseau n’est pas connu"),
    ("the post goes to (.+)", "le message va sur {0}"),
    ("the post is in one that is not known", "la langue n’est pas connue"),
    ("the post is in (.+)", "la langue est {0}"),
    ("the post is (public|unlisted|private|direct)", "le message est {0}"),
    ("the author is in none", "l’auteur n’est dans aucun groupe"),
    ("the author is in (.+)", "l’auteur est dans {0}"),
    ("the author has another account", "l’auteur a un autre compte"),
    ("a file is attached", "un fichier est joint"),
    ("no file is attached", "aucun fichier n’est joint"),
)
_LINES: Final = [(re.compile(english), french) for english, french in _TABLE]
_BUT: Final = re.compile(r"(\S+ \(\S+\)), but (.+)")
_WITHIN: Final = frozenset({"`applies_to` : {0} ; {1}", "`{0}` : {1}, et {2}"})
"""Lines that hold another one at their end."""


def french(words: str) -> str:
    """The same in French; as it is where the table has no line for it."""
    found = _BUT.fullmatch(words)
    if found and not found[2].startswith(("of the kind", "with confidence")):
        return f"{found[1]}, mais {' ; '.join(map(_one, found[2].split('; ')))}"
    return _one(words)


def _one(words: str) -> str:
    for english, said in _LINES:
        found = english.fullmatch(words)
        if found:
            values = [_LEVELS.get(each, _VISIBILITY.get(each, each)) if each else "" for each in found.groups()]
            if said in _WITHIN:
                values[-1] = _one(found.groups()[-1])
            return said.format(*values)
    return words
