"""The corrected file: decided again, never worse, and as near to the old one as can be."""

from dataclasses import replace
from datetime import timedelta

from pins import formats
from pins.corrected_file import CorrectedFile, Uncorrected, corrected_file
from pins.correction import Addition
from pins.decision import Client
from pins.pinset import PinSet
from pins.successors import Announced
from pins.verdict import Value
from tests.pins.cases import HASH_OF_NOTHING, HOST, STRANGER, android, case, chain, pin, store
from tests.pins.formats.samples import changed_lines
from tests.pki import Authority, facts

ROOT = Authority.root("Root")
ISSUING = ROOT.authority("Issuing")
LEAF, NEXT = ISSUING.leaf("*.cloud.example"), ISSUING.leaf("*.cloud.example")
KNOWN = case(chain(LEAF, ISSUING), store(ROOT), known=[Announced(facts(NEXT, ISSUING))])
ASSUMED = case(chain(LEAF, ISSUING), store(ROOT))
CLIENTS = (Client.ANDROID_NSC,)
LINES = f"""<network-security-config>
  <domain-config>
    <domain>{HOST}</domain>
    <pin-set>
      <pin digest="SHA-256">{pin(LEAF)}</pin>
      <pin digest="SHA-256">{HASH_OF_NOTHING}</pin> <!-- backup -->
    </pin-set>
  </domain-config>
</network-security-config>
"""


def read(source: str) -> PinSet:
    return formats.read(source.encode())


def corrected(pin_set: PinSet, *cases: object, clients: tuple[Client, ...] = CLIENTS) -> CorrectedFile:
    found = corrected_file(pin_set, clients, cases or (KNOWN,))  # type: ignore[arg-type]
    assert isinstance(found, CorrectedFile), found
    return found


def test_the_next_pin_takes_the_place_of_the_dead_one_and_nothing_else_changes() -> None:
    found = corrected(read(LINES))

    assert changed_lines(LINES.encode(), found.source) == (
        [f'      <pin digest="SHA-256">{HASH_OF_NOTHING}</pin> <!-- backup -->\n'],
        [f'      <pin digest="SHA-256">{pin(NEXT)}</pin> <!-- backup -->\n'],
    )
    assert [one.value for one in found.verdicts] == [Value.READY]
    assert (found.added, found.dropped) == (
        (Addition(NEXT.facts.spki_sha256, "*.cloud.example"),),
        (HASH_OF_NOTHING,),
    )


def test_each_dialect_gets_its_own_notation() -> None:
    json = f'{{"hosts": [{{"host": "{HOST}", "hashes": ["sha256/{pin(LEAF)}", "sha256/{STRANGER}"]}}]}}'
    kotlin = f'val p = CertificatePinner.Builder().add("{HOST}", "sha256/{pin(LEAF)}").build()'

    outsystems = corrected(read(json), clients=(Client.OUTSYSTEMS_ANDROID, Client.OUTSYSTEMS_IOS))
    okhttp = corrected(read(kotlin), clients=(Client.OKHTTP,))

    assert outsystems.source.decode() == json.replace('"]', f'", "sha256/{pin(NEXT)}"]')
    assert okhttp.source.decode() == kotlin.replace('")', f'", "sha256/{pin(NEXT)}")')


def test_a_pin_that_makes_its_client_refuse_the_file_goes_and_what_is_needed_comes() -> None:
    found = corrected(android("dummy", pin(LEAF)))

    assert [one.value for one in found.verdicts] == [Value.READY]
    assert found.dropped == ("dummy",)


def test_an_expiration_that_ends_before_the_next_rotation_is_moved_behind_it() -> None:
    found = corrected(android(pin(ROOT), expiration="2026-12-24"), ASSUMED)

    # 31 March 2027 and 90 days
    assert b'expiration="2027-06-29"' in found.source
    assert [one.value for one in found.verdicts] == [Value.READY]


def test_one_file_suits_all_hosts() -> None:
    other = replace(case(chain(ROOT.leaf("*.cloud.example")), store(ROOT)), host="other.cloud.example")

    found = corrected(android(pin(LEAF)), KNOWN, other)

    assert [one.value for one in found.verdicts] == [Value.READY, Value.READY]


def test_what_is_ready_gets_no_corrected_file() -> None:
    assert corrected_file(android(pin(LEAF), pin(NEXT)), CLIENTS, (KNOWN,)) == Uncorrected(
        "No change of the pins alone makes this better. The reason says what does."
    )


def test_what_pins_cannot_repair_gets_none() -> None:
    late = case(chain(LEAF, ISSUING), store(ROOT), now=LEAF.facts.not_after + timedelta(days=3))

    assert isinstance(corrected_file(android(pin(LEAF)), CLIENTS, (late,)), Uncorrected)


def test_a_pin_that_only_running_the_code_tells_is_never_dropped() -> None:
    kotlin = f'val p = CertificatePinner.Builder().add("{HOST}", pinOf(CERT), "{"sha256/" + pin(LEAF)}").build()'

    found = corrected(read(kotlin), clients=(Client.OKHTTP,))

    assert found.source.decode() == kotlin.replace('").build', f'", "sha256/{pin(NEXT)}").build')


def test_a_pin_that_another_host_of_the_rule_is_ready_by_stays() -> None:
    other_leaf = ROOT.leaf("other.cloud.example")
    ready = replace(
        case(chain(other_leaf), store(ROOT), known=[Announced(facts(other_leaf))]), host="other.cloud.example"
    )

    found = corrected(android(pin(LEAF), pin(other_leaf)), ready, KNOWN)

    assert found.dropped == ()
    assert found.added == (Addition(NEXT.facts.spki_sha256, "*.cloud.example"),)


def test_a_rule_for_many_hosts_keeps_what_a_host_that_is_not_looked_at_may_use() -> None:
    elsewhere = ROOT.authority("Elsewhere")
    hashes = f"{pin(LEAF)}\n{pin(elsewhere)}\n{HASH_OF_NOTHING}\n"
    known = replace(KNOWN, identified={elsewhere.facts.spki_sha256: "the intermediate key of Elsewhere"})

    found = corrected(read(hashes), known, clients=(Client.OKHTTP,))

    assert found.source.decode() == f"{pin(LEAF)}\n{pin(elsewhere)}\n{pin(NEXT)}\n"


def test_the_next_certificate_is_written_as_the_others_are() -> None:
    dart = f"final a = SecureHttpClient.build(['{LEAF.facts.sha256.hex(':').upper()}']);\n"

    found = corrected(read(dart), clients=(Client.HTTP_CERTIFICATE_PINNING,))

    assert found.source.decode() == dart.replace("'])", f"', '{NEXT.facts.sha256.hex(':').upper()}'])")
    assert [one.value for one in found.verdicts] == [Value.READY]
