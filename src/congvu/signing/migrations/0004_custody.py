"""Devices, handovers, reports of loss, warnings; every demonstration certificate gets its device."""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import AGENCY, own_rows, undo

ME = "(SELECT NULLIF(current_setting('app.person_id', true), '')::bigint)"
# A person's key goes with the person, in whatever agency the person is at work.
WALLS = {
    "signing_signingdevice": (f"person_id = {ME}", f"person_id = {ME}"),
    "signing_devicehandover": ("device_id IN (SELECT id FROM signing_signingdevice)", ""),
    "signing_lossreport": (f"person_id = {ME} OR authority_id = {AGENCY}", ""),
    # Who may see a report sees who was told of it, also in another agency.
    "signing_custodynotice": (
        "subject_kind = 'report' AND subject_id IN (SELECT id FROM signing_lossreport)",
        "",
    ),
}
KEPT = ", ".join([*WALLS, "signing_expirywarning", "signing_reportauthority", "signing_certificate"])
DEVICES_OF_OLD = """
INSERT INTO signing_signingdevice (agency_id, person_id, keeper_id, kind, serial, provider, state,
    registered_at, is_demonstration)
SELECT coalesce(c.agency_id, p.agency_id), c.person_id, p.id, 'software', c.serial,
    'Cơ quan chứng thực trình diễn', 'held', c.registered_at, true
FROM signing_certificate c
JOIN LATERAL (
    SELECT g.id, g.agency_id FROM orgs_posting g
    WHERE g.person_id = c.person_id OR (g.agency_id = c.agency_id AND 'clerk' = ANY(g.roles))
    ORDER BY g.ordering, g.id LIMIT 1) p ON true
WHERE c.is_demonstration AND c.device_id IS NULL;
UPDATE signing_certificate c SET device_id = d.id FROM signing_signingdevice d
WHERE c.device_id IS NULL AND d.serial = c.serial AND d.kind = 'software';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('incidents', '0001_initial'),
        ('orgs', '0003_suspended_delegations'),
        ('signing', '0003_waiting_signatures'),
    ]

    operations = [
        migrations.AlterField(
            model_name='certificate',
            name='state',
            field=models.CharField(choices=[('in_use', 'đang sử dụng'), ('replaced', 'đã thay thế'), ('revoked', 'đã thu hồi')], default='in_use', max_length=10),
        ),
        migrations.CreateModel(
            name='SigningDevice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('token', 'USB token, thẻ thông minh'), ('sim', 'SIM ký số'), ('hsm', 'Ngăn khóa trong HSM'), ('remote', 'Tài khoản ký số từ xa'), ('software', 'Khóa phần mềm')], max_length=10)),
                ('serial', models.CharField(max_length=80)),
                ('provider', models.CharField(blank=True, default='', max_length=200)),
                ('state', models.CharField(choices=[('stored', 'chưa bàn giao'), ('held', 'đã bàn giao'), ('returned', 'đã thu hồi'), ('lost', 'đã báo mất')], default='stored', max_length=10)),
                ('registered_at', models.DateTimeField()),
                ('is_demonstration', models.BooleanField(default=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('keeper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('registered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'thiết bị lưu khóa bí mật',
            },
        ),
        migrations.CreateModel(
            name='LossReport',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('key', 'khóa ký số'), ('account', 'tài khoản')], max_length=8)),
                ('what', models.CharField(max_length=300)),
                ('said', models.CharField(blank=True, default='', max_length=1000)),
                ('lost_at', models.DateTimeField()),
                ('reported_at', models.DateTimeField()),
                ('ended_sessions', models.IntegerField(default=0)),
                ('suspended_delegations', models.JSONField(default=list)),
                ('letter', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('open', 'chờ khôi phục'), ('recovered', 'đã khôi phục'), ('false_alarm', 'báo nhầm')], default='open', max_length=12)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closing_note', models.CharField(blank=True, default='', max_length=1000)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('authority', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('certificate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='signing.certificate')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.incident')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person')),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='signing.signingdevice')),
            ],
            options={
                'verbose_name': 'báo mất quyền kiểm soát',
            },
        ),
        migrations.CreateModel(
            name='DeviceHandover',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('given', 'bàn giao'), ('taken_back', 'thu hồi')], max_length=10)),
                ('condition', models.CharField(max_length=500)),
                ('minutes', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='signing.signingdevice')),
            ],
            options={
                'verbose_name': 'lượt bàn giao, thu hồi thiết bị',
            },
        ),
        migrations.AddField(
            model_name='certificate',
            name='device',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='signing.signingdevice'),
        ),
        migrations.CreateModel(
            name='CustodyNotice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('expiry', 'chứng thư số sắp hết hạn'), ('loss', 'báo mất quyền kiểm soát'), ('doubt', 'văn bản cần xem lại chữ ký'), ('closed', 'kết thúc báo mất')], max_length=8)),
                ('subject_kind', models.CharField(max_length=10)),
                ('subject_id', models.BigIntegerField()),
                ('key', models.CharField(max_length=60)),
                ('text', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'thông báo về khóa ký số',
                'indexes': [models.Index(fields=['to', '-at'], name='custody_notices_of_posting')],
                'constraints': [models.UniqueConstraint(fields=('to', 'key'), name='one_notice_once')],
            },
        ),
        migrations.CreateModel(
            name='ExpiryWarning',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('days', models.SmallIntegerField()),
                ('at', models.DateTimeField()),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='warnings', to='signing.certificate')),
            ],
            options={
                'verbose_name': 'nhắc chứng thư số sắp hết hạn',
                'constraints': [models.UniqueConstraint(fields=('certificate', 'days'), name='one_warning_once')],
            },
        ),
        migrations.CreateModel(
            name='ReportAuthority',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('basis', models.CharField(max_length=250)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
            ],
            options={
                'verbose_name': 'cơ quan tiếp nhận báo mất',
                'constraints': [models.UniqueConstraint(fields=('valid_from',), name='one_report_authority_a_day')],
            },
        ),
        migrations.AddIndex(
            model_name='signingdevice',
            index=models.Index(fields=['person'], name='devices_of_person'),
        ),
        migrations.AddConstraint(
            model_name='signingdevice',
            constraint=models.UniqueConstraint(fields=('agency', 'kind', 'serial'), name='one_device_once'),
        ),
        migrations.AddIndex(
            model_name='lossreport',
            index=models.Index(fields=['agency', '-reported_at'], name='losses_of_agency'),
        ),
        migrations.AddConstraint(
            model_name='lossreport',
            constraint=models.CheckConstraint(condition=models.Q(('lost_at__lte', models.F('reported_at'))), name='loss_is_never_in_future'),
        ),
        migrations.AddIndex(
            model_name='devicehandover',
            index=models.Index(fields=['device', '-at'], name='handovers_of_device'),
        ),
        *[
            migrations.RunSQL(
                own_rows(table, also_seen_when=seen, also_written_when=written), undo(table)
            )
            for table, (seen, written) in WALLS.items()
        ],
        migrations.RunSQL(
            f"REVOKE DELETE ON {KEPT} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {KEPT} TO congvu_app, congvu_jobs",
        ),
        migrations.RunSQL(DEVICES_OF_OLD, migrations.RunSQL.noop),
    ]
