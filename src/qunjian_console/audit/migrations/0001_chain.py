"""The chain of audit entries, its erasable parts, its head."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("kind", models.CharField(db_index=True, max_length=64)),
                ("actor", models.BigIntegerField(db_index=True, null=True)),
                ("subject", models.CharField(blank=True, db_index=True, max_length=200)),
                ("community", models.CharField(blank=True, db_index=True, max_length=200)),
                ("facts", models.TextField(default="{}")),
                ("digests", models.TextField(default="{}")),
                ("mac", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(default=0)),
                ("mac", models.CharField(blank=True, max_length=64)),
                ("seal", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot", models.CharField(max_length=8)),
                ("about", models.CharField(db_index=True, max_length=200)),
                ("nonce", models.CharField(max_length=64)),
                ("body", models.TextField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="audit.entry"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("entry", "slot"), name="audit_part_once")],
            },
        ),
    ]
