"""What the two running roles may do with every table to come.

The roles themselves are cluster-wide and are made with the database (run/database.py, or the
administrator of an outside server: see docs/runbook/database.md).
"""

from django.db import migrations, models

GRANTS = """
GRANT USAGE ON SCHEMA public TO congvu_app, congvu_jobs;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO congvu_app, congvu_jobs;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO congvu_app, congvu_jobs;
CREATE OR REPLACE FUNCTION congvu_agency() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT NULLIF(current_setting('app.agency_id', true), '')::bigint $$;
CREATE OR REPLACE FUNCTION congvu_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT regexp_replace(normalize(replace(lower(value), 'đ', 'd'), NFD),
                                '[\\u0300-\\u036f]', '', 'g') $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    run_before = [("procrastinate", "0001_initial")]
    operations = [
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Blob",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("mime", models.CharField(max_length=120)),
                ("kept_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("is_damaged", models.BooleanField(default=False)),
            ],
            options={"verbose_name": "tệp tin"},
        ),
    ]
