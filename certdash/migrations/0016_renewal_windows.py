from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certdash", "0015_logged_successors")]

    operations = [
        migrations.AddField(
            model_name="certificate", name=name, field=models.DateTimeField(blank=True, null=True)
        )
        for name in ("renewal_start", "renewal_end", "renewal_asked_at")
    ]
