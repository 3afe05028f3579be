"""Second opinions on paths: OpenSSL's command, the verifier of the cryptography library, and properties."""

import re
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pins.certificate import parse_certificate, parse_certificates
from pins.chains import chain_findings
from pins.csr import parse_public_key, parse_request
from pins.errors import PinError
from pins.paths import PathOrder, validated_paths
from pins.trust import TrustStore
from tests.pki import NOW, Authority, Issued, csr, facts, make_key, pem

pytestmark = pytest.mark.slow

YESTERDAY = NOW - timedelta(days=1)
HOST = "www.example.com"

ROOTS = (
    Authority.root("Root A"),
    Authority.root("Root B", key=make_key("RSA-2048")),
    Authority.root("Root C", not_after=YESTERDAY),
    Authority.root("Root D", path_length=1),
)
UPPER = ROOTS[0].authority("Upper")
LOWER = UPPER.authority("Lower")
EDGE = ROOTS[3].authority("Edge", path_length=0)
UPPERS = (
    UPPER,
    ROOTS[1].cross_sign(UPPER),
    ROOTS[2].cross_sign(UPPER),
    ROOTS[3].cross_sign(UPPER),
    ROOTS[0].cross_sign(UPPER, not_after=YESTERDAY),
    ROOTS[0].cross_sign(UPPER, path_length=0),
    EDGE.cross_sign(UPPER),
)
LOWERS = (
    LOWER,
    ROOTS[1].cross_sign(LOWER),
    ROOTS[1].cross_sign(LOWER, not_after=NOW + timedelta(days=9)),
    UPPER.reissue(LOWER, can_sign=False),
    UPPER.reissue(LOWER, is_ca=False),
)
CROSSES = (ROOTS[1].cross_sign(ROOTS[0]), ROOTS[0].cross_sign(ROOTS[3]))
RENEWED = ROOTS[1].reissue(ROOTS[1], not_after=NOW + timedelta(days=9))
OTHERS = (EDGE, *CROSSES, Authority.root("Stranger"), *ROOTS)
LEAVES = (
    LOWER.leaf(HOST),
    UPPER.leaf(HOST),
    LOWER.leaf(HOST, not_after=YESTERDAY, not_before=YESTERDAY - timedelta(days=90)),
    LOWER.leaf(HOST, has_key_ids=False),
    LOWER.leaf(HOST, usages=(x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH,)),
    ROOTS[0].leaf(HOST),
)
REQUEST = csr(HOST)
POOL = (*UPPERS, *LOWERS, *OTHERS)

chains = st.builds(
    lambda leaf, rest: (leaf, *rest), st.sampled_from(LEAVES), st.lists(st.sampled_from(POOL), max_size=6)
)
stores = st.lists(
    st.sampled_from((*ROOTS, RENEWED, *CROSSES, UPPER, LOWER)), min_size=1, max_size=3, unique_by=lambda one: one.der
)


def openssl_chain(folder: Path, served: Sequence[Issued], anchors: Sequence[Issued]) -> list[str] | None:
    """The subjects of the chain that OpenSSL verified, None where it refused."""
    for name, certificates in (("leaf", served[:1]), ("served", served[1:]), ("anchors", anchors)):
        (folder / f"{name}.pem").write_bytes(pem(*certificates))
    untrusted = ["-untrusted", "served.pem"] if len(served) > 1 else []
    command = ["openssl", "verify", "-show_chain", "-purpose", "sslserver", "-attime", str(int(NOW.timestamp())),
               "-no-CApath", "-no-CAstore", "-CAfile", "anchors.pem", *untrusted, "leaf.pem"]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    return re.findall(r"^depth=\d+: (?:CN ?= ?)?(.*?)(?: \(untrusted\))?$", done.stdout, re.MULTILINE)


@pytest.mark.usefixtures("openssl")
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(served=chains, anchors=stores)
def test_openssl_verifies_the_same_chains_over_the_same_subjects(
    tmp_path: Path, served: tuple[Issued, ...], anchors: list[Issued]
) -> None:
    store = TrustStore("store", facts(*anchors))

    found = validated_paths(facts(*served), store, NOW, PathOrder.OPENSSL)

    ours = [one.subject_text.removeprefix("CN=") for one in found.paths[0]] if found.paths else None  # type: ignore[union-attr]
    assert ours == openssl_chain(tmp_path, served, anchors)


@settings(max_examples=200, deadline=None)
@given(served=chains, anchors=stores)
def test_what_the_strict_web_profile_accepts_every_device_accepts(
    served: tuple[Issued, ...], anchors: list[Issued]
) -> None:
    verifier = PolicyBuilder().store(Store([one.certificate for one in anchors])).time(NOW).max_chain_depth(6)
    try:
        verifier.build_server_verifier(x509.DNSName(HOST)).verify(
            served[0].certificate, [one.certificate for one in served[1:]]
        )
    except VerificationError:
        return

    store = TrustStore("store", facts(*anchors))
    for order in (PathOrder.CONSCRYPT, PathOrder.APPLE):
        assert validated_paths(facts(*served), store, NOW, order).problem is None


@settings(max_examples=200, deadline=None)
@given(served=chains, anchors=stores)
def test_there_is_a_path_or_a_problem_and_never_both(served: tuple[Issued, ...], anchors: list[Issued]) -> None:
    store = TrustStore("store", facts(*anchors))
    for order in PathOrder:
        found = validated_paths(facts(*served), store, NOW, order)
        assert (found.problem is None) == bool(found.paths)
        assert len(set(found.paths)) == len(found.paths)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_superfluous_certificates_and_order_do_not_change_the_paths_of_conscrypt(data: st.DataObject) -> None:
    needed = [UPPER, LOWER, CROSSES[0]]
    spare = data.draw(st.lists(st.sampled_from((*OTHERS[3:], *needed)), max_size=5))
    served = data.draw(st.permutations([*needed, *spare]))
    store = TrustStore("store", facts(*ROOTS[:2]))

    found = validated_paths(facts(LEAVES[0], *served), store, NOW, PathOrder.CONSCRYPT)

    assert found.paths == (
        facts(LEAVES[0], LOWER, UPPER, ROOTS[0]),
        facts(LEAVES[0], LOWER, UPPER, CROSSES[0], ROOTS[1]),
    )


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_damaged_input_gives_a_sentence_or_facts_that_can_be_judged(data: st.DataObject) -> None:
    source = bytearray(data.draw(st.sampled_from((LEAVES[0].der, UPPER.der, EDGE.der, CROSSES[1].der, REQUEST))))
    for _ in range(data.draw(st.integers(1, 4))):
        source[data.draw(st.integers(0, 999)) % len(source)] = data.draw(st.integers(0, 255))
    for read in (parse_request, parse_public_key, parse_certificates):
        try:
            read(bytes(source))
        except PinError:
            continue
    try:
        leaf = parse_certificate(bytes(source))
    except PinError:
        return

    store = TrustStore("store", (*facts(*ROOTS), leaf))
    for order in PathOrder:
        validated_paths((leaf, *facts(UPPER, LOWER)), store, NOW, order)
    chain_findings((leaf, *facts(UPPER, LOWER)), store, host=HOST, instant=NOW)


@settings(max_examples=200, deadline=None)
@given(source=st.binary(max_size=300))
def test_any_bytes_give_a_sentence(source: bytes) -> None:
    armoured = b"-----BEGIN CERTIFICATE-----\n" + source + b"\n-----END CERTIFICATE-----\n"
    for read in (parse_request, parse_public_key, parse_certificates):
        for one in (source, b"\x30" + source, armoured):
            with pytest.raises(PinError):
                read(one)
