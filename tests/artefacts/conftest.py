"""Apps built by Android's own tools, as Debian packages them."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import require

FRAMEWORK = Path("/usr/share/android-framework-res/framework-res.apk")
MANIFEST = """<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="com.acme.shop"
    android:versionCode="31" android:versionName="@string/version">
  <uses-sdk android:minSdkVersion="24" android:targetSdkVersion="34"/>
  <application android:networkSecurityConfig="@xml/network_security_config" android:debuggable="@bool/debug"/>
</manifest>"""
STRINGS = """<resources><string name="version">3.1</string><string name="other">x</string>
  <bool name="debug">false</bool><bool name="debug_not">true</bool></resources>"""


@dataclass(frozen=True, slots=True)
class Tools:
    """Runs in a folder with the sources of an app."""

    folder: Path

    def write(self, name: str, text: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def run(self, *command: str) -> None:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def link(self, *options: str, app: str = "app.apk") -> Path:
        """aapt2: the resources compiled, then linked with the manifest."""
        self.run("aapt2", "compile", "--dir", "res", "-o", "res.zip")
        self.run(
            "aapt2", "link", "-I", str(FRAMEWORK), *options, "--manifest", "AndroidManifest.xml", "-o", app, "res.zip"
        )
        return self.folder / app

    def package(self) -> Path:
        """aapt: the older tool."""
        self.run("aapt", "package", "-M", "AndroidManifest.xml", "-S", "res", "-I", str(FRAMEWORK), "-F", "old.apk")
        return self.folder / "old.apk"

    def optimize(self, app: Path, *options: Sequence[str] | str) -> Path:
        self.run("aapt2", "optimize", *map(str, options), "-o", "small.apk", str(app))
        return self.folder / "small.apk"


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    for name, program, package in (
        ("aapt2", shutil.which("aapt2"), "aapt"),
        ("aapt", shutil.which("aapt"), "aapt"),
        ("apksigner", shutil.which("apksigner"), "apksigner"),
        ("smali", shutil.which("smali"), "libsmali-java"),
        ("Android's resources", str(FRAMEWORK) if FRAMEWORK.exists() else None, "android-framework-res"),
    ):
        require(name, program, package)
    made = Tools(tmp_path)
    made.write("AndroidManifest.xml", MANIFEST)
    made.write("res/values/strings.xml", STRINGS)
    return made
