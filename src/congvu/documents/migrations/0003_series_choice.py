"""The date of a book's last number, and how agencies choose their series."""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_walls"), ("orgs", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="registerbook", name="last_on", field=models.DateField(null=True)
        ),
        migrations.CreateModel(
            name="SeriesChoice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("valid_from", models.DateField()),
                (
                    "administrative",
                    models.CharField(
                        choices=[
                            ("common", "đánh số chung"),
                            ("per_type", "đánh số riêng từng loại"),
                        ],
                        max_length=10,
                    ),
                ),
                ("own_groups", models.JSONField(default=dict)),
                ("basis", models.CharField(max_length=250)),
                ("at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.agency",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.posting",
                    ),
                ),
            ],
            options={"verbose_name": "cách đánh số văn bản"},
        ),
        migrations.AddConstraint(
            model_name="serieschoice",
            constraint=models.UniqueConstraint(
                fields=["agency", "valid_from"], name="one_series_choice_a_day"
            ),
        ),
        migrations.RunSQL(own_rows("documents_serieschoice"), undo("documents_serieschoice")),
    ]
