"""Documents name their type by its full code ("quyet-dinh-qppl"), as delegations do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_opinion_request"), ("documents", "0003_public_check")]
    operations = [
        migrations.AlterField(
            model_name="document", name="type_code", field=models.CharField(max_length=40)
        )
    ]
