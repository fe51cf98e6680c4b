"""What stands in place of a finding: a table of neutral labels, and shorter ones where a service's limit leaves no room."""

from __future__ import annotations

from collections.abc import Sequence

from guard.types.inspection import Edit

HIDDEN = "[…]"
SHORTEST = "…"

_LABELS: dict[str, tuple[str, str]] = {
    "BIRTH_DATE": ("[date de naissance]", "[date of birth]"),
    "CREDIT_CARD": ("[carte]", "[card]"),
    "EMAIL_ADDRESS": ("[e-mail]", "[e-mail]"),
    "FR_ID_CARD": ("[n° de carte d'identité]", "[ID card no.]"),
    "FR_LICENSE_PLATE": ("[plaque]", "[plate]"),
    "FR_NIR": ("[n° de sécurité sociale]", "[social security no.]"),
    "FR_PASSPORT": ("[n° de passeport]", "[passport no.]"),
    "FR_RIB": ("[RIB]", "[bank details]"),
    "FR_SIREN": ("[SIREN]", "[SIREN]"),
    "FR_SIRET": ("[SIRET]", "[SIRET]"),
    "HEALTH": ("[santé]", "[health]"),
    "IBAN_CODE": ("[IBAN]", "[IBAN]"),
    "INTERNAL_URL": ("[lien interne]", "[internal link]"),
    "IP_ADDRESS": ("[adresse IP]", "[IP address]"),
    "LOCATION": ("[lieu]", "[place]"),
    "MAC_ADDRESS": ("[adresse MAC]", "[MAC address]"),
    "MONEY": ("[montant]", "[amount]"),
    "ORGANIZATION": ("[organisation]", "[organisation]"),
    "PERSON": ("[nom]", "[name]"),
    "PHONE_NUMBER": ("[téléphone]", "[phone]"),
    "SECRET": ("[secret]", "[secret]"),
    "UK_LICENSE_PLATE": ("[plaque]", "[plate]"),
    "UK_NINO": ("[NI no.]", "[NI no.]"),
    "USERNAME": ("[identifiant]", "[user name]"),
    "US_SSN": ("[SSN]", "[SSN]"),
}


def default_label(entity_type: str, language: str | None, *, confidential: bool) -> str:
    """The label of an entity in French or English; one that tells nothing for terms and all confidential matches."""
    if confidential or entity_type not in _LABELS:
        return HIDDEN
    french, english = _LABELS[entity_type]
    return french if (language or "fr").lower().startswith("fr") else english


def shorter(label: str, level: int) -> str:
    """The label at a level of shortness: 0 as it is, 1 `[…]`, 2 `…`, 3 nothing; never longer than the label."""
    choice = (label, HIDDEN, SHORTEST, "")[level]
    return choice if len(choice) < len(label) else label


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text with every edit applied. `edits` are sorted, do not overlap, and lie within `text` (code points)."""
    parts: list[str] = []
    position = 0
    for edit in edits:
        parts += (text[position : edit.start], edit.replacement)
        position = edit.end
    parts.append(text[position:])
    return "".join(parts)
