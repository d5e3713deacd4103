"""Long lists wait as files until a worker has read them; rows know their road and their parts."""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo


class Migration(migrations.Migration):

    dependencies = [
        ('bulk', '0001_initial'),
        ('orgs', '0003_suspended_delegations'),
    ]

    operations = [
        migrations.AddField(
            model_name='bulkorder',
            name='first_roads',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='bulkorder',
            name='list_fault',
            field=models.CharField(blank=True, default='', max_length=500),
        ),
        migrations.AddField(
            model_name='bulkrow',
            name='parts',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='bulkrow',
            name='road',
            field=models.CharField(blank=True, default='', max_length=20),
        ),
        migrations.CreateModel(
            name='ListFile',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=255)),
                ('only_wrong', models.BooleanField()),
                ('left_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='list_file', to='bulk.bulkorder')),
            ],
            options={
                'verbose_name': 'tệp danh sách chờ đọc',
            },
        ),
        migrations.RunSQL(own_rows("bulk_listfile"), undo("bulk_listfile")),
    ]
