"""To whom something that partners work on can be given."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Value

from tradewind.crm.channel.models import Partner, Status
from tradewind.crm.parties.models import TerritoryHolder
from tradewind.crm.sales.models import Worked


def partners_for(record: Worked) -> Any:
    """Active partners but the one that has it; first, and marked `covers`, those that work the area it lies in."""
    area = getattr(record, "area", "")
    holders = TerritoryHolder.objects.current().filter(organisation=OuterRef("organisation"))
    covers: Any = (
        Exists(holders.filter(territory__areas__area=area)) if area else Value(False, output_field=BooleanField())
    )
    rows: Any = Partner.objects.with_status().in_status(Status.ACTIVE).annotate(covers=covers)
    return rows.exclude(organisation=record.partner_id).order_by("-covers", "organisation__name_key", "pk")
