"""Releases, what is in force, and who was told."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("standards", "0001_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=32)),
                ("standard", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=120)),
                ("version", models.CharField(blank=True, max_length=80)),
                ("content", models.CharField(blank=True, max_length=32)),
                ("starts", models.DateField()),
                ("announcement", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "待第二人发布"), ("published", "已发布"), ("returned", "已退回")],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("waived", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="standards.draft"
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="InForce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("standard", models.CharField(max_length=80)),
                ("version", models.CharField(max_length=80)),
                ("content", models.CharField(blank=True, max_length=32)),
                ("starts", models.DateField()),
                (
                    "release",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_force",
                        to="standards.release",
                    ),
                ),
            ],
            options={
                "ordering": ["starts", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("standard", models.CharField(max_length=80)),
                ("version", models.CharField(blank=True, max_length=80)),
                ("person", models.CharField(max_length=120)),
                ("on", models.DateField()),
                ("how", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told",
                        to="standards.release",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["on", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("draft",), name="standards_one_proposal"
            ),
        ),
        migrations.AddConstraint(
            model_name="told",
            constraint=models.UniqueConstraint(fields=("standard", "version", "person"), name="standards_told_once"),
        ),
    ]
