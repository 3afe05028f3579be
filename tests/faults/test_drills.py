"""Drills in mid-sweep: workers, brokers and databases fail, and every endpoint still has one truth about it.

Each drill lets a fleet be read once, changes what all of it serves, and disturbs the sweep that finds out.
"""

import base64
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import tls
from tests.faults.stacks import LEASE, PATIENCE, TICK, Embedded, Running, Scaled, until
from tests.pki import Authority
from tests.tls import Conversation, Keeping, serving

pytestmark = pytest.mark.drill

SIZE = 1000
AUTHORITY = Authority.root("Drill Root")
ISSUING = AUTHORITY.authority("Drill CA")
BEFORE, AFTER = ISSUING.leaf("*.drill.test"), ISSUING.leaf("*.drill.test")
PIN = base64.b64encode(BEFORE.facts.spki_sha256).decode()
PIN_FILE = f"""<network-security-config><domain-config>
<domain includeSubdomains="true">drill.test</domain><pin-set><pin digest="SHA-256">{PIN}</pin></pin-set>
</domain-config></network-security-config>"""


@dataclass
class Servers:
    """All of them serve one chain until `rotate`, and then another."""

    talk: Conversation = field(default_factory=lambda: tls.tls(Keeping(BEFORE, [ISSUING])))
    places: list[str] = field(default_factory=list)

    def answer(self, connection: socket.socket) -> None:
        self.talk(connection)

    def rotate(self) -> None:
        self.talk = tls.tls(Keeping(AFTER, [ISSUING]))


@dataclass
class Drill:
    running: Running
    servers: Servers

    @property
    def stack(self) -> Embedded | Scaled:
        return self.running.stack

    def begin(self) -> None:
        """The fleet is read and evaluated once, undisturbed; then it serves something else and is due."""
        worker, beat = self.running.worker(), self.running.beat()
        until(lambda: self.stack.ask(DONE_BEFORE) == [(SIZE,)], "the first sweep is evaluated")
        self.running.kill(beat)
        self.running.kill(worker)
        self.stack.empty_the_queue()
        self.servers.rotate()
        self.stack.ask(
            "UPDATE certdash_probeschedule SET next_probe_at = last_probe_at, lease = '', leased_until = NULL"
        )

    def changed(self) -> int:
        return int(self.stack.ask(CHANGED)[0][0])

    def reaches(self, count: int) -> None:
        until(lambda: self.changed() >= count, f"{count} endpoints show the new chain")

    def end_sweep(self) -> None:
        """A dead worker's endpoints come back with the end of its lease. The rest is patience: a thousand rotations at
        once are evaluated in between, and how fast is no matter of a drill.
        """
        seconds = LEASE + TICK + PATIENCE
        until(lambda: self.changed() == SIZE, "every endpoint shows the new chain", seconds=seconds)

    def evaluate_what_is_marked(self) -> None:
        """Evaluations whose messages were lost are offered again once their marks are old: here at once."""
        self.running.run("-m", "tests.faults.drill_reoffer")
        until(lambda: self.stack.ask(MARKED) == [(0,)], "every change is evaluated")

    def assert_one_effect(self) -> None:
        """Two intervals that meet, one changed verdict each; nothing doubled, lost or half-written."""
        assert self.stack.ask(INTERVALS) == [(2, 1, 2, 1, SIZE)]
        assert self.stack.ask(VERDICTS) == [("failing", SIZE)]
        assert self.stack.ask(CHANGES) == [(1, SIZE)]
        assert self.stack.ask(STORED) == [(2, 4, 3)]


CHANGED = """SELECT count(DISTINCT endpoint_id) FROM certdash_observation
WHERE ended_at IS NULL AND chain_id = (SELECT max(id) FROM certdash_chain HAVING count(*) > 1)"""
DONE_BEFORE = """SELECT count(*) FROM certdash_verdict WHERE endpoint_id IN
(SELECT endpoint_id FROM certdash_probeschedule WHERE last_seen_at IS NOT NULL AND unevaluated_since IS NULL)
AND value = 'will_fail'"""
MARKED = "SELECT count(*) FROM certdash_probeschedule WHERE unevaluated_since IS NOT NULL"
# Intervals, open ones, chains, instants at which one ends and another begins: per endpoint, and how many have these.
INTERVALS = """SELECT intervals, open, chains, seams, count(*) FROM (
    SELECT endpoint_id, count(*) AS intervals, count(*) - count(ended_at) AS open, count(DISTINCT chain_id) AS chains,
        (SELECT count(*) FROM certdash_observation AS ended JOIN certdash_observation AS next
         ON next.endpoint_id = ended.endpoint_id AND next.first_seen_at = ended.ended_at
         WHERE ended.endpoint_id = each_one.endpoint_id) AS seams
    FROM certdash_observation AS each_one GROUP BY endpoint_id) AS endpoints
GROUP BY intervals, open, chains, seams"""
VERDICTS = "SELECT value, count(*) FROM certdash_verdict GROUP BY value"
CHANGES = """SELECT times, count(*) FROM (
    SELECT host, count(*) AS times FROM certdash_verdictchange GROUP BY host) AS hosts GROUP BY times"""
STORED = """SELECT (SELECT count(*) FROM certdash_chain), (SELECT count(*) FROM certdash_chainlink),
    (SELECT count(*) FROM certdash_certificate)"""


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Two doors are enough; what they serve is decided at each connection."""
    kept = Servers()
    with serving(kept.answer) as first, serving(kept.answer) as second:
        kept.places = [first.place, second.place]
        yield kept


@pytest.fixture(params=["embedded", "scaled"])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Embedded | Scaled:
    if request.param == "embedded":
        return Embedded(tmp_path)
    return Scaled(request.getfixturevalue("postgres_url"), request.getfixturevalue("redis_url"))


@pytest.fixture
def drill(stack: Embedded | Scaled, servers: Servers, tmp_path: Path) -> Iterator[Drill]:
    running = Running(stack, tmp_path)
    servers.talk = Servers().talk
    places = [servers.places[number % 2] for number in range(SIZE)]
    fleet = tmp_path / "fleet.json"
    fleet.write_text(json.dumps({"root": AUTHORITY.pem.decode(), "pin_file": PIN_FILE, "places": places}))
    try:
        running.run("manage.py", "migrate", "--no-input", "-v", "0")
        running.run("-m", "tests.faults.drill_fleet", str(fleet))
        drill = Drill(running, servers)
        drill.begin()
        yield drill
    finally:
        running.end()


def test_workers_that_are_killed_cost_a_lease_and_no_endpoint(drill: Drill) -> None:
    drill.running.beat()
    worker = drill.running.worker()

    for count in (1, 150, 300, 450, 600):
        drill.reaches(count)
        drill.running.kill(worker)
        worker = drill.running.worker()
    drill.end_sweep()

    drill.evaluate_what_is_marked()
    drill.assert_one_effect()


def test_a_broker_that_loses_everything_costs_a_tick_and_no_endpoint(drill: Drill) -> None:
    drill.running.beat()
    drill.running.worker()

    for count in (1, 200, 400):
        drill.reaches(count)
        drill.stack.empty_the_queue()
    drill.end_sweep()

    drill.evaluate_what_is_marked()
    drill.assert_one_effect()


@pytest.mark.parametrize("stack", ["scaled"], indirect=True)
def test_a_database_that_restarts_leaves_nothing_half_written(drill: Drill) -> None:
    assert isinstance(drill.stack, Scaled)
    drill.running.beat()
    drill.running.worker()

    for count in (1, 200, 400):
        drill.reaches(count)
        drill.stack.crash()
    drill.end_sweep()

    drill.evaluate_what_is_marked()
    drill.assert_one_effect()


def test_two_beats_two_workers_and_every_message_twice_have_one_effect(drill: Drill) -> None:
    beats = [drill.running.beat(), drill.running.beat()]
    until(lambda: drill.stack.waiting() >= 6, "both beats have asked for the fleet to be offered")
    drill.stack.double_the_queue()

    drill.running.worker()
    drill.running.worker()
    for count in (1, 200, 400, 600):
        drill.reaches(count)
        drill.stack.double_the_queue()
    drill.end_sweep()

    assert [beat.poll() for beat in beats] == [None, None]
    drill.evaluate_what_is_marked()
    drill.assert_one_effect()


def test_tasks_come_again_when_the_database_refuses_to_write(drill: Drill) -> None:
    drill.running.beat()
    drill.running.worker()
    drill.reaches(1)

    with drill.stack.writing_refused():
        until(lambda: "Retry in" in drill.running.said(), "a task says that it comes again")
    drill.end_sweep()

    drill.evaluate_what_is_marked()
    drill.assert_one_effect()
