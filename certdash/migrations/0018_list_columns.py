import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count, F, Q

PROTECT = django.db.models.deletion.PROTECT
OPEN = ("planned", "announced", "under_way")
FAILING, WILL_FAIL = 0, 1
BATCH = 1000
ENVIRONMENT = ("archived_at", "customer", "stage", "domain_kinds", "issuer")
COUNTED = ("archived_at", "domain_kinds", "badness", "is_rolling_out", "window_start", "window_end")
CERTIFICATE = ("is_ca", "is_served")
ROTATION = ("is_open", "is_stopping", "platform_domain", "endpoint", "state", "window_end")
GONE = {
    "app": ("certdash_ap_custome_460168_idx", "app_ship_by"),
    "certificate": ("certificate_common_name", "certificate_first_seen"),
    "environment": (
        "certdash_en_badness_607584_idx", "certdash_en_expires_36ed4a_idx", "certdash_en_window__a6d0cd_idx",
    ),
    "rotation": ("rotation_window", "rotation_done"),
}  # fmt: skip
INDEXES = (
    ("app", "app_by_customer", ("customer", "badness", "id", "archived_at", "users_at_risk", "ship_by"), None),
    ("app", "app_ship_by", ("ship_by", "id", "archived_at", "customer", "badness"), None),
    ("auditentry", "audit_by_subject", ("subject", "at", "id"), None),
    ("auditentry", "audit_by_customer", ("customer", "at", "id", "subject"), None),
    ("certificate", "certificate_by_expiry", ("not_after", "id", *CERTIFICATE), None),
    ("certificate", "certificate_by_name", ("common_name", "id", "not_after", *CERTIFICATE), None),
    ("certificate", "certificate_by_sight", ("first_seen_at", "id", "not_after", *CERTIFICATE), None),
    ("certificate", "certificate_authority", ("not_after", "id", *CERTIFICATE), Q(is_ca=True)),
    ("certificate", "certificate_served", ("not_after", "id", *CERTIFICATE), Q(is_served=True)),
    ("certificate", "certificate_not_served", ("not_after", "id", *CERTIFICATE), Q(is_served=False)),
    ("environment", "environment_issuer", ("issuer",), None),
    ("environment", "environment_archived", ("customer",), Q(archived_at__isnull=False)),
    ("environment", "environment_by_customer", ("customer", "issuer", *COUNTED), None),
    ("environment", "environment_by_badness", ("badness", "id", *ENVIRONMENT, "expires_at"), None),
    ("environment", "environment_by_expiry", ("expires_at", "id", *ENVIRONMENT, "badness"), None),
    ("environment", "environment_by_window", ("window_start", "id", *ENVIRONMENT, "badness", "expires_at"), None),
    ("rotation", "rotation_window", ("state", "window_start", "id"), None),
    ("rotation", "rotation_done", ("state", "done_at", "id"), None),
    ("rotation", "rotation_open", ("window_start", "id", *ROTATION), Q(is_open=True)),
    ("rotation", "rotation_stopping", ("window_start", "id", *ROTATION), Q(is_open=True, is_stopping=True)),
    ("serving", "serving_by_customer", ("customer", "hosts", "certificate"), None),
)


def fill(apps, schema_editor):
    """What the first refresh would write: until then the filters would say that nothing is served and nothing stops."""
    serving, certificate = (apps.get_model("certdash", name) for name in ("Serving", "Certificate"))
    served = apps.get_model("certdash", "Observation").objects.filter(
        ended_at=None, chain__isnull=False, endpoint__schedule__isnull=False
    )
    counted = served.order_by().values_list("chain__links__certificate", "endpoint__environment__customer")
    rows = counted.annotate(hosts=Count("endpoint", distinct=True))
    serving.objects.bulk_create(
        (serving(certificate_id=pk, customer_id=customer, hosts=hosts) for pk, customer, hosts in rows if pk),
        batch_size=BATCH,
    )
    certificate.objects.filter(pk__in=serving.objects.values("certificate")).update(is_served=True)
    rotation = apps.get_model("certdash", "Rotation").objects
    for place in ("endpoint", "platform_domain__endpoints"):
        rotation.filter(pk__in=rotation.filter(_stopping(place)).values("pk")).update(is_stopping=True)


def _stopping(place):
    verdict, release = f"{place}__verdicts", f"{place}__verdicts__release"
    in_use = Q(**{f"{release}__retired_at": None, f"{release}__app__archived_at": None})
    in_use &= Q(**{f"{release}__share": None}) | Q(**{f"{release}__share__gte": 1})
    still = Q(**{f"{verdict}__badness__lte": WILL_FAIL, f"{place}__chain__leaf": F("leaf")})
    blocked = Q(**{f"{verdict}__badness": FAILING, "state": "under_way"})
    return in_use & Q(**{f"{place}__archived_at": None, "state__in": OPEN}) & (still | blocked)


def _key(name, on_delete=django.db.models.deletion.CASCADE, **options):
    return models.ForeignKey(db_index=False, on_delete=on_delete, to=f"certdash.{name}", **options)


class Migration(migrations.Migration):
    dependencies = [("certdash", "0016_renewal_windows")]

    operations = [
        migrations.CreateModel(
            name="Serving",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hosts", models.IntegerField()),
                ("certificate", _key("certificate", related_name="servings")),
                ("customer", _key("customer", related_name="+")),
            ],
            options={
                "constraints": (models.UniqueConstraint(fields=("certificate", "customer"), name="serving_once"),),
            },
        ),
        *(migrations.RemoveIndex(model_name=model, name=name) for model, names in GONE.items() for name in names),
        migrations.AddField(model_name="certificate", name="is_served", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="rotation",
            name="is_open",
            field=models.GeneratedField(
                db_persist=True, expression=models.Q(("state__in", OPEN)), output_field=models.BooleanField()
            ),
        ),
        migrations.AddField(model_name="rotation", name="is_stopping", field=models.BooleanField(default=False)),
        migrations.AlterField(
            model_name="auditentry",
            name="customer",
            field=_key("customer", blank=True, null=True, related_name="+"),
        ),
        # Each of these begins an index of several columns.
        *(
            migrations.AlterField(
                model_name=name, name="customer", field=_key("customer", PROTECT, related_name=f"{name}s")
            )
            for name in ("app", "environment")
        ),
        migrations.AlterField(model_name="certificate", name="not_after", field=models.DateTimeField()),
        *(
            migrations.AddIndex(model, models.Index(fields=fields, name=name, condition=condition))
            for model, name, fields, condition in INDEXES
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
