"""The policy of a build gate: findings that a pipeline refuses whatever the verdict, and what the platform owns."""

import json
from pathlib import Path

import pytest

from tests.certdash.cli.chains import ISSUING, LEAF, NEXT, ROOT, Run
from tests.pins.cases import HOST, android, pin
from tests.pki import pem

PLATFORM = ("--platform-domain", "*.cloud.example")
REFUSE = ("--refuse", "platform_key_pinned")


@pytest.fixture
def safe(tmp_path: Path) -> str:
    """Pins the platform's key and the root, which makes it ready."""
    (tmp_path / "safe.xml").write_bytes(android(pin(LEAF), pin(ROOT)).source)
    return "safe.xml"


def test_a_pin_on_the_platforms_key_is_refused_even_where_the_verdict_is_good(run: Run, safe: str) -> None:
    assert run(safe, *PLATFORM)[0] == 0

    code, out, err = run(safe, *PLATFORM, *REFUSE)

    lines = out.splitlines()
    assert (code, err) == (1, "")
    assert lines[:4] == [
        "ready  safe.xml (android_nsc)",
        "",
        "Refused by policy, whatever the verdict",
        "  platform_key_pinned  line 1, column 127",
    ]


def test_programs_read_what_was_refused_and_why(run: Run, safe: str) -> None:
    code, out, _ = run(safe, *PLATFORM, *REFUSE, "--format", "json")

    answered = json.loads(out)
    assert (code, answered["verdict"]["value"]) == (1, "ready")
    assert [(one["code"], one["place"]) for one in answered["refused"]] == [
        ("platform_key_pinned", "line 1, column 127")
    ]
    assert answered["refused"][0] in answered["pin_set"]["problems"]


def test_without_a_hit_the_list_of_what_was_refused_is_empty(run: Run) -> None:
    code, out, _ = run("root.xml", *PLATFORM, *REFUSE, "--format", "json")

    assert (code, json.loads(out)["refused"]) == (0, [])


def test_the_platforms_next_key_is_the_platforms_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "next.xml").write_bytes(android(pin(NEXT), pin(ROOT)).source)

    for given in ("next.pem", "key.pem"):
        assert run("next.xml", *PLATFORM, *REFUSE, "--next", given)[0] == 1


def test_a_certificate_of_the_platform_is_known_wherever_it_is_served(run: Run, safe: str, tmp_path: Path) -> None:
    own = ISSUING.leaf("api.acme.example")
    (tmp_path / "own.pem").write_bytes(pem(own, ISSUING))
    (tmp_path / "platform.pem").write_bytes(pem(LEAF, ISSUING))
    here = ("--host", "api.acme.example", "--served", "own.pem")

    without = run(safe, *REFUSE, *PLATFORM, *here)
    known = run(safe, *REFUSE, "--platform-certificate", "platform.pem", *here)

    assert (without[0], known[0]) == (0, 1)


def test_the_own_certificate_beside_the_platform_is_not_refused(run: Run, tmp_path: Path) -> None:
    own = ISSUING.leaf("api.acme.example")
    (tmp_path / "own.pem").write_bytes(pem(own, ISSUING))
    (tmp_path / "own.xml").write_bytes(android(pin(own), pin(ROOT)).source)

    code, out, _ = run("own.xml", "--host", "api.acme.example", "--served", "own.pem", *PLATFORM, *REFUSE)

    assert (code, "Refused" in out) == (0, False)


def test_any_finding_can_be_refused_and_several_at_once(run: Run) -> None:
    code, out, _ = run("root.xml", "--refuse", "single_pin", "--refuse", "placeholder_pin", "--next", "next.pem")

    assert code == 1
    assert out.splitlines()[2:4] == ["Refused by policy, whatever the verdict", "  single_pin  line 1, column 74"]


NOT_FOUND = "no finding has this code."
EVERY_ONE = "docs/findings.md names every one."
NOTHING_OWNED = "nothing says what the platform owns. Add --platform-domain or --platform-certificate."
NO_LEAF = "this holds no server's certificate. Give the one it serves."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--refuse", "platform-key"), f"{NOT_FOUND} Did you mean platform_key_pinned? {EVERY_ONE}"),
        (("--refuse", "zzzz"), f"{NOT_FOUND} {EVERY_ONE}"),
        (REFUSE, NOTHING_OWNED),
        (("--platform-certificate", "roots.pem"), NO_LEAF),
    ],
)
def test_a_policy_that_could_never_refuse_anything_is_refused_itself(
    run: Run, safe: str, arguments: tuple[str, ...], sentence: str
) -> None:
    assert run(safe, *arguments) == (2, "", f"certdash: {' '.join(arguments)}: {sentence}\n")


def test_a_domain_that_is_none_is_named(run: Run, safe: str) -> None:
    code, _, err = run(safe, *REFUSE, "--platform-domain", "cloud..example")

    assert code == 2
    assert err.startswith("certdash: --platform-domain cloud..example: ")


def test_only_hosts_below_the_domain_are_the_platforms(run: Run, safe: str) -> None:
    assert HOST.endswith(".cloud.example")

    assert run(safe, *REFUSE, "--platform-domain", "loud.example")[0] == 0
