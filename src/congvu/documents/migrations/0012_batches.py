"""Batch signing: sittings, their documents, what was shown; own rows only, never deleted."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo

TABLES = ["documents_signingbatch", "documents_batchitem", "documents_shown"]
KEPT = ", ".join(TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0011_many_signers'),
        ('orgs', '0002_codes_of_document_types'),
    ]

    operations = [
        migrations.CreateModel(
            name='SigningBatch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('session_id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('reviewing', 'Đang duyệt'), ('running', 'Đang ký'), ('wants_pin', 'Chờ nhập lại mã PIN'), ('done', 'Đã xong')], default='reviewing', max_length=9)),
                ('started_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('said', models.CharField(blank=True, default='', max_length=500)),
                ('sealed_pin', models.BinaryField(null=True)),
                ('pin_until', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'lượt ký hàng loạt',
            },
        ),
        migrations.CreateModel(
            name='BatchItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('ordinal', models.IntegerField()),
                ('state', models.CharField(choices=[('open', 'Chưa quyết định'), ('waiting', 'Đồng ý ký'), ('signed', 'Đã ký'), ('failed', 'Không ký được'), ('skipped', 'Để lại'), ('returned', 'Đã trả lại')], default='open', max_length=8)),
                ('seen_sha256', models.CharField(blank=True, default='', max_length=64)),
                ('shown_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('said', models.CharField(blank=True, default='', max_length=500)),
                ('code', models.CharField(blank=True, default='', max_length=40)),
                ('signed_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='documents.signingbatch')),
            ],
            options={
                'verbose_name': 'văn bản trong lượt ký',
                'ordering': ['ordinal'],
            },
        ),
        migrations.CreateModel(
            name='Shown',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('session_id', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('page_count', models.IntegerField()),
                ('pages', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ('first_at', models.DateTimeField()),
                ('whole_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
            options={
                'verbose_name': 'lần xem trước khi ký',
                'constraints': [models.UniqueConstraint(fields=('by', 'session_id', 'sha256', 'document'), name='one_shown_a_file_a_stay')],
            },
        ),
        migrations.AddConstraint(
            model_name='signingbatch',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'done'), _negated=True), fields=('by',), name='one_open_batch_a_posting'),
        ),
        migrations.AddConstraint(
            model_name='signingbatch',
            constraint=models.CheckConstraint(condition=models.Q(('sealed_pin__isnull', True), ('state', 'running'), _connector='OR'), name='pin_only_while_signing'),
        ),
        migrations.AddConstraint(
            model_name='signingbatch',
            constraint=models.CheckConstraint(condition=models.Q(('sealed_pin__isnull', True), ('pin_until__isnull', False), _connector='OR'), name='pin_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='batchitem',
            constraint=models.UniqueConstraint(fields=('batch', 'ordinal'), name='one_place_in_a_batch'),
        ),
        migrations.AddConstraint(
            model_name='batchitem',
            constraint=models.UniqueConstraint(fields=('batch', 'document'), name='one_item_a_document'),
        ),
        migrations.AddConstraint(
            model_name='batchitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['waiting', 'signed']), _negated=True), models.Q(models.Q(('seen_sha256', ''), _negated=True), ('shown_at__isnull', False)), _connector='OR'), name='agreed_only_after_shown'),
        ),
        *[migrations.RunSQL(own_rows(table), undo(table)) for table in TABLES],
        migrations.RunSQL(
            f"REVOKE DELETE ON {KEPT} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {KEPT} TO congvu_app, congvu_jobs",
        ),
    ]
