from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('toolkit', '0003_placement_introduction'),
    ]

    operations = [
        migrations.AlterField(
            model_name='placement',
            name='ranked_by',
            field=models.CharField(choices=[('profiles', 'profiles: they explain and rank'), ('scorer', 'scorer: it ranks, the profiles explain')], default='profiles', help_text='Whose propensity is compared. A scorer begins with the newest responses that the profiles keep, 500 at most, and most often chooses better after some hundred; the profiles go on learning and say why.', max_length=8, verbose_name='ranked by'),
        ),
    ]
