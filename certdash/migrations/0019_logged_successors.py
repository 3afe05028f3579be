from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certdash", "0011_certificate_pem_hash")]

    operations = [
        migrations.AddField(model_name="successor", name="is_logged", field=models.BooleanField(default=False)),
    ]
