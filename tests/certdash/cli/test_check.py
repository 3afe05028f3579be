"""`certdash check` as a build pipeline sees it: standard output, standard error and the exit code."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.certdash.cli.chains import ISSUING, LEAF, NEXT, OTHER_ROOT, ROOT, Run
from tests.pins.cases import HOST, android, pin
from tests.pki import Issued, pem

RULE = {
    "pattern": "cloud.example",
    "place": "line 1, column 74",
    "include_subdomains": True,
    "pins": [{"pin": pin(ROOT), "kind": "spki_sha256", "place": "line 1, column 127", "problem": None}],
    "expiration": None,
    "enforced": True,
    "excluded": False,
}
SINGLE = {
    "code": "single_pin",
    "message": (
        "cloud.example has only one pin that can match, so its key must never change. Add the pin of a backup key."
    ),
    "place": "line 1, column 74",
}


def answer(found: tuple[int, str, str]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(found[1])
    return parsed


def test_the_json_of_a_ready_pin_set_is_complete(run: Run) -> None:
    code, out, err = run("root.xml", "--next", "next.pem", "--format", "json")

    reason = {
        "code": "pin_matches",
        "text": f"The pin {pin(ROOT)} matches the root “Root”, so the app connects to {HOST}.",
    }
    shared = {
        "client": "android_nsc",
        "host": HOST,
        "trust_store": "roots",
        "outcome": "connects",
        "reason": reason,
        "matched": {"pin": pin(ROOT), "certificate": ROOT.facts.sha256.hex()},
    }
    answered = json.loads(out)
    assert (code, err, answered.keys()) == (0, "", {"pin_set", "decisions", "verdict"})
    assert answered["pin_set"] == {
        "format": "android_nsc",
        "clients": ["android_nsc"],
        "rules": [RULE],
        "problems": [SINGLE],
    }
    assert answered["decisions"] == [
        {"when": "now", "scenario": "served", **shared, "path": hexes(LEAF, ISSUING, ROOT)},
        {"when": "next", "scenario": "registered", **shared, "path": hexes(NEXT, ISSUING, ROOT)},
    ]
    assert answered["verdict"] == {
        "value": "ready",
        "evidence": "registered",
        "reason": {**reason, "text": f"{reason['text']} This holds now and under the known successor."},
        "ship_by": None,
    }


def hexes(*certificates: Issued) -> list[str]:
    return [one.facts.sha256.hex() for one in certificates]


def test_unknown_certificates_of_a_path_are_null(run: Run) -> None:
    found = answer(run("root.xml", "--next", "key.pem", "--format", "json"))

    assert [(one["scenario"], one["path"]) for one in found["decisions"]] == [
        ("served", hexes(LEAF, ISSUING, ROOT)),
        ("registered", [None, *hexes(ISSUING, ROOT)]),
        ("sibling_intermediate", [None, None, *hexes(ROOT)]),
    ]


@pytest.mark.parametrize(
    ("pin_file", "arguments", "value", "code"),
    [
        ("leaf.xml", (), "will_fail", 1),
        ("leaf.xml", ("--fail-on", "failing"), "will_fail", 0),
        ("leaf.xml", ("--fail-on", "at_risk"), "will_fail", 1),
        ("both.xml", (), "at_risk", 0),
        ("both.xml", ("--fail-on", "at_risk"), "at_risk", 1),
        ("both.xml", ("--next", "next.pem"), "ready", 0),
        ("both.xml", ("--next", "leaf.pem"), "ready", 0),
        ("both.xml", ("--next", "next.csr"), "ready", 0),
        ("both.xml", ("--next", "key.pem"), "ready", 0),
        ("both.xml", ("--next", f"sha256/{pin(NEXT)}"), "ready", 0),
        ("leaf.xml", ("--next", f"sha256/{pin(NEXT)}"), "will_fail", 1),
        ("leaf.xml", ("--next", f"sha256/{pin(LEAF)}"), "ready", 0),
        ("both.xml", ("--next", "next.pem", "--next", f"sha256/{pin(OTHER_ROOT)}"), "will_fail", 1),
        ("root.xml", (), "ready", 0),
        ("root.xml", ("--trust-store", "new=roots.pem", "--trust-store", "other.pem"), "at_risk", 0),
        ("root.xml", ("--trust-store", "other.pem"), "failing", 1),
        ("root.xml", ("--os-version", "23"), "unprotected", 0),
        ("root.xml", ("--at", "2027-05-01"), "failing", 1),
        ("refused.xml", (), "failing", 1),
    ],
)
def test_the_exit_code_follows_verdict_and_threshold(
    run: Run, pin_file: str, arguments: tuple[str, ...], value: str, code: int
) -> None:
    found = run(pin_file, *arguments, "--format", "json")

    assert (found[0], answer(found)["verdict"]["value"], found[2]) == (code, value, "")


def test_several_hosts_are_all_decided_and_the_worst_counts(run: Run) -> None:
    found = answer(
        run("leaf.xml", "--host", HOST, "--host", "b.cloud.example", "--host", "www.example.org", "--format", "json")
    )

    assert found["verdict"]["value"] == "failing"
    assert list(dict.fromkeys(one["host"] for one in found["decisions"])) == [
        HOST,
        "b.cloud.example",
        "www.example.org",
    ]


def test_stores_are_named_by_name_or_by_stem(run: Run) -> None:
    Path("a=b").mkdir()
    Path("a=b/new.pem").write_bytes(ROOT.pem)
    stores = ("Android 14=roots.pem", "other.pem", "a=b/new.pem", "15=a=b/new.pem")
    found = answer(run("root.xml", *(word for one in stores for word in ("--trust-store", one)), "--format", "json"))

    names = list(dict.fromkeys(one["trust_store"] for one in found["decisions"]))
    assert names == ["Android 14", "other", "new", "15"]


def test_pins_that_can_never_match_are_problems_with_their_place(run: Run) -> None:
    found = answer(run("dead.xml", "--format", "json"))

    assert [(one["code"], one["place"]) for one in found["pin_set"]["problems"]] == [
        ("single_pin", "line 1, column 74"),
        ("hash_of_empty_input", "line 1, column 199"),
        ("placeholder_pin", "line 1, column 271"),
    ]


def test_whose_keys_are_pinned_and_when_they_end_is_told_without_a_database(run: Run) -> None:
    wrong = base64.b64encode(LEAF.facts.sha256).decode()
    Path("ends.xml").write_bytes(android(wrong, pin(LEAF), pin(ISSUING), expiration="2027-01-01").source)
    Path("used.xml").write_bytes(android(pin(LEAF), pin(ISSUING)).source)

    found = [answer(run(name, "--format", "json"))["pin_set"]["problems"] for name in ("ends.xml", "used.xml")]

    assert [[one["code"] for one in problems] for problems in found] == [
        ["pin_set_expires", "expires_before_rotation", "certificate_hash_pin"],
        ["no_backup_key"],
    ]


def test_a_date_to_ship_by_leaves_the_lead_time_before_a_third_of_the_lifetime(run: Run) -> None:
    # 1 October to 31 March are 181 days; a third before the end is 29 January, 38 days before that 22 December
    assert answer(run("leaf.xml", "--format", "json"))["verdict"]["ship_by"] == "2026-12-22"


def test_text_says_the_verdict_first_then_what_to_do_then_the_evidence(run: Run) -> None:
    code, out, err = run("leaf.xml")

    assert (code, err) == (1, "")
    assert out.splitlines()[:12] == [
        "will fail  leaf.xml (android_nsc)",
        "",
        "Pin 1 is the leaf key of *.cloud.example and leaves with this rotation. If the next certificate has",
        f"a new key, no pin fits and the app cannot connect to {HOST}. Get the next key from the",
        "owner of the certificate, add its pin and ship a release by 22 December 2026.",
        "Ship by 22 December 2026 (28 days left): 3 days of review, 28 until 90 % of users have it and 7 in",
        "reserve before 29 January 2027, the earliest day of the rotation.",
        "",
        f"  add   {pin(ROOT)}  the key of Root",
        "",
        HOST,
        f"  now   served                                android_nsc  roots  connects        pin {pin(LEAF)}",
    ]


def test_a_time_without_a_zone_is_utc(run: Run) -> None:
    # 31 March 2027 00:00 UTC is the last instant of the leaf
    values = [
        answer(run("root.xml", "--at", instant, "--format", "json"))["verdict"]["value"]
        for instant in ("2027-03-31T00:00:00", "2027-03-31T00:00:01", "2027-03-31T01:59:59+02:00")
    ]

    assert values == ["ready", "failing", "ready"]


def test_a_host_that_does_not_answer_is_unknown_and_no_pass(run: Run) -> None:
    found = run("root.xml", "--connect", "127.0.0.1:9", "--format", "json")

    assert (found[0], found[2]) == (1, "")
    assert answer(found)["verdict"] == {
        "value": "unknown",
        "evidence": None,
        "reason": {
            "code": "unreachable",
            "text": f"{HOST} could not be read, so nothing is known: Nothing listens on this port. Check the port and "
            "that the server runs.",
        },
        "ship_by": None,
    }


def test_a_host_that_does_not_answer_is_no_pass_although_its_successor_is_known(run: Run) -> None:
    stores = ("--trust-store", "roots.pem", "--trust-store", "other.pem")
    found = run("root.xml", "--connect", "127.0.0.1:9", "--next", "next.pem", *stores, "--format", "json")

    assert (found[0], answer(found)["verdict"]["value"]) == (1, "at_risk")


@pytest.mark.parametrize(
    ("client", "outcome"), [("outsystems_android", "connects"), ("outsystems_ios", "blocked_by_chain")]
)
def test_a_wildcard_right_above_the_top_level_domain_is_good_for_android_only(
    run: Run, tmp_path: Path, client: str, outcome: str
) -> None:
    (tmp_path / "top.pem").write_bytes(pem(ISSUING.leaf("*.example"), ISSUING))
    hashes = [f"sha256/{pin(ISSUING)}", f"sha256/{pin(LEAF)}"]
    (tmp_path / "pins.json").write_text(json.dumps({"hosts": [{"host": "app.example", "hashes": hashes}]}))

    found = answer(
        run("pins.json", "--host", "app.example", "--served", "top.pem", "--client", client, "--format", "json")
    )

    assert found["decisions"][0]["outcome"] == outcome
