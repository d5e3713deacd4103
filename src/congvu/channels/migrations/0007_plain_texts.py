"""Automatic texts go without Vietnamese marks unless the number is set otherwise."""

from django.db import migrations, models

OWNER = "STABLE SECURITY DEFINER SET search_path = public, pg_temp"
COLUMNS = """o.id, o.agency_id, a.name, o.channel, o.address, o.provider_id, o.can_answer,
                 o.person_id IS NOT NULL, o.valid_from, o.valid_to"""
TABLE = """id bigint, agency_id bigint, agency_name text, channel text, address text,
     provider_id bigint, can_answer boolean, is_personal boolean,
     valid_from timestamptz, valid_to timestamptz"""
FROM = "FROM channels_ownaddress o JOIN orgs_agency a ON a.id = o.agency_id"
DROP = "DROP FUNCTION channels_own_addresses();"
WITH_MARKS = f"""
CREATE FUNCTION channels_own_addresses() RETURNS TABLE ({TABLE}, with_marks boolean)
    LANGUAGE sql {OWNER} AS $$ SELECT {COLUMNS}, o.with_marks {FROM} $$;
"""
WITHOUT = f"""
CREATE FUNCTION channels_own_addresses() RETURNS TABLE ({TABLE})
    LANGUAGE sql {OWNER} AS $$ SELECT {COLUMNS} {FROM} $$;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_empty_evidence")]

    operations = [
        migrations.AddField("ownaddress", "with_marks", models.BooleanField(default=False)),
        migrations.RunSQL(DROP + WITH_MARKS, DROP + WITHOUT),
    ]
