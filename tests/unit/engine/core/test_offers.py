"""A publication is checked as a whole, and every fault has its path."""

from typing import Any

import msgspec
import pytest
from tests.publications import sample
from tests.unit.engine.core.world import compiled, document, offer

from tradewind.engine import wire
from tradewind.engine.core.offers import BrokenPublication, canonical, compile_publication, digest_of, read_publication

type Json = dict[str, Any]


def faults_of(content: Json) -> list[tuple[str, str]]:
    publication, faults, _ = compile_publication(msgspec.convert(content, wire.Publication))
    assert (publication is None) == bool(faults)
    return [(fault.path, fault.code) for fault in faults]


def warnings_of(content: Json) -> list[tuple[str, str]]:
    _, faults, warnings = compile_publication(msgspec.convert(content, wire.Publication))
    assert faults == []
    return [(warning.path, warning.code) for warning in warnings]


def test_the_sample_publication_compiles_without_a_fault() -> None:
    assert faults_of(sample()) == []


def test_a_publication_without_anything_compiles() -> None:
    assert faults_of({"wire": 1, "number": 1}) == []


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"placements": ["counter"]}, "/offers/0/placements/0", "unknown_placement"),
        ({"eligibility": "customer.tenur > 3"}, "/offers/0/eligibility", "unknown_attribute"),
        ({"eligibility": "customer.tenure_months + 1"}, "/offers/0/eligibility", "wrong_type"),
        ({"profiles": []}, "/offers/0/profiles", "no_profile"),
        ({"profiles": [{"id": "p"}, {"id": "p"}]}, "/offers/0/profiles/1/id", "duplicate"),
        ({"treatments": []}, "/offers/0/treatments", "no_treatment"),
        (
            {"starts_at": "2026-03-02T00:00:00Z", "ends_at": "2026-03-01T00:00:00Z"},
            "/offers/0/ends_at",
            "ends_before_start",
        ),
        ({"limits": {"budget": 5.0}}, "/offers/0/limits/budget", "nothing_spent"),
    ],
)
def test_a_fault_in_an_offer_is_named_by_its_path(change: Json, path: str, code: str) -> None:
    assert (path, code) in faults_of(document(offer("a", **change)))


def _assigns(name: str, expression: str) -> Json:
    return {"events": [{"name": "e", "actions": [{"do": "assign", "set": {name: expression}}]}]}


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"time_zone": "Europe/Nowhere"}, "/time_zone", "unknown_time_zone"),
        ({"time_zone": "../etc/passwd"}, "/time_zone", "unknown_time_zone"),
        ({"placements": [{"name": "desk", "channel": "x"}] * 2}, "/placements/1/name", "duplicate"),
        (
            {"events": [{"name": "e", "actions": [{"do": "decide", "placement": "nowhere"}]}]},
            "/events/0/actions/0/placement",
            "unknown_placement",
        ),
        (
            {"events": [{"name": "e", "actions": [{"do": "populate", "groups": ["weather"]}]}]},
            "/events/0/actions/0/groups/0",
            "unknown_group",
        ),
        (
            {"events": [{"name": "e", "actions": [{"do": "decide", "placement": "desk"}] * 2}]},
            "/events/0/actions/1",
            "too_many",
        ),
        ({"events": [{"name": "e", "actions": [{"do": "respond"}] * 2}]}, "/events/0/actions/1", "too_many"),
        (
            {"events": [{"name": "e", "actions": [{"do": "decide", "placement": "desk"}, {"do": "respond"}]}]},
            "/events/0/actions/1",
            "order",
        ),
        (_assigns("customer.nobody", "1"), "/events/0/actions/0/set/customer.nobody", "unknown_attribute"),
        (_assigns("customer.tenure_months", '"x"'), "/events/0/actions/0/set/customer.tenure_months", "wrong_type"),
        (_assigns("customer.tenure_months", "601.0"), "/events/0/actions/0/set/customer.tenure_months", "never_fits"),
        (_assigns("customer.segment", '"farm"'), "/events/0/actions/0/set/customer.segment", "never_fits"),
        (_assigns("customer.is_student", "1 <"), "/events/0/actions/0/set/customer.is_student", "syntax"),
        (
            _assigns("customer.tenure_months", 'times("shown", days(3))'),
            "/events/0/actions/0/set/customer.tenure_months",
            "not_here",
        ),
        ({"events": [{"name": "e", "output": {"a": ["{{ x"]}}]}, "/events/0/output/a/0", "bad_placeholder"),
        ({"events": [{"name": "e", "output": {"a": "{{ x.y }}"}}]}, "/events/0/output/a", "unknown_attribute"),
        ({"contact_policies": [{"name": "c", "max": 1, "days": 1}] * 2}, "/contact_policies/1/name", "duplicate"),
        (
            {"condition_groups": [{"name": "g", "populated_by": [{"data_source": "b"}]}]},
            "/condition_groups/0/populated_by/0/data_source",
            "unknown_source",
        ),
        (
            {"condition_groups": [{"name": "g", "attributes": [{"name": "a", "type": "number", "min": 2, "max": 1}]}]},
            "/condition_groups/0/attributes/0/max",
            "empty_range",
        ),
        (
            {"condition_groups": [{"name": "g", "attributes": [{"name": "a", "type": "boolean", "min": 2}]}]},
            "/condition_groups/0/attributes/0/min",
            "no_range",
        ),
        (
            {"arbitration": [{"name": "d", "context_weights": [{"when": "1 <", "group": "g", "weight": 2.0}]}]},
            "/arbitration/0/context_weights/0/when",
            "syntax",
        ),
        ({"outcomes": [{"name": "skipped", "reward": 0.5}]}, "/outcomes/0", "built_in_outcome"),
    ],
)
def test_a_fault_outside_the_offers_is_named_by_its_path(change: Json, path: str, code: str) -> None:
    found = faults_of(document(**change))
    assert path in [each for each, _ in found]
    assert code in [each for at, each in found if at == path] or code == "syntax"


def test_a_fault_in_an_expression_says_line_and_column() -> None:
    content = document(offer("a", eligibility="true &&\n  customer.nothing > 1"))
    _, faults, _ = compile_publication(msgspec.convert(content, wire.Publication))
    assert [(fault.line, fault.column) for fault in faults] == [(2, 3)]


def test_all_faults_are_found_at_once_and_in_the_order_of_the_document() -> None:
    wrong = [offer(f"o{number}", eligibility="customer.nothing == 1") for number in range(12)]
    paths = [path for path, _ in faults_of(document(*wrong))]
    assert paths == [f"/offers/{number}/eligibility" for number in range(12)]


def test_an_arbitration_that_nobody_declared_is_refused() -> None:
    assert ("/placements/0/arbitration", "unknown_arbitration") in faults_of(
        document(placement={"arbitration": "bold"})
    )


def test_agent_skills_need_the_attribute_they_are_looked_up_in() -> None:
    content = document(offer("a", agent_skills=["care"]), condition_groups=[])
    assert ("/offers/0/agent_skills", "unknown_attribute") in faults_of(content)


def test_a_placeholder_must_name_an_attribute() -> None:
    treatment = {"id": "t", "channel": "call-center", "language": "en"}
    content = document(offer("a", treatments=[{**treatment, "texts": {"title": "For {{ machine.name }}"}}]))
    assert faults_of(content) == [("/offers/0/treatments/0/texts/title", "unknown_attribute")]
    content = document(offer("a", treatments=[{**treatment, "texts": {"title": "For {{ machine }}"}}]))
    assert faults_of(content) == [("/offers/0/treatments/0/texts/title", "bad_placeholder")]


def test_an_undeclared_placeholder_about_the_customer_is_a_warning() -> None:
    texts = {"title": "Dear {{ customer.nickname }}"}
    treatments = [{"id": "t", "channel": "call-center", "language": "en", "texts": texts}]
    assert warnings_of(document(offer("a", treatments=treatments))) == [
        ("/offers/0/treatments/0/texts/title", "unknown_attribute")
    ]


def test_what_can_never_happen_is_a_warning() -> None:
    profiles = [{"id": "all"}, {"id": "never", "rule": "customer.is_student"}]
    assert ("/offers/0/profiles/1/rule", "unreachable") in warnings_of(document(offer("a", profiles=profiles)))
    assert ("/offers/0/placements", "never_shown") in warnings_of(document(offer("a", placements=[])))
    web = [{"id": "t", "channel": "web", "language": "en"}]
    assert ("/offers/0/placements/0", "no_treatment") in warnings_of(document(offer("a", treatments=web)))
    assert ("/outcomes", "nothing_to_learn") in warnings_of(document(offer("a"), outcomes=[]))


def test_a_rule_that_many_offers_share_is_compiled_once() -> None:
    content = document(*(offer(f"o{n}", eligibility="customer.tenure_months > 3") for n in range(5)))
    assert compiled(content).rule_texts == ("customer.tenure_months > 3", "true")


def test_a_canonical_document_does_not_depend_on_the_order_of_keys() -> None:
    content = document(offer("a"))
    turned = dict(reversed(content.items()))
    assert canonical(content) == canonical(turned)
    assert digest_of(canonical(content)) == digest_of(canonical(turned))
    assert msgspec.json.decode(canonical(content)) == content


def test_a_publication_in_history_that_does_not_compile_stops_the_fold() -> None:
    with pytest.raises(BrokenPublication, match="/offers/0/profiles"):
        read_publication(canonical(document(offer("a", profiles=[]))))


@pytest.mark.parametrize("text", ['"text"', "{}", "{", "", '{"number": 1, "of_a_later_version": 1}'])
def test_a_document_in_history_that_is_no_publication_stops_the_fold(text: str) -> None:
    with pytest.raises(BrokenPublication, match="is no publication"):
        read_publication(text)


def test_built_in_outcomes_stay_open_as_long_as_the_declared_ones() -> None:
    publication = compiled(document(outcomes=[{"name": "accepted", "reward": 1.0, "window_hours": 1}]))
    assert {outcome.window for outcome in publication.outcomes.values()} == {3600 * 1_000_000}
    assert set(publication.outcomes) == {"accepted", "presented", "skipped", "ignored"}
