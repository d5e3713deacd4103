"""Officers, steps, the agency's own words, who watches the public pages; counts for inspectors."""

import congvu.kit.vault
import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo

TABLES = [
    "incidents_incidentstep",
    "incidents_officer",
    "incidents_publicwatch",
    "incidents_watchword",
]
WATCH = "incidents_publicwatch"
KEPT = ", ".join(TABLES)
# All that an inspector reads: numbers, with the owner's rights, of no single incident.
COUNTS = """
CREATE FUNCTION incidents_counts() RETURNS TABLE
    (agency_name text, kind text, open bigint, in_hand bigint, closed bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT a.name, i.kind, count(*) FILTER (WHERE i.state = 'open'),
                 count(*) FILTER (WHERE i.state = 'in_hand'),
                 count(*) FILTER (WHERE i.state = 'closed')
            FROM incidents_incident i JOIN orgs_agency a ON a.id = i.agency_id
           GROUP BY a.ordering, a.name, i.kind ORDER BY a.ordering, a.name, i.kind $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0001_initial'),
        ('orgs', '0002_codes_of_document_types'),
    ]

    operations = [
        migrations.CreateModel(
            name='IncidentStep',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(choices=[('taken', 'nhận xử lý'), ('noted', 'ghi bước xử lý'), ('again', 'lặp lại'), ('handed', 'chuyển người phụ trách'), ('closed', 'kết thúc')], max_length=8)),
                ('text', models.CharField(blank=True, default='', max_length=2000)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'bước xử lý sự cố',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Officer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('state_secret', 'dấu hiệu bí mật nhà nước'), ('key_lost', 'mất, lộ khóa ký số'), ('account_lost', 'tài khoản mất quyền kiểm soát'), ('malware', 'tệp có mã độc'), ('other', 'sự cố khác')], max_length=16)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('basis', models.CharField(max_length=250)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'người phụ trách sự cố',
            },
        ),
        migrations.CreateModel(
            name='PublicWatch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('basis', models.CharField(max_length=250)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'cơ quan phụ trách sự cố từ trang công khai',
            },
        ),
        migrations.CreateModel(
            name='WatchWord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('word', congvu.kit.vault.SealedJSONField()),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'từ ngữ cần xem xét',
            },
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['officer'], name='incidents_of_officer'),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency'),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='officer',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency'),
        ),
        migrations.AddField(
            model_name='officer',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='officer',
            name='posting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='publicwatch',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency'),
        ),
        migrations.AddField(
            model_name='watchword',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency'),
        ),
        migrations.AddField(
            model_name='watchword',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddConstraint(
            model_name='officer',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('agency', 'kind'), name='one_officer_of_a_kind'),
        ),
        # Whom to tell of what strangers bring is no secret: it is asked while nobody is signed in.
        *[migrations.RunSQL(own_rows(table), undo(table)) for table in TABLES if table != WATCH],
        migrations.RunSQL(
            f"REVOKE DELETE ON {KEPT} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {KEPT} TO congvu_app, congvu_jobs",
        ),
        migrations.RunSQL(COUNTS, "DROP FUNCTION incidents_counts()"),
    ]
