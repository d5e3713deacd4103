"""A letter is evidence: the web writes it once and changes nothing but when it was first opened."""

from django.db import migrations

KEPT = "mailboxes_letter, mailboxes_letterfile, mailboxes_letterrecipient"
ONCE = f"""
REVOKE UPDATE, DELETE ON {KEPT} FROM congvu_app;
GRANT UPDATE (seen_at) ON mailboxes_letterrecipient TO congvu_app;
"""
UNDO = f"""
REVOKE UPDATE (seen_at) ON mailboxes_letterrecipient FROM congvu_app;
GRANT UPDATE, DELETE ON {KEPT} TO congvu_app;
"""


class Migration(migrations.Migration):
    dependencies = [("mailboxes", "0002_walls")]
    operations = [migrations.RunSQL(ONCE, UNDO)]
