"""What anybody may learn of an issued document: what its paper says, and whether it still stands.

The two functions are the only hole in the wall for the public; they run with the owner's rights
and tell nothing of subjects, recipients, files or documents that were not issued.
"""

from django.db import migrations

COLUMNS = (
    "symbol text, issued_on date, issuer_name text, signer_name text, signer_title text,"
    " type_code text, state text, issued_file text, signed_at timestamptz, issued_at timestamptz"
)
SELECT = """
SELECT d.symbol, d.issued_on, d.issuer_name, d.signer_name, d.signer_title, d.type_code, d.state,
       d.issued_file, (SELECT max(s.at) FROM documents_signing s
                       WHERE s.document_id = d.id AND s.part = 'person'), d.issued_at
FROM documents_document d
WHERE d.issued_at IS NOT NULL AND d.origin = 'ours' AND
"""
FUNCTIONS = f"""
CREATE FUNCTION documents_issued_by_code(code text) RETURNS TABLE ({COLUMNS})
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ {SELECT} d.check_code = code $$;
CREATE FUNCTION documents_issued_by_file(sha256 text) RETURNS TABLE ({COLUMNS})
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ {SELECT} d.issued_file = sha256 $$;
CREATE INDEX document_by_issued_file ON documents_document (issued_file)
    WHERE issued_file <> '';
"""
UNDO = """
DROP FUNCTION documents_issued_by_code(text);
DROP FUNCTION documents_issued_by_file(text);
DROP INDEX document_by_issued_file;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_walls")]
    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
