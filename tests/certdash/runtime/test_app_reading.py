"""Reading a built app in a process of its own, with what it may cost set by the kernel."""

import subprocess
import sys
from pathlib import Path

import pytest

from certdash.runtime.app_reading import AppFile, AppRemark, BuiltApp, read_app
from pins.errors import PinError
from tests.pins.artefacts.apps import PATH, apk, pinning
from tests.pins.artefacts.building import axml
from tests.pins.formats.samples import G, H
from tests.pki import Authority


def read_app_of(tmp_path: Path, members: dict[str, bytes]) -> BuiltApp:
    path = tmp_path / "shop.apk"
    path.write_bytes(apk(members))
    with path.open("rb") as file:
        return read_app(file, "shop.apk")


def test_an_app_comes_back_with_the_files_that_its_devices_go_by(tmp_path: Path) -> None:
    root = Authority.root("Acme Root").der
    app = read_app_of(
        tmp_path, {PATH: axml(pinning(G, H)), "assets/www/certificates/a.cer": root, "assets/other.cer": root}
    )

    assert (app.kind, app.platform, app.version, app.build) == ("apk", "android", "3.1", "31")
    assert [(one.member, one.format, one.clients) for one in app.files] == [
        (PATH, "android_nsc", ("android_nsc",)),
        ("assets/www/certificates/", "certificates", ("cordova_advanced_http_android",)),
    ]
    assert app.files[1] == AppFile("assets/www/certificates/", "certificates", root, ("cordova_advanced_http_android",))
    assert app.left_out == (
        AppRemark(
            "assets/",
            "assets/ looks like pins, and nothing in the app says that they are enforced. Give the source that uses "
            "them.",
        ),
    )


def test_a_name_is_only_an_argument(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"PK")

    with path.open("rb") as file, pytest.raises(PinError) as refused:
        read_app(file, "--help; rm -rf $HOME\n.apk")

    assert refused.value.code == "malformed_archive"


def test_the_process_that_reads_can_take_no_more_memory_than_it_may() -> None:
    program = (
        "from certdash.runtime import app_child\napp_child.limit()\nbytearray(300 << 20)\nprint('in')\n"
        "bytearray(500 << 20)\nprint('never')"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode, done.stderr.splitlines()[-1]) == ("in\n", 1, "MemoryError")
