"""An official's own mail passes through the channels and is nobody else's: neither what came in
nor what went out, nor its evidence, is seen by colleagues of the agency."""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, personal, undo


def of(parent, column):
    """Seen and changed with its parent row, whose own wall decides."""
    return f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {column})"


WALLS = {
    "channels_inboundmessage": personal("to_person_id"),
    "channels_inboundfile": of("channels_inboundmessage", "inbound_id"),
    "channels_message": personal("from_person_id"),
    "channels_attempt": of("channels_message", "message_id"),
    "channels_evidence": of("channels_attempt", "attempt_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0001_initial"),
        ("orgs", "0002_codes_of_document_types"),
    ]

    operations = [
        migrations.AddField(
            model_name="ownaddress",
            name="person",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.person"),
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="to_person",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.person"),
        ),
        migrations.AddField(
            model_name="message",
            name="from_person",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.person"),
        ),
        migrations.AlterField(
            model_name="inboundmessage",
            name="state",
            field=models.CharField(choices=[("held", "chờ kiểm tra an toàn"), ("waiting", "chờ phân loại"), ("taken", "thuộc phạm vi, đang giải quyết"), ("declined", "đã trả lời không thuộc phạm vi"), ("no_action", "không phải xử lý"), ("refused", "bị từ chối tiếp nhận"), ("personal", "trong hộp thư cá nhân")], default="waiting", max_length=9),
        ),
        *[
            migrations.RunSQL(undo(table) + own_rows(table, mine=mine), undo(table) + own_rows(table))
            for table, mine in WALLS.items()
        ],
    ]
