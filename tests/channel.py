"""Leads, opportunities, orders and tickets of Camden, of its rival and of nobody, for tests of who sees what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from tests.cast import NOW, SINCE, Cast

from tradewind.crm.care.models import Ticket
from tradewind.crm.identity.models import User
from tradewind.crm.orders.models import Order
from tradewind.crm.parties.models import EndCustomer, Organisation
from tradewind.crm.sales.models import Lead, Opportunity

MODELS: tuple[type[Model], ...] = (Lead, Opportunity, Order, Ticket)


@dataclass(frozen=True, slots=True)
class Channel:
    cast: Cast
    objects: Mapping[type[Model], Mapping[str, Any]]
    """Of each model one object by how it stands to Camden: see `build_channel`."""

    def names(self, model: type[Model], rows: Any) -> set[str]:
        """Which of the named objects these rows are."""
        by_pk = {row.pk: name for name, row in self.objects[model].items()}
        return {by_pk[row.pk] for row in rows}


def build_channel(cast: Cast) -> Channel:
    """For each model six objects, every text of the rival's marked."""
    EndCustomer.objects.create(partner=cast.camden, customer=cast.brightside, since_date=SINCE)
    stands: dict[str, dict[str, Any]] = {
        "own": {"partner": cast.camden, "by": cast.claire, "of": cast.larkfield},
        "paul's": {"partner": cast.camden, "by": cast.claire, "of": cast.larkfield, "to": cast.paul},
        "made by camden": {"partner": cast.camden, "by": cast.petra, "of": cast.camden},
        "made by camden, now the rival's": {"partner": cast.borough, "by": cast.petra, "of": cast.camden},
        "the rival's": {"partner": cast.borough, "by": cast.rex, "of": cast.borough, "to": cast.rex},
        "nobody's": {"partner": None, "by": cast.claire, "of": cast.larkfield},
    }
    objects = {
        model: {name: made(model, name, number, **stand) for number, (name, stand) in enumerate(stands.items())}
        for model in MODELS
    }
    objects[Ticket]["of brightside"] = made(
        Ticket, "of brightside", 6, partner=None, by=cast.claire, of=cast.larkfield, customer=cast.brightside
    )
    return Channel(cast, objects)


def made(
    model: type[Model],
    name: str,
    number: int,
    *,
    partner: Organisation | None,
    by: User,
    of: Organisation,
    to: User | None = None,
    **more: Any,
) -> Model:
    mark = f"{'MARK-OF-THE-RIVAL ' if partner and partner.name == 'Borough Laptops' else ''}{name}"
    texts: dict[type[Model], dict[str, Any]] = {
        Lead: {"company": mark, "contact_name": mark, "postcode": "NW1 7AB"},
        Opportunity: {"title": mark},
        Order: {"number": f"O-{number}", "total_minor": 90_000, "cost_minor": 60_000},
        Ticket: {"number": f"T-{number}", "subject": mark},
    }
    return model._default_manager.create(
        partner=partner, created_by=by, created_by_company=of, assigned_to=to, created_at=NOW, **texts[model], **more
    )
