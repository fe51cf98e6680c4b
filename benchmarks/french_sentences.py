"""Sentences for French identifiers (`{}` is the value), for same-shaped values that are none, and for ordinary numbers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from benchmarks.french_values import digits, grouped

SENTENCES: Final[dict[str, tuple[str, ...]]] = {
    "nir": (
        "Mon numéro de sécu : {}", "le numéro de sécurité sociale de ma mère est {}, tu peux vérifier ?", "NIR {}",
        "Pour la mutuelle il faut le n° de sécu, c'est {} je crois", "salariée : Durand Élise, nir={}", "{}, voilà mon numéro SS",
        "Carte Vitale : {}", "j'ai envoyé {} à la CPAM", "immatriculé à l'assurance maladie sous le {}.", "my French social security number is {}",
        "Dossier de paie de Marc ({}) à refaire", "Numéro INSEE : {}",
    ),
    "siren": (
        "Notre SIREN : {}", "n° siren {}", "la société est immatriculée au RCS de Lyon sous le numéro {}", "RCS Paris {}",
        "le client (SIREN {}) n'a toujours pas payé", "Siren: {} , tu peux regarder sur Infogreffe ?", "R.C.S. Nanterre {}",
        "identifiée au répertoire SIREN sous le n° {}", "numéro d'entreprise SIREN = {}",
    ),
    "siret": (
        "SIRET : {}", "Le n° de siret du fournisseur est {}", "mets le SIRET {} sur la facture", "établissement principal, siret {}",
        "Siret n°{}", "code APE 6201Z, SIRET {}", "il me faut votre SIRET... ok c'est {}", "SIRET du siège={}",
    ),
    "vat": (
        "N° TVA : {}", "TVA intracommunautaire {}", "our French VAT number is {}", "numéro de TVA intracom : {}", "facture à {} (TVA)",
        "TVA intra {} merci d'ajouter", "VAT: {}", "identifiant TVA {} à vérifier dans VIES",
    ),
    "phone": (
        "Appelez-moi au {}", "mon 06 c'est {}", "tél : {}", "Tel. {}", "joignable au {} après 18h", "son portable {} ne répond pas",
        "call me on {} tonight", "{} si tu veux réserver", "On peut se voir demain, {}", "WhatsApp {}", "Contact : Léa, {}",
        "le numéro de Karim : {}, dis-lui merci", "urgent, rappeler Mme Petit {}", "tu peux m'envoyer un sms au {} ?",
    ),
    "plate": (
        "Voiture immatriculée {} garée devant chez moi", "plaque {}", "le chauffard de la Clio {} m'a coupé la route",
        "Immatriculation : {}", "quelqu'un connaît le propriétaire du scooter {} ?", "véhicule {} à déplacer svp", "camion {} en double file",
        "ma nouvelle moto, {}, elle est belle", "Merci d'enlever la plaque {} de la photo", "parking : la Peugeot {} a ses feux allumés",
    ),
    "passport": (
        "passeport n° {}", "Mon passeport {} expire en mars", "numéro de passeport : {}", "j'ai perdu mon passeport ({}) à Orly",
        "passport number {}", "Passeport français {} délivré à Brest", "copie du passeport de Nadia : {}", "son n° de passeport c'est {}",
    ),
    "id-card": (
        "carte d'identité n° {}", "CNI {}", "ma carte nationale d'identité {} a été volée", "numéro de CNI : {}",
        "pièce d'identité n°{} perdue dans le métro", "Carte d'identité de Paul : {}", "id card number {} (française)", "CNI n° {} valable jusqu'en 2031",
    ),
    "driving-licence": (
        "permis de conduire n° {}", "mon permis {} est suspendu", "numéro de permis : {}", "Permis de conduire {} délivré à Nantes",
        "j'ai retrouvé le permis de conduire de Zoé, {}", "driving licence {} (France)", "n° de permis de conduire = {}",
    ),
    "rib": (
        "RIB : {}", "voici mon RIB {}", "virement sur le compte RIB {}", "le rib de l'association : {}", "relevé d'identité bancaire {}",
        "Coordonnées bancaires : {}", "rib={}",
    ),
    "iban": (
        "IBAN : {}", "mon iban {}", "faites le virement sur {}", "dons bienvenus : {}", "voici le compte {} pour la cagnotte",
        "please wire it to {}", "l'IBAN de Sophie est {}, merci de l'effacer", "{} (BNP)", "Coordonnées bancaires : {}",
    ),
}  # fmt: skip

SAME_SHAPE: Final[dict[str, tuple[str, ...]]] = {
    "plate": (
        "la référence produit {} est en rupture", "Commande {} expédiée", "code promo {} valable ce soir", "modèle {} chez le grossiste",
        "réf. {} page 12 du catalogue", "ticket support {} clos", "article {} soldé", "billet {} au guichet",
    ),
    "passport": (
        "suivi colis {}", "n° de commande {}", "Ticket {} résolu ce matin", "la référence {} n'existe plus", "lot {} rappelé par le fabricant",
        "numéro de série {}", "bon de livraison {}",
    ),
    "id-card": (
        "n° de commande {}", "référence dossier {}", "colis {} en retard", "numéro de série {}", "facture {} payée", "code article {}",
        "billet de train {}",
    ),
    "driving-licence": (
        "n° de commande {}", "colis {} livré", "facture n° {} en attente", "numéro de série {}", "réf {} au catalogue", "ticket {} ouvert",
    ),
}  # fmt: skip


def _isbn(dice: Random) -> str:
    body = "978" + dice.choice("2201") + digits(dice, 8)
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    return grouped(f"{body}{check}", 3, 1, 4, 4, 1, by="-")


NUMBERS: Final[tuple[tuple[str, Callable[[Random], str]], ...]] = (
    ("Commande n° {} bien reçue", lambda dice: digits(dice, 9)),
    ("commande {} toujours pas là", lambda dice: f"{dice.randint(100, 999)}-{digits(dice, 7)}-{digits(dice, 7)}"),
    ("n° de suivi {} chez Colissimo", lambda dice: f"6A{digits(dice, 11)}"),
    ("suivi {} bloqué à Roissy", lambda dice: f"LX{digits(dice, 9)}FR"),
    ("Prix : {} € TTC", lambda dice: f"{dice.randint(1, 999)} {digits(dice, 3)},{digits(dice, 2)}"),
    ("budget voté : {} euros", lambda dice: f"{dice.randint(1, 99)} {digits(dice, 3)} {digits(dice, 3)}"),
    ("rendez-vous le {}", lambda dice: f"{dice.randint(1, 28):02d}/{dice.randint(1, 12):02d}/{dice.randint(2020, 2027)}"),
    ("en vente du {}", lambda dice: f"{dice.randint(1, 28):02d}.{dice.randint(1, 12):02d}.26 au 30.12.26"),
    ("à lire : ISBN {}", _isbn),
    ("facture F{} envoyée", lambda dice: f"{dice.randint(2020, 2026)}-{digits(dice, 6)}"),
    ("{} vues cette semaine !", lambda dice: f"{dice.randint(1, 9)} {digits(dice, 3)} {digits(dice, 3)}"),
    ("code-barres {} sur le paquet", lambda dice: f"3{digits(dice, 12)}"),
    ("build {} en production", lambda dice: f"{digits(dice, 8)}.{digits(dice, 4)}"),
    ("le ticket #{} traîne", lambda dice: digits(dice, dice.randint(5, 12))),
    ("match {} ce soir, score fou", lambda dice: f"{dice.randint(60, 120)}-{dice.randint(60, 120)}"),
    ("vol AF{} retardé", lambda dice: digits(dice, 4)),
    ("horodatage {} dans les logs", lambda dice: f"17{digits(dice, 8)}"),
    ("numéro de dossier {}", lambda dice: f"{digits(dice, 2)} {digits(dice, 3)} {digits(dice, 3)}"),
)  # fmt: skip
"""What numbers in posts mostly are."""
