"""What names are compared by is kept with the name, so that it cannot be that of another one."""

from itertools import batched
from typing import Any

from django.db import migrations, models

from tradewind.crm.parties.names import company_key

AT_ONCE = 1_000


def fill(apps: Any, _editor: Any) -> None:
    organisations = apps.get_model("parties", "Organisation")._base_manager
    for some in batched(organisations.only("pk", "name").order_by("pk").iterator(), AT_ONCE, strict=False):
        for row in some:
            row.name_key = company_key(row.name)
        organisations.bulk_update(some, ["name_key"])


class Migration(migrations.Migration):
    dependencies = [("parties", "0005_roles_move_to_companies")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="name_key",
            field=models.CharField(default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="organisation", index=models.Index(fields=["name_key"], name="organisation_by_key")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
