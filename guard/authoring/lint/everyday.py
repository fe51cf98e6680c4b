"""Lint of terms that ordinary posts hold: words of every day, and initials that are also abbreviations."""

from __future__ import annotations

from collections.abc import Iterator
from re import findall
from typing import Final

from guard.authoring.lint.finding import Case, Remark
from guard.policy.compile import fold
from guard.policy.schema import AnyOf, Find, TermsFind
from guard.types.matcher import TermOptions, TermsMatcher
from guard.words.texts import Phrase

_MOST: Final = 20
"""Remarks on one list of terms."""
_SMALL_WORDS: Final = """
le la les l un une des de du d au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs
the a an this that these those my your his her its our their
"""
_SMALL: Final = frozenset(_SMALL_WORDS.split())
"""Words before a word, which make it no rarer."""
_FRENCH: Final = """
je tu il elle on nous vous ils elles me te se moi toi lui eux qui que quoi dont ou et mais donc or ni car si ne pas plus
moins tres trop peu bien mal tout tous toute toutes rien en y dans sur sous avec sans pour par chez vers entre avant
apres depuis pendant contre comme quand est sont etait etre avoir ai as avons avez ont fait faire va vais dit dire
peut voir veut oui non merci bonjour bonsoir salut aussi encore toujours jamais ici hier demain jour jours
semaine mois annee matin soir nuit heure minute lundi mardi mercredi jeudi vendredi samedi dimanche
homme femme enfant ami amis famille monde pays ville rue maison bureau vie temps fois chose nom prenom adresse photo video
client clients cliente clientes projet projets produit produits service services societe societes entreprise
entreprises equipe equipes collegue collegues travail emploi poste metier patron chef directeur directrice direction
reunion contrat contrats dossier dossiers vente ventes marche marches prix budget argent euro euros commande facture
fournisseur fournisseurs partenaire partenaires salarie salaries employe employes message compte site internet
telephone mail courriel numero date annonce nouvelle nouvelles nouveau petit petite grand grande bon bonne premier
"""
"""Without accents."""
_ENGLISH: Final = """
i you he she it we they me him us them who what which and or but so if not no yes of in on at to from with without for
by about into over under between before after since as when is are was were be been have has had do does did can could
will would should may might must go get make see say know think want very too also always never here there now today
yesterday tomorrow day days week month year morning evening night hour minute monday tuesday wednesday thursday friday
saturday sunday man woman child friend friends family world country city town street house home office life time thing
name address picture client customer customers project projects product products service services company companies team
teams colleague colleagues work job jobs boss manager director meeting contract contracts file files sale sales market
price money order invoice supplier suppliers partner partners employee employees staff message account site website
phone email number date news new small big good great first last hello thanks please deal business
"""
_EVERYDAY: Final = _SMALL.union(_FRENCH.split(), _ENGLISH.split())
_INITIALS: Final = """
am pm ad bc ps pj nb cv rh tv us uk un eu ue gb dc la ny sa ce jc id it ai ia hr pr vp ok dj eg ie cf ba ma md pc po qg qi
iq ac dc rv
"""
_ABBREVIATIONS: Final = frozenset(_INITIALS.split())


def stand_in(name: str) -> bool:
    """Whether it names nobody, as `client-x`: words of every day and single letters."""
    return all(len(word) == 1 or word in _EVERYDAY for word in findall(r"[^\W_]+", fold(name)))


def broad_terms(case: Case) -> list[Remark]:
    """Terms that count by themselves and stand in texts that have nothing to do with them."""
    found: list[Remark] = []
    headings = {warning.location for warning in case.bundle.warnings}
    for policy in (each.source for each in case.bundle.policies):
        options = {each.term: each for each in _options(case, policy.id)}
        for find in (find for rule in policy.rules for find in _alone(rule.find)):
            places = case.sources.terms(policy.file, find)
            remarks = [
                Remark(place, why, Phrase("lint.do.say-more"))
                for term, place in places
                if place not in headings and (why := _too_broad(options.get(term, TermOptions(term))))
            ]
            found += remarks[:_MOST]
    return found


def _options(case: Case, policy: str) -> Iterator[TermOptions]:
    """Of the policy's terms that have any, those of files among them."""
    for matcher in case.bundle.matchers:
        if isinstance(matcher, TermsMatcher) and matcher.id.startswith(f"{policy}/"):
            yield from matcher.options


def _alone(find: Find) -> Iterator[TermsFind]:
    """Terms that need nothing beside them to be found: a word of every day may well be one part of two."""
    if isinstance(find, TermsFind):
        yield find
    for part in find.parts if isinstance(find, AnyOf) else ():
        yield from _alone(part)


def _too_broad(options: TermOptions) -> Phrase | None:
    words = findall(r"[^\W_]+", fold(options.term))
    if options.initials and len(words) == 2 and "".join(word[0] for word in words) in _ABBREVIATIONS:
        return Phrase("lint.initials-everyday")
    if options.near or (options.exact_case and options.term != options.term.lower()):
        return None
    bare = words[1:] if len(words) == 2 and words[0] in _SMALL else words
    return Phrase("lint.everyday") if len(bare) == 1 and bare[0] in _EVERYDAY else None
