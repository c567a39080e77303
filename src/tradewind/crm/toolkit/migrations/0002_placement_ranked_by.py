import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('toolkit', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='placement',
            name='ranked_by',
            field=models.CharField(choices=[('profiles', 'profiles: they explain and rank'), ('scorer', 'scorer: it ranks, the profiles explain')], default='profiles', help_text='Whose propensity is compared. A scorer begins with nothing when it is first published, and most often chooses better after some hundred responses; the profiles go on learning and say why.', max_length=8, verbose_name='ranked by'),
        ),
        migrations.AlterField(
            model_name='placement',
            name='floor',
            field=models.FloatField(default=0.05, help_text='From 0 to 1; 0.05 keeps five decisions in a hundred for offers that are not the best known.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='share of exploration at least'),
        ),
        migrations.AlterField(
            model_name='placement',
            name='control_percent',
            field=models.FloatField(default=2.0, help_text='Customers who get offers at random, so that what choosing adds can be measured.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(100.0)], verbose_name='control group in percent'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('ranked_by__in', ['profiles', 'scorer'])), name='placement_ranked_by_known'),
        ),
    ]
