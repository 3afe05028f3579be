"""A folder with everything that a check may be given."""

from pathlib import Path

import pytest

from certdash.cli import main
from tests.certdash.cli.chains import ISSUING, LEAF, NEXT, OTHER_ROOT, ROOT, Run
from tests.pins.cases import HASH_OF_NOTHING, HOST, PLACEHOLDER, android, pin
from tests.pki import csr, pem


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """In a folder with the chain, roots and successors; the instant is 24 November 2026."""
    monkeypatch.chdir(tmp_path)
    files = {
        "chain.pem": pem(LEAF, ISSUING),
        "roots.pem": ROOT.pem,
        "other.pem": OTHER_ROOT.pem,
        "next.pem": pem(NEXT, ISSUING),
        "leaf.pem": NEXT.pem,
        "next.csr": csr("*.cloud.example", key=NEXT.key),
        "forged.csr": csr("*.cloud.example", key=NEXT.key).replace(b"cloud", b"clown"),
        "key.pem": NEXT.public_key_pem,
        "secret.pem": NEXT.key_pem,
        "leaf.xml": android(pin(LEAF)).source,
        "both.xml": android(pin(LEAF), pin(NEXT)).source,
        "root.xml": android(pin(ROOT)).source,
        "dead.xml": android(pin(LEAF), HASH_OF_NOTHING, PLACEHOLDER).source,
        "refused.xml": android("dummy").source,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    def check(*arguments: str) -> tuple[int, str, str]:
        source = () if any(word in ("--served", "--connect") for word in arguments) else ("--served", "chain.pem")
        scope = () if "--trust-store" in arguments else ("--trust-store", "roots.pem")
        instant = () if "--at" in arguments else ("--at", "2026-11-24")
        host = () if "--host" in arguments else ("--host", HOST)
        code = main(["check", *arguments, *host, *source, *scope, *instant])
        return (code, *capsys.readouterr())

    return check
