from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certdash", "0014_saved_filters")]

    operations = [
        migrations.AddField(model_name="successor", name="is_logged", field=models.BooleanField(default=False)),
    ]
