"""Row security: a delivery is seen by its sender and by its recipient."""

from django.db import migrations

from congvu.kit.row_security import AGENCY, own_rows, undo

TO_ME = f"to_agency_id = {AGENCY}"
RECEIPTS = f"""
ALTER TABLE exchange_receipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY exchange_receipt_seen ON exchange_receipt FOR SELECT TO congvu_app
    USING (from_agency_id = {AGENCY} OR {TO_ME});
CREATE POLICY exchange_receipt_added ON exchange_receipt FOR INSERT TO congvu_app
    WITH CHECK (from_agency_id = {AGENCY});
CREATE POLICY exchange_receipt_changed ON exchange_receipt FOR UPDATE TO congvu_app
    USING (from_agency_id = {AGENCY} OR {TO_ME});
CREATE POLICY exchange_receipt_removed ON exchange_receipt FOR DELETE TO congvu_app USING (false);
CREATE POLICY exchange_receipt_jobs ON exchange_receipt TO congvu_jobs
    USING (true) WITH CHECK (true);
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("kit", "0001_roles")]
    operations = [
        migrations.RunSQL(
            own_rows("exchange_delivery", also_seen_when=TO_ME, also_written_when=TO_ME),
            undo("exchange_delivery"),
        ),
        migrations.RunSQL(RECEIPTS, undo("exchange_receipt")),
    ]
