import congvu.signing.types
from django.db import migrations, models

# Before this, a certificate in the signing program could not sign for an agency at all.
SIGN_ONCE = """
UPDATE signing_certificate SET signs_once = true
WHERE agency_id IS NOT NULL AND key_reference LIKE 'vgca:%'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('signing', '0008_long_term'),
    ]

    operations = [
        migrations.AlterField(
            model_name='signaturerecord',
            name='variant',
            field=models.CharField(choices=[('strip', 'strip'), ('fields', 'fields'), ('content', 'content'), ('annotation', 'annotation'), ('look', 'look'), ('unseen', 'unseen')], default=congvu.signing.types.Variant['STRIP'], max_length=10),
        ),
        migrations.RunSQL(SIGN_ONCE, migrations.RunSQL.noop),
    ]
