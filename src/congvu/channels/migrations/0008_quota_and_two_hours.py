"""What Zalo says of the day's quota; the two hours of every agency, as numbers for the inspector."""

from django.db import migrations, models

# Runs with the owner's rights and gives numbers only, of no single message.
TWO_HOURS = """
CREATE FUNCTION channels_two_hours(since timestamptz, until timestamptz, at timestamptz, most int)
    RETURNS TABLE (agency_id bigint, agency_name text, total bigint, declined_in_time bigint,
        declined_late bigint, taken_in_time bigint, taken_late bigint, waiting bigint,
        overdue bigint, median double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT i.agency_id, a.name, count(*),
        count(*) FILTER (WHERE i.state = 'declined' AND i.decided_in <= most),
        count(*) FILTER (WHERE i.state = 'declined' AND i.decided_in > most),
        count(*) FILTER (WHERE i.state NOT IN ('declined', 'waiting') AND i.decided_in <= most),
        count(*) FILTER (WHERE i.state NOT IN ('declined', 'waiting') AND i.decided_in > most),
        count(*) FILTER (WHERE i.state = 'waiting' AND t.due_at > at),
        count(*) FILTER (WHERE i.state = 'waiting' AND t.due_at <= at),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY i.decided_in)
      FROM channels_inboundmessage i
      JOIN orgs_agency a ON a.id = i.agency_id
      JOIN timers_timer t
        ON t.subject_kind = 'inbound' AND t.subject_id = i.id AND t.kind = 'decline'
     WHERE i.received_at >= since AND i.received_at < until
     GROUP BY 1, 2 $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0007_plain_texts'),
        ('orgs', '0003_suspended_delegations'),
        ('timers', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='zalogrant',
            name='templates_left',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='zalogrant',
            name='templates_left_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(
            TWO_HOURS, "DROP FUNCTION channels_two_hours(timestamptz, timestamptz, timestamptz, int)"
        ),
    ]
