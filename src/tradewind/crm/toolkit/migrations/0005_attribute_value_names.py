from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('toolkit', '0004_placement_ranked_by_help'),
    ]

    operations = [
        migrations.AddField(
            model_name='attribute',
            name='value_names',
            field=models.JSONField(blank=True, default=dict, help_text='What people read for a value, in English and in Romanian: {"home": ["Home", "Acasă"]}.', verbose_name='names of the values'),
        ),
    ]
