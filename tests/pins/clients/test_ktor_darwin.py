"""Ktor on Darwin: OkHttp's syntax with Ktor's own hashing, its text comparison and its one list for every host."""

from dataclasses import replace

import pytest

from pins.decide import decide, pins_for
from pins.decision import Client, Decision, Outcome
from pins.formats import clients_in, read
from pins.pinset import PinSet
from tests.pins.encounters import BAD, BAD_2, MISSING_INTERMEDIATE, cast, encounter, spki, spki_sha1

KTOR = Client.KTOR_DARWIN
C = cast()
PATH = (C.l1, C.i1, C.r1)
HOST = "api.example.com"
GOOD, WRONG, OTHER = f"sha256/{spki(C.l1)}", f"sha256/{BAD}", f"sha256/{BAD_2}"
IMPORT = "import io.ktor.client.engine.darwin.certificates.CertificatePinner\n"


def kotlin(calls: str, head: str = IMPORT) -> PinSet:
    return read(f"{head}val pinner = CertificatePinner.Builder(){calls}.build()\n".encode())


def codes(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason.code


@pytest.mark.parametrize(
    ("calls", "outcome", "code"),
    [
        (f'.add("{HOST}", "{GOOD}")', Outcome.CONNECTS, "pin_matches"),
        (f'.add("{HOST}", "sha1/{spki_sha1(C.i1)}")', Outcome.CONNECTS, "pin_matches"),
        (f'.add("{HOST}", "{WRONG}")', Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (f'.add("{HOST}", "{WRONG}").add("other.com", "{GOOD}")', Outcome.CONNECTS, "pin_matches"),
        (f'.add("other.com", "{GOOD}")', Outcome.NOT_PINNED, "no_rule_for_host"),
        (f'.add("*.example.com", "{WRONG}")', Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (f'.add("**.example.com", "{WRONG}")', Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (f'.add("**.EXAMPLE.com", "{WRONG}")', Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (f'.add("https://{HOST}", "{WRONG}")', Outcome.NOT_PINNED, "no_rule_for_host"),
        (f'.add("{HOST}", "{GOOD.rstrip("=")}")', Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (f'.add("{HOST}", "sha256/dummy")', Outcome.BLOCKED_BY_PIN, "no_pin_matches"),
        (f'.add("{HOST}", "sha512/{BAD}")', Outcome.CONFIG_ERROR, "wrong_prefix"),
        (f'.add("example.*", "{WRONG}")', Outcome.CONFIG_ERROR, "host_pattern_refused"),
        (f'.add("{HOST}", "{WRONG}", PIN)', Outcome.INDETERMINATE, "unresolved_code"),
    ],
)
def test_what_follows_from_what_is_added(calls: str, outcome: Outcome, code: str) -> None:
    assert codes(decide(KTOR, kotlin(calls), encounter(HOST, *PATH))) == (outcome, code)


def test_a_key_that_ktor_cannot_hash_matches_nothing_and_stops_nothing() -> None:
    odd = (replace(C.l1, key_kind="EC-P-521"), C.i1, C.r1)

    assert decide(KTOR, kotlin(f'.add("{HOST}", "{GOOD}")'), encounter(HOST, *odd)).outcome is Outcome.BLOCKED_BY_PIN
    both = kotlin(f'.add("{HOST}", "{GOOD}", "sha256/{spki(C.r1)}")')
    assert decide(KTOR, both, encounter(HOST, *odd)).match is not None


def test_letter_case_and_a_last_dot_of_the_host_count() -> None:
    own = kotlin(f'.add("{HOST}", "{WRONG}")')

    assert decide(KTOR, own, encounter(f"{HOST}.", *PATH)).outcome is Outcome.NOT_PINNED
    assert decide(KTOR, own, encounter("API.example.com", *PATH)).outcome is Outcome.NOT_PINNED


def test_chain_and_host_name_come_before_the_pins() -> None:
    own = kotlin(f'.add("{HOST}", "{WRONG}").validateTrust(true)')

    assert own.problems == ()
    assert decide(KTOR, own, encounter(HOST, problem=MISSING_INTERMEDIATE)).reason.code == "missing_intermediate"
    assert decide(KTOR, own, encounter(HOST, *PATH, covers=False)).reason.code == "host_not_covered"


def test_a_pinner_that_evaluates_no_chain_leaves_a_bad_one_open() -> None:
    broken = replace(encounter(HOST, problem=MISSING_INTERMEDIATE), served=(C.l1,))

    fitting, wrong = (kotlin(f'.add("{HOST}", "{one}").validateTrust(false)') for one in (GOOD, WRONG))

    assert [one.code for one in fitting.problems] == ["trust_not_validated"]
    assert codes(decide(KTOR, fitting, broken)) == (Outcome.INDETERMINATE, "trust_not_validated")
    assert codes(decide(KTOR, wrong, broken)) == (Outcome.BLOCKED_BY_CHAIN, "missing_intermediate")


def test_a_pattern_under_a_condition_leaves_open_whether_the_host_is_pinned() -> None:
    source = f"""{IMPORT}
fun client(debug: Boolean) {{
    val builder = CertificatePinner.Builder().add("other.com", "{OTHER}")
    if (!debug) builder.add("{HOST}", "{WRONG}")
    handleChallenge(builder.build())
}}"""

    own = read(source.encode())

    assert codes(decide(KTOR, own, encounter(HOST, *PATH))) == (Outcome.INDETERMINATE, "conditional_code")
    assert [one.text for one in pins_for(KTOR, own, HOST)] == [OTHER, WRONG]


@pytest.mark.parametrize(
    ("head", "client"),
    [
        (IMPORT, Client.KTOR_DARWIN),
        ("import io.ktor.client.engine.darwin.certificates.*\n", Client.KTOR_DARWIN),
        ("import io.ktor.client.engine.okhttp.OkHttp\nimport okhttp3.CertificatePinner\n", Client.OKHTTP),
        ("import okhttp3.CertificatePinner\n", Client.OKHTTP),
        ("", Client.OKHTTP),
        ("val c = HttpClient(Darwin) { engine { handleChallenge(pinner) } }\n", Client.KTOR_DARWIN),
    ],
)
def test_the_import_tells_whose_pinner_it_is(head: str, client: Client) -> None:
    assert clients_in(kotlin(f'.add("{HOST}", "{GOOD}")', head)) == (client,)
