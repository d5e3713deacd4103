"""Row security on what belongs to one agency, and the search index."""

from django.db import migrations

from congvu.kit.row_security import AGENCY, own_rows, undo

HAS_ARRIVED_HERE = (
    "EXISTS (SELECT 1 FROM documents_arrival a WHERE a.document_id = {key}"
    f" AND a.agency_id = {AGENCY} AND a.state <> 'recalled')"
)
# A document, its recipients, files and signatures are read by every agency that it has reached.
SHARED = {
    "documents_document": "documents_document.id",
    "documents_attachment": "documents_attachment.document_id",
    "documents_recipient": "documents_recipient.document_id",
    "documents_signing": "documents_signing.document_id",
    "documents_issue": "documents_issue.document_id",
    "documents_numbering": "documents_numbering.document_id",
    "documents_recall": "documents_recall.document_id",
}
OWN = [
    "documents_arrival",
    "documents_autosave",
    "documents_draftversion",
    "documents_handback",
    "documents_opinion",
    "documents_reader",
    "documents_recallanswer",
    "documents_registerbook",
    "documents_registration",
    "documents_review",
    "documents_submission",
]
SEARCH = """
CREATE INDEX documents_search_words ON documents_searchentry USING gin (agencies, tsv);
CREATE INDEX documents_search_newest ON documents_searchentry (received_at DESC);
ALTER TABLE documents_searchentry ALTER tsv SET STATISTICS 500;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("kit", "0001_roles")]
    operations = [
        *[
            migrations.RunSQL(
                own_rows(table, also_seen_when=HAS_ARRIVED_HERE.format(key=key)), undo(table)
            )
            for table, key in SHARED.items()
        ],
        *[migrations.RunSQL(own_rows(table), undo(table)) for table in OWN],
        migrations.RunSQL(SEARCH, migrations.RunSQL.noop),
    ]
