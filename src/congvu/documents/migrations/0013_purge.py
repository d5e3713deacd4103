"""Purges of documents that should never have been here (QC.4.1)."""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo

TABLE = "documents_purge"


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0012_batches'),
        ('orgs', '0002_codes_of_document_types'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='purged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Purge',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('proposed', 'Chờ xác nhận'), ('declined', 'Không xác nhận'), ('confirmed', 'Đang tiêu hủy'), ('done', 'Đã tiêu hủy')], default='proposed', max_length=10)),
                ('basis', models.CharField(max_length=250)),
                ('at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('files', models.JSONField(default=list)),
                ('counts', models.JSONField(default=dict)),
                ('certificate', models.CharField(blank=True, default='', max_length=64)),
                ('done_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='purges', to='documents.document')),
            ],
            options={
                'verbose_name': 'lượt tiêu hủy dữ liệu',
                'indexes': [models.Index(condition=models.Q(('state', 'proposed')), fields=['agency'], name='purges_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'declined'), _negated=True), fields=('document',), name='one_purge_of_a_document')],
            },
        ),
        migrations.RunSQL(own_rows(TABLE), undo(TABLE)),
        migrations.RunSQL(
            f"REVOKE DELETE ON {TABLE} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {TABLE} TO congvu_app, congvu_jobs",
        ),
    ]
