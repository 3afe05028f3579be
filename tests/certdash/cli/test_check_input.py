"""What `certdash check` takes as input, and the one sentence about what it cannot read."""

import subprocess
import sys
from pathlib import Path

import pytest

from certdash.cli import main
from tests.certdash.cli.chains import Run
from tests.pins.cases import HOST


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        (("missing.xml",), "certdash: missing.xml: cannot be read (No such file or directory)."),
        (("next.csr",), "certdash: next.csr: This is a certificate request and no certificate"),
        (("leaf.xml", "--served", "leaf.xml"), "certdash: leaf.xml: "),
        (("leaf.xml", "--next", "gone.pem"), "certdash: gone.pem: cannot be read (No such file or directory)."),
        (("leaf.xml", "--next", "secret.pem"), "certdash: secret.pem: This contains a private key."),
        (
            ("leaf.xml", "--next", "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            "certdash: --next sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=: This is the hash of no bytes",
        ),
        (
            ("leaf.xml", "--next", "sha256/abc"),
            "certdash: --next sha256/abc: “abc” is not the base64 of a sha256",
        ),
        (
            ("leaf.xml", "--next", "sha256/"),
            "certdash: --next sha256/: This holds no certificate, request or public key.",
        ),
        (
            ("leaf.xml", "--next", "forged.csr"),
            "certdash: forged.csr: The signature of this request does not fit its key",
        ),
        (("leaf.xml", "--trust-store", "leaf.xml"), "certdash: leaf.xml: "),
        (
            ("leaf.xml", "--trust-store", "roots.pem", "--trust-store", "roots=other.pem"),
            "certdash: --trust-store: two",
        ),
        (("leaf.xml", "--at", "tomorrow"), "certdash: --at tomorrow: this is no ISO time."),
        (("leaf.xml", "--at", "0001-01-01T00:00:00+01:00"), "certdash: --at 0001-01-01T00:00:00+01:00: this is no"),
        (("leaf.xml", "--host", "not a host"), "certdash: --host not a host: "),
        (("leaf.xml", "--host", "a\n\x1b[2Jb.example"), "certdash: --host a��[2Jb.example: "),
        (("leaf.xml", "--client", "okhttp"), "certdash: --client okhttp: no client of that kind reads the format"),
        (("leaf.xml", "--client-version", "newest"), "certdash: --client-version newest: this is no version."),
        (("leaf.xml", "--connect", "localhost"), "certdash: --connect localhost: this is no HOST:PORT."),
    ],
)
def test_what_cannot_be_read_is_one_sentence_on_standard_error(
    run: Run, arguments: tuple[str, ...], start: str
) -> None:
    code, out, err = run(*arguments)

    assert (code, out, err.count("\n"), err[: len(start)]) == (2, "", 1, start)


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        (("--served", "a.pem", "--connect", "b:1"), "certdash: argument --connect: not allowed with argument --served"),
        (("--fail-on", "ready"), "certdash: argument --fail-on: invalid choice: 'ready'"),
        (("--os-version", "new\nest"), "certdash: argument --os-version: invalid int value: 'new\\nest'"),
    ],
)
def test_a_wrong_argument_is_one_line_on_standard_error(
    arguments: tuple[str, ...], start: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["check", "leaf.xml", "--host", HOST, *arguments])

    out, err = capsys.readouterr()
    assert (caught.value.code, out, err.count("\n"), err[: len(start)]) == (2, "", 1, start)


def test_a_pin_file_from_standard_input_is_read_without_django(run: Run, tmp_path: Path) -> None:
    script = (
        "import sys; from certdash.cli import main; "
        f"code = main(['check', '-', '--host', '{HOST}', '--served', 'chain.pem', '--trust-store', 'roots.pem',"
        " '--at', '2026-11-24']); "
        "sys.exit(code if 'django' not in sys.modules else 77)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        input=(tmp_path / "root.xml").read_bytes(),
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
    )

    assert (found.returncode, found.stderr, found.stdout.split(b"\n")[0]) == (
        0,
        b"",
        b"ready  standard input (android_nsc)",
    )
