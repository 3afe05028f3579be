"""What a host serves, as the command line reads it from real servers on loopback."""

from certdash.cli.serving import observe
from pins.case import ServedChain
from tests import tls
from tests.pki import Authority, facts
from tests.tls import Keeping, serving

ROOT = Authority.root()
ISSUING = ROOT.authority("Issuing")
EC = ISSUING.leaf("www.example.test")
RSA = ISSUING.leaf("www.example.test", key="RSA-2048")


def place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def test_both_chains_of_a_server_are_told_with_their_profile() -> None:
    with serving(tls.tls(Keeping(EC, [ISSUING]), Keeping(RSA, [ISSUING]))) as server:
        found = observe("www.example.test", place(server.place))

    assert found == (
        (
            ServedChain(facts(EC, ISSUING), (server.place,), "ecdsa_first"),
            ServedChain(facts(RSA, ISSUING), (server.place,), "rsa_only"),
        ),
        "",
    )


def test_a_name_to_connect_to_is_resolved_and_the_host_is_what_is_asked_for() -> None:
    with serving(tls.tls(Keeping(EC, [ISSUING]))) as server:
        served, failure = observe("www.example.test", ("localhost", place(server.place)[1]))

    assert ([one.chain for one in served], failure) == ([facts(EC, ISSUING)], "")


def test_a_name_without_address_says_so() -> None:
    assert observe("www.example.test", ("nowhere.invalid", 443)) == (
        (),
        "nowhere.invalid has no address. Check the name and its DNS records.",
    )
