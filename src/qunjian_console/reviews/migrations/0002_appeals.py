"""Appeals, their judgements and files."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_ledger"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待裁定"),
                            ("decided", "已裁定"),
                            ("final_open", "待终审"),
                            ("final", "已终审"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(max_length=2000)),
                ("asked_score", models.FloatField(null=True)),
                (
                    "first_verdict",
                    models.CharField(
                        choices=[("confirmed", "成立"), ("refuted", "误报"), ("unsure", "存疑")], max_length=10
                    ),
                ),
                ("first_score", models.FloatField(null=True)),
                ("first_by", models.BigIntegerField()),
                ("made", models.DateTimeField()),
                ("due", models.DateTimeField(db_index=True)),
                ("steps", models.PositiveIntegerField(default=0)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="reviews.item"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["due"],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=40)),
                ("content", models.BinaryField()),
                (
                    "appeal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="reviews.appeal"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Judgment",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("final", models.BooleanField(default=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("kept", "维持"), ("accepted", "接受"), ("partly", "部分接受"), ("third", "另定")],
                        max_length=8,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("confirmed", "成立"), ("refuted", "误报"), ("unsure", "存疑")], max_length=10
                    ),
                ),
                ("score", models.FloatField(null=True)),
                ("reason", models.CharField(max_length=2000)),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "appeal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="judgments", to="reviews.appeal"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "withdrawn"), _negated=True), fields=("item",), name="reviews_appeal_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="judgment",
            constraint=models.UniqueConstraint(fields=("appeal", "final"), name="reviews_judged_once"),
        ),
    ]
