"""The one checkpoint of SQLite's write-ahead log.

Connections never checkpoint by themselves (`wal_autocheckpoint=0`): in SQLite before 3.51.3 two that do so at once may
lose rows. The worker does it alone, and so does the last connection when it closes.
"""

from datetime import datetime

from django.db import connection

from tradewind.crm.jobs.recurring import every


@every(30, name="checkpoint")
def checkpoint(_now: datetime) -> int:
    """Move what was committed into the database file; nothing to count."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return 0
