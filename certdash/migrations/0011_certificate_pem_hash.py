from django.db import migrations, models

from pins.certificate import parse_certificate
from pins.keys import pem_sha256

BATCH = 500


def fill(apps, schema_editor):
    certificate = apps.get_model("certdash", "Certificate")
    rows = []
    for row in certificate.objects.filter(spki_pem_sha256="").only("pk", "der").iterator(BATCH):
        row.spki_pem_sha256 = pem_sha256(parse_certificate(bytes(row.der)).spki).hex()
        rows.append(row)
        if len(rows) == BATCH:
            certificate.objects.bulk_update(rows, ["spki_pem_sha256"])
            rows = []
    certificate.objects.bulk_update(rows, ["spki_pem_sha256"])


class Migration(migrations.Migration):
    dependencies = [("certdash", "0010_notices")]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="spki_pem_sha256",
            field=models.CharField(blank=True, db_index=True, default="", max_length=64),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
