"""Every code of the catalogue is raised by something: no finding is promised that nobody ever sees.

`finding_samples.json` holds, by code, a small pin file or app (then without a format) that shows it.
"""

import base64
import io
import json
import warnings
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pins.artefacts import read_artefact
from pins.certificate import parse_certificate
from pins.chains import chain_findings
from pins.drift import Build, compare, drift_finding
from pins.errors import Place
from pins.findings import CATALOGUE
from pins.formats import read
from pins.identify import Owner, OwnerKind, know
from pins.keys import pem_sha256
from pins.lint import early_ends, lint
from pins.pinned_keys import key_findings
from pins.pinset import Pin, PinKind, PinRule, PinSet, Position
from pins.trust import TrustStore
from tests.faulty_pki import with_sha1
from tests.pins.artefacts.apps import PATH, pinning
from tests.pins.artefacts.apps import apk as built
from tests.pins.artefacts.building import axml
from tests.pins.cases import STRANGER, android
from tests.pins.formats.samples import G, H
from tests.pki import NOW, Authority, Issued, facts, make_key, self_signed

SAMPLES = json.loads((Path(__file__).parent / "finding_samples.json").read_text())
OF_INSTALLATIONS = {
    "chains_differ",
    "platform_certificate_on_custom_domain",
    "endpoint_unreachable",
    "successor_contradicted",
}
"""What only several endpoints, or a look at one, can show: tests/certdash/actions/test_findings.py."""
OF_LATER_KINDS = {"unsupported_member"}
"""What an app may hold before there is a reader for it; every kind that is looked for today has one."""

ROOT = Authority.root("Root")
CA = ROOT.authority("CA", key=make_key("RSA-2048"))
OLD = Authority.root("GlobalSign Root CA - R3")
ENDED = ROOT.authority("Ended", not_after=NOW - timedelta(days=1))
LEAF = CA.leaf("a.com")


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_a_sample_shows_its_finding(code: str) -> None:
    sample = SAMPLES[code]
    source = base64.b64decode(sample["base64"]) if "base64" in sample else sample["text"].encode()

    assert code in (set(codes_in(source, sample["format"])) if sample["format"] else set(codes_in_app(source)))


def test_every_finding_of_the_catalogue_is_raised() -> None:
    raised = {*SAMPLES, *of_chains(), *of_pins(), *of_apps()}

    assert CATALOGUE.keys() - raised == OF_INSTALLATIONS | OF_LATER_KINDS


def codes_in(source: bytes, kind: str) -> Iterator[str]:
    yield from (problem.code for problem in lint(read(source, format=kind), NOW))


def codes_in_app(source: bytes) -> Iterator[str]:
    artefact = read_artefact(io.BytesIO(source), name="app")
    yield from (problem.code for problem in artefact.problems)
    yield from (problem.code for one in artefact.found for problem in one.pin_set.problems)


def of_chains() -> set[str]:
    """One chain after the other, each with a fault of its own."""
    distrusted = OLD.authority("CA 2")
    bound = ROOT.authority("Bound", permitted=("example.org",))
    long_lived = CA.leaf("a.com", not_before=NOW, not_after=NOW + timedelta(days=500))
    weak = parse_certificate(with_sha1(LEAF, CA))
    chains: list[tuple[Issued, ...]] = [
        (CA.leaf("b.com"), CA),
        (CA.leaf("a.com", not_after=NOW + timedelta(days=9)), CA),
        (CA.leaf("a.com", not_after=NOW - timedelta(days=9)), CA),
        (CA.leaf("a.com", not_before=NOW + timedelta(days=9)), CA),
        (bound.leaf("a.com"), bound),
        (long_lived, CA),
        (LEAF,),
        (LEAF, ROOT, CA),
        (LEAF, CA, CA),
        (CA.leaf("a.com", key="RSA-1024"), CA),
        (self_signed("a.com"),),
        (distrusted.leaf("a.com"), distrusted),
    ]
    lower = CA.authority("Lower")
    chains.append((lower.leaf("a.com"), CA, lower))
    ring = [Authority.root(f"Ring {number}") for number in range(6)]
    crossed = [one.cross_sign(other) for one in ring for other in ring if one is not other]
    chains.append((ring[0].leaf("a.com"), *crossed))
    store = TrustStore("store", facts(ROOT, OLD))
    served = [*(facts(*chain) for chain in chains), (weak, CA.facts)]
    found = [one for chain in served for one in chain_findings(chain, store, host="a.com", instant=NOW)]
    nothing = TrustStore("empty", ())
    return {one.code for one in (*found, *chain_findings(facts(LEAF, CA), nothing, host=None, instant=NOW))}


def of_pins() -> set[str]:
    leaf, ended, old = LEAF.facts, ENDED.facts, OLD.facts
    known = know(facts(LEAF, CA, ENDED, OLD), owners={leaf.sha256: Owner(OwnerKind.PLATFORM, "*.cloud.example")})
    keys = [pin(leaf.spki_sha256), pin(leaf.sha256), pin(pem_sha256(leaf.spki)), pin(bytes(31) + b"!")]
    keys += [pin(ended.spki_sha256), pin(old.spki_sha256), pin(leaf.spki_sha256, PinKind.CERTIFICATE_SHA256)]
    used = (pin(leaf.spki_sha256), pin(CA.facts.spki_sha256))
    rules = [PinRule("a.com", Place(), tuple(keys)), PinRule("a.com", Place(), used)]
    rules += [PinRule("a.com", Place(), used, position=position) for position in (Position.LEAF, Position.CA)]
    in_use = [one.digest or b"" for one in used]
    found = [*key_findings(PinSet("", b"", tuple(rules)), known, NOW, in_use=in_use)]
    found += early_ends(android(STRANGER, expiration="2027-01-01"), {"acme.cloud.example": NOW + timedelta(days=50)})
    drift = drift_finding(compare([Build("1", (android(STRANGER),)), Build("2", (android(H),))]), 0)
    return {one.code for one in (*found, *([drift] if drift else []))} | {"expired_certificate_bundled"} & bundled()


def bundled() -> set[str]:
    return set(codes_in(CA.leaf("a.com", not_after=NOW - timedelta(days=1)).pem, "certificates"))


def pin(digest: bytes, kind: PinKind = PinKind.SPKI_SHA256) -> Pin:
    return Pin(base64.b64encode(digest).decode(), kind, digest, Place())


def of_apps() -> set[str]:
    """Archives that no honest tool writes."""
    config = axml(pinning(H, G))
    app = built({PATH: config})
    at = app.rindex(PATH.encode()) - 46  # its entry in the directory
    encrypted = bytearray(app)
    encrypted[at + 8] |= 1
    other = bytearray(app)
    other[app.index(PATH.encode()) - 30 + 8] ^= 8  # the method that the member's own header names
    return {code for source in (doubled(app), bytes(encrypted), bytes(other)) for code in codes_in_app(source)}


def doubled(app: bytes) -> bytes:
    stream = io.BytesIO(app)
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(PATH, b"twice")
    return stream.getvalue()
