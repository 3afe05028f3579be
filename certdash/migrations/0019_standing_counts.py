from django.db import migrations, models
from django.db.models.deletion import CASCADE

LIVE = "a.archived_at IS NULL AND c.archived_at IS NULL"
APPS = "certdash_app a JOIN certdash_customer c ON c.id = a.customer_id"
COUNTS = "COUNT(*), SUM(a.users_at_risk)"
COLUMNS = "(customer_id, platform_domain_id, badness, ship_by, apps, users)"


def _count(whose: str, group: str) -> tuple[str, str]:
    """Apps anywhere, then below each platform domain; both for one customer each or for all."""
    anywhere = f"SELECT {whose}, NULL, a.badness, NULL, {COUNTS} FROM {APPS} WHERE {LIVE} GROUP BY {group} a.badness"
    below = (
        f"SELECT {whose}, s.platform_domain_id, s.badness, s.ship_by, {COUNTS} FROM {APPS} "
        f"JOIN certdash_stake s ON s.app_id = a.id WHERE {LIVE} AND s.platform_domain_id IS NOT NULL "
        f"GROUP BY {group} s.platform_domain_id, s.badness, s.ship_by"
    )
    start = f"INSERT INTO certdash_standingcount {COLUMNS} "
    return start + anywhere, start + below


class Migration(migrations.Migration):
    dependencies = [("certdash", "0018_list_columns")]

    operations = [
        migrations.CreateModel(
            name="StandingCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("badness", models.PositiveSmallIntegerField()),
                ("ship_by", models.DateField(blank=True, null=True)),
                ("apps", models.PositiveIntegerField()),
                ("users", models.PositiveBigIntegerField(default=0)),
                ("customer", models.ForeignKey("certdash.Customer", CASCADE, blank=True, null=True, related_name="+")),
                (
                    "platform_domain",
                    models.ForeignKey("certdash.PlatformDomain", CASCADE, blank=True, null=True, related_name="+"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="standingcount",
            index=models.Index(fields=["platform_domain", "badness", "customer"], name="standing_count_by_domain"),
        ),
        migrations.AddIndex(
            model_name="rotation", index=models.Index(fields=["first_changed_at", "id"], name="rotation_began")
        ),
        migrations.AddIndex(model_name="rotation", index=models.Index(fields=["done_at", "id"], name="rotation_ended")),
        migrations.AddIndex(
            model_name="rotation",
            index=models.Index(
                condition=models.Q(platform_domain__isnull=False),
                fields=["window_end", "id"],
                name="rotation_of_platform",
            ),
        ),
        migrations.RunSQL(_count("NULL", ""), migrations.RunSQL.noop),
        migrations.RunSQL(_count("a.customer_id", "a.customer_id,"), migrations.RunSQL.noop),
    ]
