"""Verdicts on built apps: pins of unknown use settle nothing, and nothing good rests on what was not read."""

import pytest

from pins.artefacts import Artefact, Confidence, Found, Kind
from pins.artefacts.dex import pins_of_code
from pins.built import judge_app, judge_found
from pins.conclusion import Value, Verdict
from pins.decision import Client
from pins.errors import Place
from pins.pinset import PinSet, Problem
from pins.successors import Announced
from tests.pins.cases import HOST, STRANGER, android, case, chain, pin, store
from tests.pki import Authority

ROOT = Authority.root("Root")
ISSUING = ROOT.authority("Issuing")
LEAF, NEXT = (ISSUING.leaf("*.cloud.example") for _ in range(2))
CASE = case(chain(LEAF, ISSUING), store(ROOT), known=[Announced(chain(NEXT, ISSUING).chain)])
UNREAD = Problem("unreadable_member", "res/a.xml is damaged.", Place(path="res/a.xml"))
CODE = Problem("code_not_read", "lib/libapp.so is not read.", Place(path="lib/libapp.so"))


def code(*pins: str) -> PinSet:
    return pins_of_code({f"sha256/{text}": "classes.dex" for text in pins})


def verdict(pin_set: PinSet, confidence: Confidence, *, is_chosen: bool = False) -> Verdict:
    client = Client.OKHTTP if pin_set.format == "okhttp_source" else Client.ANDROID_NSC
    return judge_found(Found("classes.dex", confidence, pin_set), (client,), CASE, is_chosen=is_chosen)


def app(*problems: Problem) -> Artefact:
    return Artefact(Kind.APK, "com.acme.shop", "3.1", "31", False, "24", (), problems)


@pytest.mark.parametrize(
    ("pins", "value", "code_of_reason"),
    [
        ((STRANGER,), Value.AT_RISK, "pins_of_unknown_use"),
        ((pin(LEAF),), Value.AT_RISK, "pins_of_unknown_use"),
        ((pin(LEAF), pin(NEXT)), Value.READY, "pin_matches"),
        ((pin(ROOT),), Value.AT_RISK, "pins_of_unknown_use"),
    ],
)
def test_pins_in_code_vouch_by_the_keys_of_leaves_only(
    pins: tuple[str, ...], value: Value, code_of_reason: str
) -> None:
    found = verdict(code(*pins), Confidence.POSSIBLE)

    assert (found.value, found.reason.code) == (value, code_of_reason)


def test_the_reason_says_what_would_settle_it() -> None:
    found = verdict(code(pin(ROOT)), Confidence.POSSIBLE)

    assert found.reason.text == (
        f"Which pins of classes.dex the app compares for {HOST} is known to its code alone. The pin "
        f"sha256/{pin(ROOT)} matches the root “Root”, so the app connects to {HOST}. This holds now and under the "
        "known successor. Give the source that builds them to settle it."
    )


def test_a_chosen_client_settles_it() -> None:
    assert verdict(code(pin(ROOT)), Confidence.POSSIBLE, is_chosen=True).value is Value.READY


def test_pins_of_unknown_use_never_fail_an_app() -> None:
    found = verdict(android(STRANGER), Confidence.POSSIBLE)

    assert (found.value, found.now, found.next) == (Value.AT_RISK, Value.AT_RISK, Value.AT_RISK)
    assert found.reason.text.startswith(
        f"Nothing says whether the app pins {HOST} to the certificates in classes.dex; "
    )


def test_pins_that_are_enforced_fail_it() -> None:
    assert verdict(android(STRANGER), Confidence.CERTAIN).value is Value.FAILING


@pytest.mark.parametrize(
    ("pins", "problems", "value"),
    [
        ((pin(ROOT),), (), Value.READY),
        ((pin(ROOT),), (UNREAD,), Value.UNKNOWN),
        ((pin(ROOT),), (CODE,), Value.READY),
        ((STRANGER,), (UNREAD,), Value.FAILING),
    ],
)
def test_nothing_good_rests_on_a_file_that_was_not_read(
    pins: tuple[str, ...], problems: tuple[Problem, ...], value: Value
) -> None:
    found = judge_app(app(*problems), [verdict(android(*pins), Confidence.CERTAIN)], CASE)

    assert found.value is value


@pytest.mark.parametrize(
    ("problems", "is_chosen", "value"),
    [((), False, Value.UNPROTECTED), ((CODE,), False, Value.UNKNOWN), ((CODE,), True, Value.UNPROTECTED)],
)
def test_that_nothing_is_pinned_is_known_only_when_all_code_was_read(
    problems: tuple[Problem, ...], is_chosen: bool, value: Value
) -> None:
    unpinned = PinSet("android_nsc", b"", ())

    found = judge_app(app(*problems), [verdict(unpinned, Confidence.CERTAIN)], CASE, is_chosen=is_chosen)

    assert found.value is value


def test_an_app_in_which_nothing_was_found_is_unknown() -> None:
    found = judge_app(app(), [], CASE)

    assert (found.value, found.reason.code) == (Value.UNKNOWN, "no_pins_found")


def test_the_worst_pin_set_decides() -> None:
    good, bad = (verdict(android(text), Confidence.CERTAIN) for text in (pin(ROOT), STRANGER))

    assert judge_app(app(), [good, bad], CASE).value is Value.FAILING
