"""Row security: everything here belongs to one agency."""

from django.db import migrations

from congvu.kit.row_security import own_rows, undo

TABLES = ["records_planentry", "records_record", "records_filing"]


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial"), ("kit", "0001_roles")]
    operations = [migrations.RunSQL(own_rows(table), undo(table)) for table in TABLES]
