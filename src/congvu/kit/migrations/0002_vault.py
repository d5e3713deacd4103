"""Restricted files: the key of each, wrapped by the vault's master key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_roles")]
    operations = [
        migrations.AddField("blob", "wrapped_key", models.BinaryField(null=True)),
    ]
