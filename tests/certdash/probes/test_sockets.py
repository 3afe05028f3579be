"""Hosts with many addresses under a tight limit of open files: everything is read, in turns."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from certdash.probes.sockets import share_of
from tests import tls
from tests.pki import Authority
from tests.tls import Keeping, serving

OPEN_FILES = 256
PROBE = """
import sys
from datetime import timedelta
from certdash.probes.engine import Limits, probe
from certdash.probes.guard import parse_networks
from certdash.probes.reading import ServedChain, Target
limits = Limits(timedelta(seconds=10), 200, parse_networks(["127.0.0.0/8"]))
outcomes = probe([Target(n, "www.example.test", 443, (sys.argv[1],) * 50) for n in range(20)], limits)
print(sum(isinstance(one.reading, ServedChain) for outcome in outcomes for one in outcome.readings))
"""


@pytest.mark.parametrize(("limit", "share"), [(16_384, 3946), (1024, 106), (256, 16)])
def test_four_sweeps_and_everything_else_fit_into_the_limit(limit: int, share: int) -> None:
    assert share_of(limit) == share


def test_a_batch_with_more_addresses_than_open_files_is_read_in_turns() -> None:
    leaf = Authority.root().leaf("www.example.test")
    with serving(tls.tls(Keeping(leaf))) as server:
        done = subprocess.run(
            [sys.executable, "-c", PROBE, server.place],
            cwd=Path(__file__).parents[3],
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES)),
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.stdout, done.stderr) == ("1000\n", "")
