"""Trust changed by two administrators; intermediate certificates; where a list came from."""

import django.db.models.deletion
from django.db import migrations, models

# What was trusted, who decided it and what was found stays for good.
KEPT = (
    "signing_trustanchor, signing_trustchange, signing_issuercertificate,"
    " signing_verificationreport"
)


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0002_codes_of_document_types'),
        ('signing', '0005_plugin'),
    ]

    operations = [
        migrations.CreateModel(
            name='IssuerCertificate',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=400)),
                ('issuer', models.CharField(max_length=400)),
                ('fingerprint', models.CharField(max_length=64, unique=True)),
                ('issued_by', models.CharField(max_length=64)),
                ('certificate', models.TextField()),
                ('valid_from', models.DateTimeField()),
                ('valid_to', models.DateTimeField()),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'chứng thư của tổ chức cấp trung gian',
            },
        ),
        migrations.CreateModel(
            name='TrustChange',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('add', 'bắt đầu tin cậy'), ('end', 'kết thúc tin cậy')], max_length=4)),
                ('purpose', models.CharField(choices=[('official', 'chữ ký số chuyên dùng công vụ'), ('public', 'chữ ký số công cộng'), ('time_stamp', 'dấu thời gian'), ('demonstration', 'trình diễn, không có giá trị pháp lý')], max_length=14)),
                ('name', models.CharField(max_length=400)),
                ('certificate', models.TextField()),
                ('fingerprint', models.CharField(max_length=64)),
                ('facts', models.JSONField(default=dict)),
                ('effective_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=500)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('is_approved', models.BooleanField(null=True)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
            ],
            options={
                'verbose_name': 'đề nghị thay đổi tin cậy',
            },
        ),
        migrations.AddField(
            model_name='revocationlist',
            name='number',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.AddField(
            model_name='revocationlist',
            name='revoked',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='revocationlist',
            name='taken_in_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='trustanchor',
            name='fingerprint',
            field=models.CharField(max_length=64),
        ),
        migrations.AddConstraint(
            model_name='trustanchor',
            constraint=models.UniqueConstraint(condition=models.Q(('trusted_to', None)), fields=('fingerprint', 'purpose'), name='one_trust_a_purpose'),
        ),
        migrations.AddField(
            model_name='issuercertificate',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AddField(
            model_name='trustchange',
            name='anchor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='signing.trustanchor'),
        ),
        migrations.AddField(
            model_name='trustchange',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AddField(
            model_name='trustchange',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AddConstraint(
            model_name='trustchange',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='trust_needs_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='trustchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('is_approved', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('is_approved__isnull', False)), _connector='OR'), name='trust_decided_whole'),
        ),
        migrations.AddConstraint(
            model_name='trustchange',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('fingerprint', 'purpose'), name='one_open_trust_change'),
        ),
        migrations.RunSQL(
            f"REVOKE DELETE ON {KEPT} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {KEPT} TO congvu_app, congvu_jobs",
        ),
    ]
