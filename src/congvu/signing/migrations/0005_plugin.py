"""A one-time token of the plug-in leads to its own request, and to nothing else.

The program on the signer's machine has no session, so the wall shows it no rows. This function is
its only hole: it runs with the owner's rights, takes the hash of a token of 256 random bits, and
tells whose request it is, so that the wall can be entered as that person.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION signing_waiting_by_token(hash text)
    RETURNS TABLE (id bigint, agency_id bigint, person_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT w.id, w.agency_id, p.person_id
          FROM signing_waitingsignature w JOIN orgs_posting p ON p.id = w.by_id
          WHERE w.road = 'plugin' AND w.token_hash <> '' AND w.token_hash = hash $$;
CREATE UNIQUE INDEX waiting_by_token ON signing_waitingsignature (token_hash)
    WHERE token_hash <> '';
"""
UNDO = """
DROP FUNCTION signing_waiting_by_token(text);
DROP INDEX waiting_by_token;
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0004_custody")]
    operations = [migrations.RunSQL(FUNCTION, UNDO)]
