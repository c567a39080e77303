"""Work that the worker does again and again: bytes that no record knows are swept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core.files.storage import default_storage

from tradewind.crm.files.models import StoredFile
from tradewind.crm.jobs.recurring import every

A_DAY: Final = timedelta(days=1)
"""Nobody writes a record so long after its bytes."""


@every(A_DAY.total_seconds(), name="files.sweep")
def sweep(now: datetime) -> int:
    """Delete what was kept in a request that came to nothing; how many there were."""
    swept = 0
    months = default_storage.listdir("")[0] if default_storage.exists("") else []
    for month in months:
        names = {f"{month}/{name}" for name in default_storage.listdir(month)[1]}
        known = set(StoredFile.objects.filter(content__startswith=f"{month}/").values_list("content", flat=True))
        for name in sorted(names - known):
            if default_storage.get_modified_time(name) < now - A_DAY:
                default_storage.delete(name)
                swept += 1
    return swept
