"""Drafts of standards and their revisions."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("standard", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=120)),
                ("source_origin", models.CharField(max_length=16)),
                ("source_name", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "编辑中"),
                            ("proposed", "待第二人发布"),
                            ("published", "已发布"),
                            ("discarded", "已丢弃"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("head", models.PositiveIntegerField(default=1)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-changed", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.CharField(max_length=32)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("begun", "复制而来"),
                            ("rule", "改规则"),
                            ("added", "加规则"),
                            ("removed", "删规则"),
                            ("rules", "批量改规则"),
                            ("targets", "改指标目标"),
                            ("scorecard", "改评分"),
                            ("about", "改名称说明"),
                            ("sheet", "收回表格"),
                            ("restored", "恢复旧版"),
                        ],
                        max_length=10,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="revisions", to="standards.draft"
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [models.UniqueConstraint(fields=("draft", "number"), name="standards_revision_once")],
            },
        ),
    ]
