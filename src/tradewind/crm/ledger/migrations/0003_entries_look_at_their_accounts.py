from django.db import migrations

from tradewind.crm.ledger.guards import install, remove


class Migration(migrations.Migration):
    """The guards once more, as they are now: what the account allows is looked at once an entry, not once a posting."""

    dependencies = [('ledger', '0002_the_database_holds_the_laws')]

    operations = [migrations.RunPython(remove, install), migrations.RunPython(install, remove)]
