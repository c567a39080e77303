"""The toolkit's rows: what they refuse, and how they are called in both languages."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from tests.cast import Cast
from tests.workspace import Workspace

from tradewind.crm.access import scope
from tradewind.crm.activities.models import Activity
from tradewind.crm.toolkit.models import Arbitration, Attribute, ConditionGroup, Outcome, Placement, RankedBy


def refused(row: Attribute | Arbitration | Outcome | Placement, constraint: str) -> None:
    """The database refuses the row, and for this reason; SQLite names the columns of what must be unique."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def test_a_sensitive_attribute_is_never_learnt_from(workspace: Workspace) -> None:
    group = ConditionGroup.objects.get(name="customer")
    refused(
        Attribute(group=group, name="faith", type="text", predictive=True, sensitive=True),
        "attribute_sensitive_is_never_predictive",
    )


def test_an_attribute_stands_once_in_its_group(workspace: Workspace) -> None:
    group = ConditionGroup.objects.get(name="customer")
    refused(Attribute(group=group, name="city", type="text"), "attribute_once_per_group|toolkit_attribute.name")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": "category", "predictive": True}, "values"),
        ({"type": "number", "values": ["1"]}, "values"),
        ({"type": "category", "values": ["a"], "value_names": {"b": ["B", "B"]}}, "value_names"),
        ({"type": "category", "values": ["a"], "value_names": {"a": ["A"]}}, "value_names"),
        ({"type": "category", "values": ["a"], "value_names": [["a", "A"]]}, "value_names"),
        ({"type": "text", "min": 1.0}, "min"),
        ({"type": "text", "name": "not a name"}, "name"),
        ({"type": "number", "min": 2.0, "max": 1.0}, "__all__"),
    ],
)
def test_an_attribute_that_the_engine_would_refuse_is_refused_at_its_field(
    workspace: Workspace, fields: dict[str, object], field: str
) -> None:
    group = ConditionGroup.objects.get(name="customer")
    attribute = Attribute(**{"group": group, "name": "thing", "label": "Thing", **fields})
    with pytest.raises(ValidationError) as error:
        attribute.full_clean()
    assert list(error.value.message_dict) == [field]


def test_shares_percentages_and_rewards_stay_in_their_ranges(workspace: Workspace) -> None:
    arbitration = workspace.desk.arbitration
    refused(
        Placement(name="a", label="a", channel="web", arbitration=arbitration, floor=1.1), "placement_floor_is_a_share"
    )
    refused(
        Placement(name="a", label="a", channel="web", arbitration=arbitration, control_percent=101),
        "placement_control_is_a_percentage",
    )
    refused(
        Placement(name="a", label="a", channel="web", arbitration=arbitration, introduction=10_001),
        "placement_introduction_to_10000",
    )
    refused(Placement(name="a", label="a", channel="web", arbitration=arbitration, limit=0), "placement_limit_1_to_50")
    refused(
        Placement(name="a", label="a", channel="web", arbitration=arbitration, ranked_by="nobody"),
        "placement_ranked_by_known",
    )
    refused(Placement(name="a", label="a", channel="pigeon", arbitration=arbitration), "placement_channel_known")
    refused(Outcome(name="a", label="a", reward=1.5), "outcome_reward_0_to_1")
    refused(Outcome(name="a", label="a", window_hours=0), "outcome_window_up_to_a_year")
    refused(Arbitration(name="a", exponent=-1), "arbitration_exponent_0_to_10")
    refused(Arbitration(name="a", per_group=0), "arbitration_per_group_from_1")


def test_a_row_is_called_in_the_readers_language_and_in_english_where_there_is_no_other(workspace: Workspace) -> None:
    with translation.override("ro"):
        assert (str(workspace.desk), str(workspace.showroom)) == ("Birou", "Showroom")
    with translation.override("en"):
        assert str(workspace.desk) == "Desk"


def test_a_value_is_called_by_its_name_in_the_readers_language_and_by_itself_where_it_has_none() -> None:
    attribute = Attribute(values=["home", "firm"], value_names={"home": ["At home", "Acasă"]})
    assert [attribute.name_of(value) for value in attribute.values] == ["At home", "firm"]
    with translation.override("ro"):
        assert attribute.name_of("home") == "Acasă"


def test_the_brand_owner_reads_the_toolkit_and_partners_do_not(workspace: Workspace, cast: Cast) -> None:
    assert scope(cast.daniel, Outcome).count() == 5
    assert not scope(cast.rex, Outcome).exists()


def test_a_placement_is_ranked_by_its_profiles_until_somebody_says_otherwise(
    workspace: Workspace, cast: Cast, now: datetime
) -> None:
    assert workspace.desk.ranked_by == RankedBy.PROFILES
    workspace.desk.ranked_by = RankedBy.SCORER
    workspace.desk.revise(changed={"ranked_by": ["profiles", "scorer"]}, actor=cast.hannah, now=now)
    assert Placement.objects.get(name="desk").ranked_by == RankedBy.SCORER
    noted = Activity.objects.get(verb="placement.changed")
    assert (noted.subject, noted.actor, noted.detail) == ("desk", cast.hannah, {"ranked_by": ["profiles", "scorer"]})
