"""Uploads, their files, and imports to be taken back."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Undoing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("import_id", models.CharField(max_length=64, unique=True)),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.CharField(max_length=500)),
                ("job", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("by", models.BigIntegerField(db_index=True)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "stage",
                    models.CharField(
                        choices=[("open", "待导入"), ("started", "导入中"), ("done", "已导入")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("forced", models.CharField(blank=True, max_length=80)),
                ("community", models.CharField(blank=True, max_length=200)),
                ("zone", models.CharField(blank=True, max_length=64)),
                ("me", models.CharField(blank=True, max_length=200)),
                ("job", models.UUIDField(null=True)),
                ("import_id", models.CharField(blank=True, max_length=64)),
                ("files_count", models.PositiveIntegerField(default=0)),
                ("bytes", models.BigIntegerField(default=0)),
                ("left_out", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["-created"],
            },
        ),
        migrations.CreateModel(
            name="StagedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=1024)),
                ("place", models.CharField(max_length=1100)),
                ("folded", models.CharField(max_length=1100)),
                ("size", models.BigIntegerField()),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("glance", models.TextField(blank=True)),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="ingest.upload"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "number"), name="ingest_number"),
                    models.UniqueConstraint(fields=("upload", "folded"), name="ingest_place"),
                ],
            },
        ),
    ]
