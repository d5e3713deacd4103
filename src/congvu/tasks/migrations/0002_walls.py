"""Row security: everything here belongs to one agency."""

from django.db import migrations

from congvu.kit.row_security import own_rows, undo

TABLES = ["tasks_presentation", "tasks_direction", "tasks_task", "tasks_assignment", "tasks_progress", "tasks_escalation"]


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial"), ("kit", "0001_roles")]
    operations = [migrations.RunSQL(own_rows(table), undo(table)) for table in TABLES]
