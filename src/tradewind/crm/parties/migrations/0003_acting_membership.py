from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0002_relations_of_organisations"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="is_acting",
            field=models.BooleanField(default=False, editable=False, verbose_name="acts for it now"),
        ),
        migrations.RunSQL(
            "UPDATE parties_membership SET is_acting = TRUE WHERE id IN "
            "(SELECT MIN(id) FROM parties_membership WHERE until_date IS NULL GROUP BY user_id)",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=Q(("is_acting", True)), fields=("user",), name="a_person_acts_for_one_company_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=Q(("is_acting", False), ("until_date", None), _connector="OR"),
                name="nobody_acts_for_a_company_they_left",
            ),
        ),
    ]
