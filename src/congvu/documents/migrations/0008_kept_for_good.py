"""What the law keeps is never deleted: the two running roles lose the right to (ND30.15, ND30.25).

Drafts in the making stay free: recipients, readers and autosaves are replaced while one works.
"""

from django.db import migrations

KEPT = [
    "documents_document",
    "documents_arrival",
    "documents_attachment",
    "documents_draftversion",
    "documents_handback",
    "documents_issue",
    "documents_numbering",
    "documents_opinion",
    "documents_opinionrequest",
    "documents_recall",
    "documents_recallanswer",
    "documents_registerbook",
    "documents_registration",
    "documents_review",
    "documents_serieschoice",
    "documents_signing",
    "documents_submission",
]
TABLES = ", ".join(KEPT)


class Migration(migrations.Migration):
    dependencies = [("documents", "0007_wall_of_sources")]
    operations = [
        migrations.RunSQL(
            f"REVOKE DELETE ON {TABLES} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {TABLES} TO congvu_app, congvu_jobs",
        ),
    ]
