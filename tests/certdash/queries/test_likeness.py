"""What is judged once for many cells is what each of them gets when it is judged alone."""

import base64
import hashlib
from collections.abc import Sequence

import pytest

from certdash.models import BackupKey, Release
from certdash.queries.judging.forecasts import Instead, Registered
from certdash.queries.judging.judging import Cell, judge_cells, load
from certdash.queries.judging.pairs import Pair, pairs_of_releases
from certdash.queries.plain import judged_json
from pins.announced import announced
from pins.scenarios import Scenario
from tests.certdash.fleet import DAY, ISSUING, NEXT, NOW, ROOT, SIBLING, WILDCARD, Fleet, nsc, pin, serve
from tests.pki import Issued

pytestmark = pytest.mark.django_db

CUSTOM = ISSUING.leaf("api.acme.test", not_before=NOW - 60 * DAY, not_after=NOW + 120 * DAY)
HOSTS = (("a.cloud.test", WILDCARD), ("b.cloud.test", WILDCARD), ("api.acme.test", CUSTOM))


def own(name: str) -> str:
    """A pin of a key that nobody knows."""
    return base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()


def habits(leaf: Issued, name: str) -> Sequence[tuple[str, ...]]:
    one, two = own(name), own(f"{name} 2")
    return (
        (pin(leaf), one),
        (one, pin(leaf)),
        (one, two),
        (one, one),
        (pin(NEXT), one),
        (pin(SIBLING), two),
        (pin(ROOT),),
        (one, "A" * 43 + "="),
    )


def okhttp(host: str, *pins: str) -> bytes:
    added = "".join(f'.add("{host}", "sha256/{one}")' for one in pins)
    return f"CertificatePinner.Builder(){added}.build()".encode()


def outsystems(host: str, *pins: str) -> bytes:
    hashes = ", ".join(f'"sha256/{one}"' for one in pins)
    return f'{{"hosts": [{{"host": "{host}", "hashes": [{hashes}]}}]}}'.encode()


def curl(host: str, *pins: str) -> bytes:
    joined = ";".join(f"sha256//{one}" for one in pins)
    return f'url = "https://{host}/"\npinnedpubkey = "{joined}"\n'.encode()


NARROW = ISSUING.leaf("a.cloud.test")
# Below one parent: a wildcard's hosts, one that a certificate of its own does not cover, places that a rule stands for.
FAMILY = (
    *((f"{name}.cloud.test", WILDCARD) for name in ("a", "b", "c", "deep.a", "cloud")),
    ("a.narrow.test", NARROW),
    ("b.narrow.test", NARROW),
)


@pytest.fixture
def family() -> list[Pair]:
    """Apps whose rules stand for many hosts, each on all hosts of one environment."""
    fleet = Fleet()
    for host, leaf in FAMILY:
        serve(fleet.host(host), leaf, ISSUING)
    broad = nsc("cloud.test", pin(WILDCARD)).replace(b"<domain>", b'<domain includeSubdomains="true">')
    files = [broad, *(nsc(host, pin(WILDCARD)) for host in ("b.cloud.test", "a.narrow.test"))]
    files += [
        okhttp(pattern, pin(WILDCARD)) for pattern in ("*.cloud.test", "**.cloud.test", "*.a.cloud.test", "*.test")
    ]
    for file in files:
        fleet.app(file).app.environments.add(fleet.environment)
    return pairs_of_releases(Release.objects.values_list("pk", flat=True))


@pytest.fixture
def pairs() -> list[Pair]:
    """Three hosts; apps that differ in their hosts, in the keys that they alone have, and in the kind of their file."""
    fleet = Fleet()
    for host, leaf in HOSTS:
        serve(fleet.host(host), leaf, ISSUING)
    for write in (nsc, okhttp, outsystems, curl):
        for host, leaf in HOSTS:
            for name in ("first", "second", "third"):
                for pins in habits(leaf, name):
                    fleet.app(write(host, *pins))
    sha256 = base64.b64decode(own("second")).hex()
    BackupKey.objects.create(customer=fleet.customer, name="safe", material="", spki_sha256=sha256, spki_sha1="0" * 40)
    return pairs_of_releases(Release.objects.values_list("pk", flat=True))


def told(cell: Cell) -> tuple[object, ...]:
    verdict = cell.verdict
    halves = (verdict.now, verdict.next)
    return (
        verdict.value,
        halves,
        verdict.reason,
        verdict.ship_by,
        verdict.evidence,
        judged_json(verdict.counterexample),
    )


@pytest.mark.parametrize(
    "change",
    [
        None,
        Scenario.NEW_KEY_SAME_INTERMEDIATE,
        Scenario.OTHER_CA,
        Registered(announced(f"sha256/{own('first')}".encode())),
        Registered(announced(f"sha256/{pin(NEXT)}".encode())),
    ],
)
def test_a_shared_verdict_is_that_of_the_cell_alone(pairs: list[Pair], change: Instead | None) -> None:
    loaded = load(pairs, now=NOW, instead=change)

    together = list(judge_cells(pairs, loaded))

    alone = [next(judge_cells([pair], loaded)) for pair in pairs]
    assert [told(cell) for cell in together] == [told(cell) for cell in alone]
    assert len({id(cell.shared) for cell in together}) < len(pairs) * 2 // 3


@pytest.mark.parametrize("change", [None, Scenario.NEW_KEY_SAME_INTERMEDIATE, Scenario.OTHER_CA])
def test_hosts_of_one_parent_are_told_apart_where_a_name_or_a_rule_makes_a_difference(
    family: list[Pair], change: Instead | None
) -> None:
    loaded = load(family, now=NOW, instead=change)

    together = list(judge_cells(family, loaded))

    alone = [next(judge_cells([pair], loaded)) for pair in family]
    assert [told(cell) for cell in together] == [told(cell) for cell in alone]
