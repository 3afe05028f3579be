import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Min, Q
from django.utils import timezone

AT_RISK, WILL_FAIL = 2, 1
BATCH = 1000


def fill(apps, schema_editor):
    """What the next refresh of all standings writes: until then the pages would say that nothing is at stake."""
    app, change, stake = (apps.get_model("certdash", name) for name in ("App", "StandingChange", "Stake"))
    now = timezone.now()
    rows = app.objects.values_list("pk", "badness", "users_at_risk", "active_users")
    change.objects.bulk_create(
        (
            change(app_id=pk, badness=badness, users_at_risk=concerned, active_users=active, changed_at=now)
            for pk, badness, concerned, active in rows
        ),
        batch_size=BATCH,
    )
    for place in ("platform_domain", "endpoint"):
        stake.objects.bulk_create(_stakes(apps.get_model("certdash", "Verdict"), stake, place), batch_size=BATCH)


def _stakes(verdict, stake, place):
    in_use = Q(release__retired_at=None) & (Q(release__share=None) | Q(release__share__gte=1))
    rows = verdict.objects.filter(in_use, badness__lte=AT_RISK, endpoint__isnull=False)
    rows = rows.filter(endpoint__platform_domain__isnull=place == "endpoint")
    column = "endpoint__platform_domain" if place == "platform_domain" else "endpoint"
    groups = rows.order_by().values_list("release__app", column)
    found = groups.annotate(
        worst=Min("badness"), date=Min("ship_by", filter=Q(badness__lte=WILL_FAIL)), opens=Min("window_start")
    )
    for app_id, key, worst, date, opens in found:
        yield stake(app_id=app_id, badness=worst, ship_by=date, window_start=opens, **{f"{place}_id": key})


class Migration(migrations.Migration):
    dependencies = [("certdash", "0012_rotation_by_hand")]

    operations = [
        migrations.CreateModel(
            name="Stake",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("badness", models.PositiveSmallIntegerField()),
                ("ship_by", models.DateField(blank=True, null=True)),
                ("window_start", models.DateTimeField(blank=True, null=True)),
                (
                    "app",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stakes", to="certdash.app"
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stakes",
                        to="certdash.endpoint",
                    ),
                ),
                (
                    "platform_domain",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stakes",
                        to="certdash.platformdomain",
                    ),
                ),
            ],
            options={"ordering": ("badness", "id")},
        ),
        migrations.CreateModel(
            name="StandingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("badness", models.PositiveSmallIntegerField()),
                ("users_at_risk", models.PositiveIntegerField(default=0)),
                ("active_users", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(db_index=True)),
                (
                    "app",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="standing_changes", to="certdash.app"
                    ),
                ),
            ],
            options={"ordering": ("changed_at", "id")},
        ),
        migrations.AddField(
            model_name="user", name="previous_overview_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddIndex(
            model_name="app",
            index=models.Index(
                models.F("badness"),
                models.OrderBy(models.F("users_at_risk"), descending=True),
                models.F("id"),
                models.F("archived_at"),
                models.F("customer"),
                name="app_by_users",
            ),
        ),
        migrations.AddIndex(
            model_name="endpoint",
            index=models.Index(condition=~models.Q(failure=""), fields=["environment"], name="endpoint_unread"),
        ),
        migrations.AddIndex(
            model_name="endpoint",
            index=models.Index(fields=["platform_domain", "window_start", "host"], name="endpoint_by_window"),
        ),
        migrations.AddIndex(
            model_name="finding", index=models.Index(fields=["first_seen_at"], name="finding_first_seen")
        ),
        migrations.AddIndex(
            model_name="stake",
            index=models.Index(fields=["platform_domain", "badness", "ship_by", "app"], name="stake_by_domain"),
        ),
        migrations.AddIndex(
            model_name="stake",
            index=models.Index(
                condition=models.Q(endpoint__isnull=False),
                fields=["badness", "window_start", "endpoint"],
                name="stake_by_endpoint",
            ),
        ),
        migrations.AddConstraint(
            model_name="stake",
            constraint=models.UniqueConstraint(fields=("app", "platform_domain"), name="stake_on_domain_once"),
        ),
        migrations.AddConstraint(
            model_name="stake",
            constraint=models.UniqueConstraint(fields=("app", "endpoint"), name="stake_on_endpoint_once"),
        ),
        migrations.AddConstraint(
            model_name="stake",
            constraint=models.CheckConstraint(
                condition=models.Q(platform_domain=None, endpoint__isnull=False)
                | models.Q(platform_domain__isnull=False, endpoint=None),
                name="stake_place",
            ),
        ),
        migrations.AddIndex(
            model_name="standingchange", index=models.Index(fields=["app", "changed_at"], name="standing_of_app")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
