"""Levels of data: a document's sensitivity; drafts lie sealed in their columns (S.22, S.24)."""

import json

from django.db import migrations, models

import congvu.kit.vault
from congvu.kit.vault import seal_json

SEALED = ("documents_draftversion", "documents_autosave")


def seal_drafts(apps, editor):
    """Seal what was typed before."""
    with editor.connection.cursor() as cursor:
        for table in SEALED:
            cursor.execute(f"SELECT id, content_open::text FROM {table}")
            for identity, content in cursor.fetchall():
                sealed = seal_json(json.loads(content))
                cursor.execute(f"UPDATE {table} SET content = %s WHERE id = %s", [sealed, identity])


def _replaced(model):
    return [
        migrations.RenameField(model, "content", "content_open"),
        migrations.AddField(
            model, "content", congvu.kit.vault.SealedJSONField(null=True), preserve_default=False
        ),
    ]


def _ended(model):
    return [
        migrations.RemoveField(model, "content_open"),
        migrations.AlterField(model, "content", congvu.kit.vault.SealedJSONField()),
    ]


class Migration(migrations.Migration):
    dependencies = [("documents", "0008_kept_for_good"), ("kit", "0002_vault")]
    operations = [
        migrations.AddField(
            "document",
            "sensitivity",
            models.SmallIntegerField(
                choices=[
                    (1, "Mức 1 – Công khai"),
                    (2, "Mức 2 – Nội bộ"),
                    (3, "Mức 3 – Hạn chế truy cập"),
                    (4, "Mức 4 – Đặc biệt hạn chế"),
                ],
                default=2,
                db_default=2,
            ),
        ),
        *_replaced("draftversion"),
        *_replaced("autosave"),
        migrations.RunPython(seal_drafts, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        *_ended("draftversion"),
        *_ended("autosave"),
    ]
