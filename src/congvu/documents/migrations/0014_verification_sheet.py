"""The kept sheet of a check of signatures: read by every agency that the document has reached.

And one more hole in the wall for the public, by number and day, for documents of level 1 alone.
"""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import AGENCY, own_rows, undo

COLUMNS = (
    "symbol text, issued_on date, issuer_name text, signer_name text, signer_title text,"
    " type_code text, state text, issued_file text, signed_at timestamptz, issued_at timestamptz"
)
BY_NUMBER = f"""
CREATE FUNCTION documents_issued_by_number(wanted text, on_day date) RETURNS TABLE ({COLUMNS})
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
SELECT d.symbol, d.issued_on, d.issuer_name, d.signer_name, d.signer_title, d.type_code, d.state,
       d.issued_file, (SELECT max(s.at) FROM documents_signing s
                       WHERE s.document_id = d.id AND s.part = 'person'), d.issued_at
FROM documents_document d
WHERE d.issued_at IS NOT NULL AND d.origin = 'ours' AND d.sensitivity = 1
  AND d.symbol_key = wanted AND wanted <> '' AND d.issued_on = on_day
ORDER BY d.issued_at, d.id LIMIT 5 $$;
"""
TABLE = "documents_verificationsheet"
SEEN = (
    "EXISTS (SELECT 1 FROM documents_arrival a WHERE a.document_id = documents_verificationsheet"
    f".document_id AND a.agency_id = {AGENCY} AND a.state <> 'recalled')"
)

class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0013_purge'),
        ('orgs', '0002_codes_of_document_types'),
        ('signing', '0006_trust'),
    ]

    operations = [
        migrations.CreateModel(
            name='VerificationSheet',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('file', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verification_sheets', to='documents.document')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.verificationreport')),
            ],
            options={
                'verbose_name': 'phiếu kiểm tra chữ ký số',
                'constraints': [models.UniqueConstraint(fields=('document', 'report'), name='one_sheet_a_check')],
            },
        ),
        migrations.RunSQL(own_rows(TABLE, also_seen_when=SEEN), undo(TABLE)),
        migrations.RunSQL(
            f"REVOKE DELETE ON {TABLE} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {TABLE} TO congvu_app, congvu_jobs",
        ),
        migrations.RunSQL(BY_NUMBER, "DROP FUNCTION documents_issued_by_number(text, date)"),
    ]
