"""Values that people write before they have read the page: actions, modes, topics, entities in French or in everyday words. Pure.

Keys have the same in key_words.py.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from guard.policy.key_words import unaccented

_MEANT: Final = {
    # actions
    "allow": "autoriser autorise permettre laisser laisser_passer passer accepter permit pass",
    "flag": "signaler signale signalement noter marquer avertir alerter warn log alert report",
    "redact": "caviarder masquer masque expurger anonymiser remplacer effacer mask hide replace",
    "reroute": "rediriger redirige reacheminer devier detourner redirect divert",
    "hold": "retenir retient suspendre attendre mettre_en_attente relire faire_relire approuver wait review pause",
    "block": "bloquer bloque refuser interdire empecher rejeter stop refuse reject deny forbid",
    # modes
    "off": "desactive desactivee inactif inactive arrete eteint disabled none",
    "shadow": "ombre dans_l_ombre essai test observer observation dry_run trial",
    "canary": "progressif canari partiel partial",
    "enforce": "actif active appliquer applique en_vigueur marche on enabled enforced",
    # confidence
    "low": "bas basse faible",
    "medium": "moyen moyenne",
    "high": "haut haute eleve elevee fort forte",
    # visibility
    "public": "publique tous",
    "unlisted": "non_liste non_listee non_repertorie",
    "private": "prive privee abonnes followers",
    "direct": "directe message_prive",
    # capitals
    "exact": "exacte",
    "any": "toute tout tous toutes n_importe all",
    # topics
    "lost_deal": "affaire_perdue contrat_perdu marche_perdu client_perdu",
    "client_relation": "client clients relation_client relations_clients",
    "layoffs": "licenciement licenciements reorganisation restructuration plan_social redundancies",
    "financials": "finances finance resultats chiffres comptes results",
    "mna": "fusion fusions acquisition acquisitions rachat fusion_acquisition fusions_acquisitions merger m_a",
    "product_unreleased": "produit produits lancement nouveau_produit product launch",
    "security_incident": "incident securite incident_de_securite fuite piratage breach security",
    "legal": "juridique contentieux litige litiges proces litigation lawsuit",
    "customer_data": "donnees_clients donnees_client donnees_personnelles",
    "staff_whereabouts": "deplacement deplacements voyage voyages lieu_des_collegues travel",
    "internal_conflict": "conflit conflits conflit_interne conflict",
    # entities
    "PHONE_NUMBER": "telephone telephones numero_de_telephone tel portable mobile phone",
    "EMAIL_ADDRESS": "mail e_mail email courriel adresse_mail adresse_email adresse_electronique messagerie",
    "IBAN_CODE": "iban rib compte_bancaire bank_account",
    "BIC_CODE": "bic swift",
    "CREDIT_CARD": "carte_bancaire carte_de_credit carte_bleue cb carte carte_de_paiement card",
    "PERSON": "personne personnes nom noms prenom nom_de_personne name people",
    "ORGANIZATION": "organisation entreprise societe company",
    "LOCATION": "lieu lieux adresse adresse_postale address place",
    "BIRTH_DATE": "date_de_naissance naissance birthday date_of_birth",
    "IP_ADDRESS": "ip adresse_ip",
    "INTERNAL_URL": "url url_interne lien_interne adresse_interne intranet",
    "SECRET": "mot_de_passe motdepasse cle jeton password token api_key",
    "HEALTH": "sante maladie medical diagnostic",
    "MONEY": "montant argent somme prix salaire amount",
    "FR_NIR": "nir securite_sociale numero_de_securite_sociale secu",
    "FR_SIREN": "siren",
    "FR_SIRET": "siret",
    "FR_LICENSE_PLATE": "plaque immatriculation plaque_d_immatriculation license_plate",
    "FR_PASSPORT": "passeport passport",
    "FR_ID_CARD": "carte_d_identite cni id_card",
    "PATIENT_NUMBER": "ipp numero_de_patient numero_patient patient",
    "USERNAME": "identifiant login pseudo utilisateur nom_d_utilisateur",
}
"""What stands for a value, without accents and in small letters."""

ENTITIES: Final = frozenset(value for value in _MEANT if value.isupper())


def value_meant(word: str, known: Collection[str]) -> str | None:
    """The known value that goes by this other word; None where there is none."""
    said = unaccented(word)
    return next((value for value, others in _MEANT.items() if value in known and said in others.split()), None)
