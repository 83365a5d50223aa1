"""Reports with their files and communities, and schedules."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("preset", models.CharField(max_length=16)),
                ("hour", models.PositiveSmallIntegerField(default=8)),
                ("language", models.CharField(default="zh", max_length=2)),
                ("standard", models.CharField(blank=True, max_length=120)),
                ("pseudonymous", models.BooleanField(default=False)),
                ("everything", models.BooleanField(default=False)),
                ("communities", models.JSONField(default=list)),
                ("by", models.BigIntegerField()),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("paused", models.BooleanField(default=False)),
                ("next_run", models.DateTimeField()),
                ("missed", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["preset", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("preset", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("period", models.CharField(max_length=16)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("language", models.CharField(max_length=2)),
                ("standard", models.CharField(max_length=120)),
                ("standard_title", models.CharField(max_length=300)),
                ("version", models.CharField(max_length=80)),
                ("run", models.CharField(blank=True, max_length=80)),
                ("everything", models.BooleanField()),
                ("pseudonymous", models.BooleanField()),
                ("messages", models.BigIntegerField()),
                ("findings", models.BigIntegerField()),
                ("policy", models.TextField()),
                ("by", models.BigIntegerField(null=True)),
                ("built", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("erased", models.DateTimeField(null=True)),
                ("erased_by", models.BigIntegerField(null=True)),
                ("erased_why", models.CharField(blank=True, max_length=300)),
                (
                    "schedule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="reports.schedule",
                    ),
                ),
            ],
            options={
                "ordering": ["-built"],
            },
        ),
        migrations.CreateModel(
            name="Covered",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("community", models.CharField(max_length=200)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="covered", to="reports.report"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("report", "community"), name="reports_covered_once")],
            },
        ),
        migrations.CreateModel(
            name="ReportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=8)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="reports.report"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("report", "form"), name="reports_file_once")],
            },
        ),
    ]
