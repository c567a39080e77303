from django.db import migrations

from tradewind.crm.ledger.guards import install, remove


class Migration(migrations.Migration):

    dependencies = [('ledger', '0001_what_the_ledger_keeps')]

    operations = [migrations.RunPython(install, remove)]
