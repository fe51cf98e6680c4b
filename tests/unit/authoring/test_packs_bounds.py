"""The shipped packs at their bounds: what law leaves free, whose words excuse nothing, what only looks like a leak."""

from __future__ import annotations

import pytest

from guard.inspector import Inspector
from guard.policy.bundle import bundle_from_texts
from guard.types.decision import Action
from guard.types.inspection import Facts
from tests.unit.authoring.test_packs import NOW, PACKS, ROOT, alone, inspector, post, rules


@pytest.fixture(scope="module")
def whole() -> Inspector:
    return inspector(bundle_from_texts({path.name: path.read_text(encoding="utf-8") for path in PACKS}))


MANDATE = "representants-du-personnel"


def outcome(whole: Inspector, text: str, *groups: str) -> Action:
    return whole.inspect(post(text), Facts(now=NOW, groups=frozenset(groups))).decision.action


@pytest.mark.parametrize(
    "text",
    [
        "vingt postes supprimés à la rentrée, le CSE est convoqué mardi",
        "our union says twenty jobs going in September, consultation starts Tuesday",
        "Harcèlement à l'atelier : la direction savait, nous saisissons l'inspection du travail",
        "le dépôt de Dole ferme en mai, chut, le CSE l'apprend jeudi",
        "On vire Karim lundi pour avoir fait grève, rassemblement à 8 h",
    ],
)
def test_what_staff_representatives_say_for_their_mandate_is_held_for_nobody_else(whole: Inspector, text: str) -> None:
    assert outcome(whole, text, MANDATE) <= Action.FLAG
    assert outcome(whole, text) == outcome(whole, text, "presse") == Action.HOLD


@pytest.mark.parametrize(
    "text",
    [
        "j'ai envoyé le fichier des patients au mauvais destinataire",
        "Pensée pour notre collègue Maude Ravel, opérée hier d'un cancer du sein",
        "on s'est fait pirater, tous les postes sont chiffrés, consigne de dire panne",
    ],
)
def test_a_mandate_frees_no_post_about_others_or_about_safety(whole: Inspector, text: str) -> None:
    assert outcome(whole, text, MANDATE) == Action.HOLD


@pytest.mark.parametrize(
    "text",
    [
        "mes heures sup ne sont pas payées depuis trois mois",
        "Ma prime de 800 € a sauté cette année",
        "mon salaire n’a pas été versé ce mois-ci",
        "le chef m’a traitée d'incapable devant tout le monde, je pleure aux toilettes",
        "They haven't paid my overtime for three months",
        "my bonus of $800 got cut this year",
        "my salary wasn't paid this month",
        "my boss screamed at me in front of everyone, I cried in the toilets",
    ],
)
def test_ones_own_pay_and_treatment_at_work_are_not_held(whole: Inspector, text: str) -> None:
    assert outcome(whole, text) <= Action.FLAG


@pytest.mark.parametrize(
    "text",
    [
        "ma prime de 800 € a sauté, on est à 30 % sous l'objectif",
        "my bonus got cut, revenue is down 30% and nobody knows",
        "mon salaire dépend de la trésorerie, il reste deux mois",
    ],
)
def test_ones_own_pay_excuses_no_figures_of_the_company(whole: Inspector, text: str) -> None:
    assert outcome(whole, text) is Action.HOLD


def test_who_may_report_a_breach_is_told_that_the_law_protects() -> None:
    (policy,) = alone(ROOT / "policies" / "staff-topics.yaml").policies
    told = {rule.id for rule in policy.source.rules if "la loi protège" in rule.say["fr"]}
    assert told == {rule.id for rule in policy.source.rules if "the law protects" in rule.say["en"]}
    assert told >= {"financials", "security", "legal", "customer-data", "conflict"}


@pytest.mark.parametrize(
    "text",
    [
        "Contact presse : Julie 06 39 98 12 34, Paul 06 39 98 12 35, Léa 06 39 98 12 36",
        "Press contacts: 07700 900123, 07700 900124, 07700 900125",
    ],
)
def test_a_teams_name_makes_no_contact_of_a_list_of_mobiles(whole: Inspector, text: str) -> None:
    assert rules(whole, text, Action.HOLD) == {"pii-fr/phone"}


@pytest.mark.parametrize("text", ["CV : hr@gmail.com", "écrivez à recrutement@orange.fr", "Jobs: Team@Yahoo.co.uk"])
def test_an_offices_name_at_a_free_mail_provider_is_somebodys(whole: Inspector, text: str) -> None:
    assert rules(whole, text, Action.REDACT) == {"pii-fr/team-at-free-mail"}


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Potter is going to be sacked tomorrow, worst Chelsea manager ever", Action.FLAG),
        ("Genesio va être viré lundi, l'entraîneur le plus nul de Ligue 1", Action.FLAG),
        ("On vire Deschamps demain et on prend Zidane comme sélectionneur", Action.FLAG),
        ("Dave is going to be sacked tomorrow, our sales manager", Action.HOLD),
        ("Dave is being let go on Friday, our agile coach", Action.HOLD),
        ("On vire Paul lundi, juste avant le match", Action.HOLD),
    ],
)
def test_a_clubs_coach_is_news_and_a_colleague_is_not(whole: Inspector, text: str, action: Action) -> None:
    assert outcome(whole, text) is action


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Netflix is on 4k", False),
        ("Tesla makes 20k cars", False),
        ("our office has a 4k projector", False),
        ("Dave is on 4k a month", True),
        ("they paid 20k for it, our supplier", True),
        ("we closed the deal at 20k", True),
    ],
)
def test_thousands_of_things_and_sharp_pictures_are_no_money(whole: Inspector, text: str, found: bool) -> None:
    assert ("workplace/amount" in rules(whole, text, Action.FLAG)) is found
