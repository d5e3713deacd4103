"""Files that wait for the virus scanner (S.31); files that have a second copy (S.21)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kit", "0002_vault")]
    operations = [
        migrations.AddField(
            "blob", "is_held", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AddField(
            "blob", "is_infected", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AddField("blob", "copied_at", models.DateTimeField(null=True)),
    ]
