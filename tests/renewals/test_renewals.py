"""Renewals as they happen: issued by an ACME authority, installed in nginx, probed, and held against the forecast."""

import base64
from pathlib import Path

import pytest
from django.utils import timezone

from certdash.actions.evaluating import evaluate_endpoints
from certdash.actions.successors import Announcement, register
from certdash.models import Finding, Prediction, TrustStore
from certdash.queries.judging.candidates import Target, read_candidate
from pins.certificate import Certificate, parse_certificates
from pins.csr import parse_request
from tests.pki import csr, make_key, private_pem
from tests.renewals.acme import HOST, Certbot, Directory, pebble
from tests.renewals.conftest import Site

pytestmark = pytest.mark.django_db


def trust(*roots: bytes) -> None:
    TrustStore.objects.create(name="Devices", pem=b"".join(roots).decode(), is_public=False)


def chain(live: Path) -> tuple[Certificate, ...]:
    return parse_certificates((live / "fullchain.pem").read_bytes())


def pin(certificate: Certificate) -> str:
    return base64.b64encode(certificate.spki_sha256).decode()


def pinned(site: Site, live: Path, root: bytes) -> None:
    """Three apps: one pins the leaf, one the intermediate, one the root."""
    leaf, intermediate, *_ = chain(live)
    for name, certificate in (("leaf", leaf), ("intermediate", intermediate), ("root", parse_certificates(root)[0])):
        site.app(name, pin(certificate))


def compared() -> dict[str, tuple[str, str]]:
    """Predicted and actual by app, of the only rotation that took place."""
    rows = Prediction.objects.values_list("release__app__name", "predicted", "actual")
    return {name: (predicted, actual) for name, predicted, actual in rows}


def announce(site: Site, source: bytes) -> None:
    target = Target(endpoint=site.endpoint)
    candidate = read_candidate(source, target, now=timezone.now())
    register(candidate, target, Announcement(), actor=None, now=timezone.now())
    evaluate_endpoints([site.endpoint.pk], now=timezone.now())


def name_of(root: bytes) -> str:
    return parse_certificates(root)[0].common_name or ""


BEFORE = {"leaf": "will_fail", "intermediate": "at_risk", "root": "ready"}


def test_a_renewal_with_a_new_key_stops_the_app_that_was_foretold(
    site: Site, certbot: Certbot, directory: Directory
) -> None:
    trust(directory.root())
    live = certbot.issue("--key-type", "ecdsa")
    site.install(live)
    pinned(site, live, directory.root())
    before = site.verdicts()

    site.install(certbot.issue())

    assert before == BEFORE
    assert site.changes() == ["new key, same intermediate"]
    assert compared() == {
        "leaf": ("will_fail", "failing"),
        "intermediate": ("at_risk", "ready"),
        "root": ("ready", "ready"),
    }
    assert site.verdicts() == {"leaf": "failing", "intermediate": "at_risk", "root": "ready"}


def test_a_renewal_that_keeps_its_key_stops_nobody_and_becomes_what_is_expected(
    site: Site, certbot: Certbot, directory: Directory
) -> None:
    trust(directory.root())
    live = certbot.issue("--key-type", "ecdsa")
    site.install(live)
    pinned(site, live, directory.root())

    site.install(certbot.issue("--reuse-key"))

    assert site.changes() == ["same key, same intermediate"]
    assert {name: actual for name, (_, actual) in compared().items()} == dict.fromkeys(BEFORE, "ready")
    # A renewal with the same key is evidence for the next one, and no promise.
    assert site.verdicts() == {"leaf": "at_risk", "intermediate": "at_risk", "root": "ready"}


def test_a_registered_request_settles_who_survives_before_it_is_installed(
    site: Site, certbot: Certbot, directory: Directory
) -> None:
    trust(directory.root())
    live = certbot.issue("--key-type", "ecdsa")
    site.install(live)
    key = make_key()
    request = csr(HOST, key=key)
    backup = base64.b64encode(parse_request(request).public_key.spki_sha256).decode()
    site.app("ready for it", pin(chain(live)[0]), backup)
    site.app("not ready", pin(chain(live)[0]))
    before = site.verdicts()

    announce(site, request)
    announced = site.verdicts()
    site.serve({"site.pem": certbot.sign(request), "site.key": private_pem(key)})

    assert before == {"ready for it": "at_risk", "not ready": "will_fail"}
    assert announced == {"ready for it": "ready", "not ready": "will_fail"}
    assert compared() == {"ready for it": ("ready", "ready"), "not ready": ("will_fail", "failing")}


def test_another_key_type_leaves_only_who_pins_above_the_leaf(
    site: Site, certbot: Certbot, directory: Directory
) -> None:
    trust(directory.root())
    live = certbot.issue("--key-type", "ecdsa")
    site.install(live)
    pinned(site, live, directory.root())

    site.install(certbot.issue("--key-type", "rsa"))

    assert {name: actual for name, (_, actual) in compared().items()} == {
        "leaf": "failing",
        "intermediate": "ready",
        "root": "ready",
    }


def test_the_same_intermediate_under_another_root_stops_who_pins_the_old_root(
    site: Site, certbot: Certbot, directory: Directory
) -> None:
    """The predictions of the root were wrong, and are kept as such."""
    trust(directory.root(0), directory.root(1))
    live = certbot.issue("--key-type", "ecdsa", "--preferred-chain", name_of(directory.root(0)))
    site.install(live)
    pinned(site, live, directory.root(0))

    site.install(certbot.issue("--reuse-key", "--preferred-chain", name_of(directory.root(1))))

    assert compared() == {
        "leaf": ("will_fail", "ready"),
        "intermediate": ("at_risk", "ready"),
        "root": ("ready", "failing"),
    }


def test_another_authority_that_devices_do_not_trust_stops_everybody(
    site: Site, certbot: Certbot, directory: Directory, tmp_path: Path
) -> None:
    trust(directory.root())
    live = certbot.issue("--key-type", "ecdsa")
    site.install(live)
    pinned(site, live, directory.root())

    with pebble(tmp_path / "other") as other:
        site.install(Certbot(tmp_path / "elsewhere", other).issue())

    assert site.verdicts() == dict.fromkeys(BEFORE, "failing")
    assert findings() == {"untrusted_root"}


def test_a_renewal_installed_without_its_intermediate_is_named(
    site: Site, certbot: Certbot, directory: Directory
) -> None:
    trust(directory.root())
    live = certbot.issue("--key-type", "ecdsa")
    site.install(live)
    pinned(site, live, directory.root())

    renewed = certbot.issue("--reuse-key")
    site.serve({"site.pem": renewed / "cert.pem", "site.key": renewed / "privkey.pem"})

    assert site.verdicts() == dict.fromkeys(BEFORE, "failing")
    assert findings() == {"chain_incomplete"}


def test_a_server_with_two_certificates_is_read_with_both(
    site: Site, certbot: Certbot, directory: Directory, tmp_path: Path
) -> None:
    """A pin of one of them saves only the devices that are given that one."""
    trust(directory.root())
    curve = certbot.issue("--key-type", "ecdsa")
    both = {"curve.pem": curve / "fullchain.pem", "curve.key": curve / "privkey.pem"}
    rsa = Certbot(tmp_path / "second", directory).issue("--key-type", "rsa")
    site.serve({**both, "rsa.pem": rsa / "fullchain.pem", "rsa.key": rsa / "privkey.pem"})

    site.app("both keys", pin(chain(curve)[0]), pin(chain(rsa)[0]))
    site.app("curve only", pin(chain(curve)[0]))
    site.app("intermediate", pin(chain(rsa)[1]))

    assert site.verdicts() == {"both keys": "will_fail", "curve only": "failing", "intermediate": "at_risk"}


def findings() -> set[str]:
    return set(Finding.objects.filter(endpoint__isnull=False).values_list("code", flat=True))
