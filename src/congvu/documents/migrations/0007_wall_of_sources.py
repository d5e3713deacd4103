"""Row security: what only served the drafting is not seen by the agencies a document reaches."""

from django.db import migrations

from congvu.kit.row_security import AGENCY

SEEN = f"""agency_id = {AGENCY} OR (part <> 'source' AND EXISTS (
    SELECT 1 FROM documents_arrival a WHERE a.document_id = documents_attachment.document_id
    AND a.agency_id = {AGENCY} AND a.state <> 'recalled'))"""
SEEN_BEFORE = SEEN.replace("part <> 'source' AND ", "")
ALTER = "ALTER POLICY documents_attachment_seen ON documents_attachment USING ({seen})"


class Migration(migrations.Migration):
    dependencies = [("documents", "0006_arrival_indexes")]
    operations = [
        migrations.RunSQL(ALTER.format(seen=SEEN), ALTER.format(seen=SEEN_BEFORE)),
    ]
