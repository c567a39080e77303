from django.db import migrations

from tradewind.crm.ledger.guards import install, remove


class Migration(migrations.Migration):
    """The guards once more, as they are now: PostgreSQL never reads all the rows of a batch for each stored one."""

    dependencies = [('ledger', '0003_entries_look_at_their_accounts')]

    operations = [migrations.RunPython(remove, install), migrations.RunPython(install, remove)]
