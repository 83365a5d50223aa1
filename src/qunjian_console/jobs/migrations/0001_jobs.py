"""Jobs, one row each."""

import uuid

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=64)),
                ("parameters", models.TextField(default="{}")),
                ("once", models.CharField(max_length=200, null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "排队"),
                            ("running", "进行中"),
                            ("done", "完成"),
                            ("failed", "失败"),
                            ("cancelled", "已取消"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("step_zh", models.CharField(blank=True, max_length=200)),
                ("step_en", models.CharField(blank=True, max_length=200)),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(null=True)),
                ("cancel", models.BooleanField(default=False)),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("most_attempts", models.PositiveIntegerField(default=3)),
                ("worker", models.CharField(blank=True, max_length=120)),
                ("heartbeat", models.DateTimeField(null=True)),
                ("result", models.TextField(blank=True)),
                ("error_zh", models.TextField(blank=True)),
                ("error_en", models.TextField(blank=True)),
                ("by", models.BigIntegerField(db_index=True, null=True)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("started", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-created"],
                "indexes": [models.Index(fields=["state", "created"], name="jobs_next")],
            },
        ),
    ]
