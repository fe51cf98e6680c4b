"""Names in policies that stand for what is not there: told with their places, with whatever else is wrong."""

import pytest

from guard.detect.base import DetectorInfo
from guard.detect.given import subtypes
from guard.errors import ProblemsError
from guard.policy.bundle import load_bundle
from guard.policy.names import Known, unknown_names
from tests.unit.policy.makers import HEAD, RULE, bundle, policy, rule

ENTITIES = frozenset({"IBAN_CODE", "SECRET", "EMAIL_ADDRESS"})
NETWORKS = frozenset({"mastodon", "bluesky", "x"})
KNOWN = Known(ENTITIES, NETWORKS)


def told(made, known=KNOWN) -> list[str]:
    return [str(one) for one in unknown_names(made, known)]


def test_unknown_entities_are_named_where_they_stand():
    made = bundle(rule("flag", find="{any_of: [{entity: IBAN}, {entity: SECRET}, {entity: PERSON}]}"))
    assert told(made) == [
        "demo.yaml:8:21: rules[0].find.any_of[0]: no detector gives IBAN (did you mean `IBAN_CODE`?)",
        "demo.yaml:8:55: rules[0].find.any_of[2]: no detector gives PERSON (possible here: EMAIL_ADDRESS, IBAN_CODE, SECRET)",
    ]
    assert told(bundle(rule("flag"))) == []


def test_a_slip_in_a_network_would_switch_a_policy_off():
    head = HEAD + "applies_to: {networks: [mastadon, bluesky]}\n"
    assert told(bundle(rule("{when: {networks: [x]}, action: flag}"), head=head)) == [
        "demo.yaml:6:25: applies_to.networks[0]: no network has this name (did you mean `mastodon`?)"
    ]


def test_a_network_in_an_example_is_looked_at_too():
    assert told(bundle(RULE.replace('"a b"', "{text: a b, as: {network: facebook}}"))) == [
        "demo.yaml:12:42: rules[0].no_match[0].as.network: no network has this name (possible here: bluesky, mastodon, x)"
    ]


def test_a_set_of_protected_documents_must_be_there():
    made = bundle(rule("flag", find="{any_of: [{fingerprint: contracts}, {fingerprint: any}]}"))
    (first, _) = told(made)
    assert first.startswith("demo.yaml:8:21: ")
    assert "there is no index of protected documents here (make one with `guard fingerprint add`" in first
    with_index = frozenset({*ENTITIES, "FINGERPRINT"})
    assert told(made, Known(with_index, NETWORKS, {"contract"})) == [
        "demo.yaml:8:21: rules[0].find.any_of[0]: no protected documents are in this set (did you mean `contract`?)"
    ]
    assert told(made, Known(with_index, NETWORKS, {"contracts"})) == []


def refusal(folder, known=KNOWN) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        load_bundle(folder, known)
    return [str(one).partition(" (")[0] for one in caught.value.problems]


def test_what_is_unknown_is_told_with_the_other_mistakes_of_all_files_in_their_order(tmp_path):
    slips = rule("flag", find="{entity: IBAN_CDE}", more="    dooo: flag\n")
    (tmp_path / "a.yaml").write_text(policy(slips, HEAD + "applies_to: {networks: [mastodn]}\n"))
    (tmp_path / "b.yaml").write_text("- a")
    (tmp_path / "c.yaml").write_text(policy(rule("flag", find="{entity: EMIAL_ADDRESS}"), HEAD.replace("demo", "c")))
    assert refusal(tmp_path) == [
        "a.yaml:6:25: applies_to.networks[0]: no network has this name",
        "a.yaml:9:11: rules[0].find: no detector gives IBAN_CDE",
        "a.yaml:14:5: rules[0].dooo: this key is unknown",
        "b.yaml:1:1: a policy is expected here",
        "c.yaml:8:11: rules[0].find: no detector gives EMIAL_ADDRESS",
    ]


@pytest.mark.parametrize(
    ("find", "expected"),
    [
        ("{entity: iban_code}", "a.yaml:8:20: rules[0].find.entity: an entity is written in capitals"),
        ("{entity: ''}", "a.yaml:8:20: rules[0].find.entity: nothing stands here"),
        ("{fingerprint: 'Board papers'}", "a.yaml:8:25: rules[0].find.fingerprint: "),
        ("{fingerprint: ''}", "a.yaml:8:25: rules[0].find.fingerprint: nothing stands here"),
        ("{}", "a.yaml:8:11: rules[0].find: "),
    ],
)
def test_a_name_that_is_none_is_told_of_once(tmp_path, find, expected):
    (tmp_path / "a.yaml").write_text(policy(rule("flag", find=find)))
    (only,) = refusal(tmp_path, Known(ENTITIES | {"FINGERPRINT"}, NETWORKS, {"board"}))
    assert only.startswith(expected)


def test_a_subtype_that_its_entity_does_not_have_is_never_found():
    many = frozenset(f"key-{number}" for number in range(30)) | {"jwt"}
    known = Known(ENTITIES, NETWORKS, None, {"SECRET": many, "IBAN_CODE": frozenset(), "CUE": frozenset({"home"})})

    def hints(find):
        return [str(one).partition(": ")[2] for one in unknown_names(bundle(rule("flag", find=find)), known)]

    (told,) = hints("{any_of: [{entity: SECRET, subtype: jwtt}, {entity: SECRET, subtype: jwt}]}")
    assert told.endswith("SECRET has no subtype of this name (did you mean `jwt`?)")
    (told,) = hints("{entity: SECRET, subtype: mot-de-passe}")
    assert told.endswith("(the subtypes stand in the catalogue: see docs/entities.md)")
    (told,) = hints("{entity: IBAN_CODE, subtype: fr}")
    assert told.endswith("IBAN_CODE has no subtype of this name (leave it out)")
    assert hints("{entity: EMAIL_ADDRESS, subtype: ours}") == []


def test_subtypes_are_known_of_what_the_catalogue_alone_gives():
    class Theirs:
        info = DetectorInfo("theirs", "1", frozenset({"IBAN_CODE"}))

    known = subtypes([Theirs()])
    assert {"jwt", "door-code"} <= known["SECRET"]
    assert known["INTERNAL_URL"] >= {"own", "host"}
    assert known["EMAIL_ADDRESS"] == frozenset()
    assert {"IBAN_CODE", "PERSON", "LOCATION"}.isdisjoint(known)
