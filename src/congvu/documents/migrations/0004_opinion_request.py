"""Who was asked for an opinion on a draft."""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo


def posting() -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.posting"
    )


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_series_choice"), ("orgs", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="OpinionRequest",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("question", models.CharField(blank=True, default="", max_length=2000)),
                ("at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.agency",
                    ),
                ),
                ("by", posting()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinion_requests",
                        to="documents.document",
                    ),
                ),
                ("to", posting()),
            ],
            options={
                "verbose_name": "yêu cầu cho ý kiến",
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["to", "at"],
                        name="opinion_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("document", "to"),
                        name="one_open_opinion_request_each",
                    )
                ],
            },
        ),
        migrations.RunSQL(own_rows("documents_opinionrequest"), undo("documents_opinionrequest")),
    ]
