"""One run of the probe engine in a process of its own: prints CPU seconds per handshake.

python -m bench.yardstick.engine PORT COUNT CONCURRENCY
"""

import sys
from datetime import timedelta
from time import process_time

from certdash.probes.engine import Limits, probe
from certdash.probes.guard import parse_networks
from certdash.probes.reading import Outcome, Target


def targets(port: int, count: int, known: dict[int, str]) -> list[Target]:
    """Endpoints that show what they showed before, so that each costs one handshake."""
    return [
        Target(
            number,
            f"h{number}.c{number % 200}.farm.test",
            port,
            (f"127.0.0.{1 + number % 8}",),
            fingerprint=known.get(number % 200, ""),
        )
        for number in range(count)
    ]


def run(port: int, count: int, concurrency: int) -> float:
    limits = Limits(timedelta(seconds=10), concurrency, parse_networks(["127.0.0.0/8"]))
    known = {outcome.target.endpoint_id: outcome.fingerprint for outcome in probe(targets(port, 200, {}), limits)}
    started = process_time()
    outcomes = probe(targets(port, count, known), limits)
    seconds = process_time() - started
    assert_unchanged(outcomes)
    return seconds / count


def assert_unchanged(outcomes: list[Outcome]) -> None:
    changed = [outcome for outcome in outcomes if outcome.is_changed]
    if changed:
        raise SystemExit(f"{len(changed)} endpoints changed, first {changed[0]}: the farm is not what it should be.")


if __name__ == "__main__":
    print(run(*(int(argument) for argument in sys.argv[1:4])))
