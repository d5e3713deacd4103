"""An index of the arrivals that wait for somebody; two that others begin with are dropped."""

import django.db.models.deletion
from django.db import migrations, models

OPEN_STATES = ("arrived", "registered", "presented", "assigned", "in_work")


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_full_type_codes"),
        ("orgs", "0002_codes_of_document_types"),
    ]
    operations = [
        migrations.AlterField(
            model_name="arrival",
            name="agency",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.agency",
            ),
        ),
        migrations.AlterField(
            model_name="arrival",
            name="document",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="arrivals",
                to="documents.document",
            ),
        ),
        migrations.AddIndex(
            model_name="arrival",
            index=models.Index(
                condition=models.Q(("state__in", OPEN_STATES)),
                fields=["agency", "state"],
                name="inbox_open",
            ),
        ),
    ]
