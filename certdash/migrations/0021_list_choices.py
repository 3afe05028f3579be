from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certdash", "0020_owner_questions")]

    operations = [
        migrations.AddField(
            model_name="user", name="list_columns", field=models.JSONField(blank=True, default=dict)
        )
    ]
