"""Two more acts of signing: copies, and the stamp of arrival."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('signing', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='signaturerecord',
            name='act',
            field=models.CharField(choices=[('signed', 'signed'), ('numbered', 'numbered'), ('sealed', 'sealed'), ('appendix_signed', 'appendix_signed'), ('copy_signed', 'copy_signed'), ('arrival_stamped', 'arrival_stamped')], max_length=16),
        ),
    ]
