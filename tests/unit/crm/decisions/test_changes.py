"""What a publication changes, found in the documents and told in the reader's language."""

from copy import deepcopy
from typing import Any

import pytest
from django.utils import translation
from tests.publications import offer, sample

from tradewind.crm.decisions.changes import Change, compare, same_content

TITLES = {"care-plus": "Two years of care"}


def changed(edit: str, value: Any, number: int = 2) -> dict[str, Any]:
    """The sample with one field of `care-plus` set."""
    document = sample(number)
    (care,) = (one for one in document["offers"] if one["id"] == "care-plus")
    care[edit] = value
    return document


def told(running: dict[str, Any] | None, wanted: dict[str, Any], language: str = "en") -> list[str]:
    with translation.override(language):
        return [str(change) for change in compare(running, wanted, titles=TITLES)]


def test_only_another_number_changes_nothing() -> None:
    assert compare(sample(1), sample(2), titles=TITLES) == []
    assert same_content({**sample(1), "digest": "abc"}, sample(2))


def test_against_nothing_everything_is_new() -> None:
    changes = compare(None, sample(1), titles=TITLES)
    assert {change.kind for change in changes if change.thing == "offer"} == {"added"}
    assert len([change for change in changes if change.thing == "offer"]) == 12
    assert {"event", "placement", "outcome", "condition_group", "arbitration"} <= {change.thing for change in changes}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("value", 146.5, "Value from 120 to 146.5"),
        ("priority", 2, "Priority from 1 to 2"),
        ("display", "always", "Display from “By priority” to “Always”"),
        ("eligibility", "true", "Eligibility rule from “!machine.in_warranty” to “true”"),
        ("reoffer_after_days", 14, "Offer again after days from 0 to 14"),
        ("placements", ["desk"], "Placements from “desk”, “showroom” to “desk”"),
        ("starts_at", "2026-12-01T09:00:00Z", "Planned from is now Dec. 1, 2026, 9 a.m."),
        ("agent_skills", ["care"], "Skills the agent needs is now “care”"),
    ],
)
def test_a_changed_field_is_told_with_both_values(field: str, value: Any, said: str) -> None:
    assert told(sample(1), changed(field, value)) == [said]


def test_a_field_that_goes_away_is_told_with_what_it_was() -> None:
    assert told(changed("starts_at", "2026-12-01T09:00:00Z", 1), sample(2)) == [
        "Planned from removed, it was Dec. 1, 2026, 9 a.m."
    ]


def test_a_default_that_the_wire_leaves_out_is_told_by_its_value() -> None:
    running = sample(1)
    running["offers"].append(offer("plain"))
    wanted = deepcopy(running)
    wanted["offers"][-1]["weight"] = 2.0
    assert told(running, wanted) == ["Weight from 1 to 2"]


def test_new_and_ended_offers_are_told_under_their_names() -> None:
    running, wanted = sample(1), sample(2)
    (care,) = (one for one in running["offers"] if one["id"] == "care-plus")
    wanted["offers"].remove(care)
    wanted["offers"].append(offer("new-one"))
    changes = compare(running, wanted, titles=TITLES)
    assert [(change.kind, change.code, change.title) for change in changes] == [
        ("removed", "care-plus", "Two years of care"),
        ("added", "new-one", ""),
    ]
    assert told(running, wanted) == ["No longer offered", "New offer"]


def test_profiles_are_told_by_their_code() -> None:
    running, wanted = sample(1), sample(2)
    profiles = wanted["offers"][0]["profiles"]
    profiles[0]["rule"] = "machine.age_months >= 30.0"
    profiles.append({"id": "third", "rule": "true"})
    assert told(running, wanted) == [
        "Profile “old”: Rule from “machine.age_months >= 36.0” to “machine.age_months >= 30.0”",
        "Profile “third” is new",
    ]


def test_another_order_of_profiles_is_a_change() -> None:
    running, wanted = sample(1), sample(2)
    wanted["offers"][0]["profiles"].reverse()
    assert told(running, wanted) == ["Profiles in another order: other, old"]


def test_texts_are_told_by_treatment_and_field() -> None:
    running, wanted = sample(1), sample(2)
    wanted["offers"][0]["treatments"][1]["texts"]["title"] = "Baterie de schimb"
    assert told(running, wanted) == ["Texts “desk-ro”: Title from “Baterie nouă” to “Baterie de schimb”"]


def test_the_toolkit_is_told_by_attribute() -> None:
    running, wanted = sample(1), sample(2)
    wanted["condition_groups"][0]["attributes"][0]["max"] = 700
    del wanted["condition_groups"][1]["attributes"][2]
    assert told(running, wanted) == [
        "Attribute “customer.tenure_months”: At most from 600 to 700",
        "Attribute “machine.in_warranty” goes away",
    ]


def test_a_romanian_reads_romanian() -> None:
    assert told(sample(1), changed("value", 146.5), "ro") == ["Valoare: de la 120 la 146,5"]
    assert told(sample(1), changed("display", "always"), "ro") == ["Afișare: de la „După prioritate” la „Întotdeauna”"]


def test_a_kept_change_reads_as_it_did() -> None:
    (change,) = compare(sample(1), changed("value", 146.5), titles=TITLES)
    assert Change.from_row(change.to_row()) == change


def placed(**exploration: Any) -> dict[str, Any]:
    document = sample(2)
    document["placements"][0]["exploration"] = exploration
    return document


def test_who_ranks_is_told_in_words() -> None:
    assert told(placed(), placed(ranked_by="scorer")) == [
        "Placement “desk”: Ranked by from “profiles: they explain and rank” to “scorer: it ranks, the profiles explain”"
    ]
    assert told(placed(ranked_by="scorer"), placed(), "ro") == [
        "Plasament „desk”: Cine ordonează: de la „modelul de scor: el ordonează, profilurile explică” "
        "la „profilurile: explică și ordonează”"
    ]


def test_exploration_is_told_part_by_part() -> None:
    assert told(placed(floor=0.1), placed(policy="greedy", introduction=20)) == [
        "Placement “desk”: Share of exploration at least from 0.1 to 0.05",
        "Placement “desk”: Responses that introduce a new offer from 50 to 20",
        "Placement “desk”: Exploration from “Thompson sampling” to “always the best known”",
    ]


def test_a_change_of_exploration_that_was_kept_whole_reads_as_it_did() -> None:
    kept = {"kind": "changed", "thing": "placement", "code": "desk", "field": "exploration", "after": {"floor": 0.1}}
    with translation.override("en"):
        assert str(Change.from_row(kept)) == "Placement “desk”: Exploration is now floor 0.1"
