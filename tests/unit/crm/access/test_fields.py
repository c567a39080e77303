"""Fields that not everybody who sees an object may read."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.channel import Channel

from tradewind.crm.access import scope
from tradewind.crm.access.fields import HIDDEN, hidden_fields, keep_for, masked, readable
from tradewind.crm.identity.models import Role
from tradewind.crm.orders.models import Order
from tradewind.crm.sales.models import Lead

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("name", ["petra", "paul", "rex"])
def test_partners_read_neither_cost_nor_margin(channel: Channel, name: str) -> None:
    user = getattr(channel.cast, name)
    shown = masked(user, list(scope(user, Order)))
    assert shown
    assert {(row.cost_minor, row.margin_minor, row.total_minor) for row in shown} == {(HIDDEN, HIDDEN, 90_000)}
    assert str(HIDDEN) == "—"
    assert not HIDDEN


@pytest.mark.parametrize("name", ["claire", "farah"])
def test_the_brand_owner_reads_cost_and_margin(channel: Channel, name: str) -> None:
    user = getattr(channel.cast, name)
    assert {(row.cost_minor, row.margin_minor) for row in masked(user, list(scope(user, Order)))} == {(60_000, 30_000)}


def test_a_hidden_field_sorts_filters_and_exports_nothing(channel: Channel) -> None:
    wanted = ("number", "cost_minor", "margin_minor", "total_minor", "partner")
    assert readable(channel.cast.petra, Order, wanted) == ("number", "total_minor")
    assert hidden_fields(channel.cast.petra, Order) == {"cost_minor", "margin_minor"}
    assert readable(channel.cast.claire, Order, wanted) == ("number", "cost_minor", "margin_minor", "total_minor")


def test_another_partners_name_is_not_shown(channel: Channel) -> None:
    """Who may not see the organisation reads no key of it either."""
    lead = channel.objects[Lead]["made by camden, now the rival's"]
    (shown,) = masked(channel.cast.petra, [lead])
    assert (shown.partner, shown.partner_id) == (HIDDEN, HIDDEN)
    assert shown.created_by_company == channel.cast.camden
    (whole,) = masked(channel.cast.claire, [lead])
    assert whole.partner == channel.cast.borough


def test_an_empty_key_gives_nothing_away(channel: Channel) -> None:
    (shown,) = masked(channel.cast.petra, [channel.objects[Lead]["nobody's"]])
    assert shown.partner is None


def test_a_masked_object_has_its_fields_and_nothing_else(channel: Channel) -> None:
    (shown,) = masked(channel.cast.petra, [channel.objects[Order]["own"]])
    assert shown.pk == channel.objects[Order]["own"].pk
    for name in ("refresh_from_db", "objects", "customer_set", "get_kind_display", "delete"):
        with pytest.raises(AttributeError):
            getattr(shown, name)


def test_masking_a_page_costs_one_query_for_each_named_key(channel: Channel) -> None:
    channel.cast.petra.roles()
    leads = list(scope(channel.cast.petra, Lead))
    with CaptureQueriesContext(connection) as queries:
        masked(channel.cast.petra, leads)
    assert len(queries) == 4  # partner, creating company, employee, creator
    assert masked(channel.cast.petra, []) == []


def test_a_field_is_kept_once_and_must_exist() -> None:
    with pytest.raises(ValueError, match="kept for others"):
        keep_for(Order, "cost_minor", roles=[Role.PARTNER_MANAGER])
    with pytest.raises(FieldDoesNotExist):
        keep_for(Order, "secret", roles=[Role.FINANCE])
