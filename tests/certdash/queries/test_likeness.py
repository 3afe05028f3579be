"""What is judged once for many cells is what each of them gets when it is judged alone."""

import base64
import hashlib
from dataclasses import replace

import pytest

from certdash.models import BackupKey
from certdash.queries.forecasts import Instead, Registered
from certdash.queries.judging import judge_cells, load
from certdash.queries.pairs import pairs_of_releases
from certdash.queries.plain import judged_json
from pins.announced import announced_key
from pins.scenarios import Scenario
from pins.successors import Announced
from tests.certdash.fleet import DAY, ISSUING, NEXT, NOW, ROOT, SIBLING, WILDCARD, Fleet, nsc, pin, serve, upload
from tests.pki import facts

pytestmark = pytest.mark.django_db

CUSTOM = ISSUING.leaf("api.acme.test", not_before=NOW - 60 * DAY, not_after=NOW + 120 * DAY)


def own(name: str) -> str:
    """A pin of a key that nobody else knows."""
    return base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()


@pytest.fixture
def fleet() -> Fleet:
    """Two hosts of the platform and a custom one; files that differ in hosts, in keys of their own, and in layout."""
    found = Fleet()
    for name, leaf in (("a.cloud.test", WILDCARD), ("b.cloud.test", WILDCARD), ("api.acme.test", CUSTOM)):
        serve(found.host(name), leaf, ISSUING)
        for key in ("first", "second"):
            habits = ((pin(leaf), own(key)), (own(key), own(f"{key}!")), (own(key), own(key)), (pin(NEXT), own(key)))
            for pins in (*habits, (pin(SIBLING),), (pin(ROOT), own(key)), (own(key), pin(leaf)), ("x" * 44, own(key))):
                found.app(nsc(name, *pins)).app.environments.add(found.environment)
    swift = f'{{"pinnedDomains": ["{own("first")}"]}}'.encode()
    assert swift
    return found
