"""Zalo: grants, people, links by code, approved templates."""

import congvu.kit.vault
import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo

TABLES = [
    f"channels_{name}"
    for name in ("zalocontact", "zalogrant", "zalolink", "zalolinkcode", "zalotemplate")
]
KEPT = ", ".join(TABLES)

class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0003_handling'),
        ('orgs', '0003_suspended_delegations'),
        ('systems', '0002_zalo_accounts'),
    ]

    operations = [
        migrations.CreateModel(
            name='ZaloGrant',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('oa_id', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('waiting', 'chờ cấp quyền'), ('ready', 'đang dùng'), ('broken', 'cần cấp quyền lại'), ('ended', 'đã ngừng')], default='waiting', max_length=7)),
                ('tokens', congvu.kit.vault.SealedJSONField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('refresh_until', models.DateTimeField(null=True)),
                ('spending_since', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('alarmed_at', models.DateTimeField(null=True)),
                ('pending', congvu.kit.vault.SealedJSONField(null=True)),
                ('pending_state', models.CharField(blank=True, default='', max_length=64)),
                ('pending_until', models.DateTimeField(null=True)),
                ('said', models.CharField(blank=True, default='', max_length=300)),
                ('granted_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='systems.officialaccount')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.provider')),
            ],
            options={
                'verbose_name': 'quyền dùng tài khoản Zalo',
            },
        ),
        migrations.CreateModel(
            name='ZaloContact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('user_id', models.CharField(max_length=60)),
                ('name', models.CharField(blank=True, default='', max_length=250)),
                ('shared', models.JSONField(default=dict)),
                ('follows', models.BooleanField(default=False)),
                ('followed_at', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('last_word_at', models.DateTimeField(null=True)),
                ('sent_since', models.IntegerField(default=0)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='channels.zalogrant')),
            ],
            options={
                'verbose_name': 'người dân trên Zalo',
            },
        ),
        migrations.CreateModel(
            name='ZaloLinkCode',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('full_name', models.CharField(max_length=120)),
                ('phone', models.CharField(blank=True, default='', max_length=15)),
                ('reference', models.CharField(blank=True, default='', max_length=120)),
                ('text', models.CharField(max_length=2000)),
                ('text_version', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'mã liên kết Zalo',
            },
        ),
        migrations.CreateModel(
            name='ZaloLink',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('full_name', models.CharField(max_length=120)),
                ('linked_at', models.DateTimeField()),
                ('unlinked_at', models.DateTimeField(null=True)),
                ('unlinked_why', models.CharField(blank=True, default='', max_length=250)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('consent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.consent')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='channels.zalocontact')),
                ('code', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='link', to='channels.zalolinkcode')),
            ],
            options={
                'verbose_name': 'liên kết Zalo',
                'ordering': ['-linked_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ZaloTemplate',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('template_id', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('text', models.CharField(max_length=1000)),
                ('params', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('pending', 'chờ Zalo duyệt'), ('approved', 'đã duyệt'), ('rejected', 'bị từ chối'), ('stopped', 'ngừng dùng')], default='pending', max_length=8)),
                ('changed_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'mẫu tin Zalo',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='zalogrant',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('oa_id',), name='one_grant_an_oa'),
        ),
        migrations.AddConstraint(
            model_name='zalogrant',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('agency',), name='one_grant_an_agency'),
        ),
        migrations.AddConstraint(
            model_name='zalocontact',
            constraint=models.UniqueConstraint(fields=('grant', 'user_id'), name='one_contact_an_account'),
        ),
        migrations.AddConstraint(
            model_name='zalotemplate',
            constraint=models.UniqueConstraint(fields=('agency', 'template_id'), name='one_zalo_template'),
        ),
        *[migrations.RunSQL(own_rows(table), undo(table)) for table in TABLES],
        migrations.RunSQL(
            f"REVOKE DELETE ON {KEPT} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {KEPT} TO congvu_app, congvu_jobs",
        ),
    ]
