"""Putting organisations under others, in one transaction and without circles."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, models, transaction

from tradewind.crm.activities.models import Activity
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Ancestry, Organisation


class CircleError(ValueError):
    """An organisation would come to stand above itself."""


@transaction.atomic
def place(organisation: Organisation, *, under: Organisation | None, actor: User | None, now: datetime) -> None:
    """Put an organisation, with everything below it, right under another; `None` makes it the head of its own.

    Raises:
        CircleError: the other one is the organisation itself or below it.
    """
    alone(Ancestry)
    below = dict(Ancestry.objects.filter(ancestor=organisation).values_list("descendant", "depth"))
    if under and under.pk in below:
        raise CircleError(f"{under} stands below {organisation}")
    Ancestry.objects.filter(descendant__in=below).exclude(ancestor__in=below).delete()
    above = dict(Ancestry.objects.filter(descendant=under).values_list("ancestor", "depth")) if under else {}
    Ancestry.objects.bulk_create(
        Ancestry(ancestor_id=ancestor, descendant_id=descendant, depth=up + 1 + down)
        for ancestor, up in above.items()
        for descendant, down in below.items()
    )
    Activity.objects.create(
        verb="organisation.placed",
        actor=actor,
        happened_at=now,
        subject=str(organisation),
        detail={"under": under.name if under else None},
    )


def alone(model: type[models.Model]) -> None:
    """Let no other transaction change rows of this kind until this one ends; a writer of SQLite is alone already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(model._meta.db_table)} IN SHARE ROW EXCLUSIVE MODE")
