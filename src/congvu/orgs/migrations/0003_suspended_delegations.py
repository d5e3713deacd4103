"""A delegation may stand still while the key or account of a party is out of control."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0002_codes_of_document_types'),
    ]

    operations = [
        migrations.AddField(
            model_name='delegation',
            name='suspended_at',
            field=models.DateTimeField(null=True),
        ),
    ]
