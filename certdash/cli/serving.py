"""What a host serves now, read by a probe; the command line connects where its user says."""

import socket
from ipaddress import ip_network

from certdash.probes.engine import Limits, probe
from certdash.probes.reading import AddressReading, ReadFailure, Target
from pins.case import ServedChain
from pins.certificate import Certificate, parse_certificate
from pins.errors import PinError

ANYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))


def observe(host: str, connect: tuple[str, int] | None) -> tuple[tuple[ServedChain, ...], str]:
    """The distinct chains with their addresses; without any, the sentence that says why."""
    try:
        target = Target(0, host, 443, _addresses(*connect) if connect else (), is_full=True)
    except OSError:
        return (), f"{connect[0] if connect else host} has no address. Check the name and its DNS records."
    (outcome,) = probe([target], Limits(concurrency=1, allowed=ANYWHERE))
    failures = [_sentence(host, entry.reading) for entry in outcome.readings if isinstance(entry.reading, ReadFailure)]
    try:
        served = _served(outcome.readings)
    except PinError as error:
        return (), f"What {host} serves cannot be read: {error.sentence}"
    return served, "" if served else next(iter(failures), f"{host} has no address.")


def _addresses(host: str, port: int) -> tuple[str, ...]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places = dict.fromkeys(str(row[4][0]) for row in found)
    return tuple(f"[{address}]:{port}" if ":" in address else f"{address}:{port}" for address in places)


def _sentence(host: str, failure: ReadFailure) -> str:
    return f"{host} could not be read, so nothing is known: {failure.sentence}"


def _served(readings: tuple[AddressReading, ...]) -> tuple[ServedChain, ...]:
    """Chains that only the second profile shows keep its name; the others are everybody's."""
    places: dict[tuple[str, tuple[Certificate, ...]], list[str]] = {}
    for entry in readings:
        if not isinstance(entry.reading, ReadFailure):
            chain = tuple(parse_certificate(der) for der in entry.reading.certificates)
            places.setdefault((entry.profile, chain), []).append(entry.address)
    first = {chain for profile, chain in places if profile == "ecdsa_first"}
    return tuple(
        ServedChain(chain, tuple(dict.fromkeys(found)), profile)
        for (profile, chain), found in places.items()
        if profile == "ecdsa_first" or chain not in first
    )
