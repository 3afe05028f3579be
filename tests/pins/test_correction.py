"""The corrected pins of one host."""

from pins import formats
from pins.case import Case
from pins.conclusion import Value
from pins.correction import Addition, Correction, correct
from pins.decision import Client
from pins.pinset import PinSet
from pins.successors import Announced
from pins.verdict import judge
from tests.pins.cases import HASH_OF_NOTHING, STRANGER, android, case, chain, pin, store, verdict
from tests.pki import Authority, facts

ROOT = Authority.root("Root")
ISSUING = ROOT.authority("Issuing")
LEAF, NEXT = ISSUING.leaf("*.cloud.example"), ISSUING.leaf("*.cloud.example")
ASSUMED = case(chain(LEAF, ISSUING), store(ROOT))
KNOWN = case(chain(LEAF, ISSUING), store(ROOT), known=[Announced(facts(NEXT, ISSUING))])


def corrected(pin_set: PinSet, on: Case) -> Correction:
    return correct(pin_set, Client.ANDROID_NSC, on, verdict(pin_set, on))


def test_the_key_of_a_known_successor_is_added_and_dead_pins_go() -> None:
    pins = android(pin(LEAF), HASH_OF_NOTHING, STRANGER)
    leaf, nothing, stranger = pins.rules[0].pins or ()

    assert corrected(pins, KNOWN) == Correction(
        keep=(leaf, stranger),
        drop=(nothing,),
        add=(Addition(NEXT.facts.spki_sha256, "*.cloud.example"),),
    )


def test_without_a_known_successor_the_root_that_all_plausible_ones_share_is_added() -> None:
    assert corrected(android(pin(LEAF)), ASSUMED).add == (Addition(ROOT.facts.spki_sha256, "Root"),)


def test_a_client_that_compares_the_leaf_alone_is_given_no_root() -> None:
    pins = formats.read(f"curl --pinnedpubkey 'sha256//{STRANGER}' https://acme.cloud.example".encode())
    found = judge(pins, (Client.CURL,), ASSUMED)

    assert correct(pins, Client.CURL, ASSUMED, found).add == (Addition(LEAF.facts.spki_sha256, "*.cloud.example"),)


def test_what_is_ready_stays_as_it_is() -> None:
    pins = android(pin(LEAF), pin(NEXT))

    assert corrected(pins, KNOWN) == Correction(pins.rules[0].pins or (), (), ())


def test_the_corrected_pins_are_ready() -> None:
    for on in (ASSUMED, KNOWN):
        pins = android(pin(LEAF), HASH_OF_NOTHING)
        found = corrected(pins, on)
        added = [formats.pin_text("android_nsc", one.spki_sha256) for one in found.add]

        assert verdict(android(*(one.text for one in found.keep), *added), on).value is Value.READY
