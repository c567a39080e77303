from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cast import Cast

from tradewind.crm.activities.models import Activity


def test_a_timeline_runs_from_the_newest(cast: Cast, now: datetime) -> None:
    cast.maya.note("customer.called", actor=cast.daniel, now=now + timedelta(hours=2), reason="battery")
    cast.maya.note("customer.wrote", actor=None, now=now + timedelta(hours=1))
    verbs = [row.activity.verb for row in cast.maya.activities.select_related("activity")]
    assert verbs == ["customer.called", "customer.wrote", "customer.enrolled"]
    assert cast.maya.activities.all()[0].activity.detail == {"reason": "battery"}


@pytest.mark.django_db
def test_the_database_refuses_an_activity_without_a_verb(now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.create(verb="", happened_at=now, subject="nothing")
