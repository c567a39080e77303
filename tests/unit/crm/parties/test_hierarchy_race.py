"""Two people who put each other's organisation under their own at the same moment: one of them is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction

from tradewind.crm.parties.hierarchy import CircleError, place
from tradewind.crm.parties.models import Ancestry, Kind, Organisation

pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("sqlite" in connection.vendor, reason="a writer of SQLite is alone anyway"),
]


def placed_elsewhere(organisation: Organisation, under: Organisation, now: datetime) -> str:
    """What another connection comes to."""
    try:
        place(organisation, under=under, actor=None, now=now)
    except CircleError:
        return "refused"
    finally:
        connection.close()
    return "placed"


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_the_second_waits_for_the_first_and_is_refused(now: datetime) -> None:
    one, other = (Organisation.objects.create(name=name, kind=Kind.PARTNER) for name in ("One", "Other"))
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        with transaction.atomic():
            place(other, under=one, actor=None, now=now)
            second = elsewhere.submit(placed_elsewhere, one, other, now)
            while not somebody_waits():
                assert not second.done(), second.result()
        assert second.result() == "refused"
    assert list(Ancestry.objects.filter(depth=1).values_list("ancestor__name", "descendant__name")) == [
        ("One", "Other")
    ]
