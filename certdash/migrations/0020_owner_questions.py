from django.db import migrations, models

EVENTS = [
    ("app_worse", "An app is failing, will fail or is at risk"),
    ("ship_by", "A ship-by date comes close or has passed"),
    ("successor_announced", "The next certificate was announced"),
    ("successor_withdrawn", "An announced certificate was withdrawn"),
    ("rotation_cancelled", "A planned rotation was called off"),
    ("rotation_began", "A rotation began"),
    ("rotation_done", "A rotation is done"),
    ("certificate_expires", "A certificate of a custom domain expires"),
    ("endpoint_unreachable", "A host could not be read for a day"),
    ("data_stale", "Hosts are not checked as often as they should be"),
    ("owner_asked", "Somebody asks the owners of an app"),
]


class Migration(migrations.Migration):
    """Names one more kind of notice; no column changes."""

    dependencies = [("certdash", "0019_standing_counts")]

    operations = [
        migrations.AlterField(
            model_name="notice", name="event", field=models.CharField(choices=EVENTS, max_length=24)
        )
    ]
