"""Articles from official sources and their sendings."""

import django.db.models.deletion
from django.db import migrations, models

from congvu.kit.row_security import own_rows, undo

TABLES = ["publicity_article", "publicity_broadcast"]
KEPT = ", ".join(TABLES)

class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0014_verification_sheet'),
        ('orgs', '0003_suspended_delegations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('source_symbol', models.CharField(max_length=80)),
                ('source_link', models.CharField(max_length=300)),
                ('source_hash', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=150)),
                ('summary', models.CharField(max_length=300)),
                ('text', models.TextField()),
                ('cover', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('draft', 'dự thảo'), ('submitted', 'chờ duyệt'), ('approved', 'đã duyệt, chờ đăng'), ('sending', 'đang đăng'), ('published', 'đã đăng'), ('removing', 'đang gỡ'), ('removed', 'đã gỡ')], default='draft', max_length=9)),
                ('changed_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_hash', models.CharField(blank=True, default='', max_length=64)),
                ('token', models.CharField(blank=True, default='', max_length=200)),
                ('asked_at', models.DateTimeField(null=True)),
                ('external_id', models.CharField(blank=True, default='', max_length=80)),
                ('published_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('removed_why', models.CharField(blank=True, default='', max_length=500)),
                ('flagged_at', models.DateTimeField(null=True)),
                ('flag_said', models.CharField(blank=True, default='', max_length=300)),
                ('said', models.CharField(blank=True, default='', max_length=300)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
            options={
                'verbose_name': 'bài đăng Zalo',
                'ordering': ['-changed_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Broadcast',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', 'chờ duyệt'), ('approved', 'đã duyệt, chờ gửi'), ('sending', 'đang gửi'), ('sent', 'đã gửi'), ('failed', 'không gửi được'), ('unknown', 'chưa rõ kết quả')], default='waiting', max_length=8)),
                ('at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('external_id', models.CharField(blank=True, default='', max_length=80)),
                ('said', models.CharField(blank=True, default='', max_length=300)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.agency')),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='broadcasts', to='publicity.article')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.posting')),
            ],
            options={
                'verbose_name': 'lượt gửi bài đăng',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted']), ('approved_at__isnull', False), _connector='OR'), name='article_leaves_after_approval'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'approved', 'sending'])), fields=('article',), name='one_broadcast_at_a_time'),
        ),
        *[migrations.RunSQL(own_rows(table), undo(table)) for table in TABLES],
        migrations.RunSQL(
            f"REVOKE DELETE ON {KEPT} FROM congvu_app, congvu_jobs",
            f"GRANT DELETE ON {KEPT} TO congvu_app, congvu_jobs",
        ),
    ]
