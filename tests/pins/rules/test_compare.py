"""Whether a certificate carries a pinned key."""

from pins.certificate import UnknownCertificate
from pins.decision import Match
from pins.pinset import PinKind
from pins.rules.compare import KeyPins, key_pins, merged
from tests.pins.encounters import cast, pin

C = cast()
SHA256, SHA1 = PinKind.SPKI_SHA256, PinKind.SPKI_SHA1
A, B, D = pin("a"), pin("b"), pin("d")


def test_wrong_lengths_are_kept_and_match_nothing() -> None:
    digest, short = C.l1.spki_sha256, C.l1.spki_sha1

    assert key_pins([(A, SHA256, digest), (B, SHA256, short), (D, SHA1, digest)]) == KeyPins((A, B, D), {digest: A})


def test_of_equal_digests_the_first_pin_answers() -> None:
    digest = C.l1.spki_sha256
    one, other = key_pins([(A, SHA256, digest), (B, SHA256, digest)]), key_pins([(D, SHA256, digest)])

    assert one.find(C.l1) == A
    assert merged([other, one]) == KeyPins((D, A, B), {digest: D})


def test_the_first_certificate_that_matches_is_told() -> None:
    pins = key_pins([(A, SHA256, C.r1.spki_sha256), (B, SHA1, C.i1.spki_sha1)])

    assert pins.first_match((C.l1, C.i1, C.r1)) == Match(B, C.i1)


def test_a_placeholder_equals_nothing_and_a_registered_key_itself() -> None:
    registered = UnknownCertificate("leaf", spki_sha256=C.l2.spki_sha256)
    pins = key_pins([(A, SHA256, C.l2.spki_sha256)])

    assert pins.first_match((UnknownCertificate("leaf"), registered)) == Match(A, registered)


def test_what_stays_unknown_in_one_part_stays_unknown() -> None:
    assert merged([key_pins([]), key_pins([], has_unknown=True)]) == KeyPins((), {}, has_unknown=True)
