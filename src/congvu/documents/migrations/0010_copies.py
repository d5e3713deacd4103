"""Copies, the stamp of arrival, co-signers; each seen by its own agency only, copies never deleted."""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo

OWN = [
    "documents_arrivalstamp",
    "documents_copyauthority",
    "documents_cosigner",
    "documents_documentcopy",
]
KEPT = "documents_arrivalstamp, documents_copyauthority, documents_documentcopy"


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0009_sensitivity'),
        ('orgs', '0002_codes_of_document_types'),
    ]

    operations = [
        migrations.AlterField(
            model_name='registerbook',
            name='direction',
            field=models.CharField(choices=[('out', 'văn bản đi'), ('in', 'văn bản đến'), ('cpy', 'bản sao')], max_length=3),
        ),
        migrations.CreateModel(
            name='ArrivalStamp',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('original_file', models.CharField(max_length=64)),
                ('file', models.CharField(max_length=64)),
                ('words', models.CharField(max_length=400)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('arrival', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='stamp', to='documents.arrival')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'dấu Đến',
            },
        ),
        migrations.CreateModel(
            name='CopyAuthority',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('basis', models.CharField(max_length=250)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'thẩm quyền sao văn bản',
            },
        ),
        migrations.CreateModel(
            name='CoSigner',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('ordinal', models.IntegerField()),
                ('label', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='co_signers', to='documents.document')),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('signing', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='co_signer', to='documents.signing')),
            ],
            options={
                'verbose_name': 'người cùng ký',
                'ordering': ['ordinal'],
                'constraints': [models.UniqueConstraint(fields=('document', 'ordinal'), name='one_co_signer_a_turn'), models.UniqueConstraint(fields=('document', 'posting'), name='one_turn_a_co_signer')],
            },
        ),
        migrations.CreateModel(
            name='DocumentCopy',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('SY', 'Sao y'), ('SL', 'Sao lục'), ('TrS', 'Trích sao')], max_length=3)),
                ('source', models.CharField(choices=[('paper', 'văn bản giấy'), ('electronic', 'văn bản điện tử')], max_length=10)),
                ('target', models.CharField(choices=[('paper', 'văn bản giấy'), ('electronic', 'văn bản điện tử')], max_length=10)),
                ('source_is_full_copy', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('asked', 'Chờ quyết định sao'), ('allowed', 'Chờ văn thư sao'), ('refused', 'Không cho sao'), ('made', 'Đã sao')], default='asked', max_length=8)),
                ('pages', models.CharField(blank=True, default='', max_length=1000)),
                ('extracted', models.CharField(blank=True, default='', max_length=500)),
                ('purpose', models.CharField(max_length=500)),
                ('original_file', models.CharField(max_length=64)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('basis', models.CharField(blank=True, default='', max_length=250)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('number', models.IntegerField(null=True)),
                ('symbol', models.CharField(blank=True, default='', max_length=80)),
                ('on', models.DateField(null=True)),
                ('page_count', models.IntegerField(null=True)),
                ('words', models.CharField(blank=True, default='', max_length=400)),
                ('base_file', models.CharField(blank=True, default='', max_length=64)),
                ('file', models.CharField(blank=True, default='', max_length=64)),
                ('certificate_serial', models.CharField(blank=True, default='', max_length=80)),
                ('made_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('book', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='documents.registerbook')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='documents.document')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'bản sao văn bản',
                'indexes': [models.Index(fields=['agency', 'state', '-asked_at'], name='copies_of_agency')],
                'constraints': [models.UniqueConstraint(fields=('book', 'number'), name='one_copy_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'made'), _negated=True), models.Q(('number__isnull', False), models.Q(('file', ''), _negated=True)), _connector='OR'), name='made_copy_has_number_and_file')],
            },
        ),
        *[migrations.RunSQL(own_rows(table), undo(table)) for table in OWN],
        migrations.RunSQL(
            f"REVOKE DELETE ON {KEPT} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {KEPT} TO congvu_app, congvu_jobs",
        ),
    ]
