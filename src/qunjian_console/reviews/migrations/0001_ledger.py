"""Review plans, their items and the decisions on them."""

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
            name="Carried",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("finding", models.CharField(max_length=64, unique=True)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("confirmed", "成立"), ("refuted", "误报"), ("unsure", "存疑")], max_length=10
                    ),
                ),
                ("reviewer", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(default=-1)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("carried", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[("drawing", "正在抽取"), ("open", "复核中"), ("closed", "已结束")],
                        default="drawing",
                        max_length=10,
                    ),
                ),
                ("wish", models.TextField()),
                ("run", models.CharField(blank=True, max_length=64)),
                ("standard", models.CharField(blank=True, max_length=200)),
                ("version", models.CharField(blank=True, max_length=200)),
                ("form", models.TextField(blank=True)),
                ("strata", models.TextField(default="[]")),
                ("due", models.DateField(null=True)),
                ("by", models.BigIntegerField()),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("drawn", models.DateTimeField(null=True)),
                ("closed", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-created", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Habit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("keys", models.TextField(default="{}")),
                (
                    "blur",
                    models.CharField(
                        choices=[("never", "不模糊"), ("harsh", "致命和言行类的问题"), ("always", "全部")],
                        default="harsh",
                        max_length=6,
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(blank=True, max_length=200)),
                ("accounts", models.TextField(default="[]")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="review_link",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("rank", models.CharField(max_length=64)),
                ("finding", models.CharField(blank=True, db_index=True, max_length=64)),
                ("rule", models.CharField(blank=True, db_index=True, max_length=120)),
                ("community", models.CharField(max_length=200)),
                ("account", models.CharField(blank=True, db_index=True, max_length=200)),
                ("scope", models.CharField(max_length=300)),
                ("message", models.CharField(max_length=300)),
                ("sent", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待复核"), ("done", "已复核"), ("skipped", "已跳过")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("holder", models.BigIntegerField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "成立"), ("refuted", "误报"), ("unsure", "存疑")],
                        max_length=10,
                    ),
                ),
                ("by", models.BigIntegerField(db_index=True, null=True)),
                ("at", models.DateTimeField(null=True)),
                ("number", models.BigIntegerField(null=True)),
                ("score", models.FloatField(null=True)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="reviews.plan"
                    ),
                ),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField()),
                ("saved", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="reviews.item"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("item", "user"), name="reviews_draft_once")],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                (
                    "act",
                    models.CharField(
                        choices=[("verdict", "判定"), ("skip", "跳过"), ("undo", "撤销"), ("appeal", "申诉改判")],
                        max_length=8,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "成立"), ("refuted", "误报"), ("unsure", "存疑")],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("marks", models.TextField(default="{}")),
                ("causes", models.TextField(default="{}")),
                ("score", models.FloatField(null=True)),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("token", models.CharField(max_length=64, unique=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="history", to="reviews.item"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("item", "version"), name="reviews_history_is_a_line")],
            },
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["plan", "state", "place"], name="reviews_queue"),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["finding", "state"], name="reviews_standing"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(fields=("plan", "place"), name="reviews_place_once"),
        ),
    ]
