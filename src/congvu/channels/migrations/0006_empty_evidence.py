"""The one way to empty evidence: the purge of a state secret, which keeps when and what happened."""

from django.db import migrations

EMPTY = """
CREATE FUNCTION channels_empty_evidence(messages bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    UPDATE channels_evidence SET raw = ''
     WHERE attempt_id IN (SELECT id FROM channels_attempt WHERE message_id = ANY(messages));
$$;
REVOKE EXECUTE ON FUNCTION channels_empty_evidence(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION channels_empty_evidence(bigint[]) TO congvu_jobs;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_texts")]

    operations = [
        migrations.RunSQL(EMPTY, "DROP FUNCTION channels_empty_evidence(bigint[])"),
    ]
