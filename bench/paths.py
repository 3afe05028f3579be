"""What reading a certificate and finding a path cost, against the cryptography library's reader and verifier.

Prints one line per figure, `name value unit ratio-to what`, medians of interleaved rounds in one process.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.verification import PolicyBuilder, Store

sys.path.insert(0, str(Path(__file__).parent.parent))

from pins import issuing
from pins.certificate import parse_certificate
from pins.chains import chain_findings
from pins.paths import PathOrder, validated_paths
from pins.trust import TrustStore, parse_store
from tests.pki import NOW, Authority, facts

ROUNDS, REPEATS = 5, 400
HOST = "www.example.com"
MICRO = 1_000_000

OLD, NEW = Authority.root("Old Root"), Authority.root("New Root")
ISSUING = NEW.authority("Issuing")
LEAF = ISSUING.leaf(HOST, "*.example.com")
CHAIN = facts(LEAF, ISSUING, OLD.cross_sign(NEW))
WEB = parse_store("web", Path(certifi.where()).read_bytes())
STORE = TrustStore("web", (*WEB.anchors, OLD.facts, NEW.facts))


def seconds(work: Callable[[], object], repeats: int) -> float:
    start = process_time()
    for _ in range(repeats):
        work()
    return (process_time() - start) / repeats


def read_by_library() -> object:
    """The same facts as far as the library gives them."""
    found = x509.load_der_x509_certificate(LEAF.der)
    key = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    names = found.subject.rfc4514_string(), found.issuer.rfc4514_string()
    values = [one.value for one in found.extensions]
    return key, names, values, found.not_valid_before_utc, found.not_valid_after_utc, found.serial_number


def path(order: PathOrder) -> object:
    return validated_paths(CHAIN, STORE, NOW, order)


def first_path() -> object:
    issuing.forget_signatures()
    return path(PathOrder.CONSCRYPT)


VERIFIER = PolicyBuilder().store(Store([OLD.certificate, NEW.certificate])).time(NOW)


def verify_by_library() -> object:
    verifier = VERIFIER.build_server_verifier(x509.DNSName(HOST))
    return verifier.verify(LEAF.certificate, [ISSUING.certificate])


def main() -> None:
    works: dict[str, Callable[[], object]] = {
        "library_read": read_by_library,
        "library_verify": verify_by_library,
        "read_certificate": lambda: parse_certificate(LEAF.der),
        "path_first": first_path,
        "path_conscrypt": lambda: path(PathOrder.CONSCRYPT),
        "path_openssl": lambda: path(PathOrder.OPENSSL),
        "path_apple": lambda: path(PathOrder.APPLE),
        "chain_findings": lambda: chain_findings(CHAIN, STORE, host=HOST, instant=NOW),
    }
    rounds = [{name: seconds(work, REPEATS) for name, work in works.items()} for _ in range(ROUNDS)]
    for name in works:
        base = "library_read" if "read" in name else "library_verify"
        ratio = median(one[name] / one[base] for one in rounds)
        print(f"{name} {median(one[name] for one in rounds) * MICRO:.1f} µs {ratio:.2f} {base}")


if __name__ == "__main__":
    main()
