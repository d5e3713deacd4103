"""Who answers what came in, who is told, where to turn; what the outside of the wall may learn.

Three functions run with the owner's rights. `channels_own_addresses`: which address is whose, a
thing that stands on every letterhead. `channels_figures`: numbers for whoever runs the system, of
no single message. `channels_consent_by_key`: what the holder of a withdrawal link agreed to.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo

OWN = [f"channels_{name}" for name in ("answer", "declinetext", "handling", "inboundnotice")]
KEPT = ", ".join([*OWN, "channels_scope"])
OWNER = "STABLE SECURITY DEFINER SET search_path = public, pg_temp"
FUNCTIONS = f"""
CREATE FUNCTION channels_own_addresses() RETURNS TABLE
    (id bigint, agency_id bigint, agency_name text, channel text, address text,
     provider_id bigint, can_answer boolean, is_personal boolean,
     valid_from timestamptz, valid_to timestamptz)
    LANGUAGE sql {OWNER}
    AS $$ SELECT o.id, o.agency_id, a.name, o.channel, o.address, o.provider_id, o.can_answer,
                 o.person_id IS NOT NULL, o.valid_from, o.valid_to
            FROM channels_ownaddress o JOIN orgs_agency a ON a.id = o.agency_id $$;
CREATE FUNCTION channels_consent_by_key(key text) RETURNS TABLE
    (id bigint, agency_id bigint, agency_name text, channel text, purpose text, text text,
     given_at timestamptz, withdrawn_at timestamptz)
    LANGUAGE sql {OWNER}
    AS $$ SELECT c.id, c.agency_id, a.name, c.channel, c.purpose, c.text, c.given_at,
                 c.withdrawn_at
            FROM channels_consent c JOIN orgs_agency a ON a.id = c.agency_id
           WHERE c.withdrawal_key = key $$;
CREATE FUNCTION channels_figures(at timestamptz) RETURNS TABLE
    (kind text, channel text, lane integer, provider_id bigint, number bigint, oldest timestamptz)
    LANGUAGE sql {OWNER}
    AS $$
    SELECT 'waiting', t.channel, t.lane::integer, NULL::bigint, count(*), min(t.next_at)
      FROM channels_attempt t
     WHERE t.state IN ('queued', 'failed_temporary') AND t.next_at <= at GROUP BY 2, 3
    UNION ALL
    SELECT 'later', t.channel, t.lane::integer, NULL, count(*), min(t.next_at)
      FROM channels_attempt t
     WHERE t.state IN ('queued', 'failed_temporary') AND t.next_at > at GROUP BY 2, 3
    UNION ALL
    SELECT t.state, t.channel, NULL, t.provider_id, count(*), min(t.claimed_at)
      FROM channels_attempt t WHERE t.state IN ('sending', 'unknown') GROUP BY 1, 2, 4
    UNION ALL
    SELECT 'minute', t.channel, NULL, t.provider_id, count(*), NULL FROM channels_attempt t
     WHERE t.claimed_at > at - interval '1 minute'
       AND t.state IN ('accepted', 'delivered', 'seen') GROUP BY 2, 4
    UNION ALL
    SELECT 'hour', t.channel, NULL, t.provider_id, count(*), NULL FROM channels_attempt t
     WHERE t.claimed_at > at - interval '1 hour'
       AND t.state IN ('accepted', 'delivered', 'seen') GROUP BY 2, 4
    UNION ALL
    SELECT 'failed', t.channel, NULL, t.provider_id, count(*), NULL FROM channels_attempt t
     WHERE t.claimed_at > at - interval '1 hour' AND t.state = 'failed_permanent' GROUP BY 2, 4
    UNION ALL
    SELECT 'event_' || e.state, p.channel, NULL, e.provider_id, count(*), min(e.noted_at)
      FROM channels_providerevent e JOIN channels_provider p ON p.id = e.provider_id
     WHERE e.state IN ('waiting', 'orphan') GROUP BY 1, 2, 4 $$;
"""
UNDO_FUNCTIONS = """
DROP FUNCTION channels_own_addresses();
DROP FUNCTION channels_consent_by_key(text);
DROP FUNCTION channels_figures(timestamptz);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0002_personal'),
        ('orgs', '0003_suspended_delegations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=4000)),
                ('state', models.CharField(choices=[('proposed', 'chờ duyệt'), ('sent', 'đã gửi'), ('sent_back', 'đã trả lại')], max_length=9)),
                ('at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('said', models.CharField(blank=True, default='', max_length=1000)),
            ],
            options={
                'verbose_name': 'trả lời thông tin đến',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='DeclineText',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('text', models.CharField(max_length=2000)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'mẫu trả lời không thuộc phạm vi',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Handling',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('note', models.CharField(blank=True, default='', max_length=1000)),
                ('due_at', models.DateTimeField(null=True)),
                ('due_finding', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'phân công trả lời',
            },
        ),
        migrations.CreateModel(
            name='InboundNotice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('alarm', 'cảnh báo 02 giờ'), ('assigned', 'giao trả lời'), ('approval', 'chờ duyệt trả lời'), ('sent_back', 'trả lại dự thảo trả lời'), ('not_sent', 'tin không gửi được')], max_length=10)),
                ('key', models.CharField(max_length=60)),
                ('text', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'thông báo về thông tin đến',
            },
        ),
        migrations.CreateModel(
            name='Scope',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('topic', models.CharField(max_length=200)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
            ],
            options={
                'verbose_name': 'phạm vi giải quyết',
                'ordering': ['topic'],
            },
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='decided_in',
            field=models.IntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='inboundmessage',
            name='state',
            field=models.CharField(choices=[('waiting', 'chờ phân loại'), ('taken', 'thuộc phạm vi, đang giải quyết'), ('answered', 'đã trả lời'), ('declined', 'đã trả lời không thuộc phạm vi'), ('no_action', 'không phải xử lý'), ('personal', 'trong hộp thư cá nhân')], default='waiting', max_length=9),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['claimed_at'], name='attempts_lately'),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('became_id__isnull', False)), fields=['became_kind', 'became_id'], name='inbound_became'),
        ),
        migrations.AddField(
            model_name='answer',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency'),
        ),
        migrations.AddField(
            model_name='answer',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='answer',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='answer',
            name='inbound',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers_given', to='channels.inboundmessage'),
        ),
        migrations.AddField(
            model_name='answer',
            name='message',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.message'),
        ),
        migrations.AddField(
            model_name='answer',
            name='to',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='declinetext',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency'),
        ),
        migrations.AddField(
            model_name='declinetext',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='handling',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency'),
        ),
        migrations.AddField(
            model_name='handling',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='handling',
            name='inbound',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handlings', to='channels.inboundmessage'),
        ),
        migrations.AddField(
            model_name='handling',
            name='to',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='inboundnotice',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency'),
        ),
        migrations.AddField(
            model_name='inboundnotice',
            name='inbound',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='channels.inboundmessage'),
        ),
        migrations.AddField(
            model_name='inboundnotice',
            name='to',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='scope',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('inbound',), name='one_answer_waits'),
        ),
        migrations.AddConstraint(
            model_name='declinetext',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('agency', 'name'), name='one_text_a_name'),
        ),
        migrations.AddIndex(
            model_name='handling',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['to', 'due_at'], name='handlings_of_person'),
        ),
        migrations.AddConstraint(
            model_name='handling',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('inbound',), name='one_answers_a_message'),
        ),
        migrations.AddIndex(
            model_name='inboundnotice',
            index=models.Index(condition=models.Q(('seen_at__isnull', True)), fields=['to'], name='inbound_notices_unseen'),
        ),
        migrations.AddIndex(
            model_name='inboundnotice',
            index=models.Index(fields=['to', '-at'], name='inbound_notices_of'),
        ),
        migrations.AddConstraint(
            model_name='inboundnotice',
            constraint=models.UniqueConstraint(fields=('inbound', 'key', 'to'), name='one_inbound_notice'),
        ),
        migrations.AddConstraint(
            model_name='scope',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('topic',), name='one_agency_a_topic'),
        ),
        migrations.AddField(
            model_name='consent',
            name='name',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='consent',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting'),
        ),
        migrations.AddField(
            model_name='provider',
            name='tested_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='inboundfile',
            name='pages',
            field=models.IntegerField(null=True),
        ),
        *[migrations.RunSQL(own_rows(table), undo(table)) for table in OWN],
        migrations.RunSQL(
            f"REVOKE DELETE ON {KEPT} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {KEPT} TO congvu_app, congvu_jobs",
        ),
        migrations.RunSQL(FUNCTIONS, UNDO_FUNCTIONS),
    ]
