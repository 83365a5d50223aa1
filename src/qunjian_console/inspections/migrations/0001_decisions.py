"""Schedules, silences, kept filters."""

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
            name="Adopted",
            fields=[
                ("kind", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("every", models.CharField(choices=[("day", "每天"), ("week", "每周")], max_length=8)),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "周一"),
                            (2, "周二"),
                            (3, "周三"),
                            (4, "周四"),
                            (5, "周五"),
                            (6, "周六"),
                            (7, "周日"),
                        ],
                        default=1,
                    ),
                ),
                ("at", models.TimeField()),
                (
                    "window",
                    models.CharField(
                        choices=[
                            ("all", "全部消息"),
                            ("yesterday", "前一天"),
                            ("week", "之前 7 天"),
                            ("month", "之前 30 天"),
                        ],
                        default="all",
                        max_length=12,
                    ),
                ),
                ("standard", models.CharField(blank=True, max_length=200)),
                ("communities", models.JSONField(default=list)),
                ("paused", models.BooleanField(default=False)),
                ("due", models.DateTimeField(db_index=True)),
                ("job", models.UUIDField(null=True)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["due", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Silence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(db_index=True, max_length=200)),
                ("community", models.CharField(blank=True, max_length=200)),
                ("account", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(max_length=500)),
                ("owner", models.CharField(max_length=80)),
                ("expires", models.DateField()),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="View",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(max_length=2000)),
                ("shared", models.BooleanField(default=False)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["shared", "name", "pk"],
            },
        ),
    ]
