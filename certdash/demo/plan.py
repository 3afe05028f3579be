"""What the lab serves where: a small file that the seed writes, `certdash demo rotate` changes and the lab follows."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

EVERYWHERE = "*"
FILE = "lab.json"

Served = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """`chains`: name → certificate names in the order they are sent; the first one's key signs the handshake.

    `hosts`: host or `*.domain` → address (or `"*"` for every address) → chain names: one, or two of different key types
    between which the client's offer decides. `rotations`: chain name → the chain that replaces it.
    """

    port: int
    addresses: tuple[str, ...]
    chains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hosts: Mapping[str, Served] = field(default_factory=dict)
    rotations: Mapping[str, str] = field(default_factory=dict)

    def served(self, host: str, address: str) -> tuple[str, ...]:
        """Names of the chains for this host at this address; an exact host goes before its wildcard; () for neither."""
        by_address = self.hosts.get(host) or self.hosts.get("*." + host.partition(".")[2]) or {}
        return by_address.get(address) or by_address.get(EVERYWHERE) or ()

    def rotated(self) -> "Plan":
        """Each chain that has a successor is replaced by it, on every host."""
        hosts = {
            host: {address: tuple(map(self._successor, names)) for address, names in served.items()}
            for host, served in self.hosts.items()
        }
        return replace(self, hosts=hosts)

    def _successor(self, chain: str) -> str:
        return self.rotations.get(chain, chain)

    def moved_hosts(self, later: "Plan") -> tuple[str, ...]:
        return tuple(host for host, served in self.hosts.items() if later.hosts.get(host) != served)


def lab_folder(var: Path) -> Path:
    return var / "lab"


def write_plan(folder: Path, plan: Plan) -> None:
    """In one step: the lab never reads half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{FILE}.new"
    unfinished.write_text(json.dumps(asdict(plan), indent=1))
    unfinished.replace(folder / FILE)


def read_plan(folder: Path) -> Plan:
    kept = json.loads((folder / FILE).read_text())
    return Plan(
        port=kept["port"],
        addresses=tuple(kept["addresses"]),
        chains={name: tuple(certificates) for name, certificates in kept["chains"].items()},
        hosts={
            host: {address: tuple(names) for address, names in served.items()} for host, served in kept["hosts"].items()
        },
        rotations=kept["rotations"],
    )


def yet_to_rotate(folder: Path) -> tuple[str, ...]:
    """The hosts whose chain a rotation changes; none when that was done before."""
    plan = read_plan(folder)
    return plan.moved_hosts(plan.rotated())


def rotate(folder: Path) -> None:
    """Serve the successors from now on; a second time changes nothing."""
    write_plan(folder, read_plan(folder).rotated())
