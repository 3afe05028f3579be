"""What contradicts a rotation while it is open: hosts that serve something else than was announced."""

from datetime import datetime

from django.db.models import Count, Min

from certdash.models import Finding, Rotation
from certdash.queries.access import Access
from certdash.queries.findings.list import FindingRow, finding_row
from certdash.queries.rotations.scope import endpoints_of

CODE = "successor_contradicted"
MOST = 5


def rotation_findings(rotation: Rotation, access: Access, now: datetime) -> tuple[FindingRow, ...]:
    """At most two statements: what says the same of many hosts is one row."""
    rows = Finding.objects.filter(code=CODE, endpoint__in=endpoints_of(rotation, access)).order_by()
    groups = dict(rows.values_list("text").annotate(sample=Min("pk"), count=Count("pk")).values_list("sample", "count"))
    if not groups:
        return ()
    samples = Finding.objects.filter(pk__in=sorted(groups)[:MOST]).select_related("endpoint__environment__customer")
    return tuple(finding_row(row, now, more=groups[row.pk] - 1) for row in samples.order_by("pk"))
