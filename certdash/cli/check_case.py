"""What a verdict on each host rests on: the chain given or probed, its successors and the window."""

from dataclasses import replace

from certdash.cli.check_input import Inputs
from pins.case import Case, ServedChain
from pins.certificate import Certificate
from pins.forecast import window
from pins.keys import pem_sha256
from pins.path_cache import PathCache
from pins.pin_story import label
from pins.successors import successors


def cases(inputs: Inputs) -> list[Case]:
    cache = PathCache()
    if inputs.served is not None:
        first = _case(inputs, "", (ServedChain(inputs.served),), "", cache)
        return [replace(first, host=host) for host in inputs.hosts]
    from certdash.cli.serving import observe

    return [_case(inputs, host, *observe(host, inputs.connect), cache) for host in inputs.hosts]


def _case(inputs: Inputs, host: str, served: tuple[ServedChain, ...], failure: str, cache: PathCache) -> Case:
    next_chains = successors(
        [entry.chain for entry in served],
        inputs.stores,
        now=inputs.now,
        known=inputs.known,
        is_rolling_out=_is_rolling_out(served),
        cache=cache,
    )
    leaf = min((entry.chain[0] for entry in served), key=lambda certificate: certificate.not_after, default=None)
    return Case(
        host,
        served,
        inputs.stores,
        inputs.now,
        next_chains,
        window(leaf, now=inputs.now, successors=next_chains) if leaf else None,
        failure,
        inputs.device,
        _mistaken(inputs, served),
        cache=cache,
    )


def _is_rolling_out(served: tuple[ServedChain, ...]) -> bool:
    """Two leaves in one profile; an ECDSA and an RSA leaf beside each other are none."""
    profiles = {entry.profile for entry in served}
    return any(len({entry.chain[0] for entry in served if entry.profile == profile}) > 1 for profile in profiles)


def _mistaken(inputs: Inputs, served: tuple[ServedChain, ...]) -> dict[bytes, str]:
    """Hashes of known certificates that are often pinned where the hash of a key belongs, and hardly a next key."""
    chains = [entry.chain for entry in served] + [entry.certificates for entry in inputs.known]
    found: dict[bytes, str] = {}
    for certificate in (one for chain in chains for one in chain):
        found.update(_wrong_hashes(certificate))
    return found


def _wrong_hashes(certificate: Certificate) -> dict[bytes, str]:
    name = label(certificate)
    return {
        certificate.sha256: f"the fingerprint of the certificate {name}",
        certificate.sha1: f"the fingerprint of the certificate {name}",
        pem_sha256(certificate.spki): f"the hash of the printed key of {name}, where that of its DER form belongs",
    }
