"""`certdash check` on built apps: every pin set inside is decided, the worst counts, and members are named."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from certdash.cli import main
from tests.certdash.cli.chains import LEAF, NEXT, ROOT, Run
from tests.pins.artefacts import proto
from tests.pins.artefacts.apps import PATH, aab, apk, archive, ipa, manifest, pinning
from tests.pins.artefacts.building import Entry, arsc, axml, dex
from tests.pins.cases import HOST, STRANGER, pin

HERE = "cloud.example"


def config(*pins: str) -> bytes:
    return axml(pinning(*pins, host=HERE))


def bundle(*pins: str) -> bytes:
    return proto.xml(pinning(*pins, host=HERE))


def code(*pins: str) -> bytes:
    return dex(*(f"sha256/{text}" for text in pins))


PLUGIN = json.dumps({"hosts": [{"host": HOST, "hashes": [f"sha256/{pin(LEAF)}", f"sha256/{STRANGER}"]}]}).encode()
LEVELS = arsc(Entry("xml", "c", "res/old.xml"), Entry("xml", "c", "res/new.xml", 28))
APPS = {
    "leaf.apk": apk({PATH: config(pin(LEAF))}),
    "root.apk": apk({PATH: config(pin(ROOT))}),
    "root.aab": aab({"base/" + PATH: bundle(pin(ROOT))}),
    "leaf.aab": aab({"base/" + PATH: bundle(pin(LEAF))}),
    "two.apk": apk({"res/old.xml": config(pin(LEAF)), "res/new.xml": config(pin(ROOT))}, table=LEVELS),
    "code.apk": apk({"classes.dex": code(pin(LEAF), pin(NEXT))}, about=manifest(None)),
    "strange.apk": apk({"classes.dex": code(STRANGER)}, about=manifest(None)),
    "unpinned.apk": apk(about=manifest(None)),
    "flutter.apk": apk({"lib/x86/libapp.so": b""}, about=manifest(None)),
    "broken.apk": apk({PATH: b"junk"}),
    "plugin.apk": apk({PATH: config(pin(ROOT)), "assets/www/pinning/p.json": PLUGIN}),
    "empty.ipa": ipa(),
    "x.zip": archive({"x": b""}),
}


@pytest.fixture
def check(run: Run) -> Run:
    for name, content in APPS.items():
        Path(name).write_bytes(content)
    return run


@pytest.mark.parametrize(
    ("app", "arguments", "value", "code"),
    [
        ("leaf.apk", (), "will_fail", 1),
        ("root.apk", (), "ready", 0),
        ("leaf.aab", (), "will_fail", 1),
        ("root.aab", (), "ready", 0),
        ("two.apk", (), "will_fail", 1),
        ("two.apk", ("--os-version", "30"), "ready", 0),
        ("two.apk", ("--os-version", "26"), "will_fail", 1),
        ("code.apk", ("--next", "next.pem"), "ready", 0),
        ("code.apk", (), "at_risk", 0),
        ("strange.apk", (), "at_risk", 0),
        ("strange.apk", ("--client", "android_nsc"), "unprotected", 0),
        ("unpinned.apk", (), "unprotected", 0),
        ("flutter.apk", (), "unknown", 1),
        ("flutter.apk", ("--client", "android_nsc"), "unprotected", 0),
        ("broken.apk", (), "unknown", 1),
        ("plugin.apk", (), "ready", 0),
        ("plugin.apk", ("--client", "outsystems_android"), "at_risk", 0),
        ("empty.ipa", (), "unknown", 1),
    ],
)
def test_the_exit_code_follows_what_is_in_the_app(
    check: Run, app: str, arguments: tuple[str, ...], value: str, code: int
) -> None:
    found = check(app, *arguments, "--format", "json")

    assert (found[0], json.loads(found[1])["verdict"]["value"], found[2]) == (code, value, "")


def test_the_json_keeps_its_keys_and_names_the_member_of_every_place(check: Run) -> None:
    answer = json.loads(check("plugin.apk", "--format", "json")[1])

    assert answer.keys() == {"pin_set", "decisions", "verdict"}
    assert answer["pin_set"] == {
        "format": "apk",
        "clients": ["android_nsc"],
        "rules": [
            {
                "pattern": HERE,
                "place": f"{PATH}: line 3",
                "include_subdomains": True,
                "pins": [{"pin": pin(ROOT), "kind": "spki_sha256", "place": f"{PATH}: line 5", "problem": None}],
                "expiration": None,
                "enforced": True,
                "excluded": False,
            }
        ],
        "problems": [
            {
                "code": "superseded_pin_file",
                "message": (
                    "From Android 7 on the app's network security config counts and assets/www/pinning/p.json does "
                    "not. Both should hold the same pins."
                ),
                "place": "assets/www/pinning/p.json",
            },
            {
                "code": "single_pin",
                "message": (
                    f"{HERE} has only one pin that can match, so its key must never change. "
                    "Add the pin of a backup key."
                ),
                "place": f"{PATH}: line 3",
            },
        ],
    }


def test_pins_in_code_have_their_member_as_their_place(check: Run) -> None:
    (rule,) = json.loads(check("strange.apk", "--format", "json")[1])["pin_set"]["rules"]

    assert (rule["pattern"], rule["place"], rule["pins"][0]["place"]) == ("*", "classes.dex", "classes.dex")


def test_people_see_the_app_and_which_member_needs_which_pin(check: Run) -> None:
    _, out, _ = check("two.apk", "--next", "next.pem")

    lines = out.splitlines()
    assert lines[0] == "will fail  two.apk (apk: com.acme.shop 3.1 (31))"
    assert lines[lines.index("  in res/old.xml") + 1] == f"  add   {pin(NEXT)}  the key of *.cloud.example"
    assert [line for line in lines if line.startswith(HOST)] == [f"{HOST}  res/old.xml", f"{HOST}  res/new.xml"]


@pytest.mark.parametrize(
    ("app", "arguments", "sentence"),
    [
        ("x.zip", (), "x.zip: x.zip is a ZIP archive and no built app. Give an .apk, an .aab or an .ipa."),
        (
            "root.apk",
            ("--client", "okhttp"),
            "--client okhttp: no client of that kind reads the format apk. Choose android_nsc",
        ),
        ("empty.ipa", ("--client", "okhttp"), "--client okhttp: no client of that kind reads the format ipa."),
    ],
)
def test_what_cannot_be_checked_is_one_sentence(
    check: Run, app: str, arguments: tuple[str, ...], sentence: str
) -> None:
    code, out, err = check(app, *arguments)

    assert (code, out, err[: len(sentence) + 10], err.count("\n")) == (2, "", f"certdash: {sentence}", 1)


def test_a_built_app_is_not_taken_from_standard_input(
    check: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Input:
        buffer: Any = io.BytesIO(APPS["root.apk"])

    monkeypatch.setattr(sys, "stdin", Input())
    code = main(["check", "-", "--host", HOST, "--served", "chain.pem"])

    assert (code, capsys.readouterr().err) == (
        2,
        "certdash: standard input: a built app is read in place. Give the path of its file.\n",
    )
