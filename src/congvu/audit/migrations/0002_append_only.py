"""The database itself refuses to change the log (S.14; QCVN 12:2026/BCA 2.2.9.2.1).

Triggers speak to everybody, the owner included. One thing is possible: to delete an entry that is
older than twelve months by the server's own clock, inside a transaction that says so
(`congvu.audit.drop`, S.16); seals and the marks of dropped runs can never be deleted.
"""

from django.db import migrations

WALL = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit: % of % is refused: the log is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_refuse_early_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('congvu.dropping_sealed_runs', true) = 'yes'
       AND OLD.at < now() - interval '12 months' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit: DELETE of % is refused: the log is kept at least 12 months', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER no_update BEFORE UPDATE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER no_early_delete BEFORE DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_early_delete();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audit_droppedrun
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_droppedrun
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audit_dailyroot
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_dailyroot
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

-- The roles at work: the web writes and reads entries; the worker also seals and drops.
REVOKE ALL ON audit_entry, audit_seal, audit_droppedrun, audit_dailyroot
    FROM congvu_app, congvu_jobs;
GRANT SELECT, INSERT ON audit_entry TO congvu_app, congvu_jobs;
GRANT SELECT ON audit_seal, audit_droppedrun, audit_dailyroot TO congvu_app;
GRANT SELECT, INSERT ON audit_seal, audit_droppedrun, audit_dailyroot TO congvu_jobs;
GRANT DELETE ON audit_entry TO congvu_jobs;
"""

UNDO = """
DROP TRIGGER no_update ON audit_entry;
DROP TRIGGER no_early_delete ON audit_entry;
DROP TRIGGER no_truncate ON audit_entry;
DROP TRIGGER no_change ON audit_seal;
DROP TRIGGER no_truncate ON audit_seal;
DROP TRIGGER no_change ON audit_droppedrun;
DROP TRIGGER no_truncate ON audit_droppedrun;
DROP TRIGGER no_change ON audit_dailyroot;
DROP TRIGGER no_truncate ON audit_dailyroot;
DROP FUNCTION audit_refuse_change();
DROP FUNCTION audit_refuse_early_delete();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(WALL, UNDO)]
