"""Keys that people write before they have read the page: in French, or in the words of other tools. Pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection
from typing import Final

_MEANT: Final = {
    "owner": "proprietaire responsable auteur",
    "policy": "politique nom name",
    "title": "titre intitule description",
    "review_by": "relecture revue revoir revoir_avant relire_avant echeance review",
    "rules": "regles regle rule",
    "id": "identifiant nom name",
    "confidential": "confidentiel confidentielle secret",
    "timezone": "fuseau fuseau_horaire",
    "applies_to": "portee perimetre s_applique_a scope",
    "find": "cherche chercher trouve trouver detecte detect",
    "do": "faire fait alors action actions then",
    "say": "dire dit message messages",
    "match": "exemples exemple examples correspond matches",
    "no_match": "contre_exemples contre_exemple counterexamples sans_correspondance no_matches",
    "terms": "termes terme mots mot liste noms words keywords",
    "terms_file": "fichier fichier_de_termes file",
    "sealed": "scelle scelles",
    "entity": "entite entites type",
    "regex": "motif motifs expression expression_reguliere pattern regexp",
    "topic": "sujet theme",
    "fingerprint": "empreinte empreintes document",
    "all_of": "tous toutes tout and",
    "any_of": "un_de au_moins_un or",
    "unless": "sauf excepte hormis except exclude",
    "near": "pres proche autour around",
    "value": "valeur valeurs values",
    "within": "distance a_moins_de",
    "when": "quand si lorsque if condition",
    "before": "avant jusqu_a until",
    "after": "apres depuis a_partir_de since",
    "count": "nombre compte",
    "confidence": "confiance certitude",
    "visibility": "visibilite",
    "groups": "groupes groupe",
    "networks": "reseaux reseau",
    "network": "reseau",
    "accounts": "comptes compte",
    "languages": "langues langue",
    "language": "langue",
    "approvers": "approbateurs relecteurs valideurs reviewers",
    "approvals": "approbations validations",
    "with": "avec par remplacement",
    "cut": "coupe couper retirer supprimer remove",
    "reason": "raison motif pourquoi",
    "approved_by": "approuve_par autorise_par valide_par",
    "expires": "expire expiration fin until",
    "only": "seulement uniquement",
    "term": "terme mot",
    "aliases": "alias autres_noms",
    "case": "casse majuscules",
    "initials": "initiales sigle",
    "typos": "fautes coquilles",
    "disguises": "deguisements",
    "text": "texte",
    "as": "comme en_tant_que",
    "becomes": "devient",
    "at": "moment",
    "todo": "a_faire",
}
"""What stands for a key, without accents; a word that stands for several means the one that fits its place."""

_WORD: Final = re.compile(r"[a-zß-öø-ÿœ]{2,20}(?:[_-][a-zß-öø-ÿœ]{1,20}){0,3}")
_OF_TEXTS: Final = re.compile(r"(?:terms|aliases|match|no_match|near|text)\[\d+\]")


def unaccented(word: str) -> str:
    """As the lists of other words write it: small letters without accents, `_` between them."""
    folded = "".join(char for char in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "_", folded).strip("_")


def meant(word: str, known: Collection[str]) -> str | None:
    """The key that was probably meant; None when nothing comes near."""
    folded = unaccented(word)
    for key, others in _MEANT.items():
        if key in known and folded in others.split():
            return key
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return close[0] if close else None


def may_be_shown(word: str, path: str) -> bool:
    """Whether an unknown key is one word, as keys are, and no piece of a list of texts: names and sentences may be secret."""
    return _WORD.fullmatch(word) is not None and not _OF_TEXTS.search(path)
