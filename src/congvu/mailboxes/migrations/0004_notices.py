"""What clerks, heads and colleagues are told of letters in the agency's mailbox.

The measure of QC.10.2 counts what came (not what failed to go), in the agency's own mailbox too.
"""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo

TABLE = "mailboxes_mailnotice"

MEASURE = """
CREATE OR REPLACE FUNCTION mailboxes_measure(wanted bigint[])
    RETURNS TABLE (mailbox_id bigint, unread bigint, oldest timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT i.mailbox_id, count(*), min(i.received_at)
          FROM mailboxes_mailitem i JOIN mailboxes_mailbox b ON b.id = i.mailbox_id
          WHERE b.id = ANY(wanted) AND i.read_at IS NULL AND NOT i.is_sent AND i.place <> 'trash'
            AND ((b.person_id IS NULL AND b.agency_id = congvu_agency())
              OR EXISTS (SELECT 1 FROM orgs_posting p WHERE p.person_id = b.person_id
                  AND p.agency_id = congvu_agency()))
          GROUP BY i.mailbox_id $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('mailboxes', '0003_evidence'),
        ('orgs', '0003_suspended_delegations'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailNotice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('alarm', 'cảnh báo 02 giờ'), ('assigned', 'giao xử lý thư')], max_length=8)),
                ('key', models.CharField(max_length=60)),
                ('text', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='mailboxes.mailitem')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'thông báo về thư',
                'indexes': [models.Index(condition=models.Q(('seen_at__isnull', True)), fields=['to'], name='mail_notices_unseen'), models.Index(fields=['to', '-at'], name='mail_notices_of')],
                'constraints': [models.UniqueConstraint(fields=('item', 'key', 'to'), name='one_mail_notice')],
            },
        ),
        migrations.RunSQL(own_rows(TABLE), undo(TABLE)),
        migrations.RunSQL(MEASURE, migrations.RunSQL.noop),
        migrations.RunSQL(
            f"REVOKE DELETE ON {TABLE} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {TABLE} TO congvu_app, congvu_jobs",
        ),
    ]
