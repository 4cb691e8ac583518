from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PolicyReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(editable=False, max_length=64, unique=True)),
                ("directive", models.CharField(max_length=40, verbose_name="directive")),
                ("blocked", models.CharField(max_length=160, verbose_name="refused")),
                ("page", models.CharField(blank=True, max_length=160, verbose_name="page")),
                ("source", models.CharField(blank=True, max_length=160, verbose_name="called from")),
                ("line", models.PositiveIntegerField(default=0, verbose_name="line")),
                ("count", models.PositiveBigIntegerField(default=0, verbose_name="how often")),
                ("first_seen_at", models.DateTimeField(verbose_name="first seen")),
                ("last_seen_at", models.DateTimeField(db_index=True, verbose_name="last seen")),
            ],
            options={
                "verbose_name": "refused by the browser",
                "verbose_name_plural": "refused by browsers",
                "ordering": ("-last_seen_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_seen_at__gte", models.F("first_seen_at"))),
                        name="policy_report_seen_in_order",
                    )
                ],
            },
        ),
    ]
