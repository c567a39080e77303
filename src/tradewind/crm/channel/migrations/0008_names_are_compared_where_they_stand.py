"""A partner has no key of its own that could be that of an earlier name."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps: Any, _editor: Any) -> None:
    """Going back, each partner gets the key of its organisation."""
    keys = apps.get_model("parties", "Organisation")._base_manager.filter(pk=OuterRef("organisation"))
    apps.get_model("channel", "Partner")._base_manager.update(name_key=Subquery(keys.values("name_key")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("channel", "0007_letters_on_their_way"),
        ("parties", "0006_names_are_compared_where_they_stand"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="partner",
            options={
                "ordering": ["organisation__name_key", "id"],
                "verbose_name": "partner",
                "verbose_name_plural": "partners",
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, fill),
        migrations.RemoveIndex(model_name="partner", name="partner_by_name"),
        migrations.AlterField(
            model_name="partner",
            name="name_key",
            field=models.CharField(default="", editable=False, max_length=64),
        ),
        migrations.RemoveField(model_name="partner", name="name_key"),
    ]
