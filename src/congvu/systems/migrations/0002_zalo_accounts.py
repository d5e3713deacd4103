"""Accounts on Zalo with their notice, history and administrators; impostor cases."""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo

TABLES = [
    f"systems_{name}"
    for name in ("accountkeeper", "accountstep", "impostorcase", "officialaccount")
]
KEPT = ", ".join(TABLES)

class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0003_impostors'),
        ('orgs', '0003_suspended_delegations'),
        ('systems', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImpostorCase',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=250)),
                ('link', models.CharField(blank=True, default='', max_length=500)),
                ('said', models.CharField(max_length=1000)),
                ('state', models.CharField(choices=[('reported', 'mới phát hiện'), ('asked', 'đã đề nghị xác minh'), ('confirmed', 'xác minh là mạo danh'), ('unfounded', 'không phải mạo danh'), ('forwarded', 'đã báo cáo xử lý')], default='reported', max_length=9)),
                ('asked_number', models.CharField(blank=True, default='', max_length=60)),
                ('asked_on', models.DateField(null=True)),
                ('answer_number', models.CharField(blank=True, default='', max_length=60)),
                ('answer_on', models.DateField(null=True)),
                ('answer', models.CharField(blank=True, default='', max_length=1000)),
                ('report_number', models.CharField(blank=True, default='', max_length=60)),
                ('report_on', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.incident')),
            ],
            options={
                'verbose_name': 'vụ mạo danh tài khoản',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='OfficialAccount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=250)),
                ('phone', models.CharField(max_length=20)),
                ('domain', models.CharField(max_length=120)),
                ('purpose', models.CharField(max_length=1000)),
                ('other', models.CharField(blank=True, default='', max_length=1000)),
                ('state', models.CharField(choices=[('planned', 'dự kiến'), ('notified', 'đã thông báo'), ('active', 'hoạt động'), ('suspended', 'tạm ngừng'), ('closed', 'đã đóng'), ('merged', 'đã sáp nhập')], default='planned', max_length=9)),
                ('notice_number', models.CharField(blank=True, default='', max_length=60)),
                ('notice_on', models.DateField(null=True)),
                ('notice_to', models.CharField(blank=True, default='', max_length=250)),
                ('notice_document_id', models.BigIntegerField(null=True)),
                ('oa_id', models.CharField(blank=True, default='', max_length=40)),
                ('opened_on', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
            ],
            options={
                'verbose_name': 'tài khoản Zalo của cơ quan',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='AccountStep',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(choices=[('planned', 'lập dự kiến'), ('changed', 'sửa thông tin dự kiến'), ('notified', 'thông báo'), ('activated', 'đưa vào hoạt động'), ('suspended', 'tạm ngừng'), ('resumed', 'hoạt động trở lại'), ('renamed', 'đổi tên'), ('merged', 'sáp nhập'), ('closed', 'đóng')], max_length=9)),
                ('text', models.CharField(blank=True, default='', max_length=1000)),
                ('before', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='systems.officialaccount')),
            ],
            options={
                'verbose_name': 'diễn biến tài khoản Zalo',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='AccountKeeper',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('basis', models.CharField(max_length=250)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keepers', to='systems.officialaccount')),
            ],
            options={
                'verbose_name': 'quản trị tài khoản Zalo',
                'ordering': ['valid_from', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='officialaccount',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('oa_id', ''), _negated=True), models.Q(('state__in', ['closed', 'merged']), _negated=True)), fields=('oa_id',), name='one_account_an_oa'),
        ),
        migrations.AddConstraint(
            model_name='officialaccount',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'closed']), models.Q(models.Q(('notice_number', ''), _negated=True), ('notice_on__isnull', False)), _connector='OR'), name='account_after_its_notice'),
        ),
        migrations.AddConstraint(
            model_name='officialaccount',
            constraint=models.CheckConstraint(condition=models.Q(('opened_on__isnull', True), ('opened_on__gte', models.F('notice_on')), _connector='OR'), name='opened_after_the_notice'),
        ),
        migrations.AddConstraint(
            model_name='accountkeeper',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('account', 'posting'), name='one_keeper_once'),
        ),
        *[migrations.RunSQL(own_rows(table), undo(table)) for table in TABLES],
        migrations.RunSQL(
            f"REVOKE DELETE ON {KEPT} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {KEPT} TO congvu_app, congvu_jobs",
        ),
    ]
