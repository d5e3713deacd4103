"""Several people sign one document; how an agency stamps: its choice is never deleted."""
import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo

STAMPS = "documents_stampchoice"


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0010_copies'),
        ('orgs', '0002_codes_of_document_types'),
    ]

    operations = [
        migrations.AddField(
            model_name='signing',
            name='voided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='cosigner',
            name='label',
            field=models.CharField(blank=True, default='', max_length=120),
        ),
        migrations.CreateModel(
            name='StampChoice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('look', models.CharField(choices=[('nd30', 'Nghị định 30/2020/NĐ-CP: một dòng chữ, không hình ảnh dấu'), ('tt01', 'Thông tư 01/2019/TT-BNV: hình ảnh dấu đỏ, tên cơ quan, thời gian ký')], max_length=4)),
                ('stamps_when_registered', models.BooleanField(default=False)),
                ('basis', models.CharField(max_length=250)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'cách thể hiện bản số hóa, dấu Đến',
                'constraints': [models.UniqueConstraint(fields=('agency', 'valid_from'), name='one_stamp_choice_a_day')],
            },
        ),
        migrations.RunSQL(own_rows(STAMPS), undo(STAMPS)),
        migrations.RunSQL(
            f"REVOKE DELETE ON {STAMPS} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {STAMPS} TO congvu_app, congvu_jobs",
        ),
    ]
