"""`certdash check` on the certificates that an app bundles."""

import json
from pathlib import Path

from tests.certdash.cli.chains import ISSUING, LEAF, ROOT, Run
from tests.pins.cases import HOST
from tests.pki import NOW, pem


def test_text_names_the_certificate_to_bundle_and_what_is_wrong_with_the_file(run: Run, tmp_path: Path) -> None:
    expired = ISSUING.leaf("old.example.com", not_after=NOW)
    (tmp_path / "pinned.pem").write_bytes(pem(LEAF, expired))

    code, out, _ = run("pinned.pem", "--client", "capgo_android", "--at", "2026-11-25")

    lines = out.splitlines()
    assert (code, lines[0]) == (1, "will fail  pinned.pem (certificates)")
    assert f"  add   {ROOT.facts.sha256.hex()}  the certificate of Root" in lines
    assert f"  drop  {expired.facts.sha256.hex()}  it is in a form that this client does not read" in lines
    assert [line for line in lines if line.startswith("  line ")] == [
        "  line 1: Every bundled certificate is that of a server, and it changes at every renewal, at least",
        "  line 1: PEM, which Apple's own reader does not take:",
        "  line 13: Further certificate in one file:",
        "  line 13: The bundled certificate of old.example.com expired on 24 November 2026. No server should",
    ]


def test_json_has_the_certificate_as_the_pin_of_every_host(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pinned.cer").write_bytes(ISSUING.der)

    code, out, _ = run("pinned.cer", "--format", "json", "--next", "next.pem")

    answer = json.loads(out)
    digest = ISSUING.facts.sha256.hex()
    assert (code, answer["verdict"]["value"], len(answer["pin_set"]["clients"])) == (0, "ready", 10)
    assert answer["pin_set"]["rules"] == [
        {
            "pattern": "*",
            "place": "",
            "include_subdomains": False,
            "pins": [{"pin": digest, "kind": "certificate_sha256", "place": "", "problem": None}],
            "expiration": None,
            "enforced": True,
            "excluded": False,
        }
    ]
    matched = {one["client"]: one["matched"] for one in answer["decisions"]}
    assert matched["capgo_ios"] == {"pin": digest, "certificate": digest}
    assert {one["host"] for one in answer["decisions"]} == {HOST}
