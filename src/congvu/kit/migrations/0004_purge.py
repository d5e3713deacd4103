"""Backups that must go because they hold what was purged (QC.4.1)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0003_held'),
    ]

    operations = [
        migrations.CreateModel(
            name='BackupExpiry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('before', models.DateTimeField()),
                ('reason', models.CharField(max_length=200, unique=True)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'lệnh hủy bản sao lưu',
            },
        ),
    ]
