"""From a built Android app to its pins: by number through manifest and resources, whatever the files are called."""

import pytest

from pins.artefacts import Artefact, Confidence, Kind
from pins.device import Device
from pins.errors import PinError, Place
from tests.pins.artefacts import apps, proto
from tests.pins.artefacts.apps import PATH, aab, apk, found, manifest, pinning, problems, read, texts
from tests.pins.artefacts.building import E, Entry, Ref, Value, arsc, axml, dex
from tests.pins.formats.samples import A, G, H
from tests.pki import Authority, pem

JSON = f'{{"hosts": [{{"host": "api.example.com", "hashes": ["{A}", "sha256/{G}"]}}]}}'.encode()


def compiled(config: E, path: str = PATH) -> dict[str, bytes]:
    return {path: axml(config)}


def test_an_apk_tells_what_it_is_and_what_it_pins() -> None:
    artefact = read(apk(compiled(pinning(H, G))))

    (one,) = artefact.found
    assert artefact == Artefact(Kind.APK, "com.acme.shop", "3.1", "31", False, "24", (one,), ())
    assert (one.member, one.confidence, one.since, one.below) == (PATH, Confidence.CERTAIN, 0, None)
    assert (one.pin_set.format, texts(one.pin_set)) == ("android_nsc", [("api.example.com", True, [H, G])])


def test_an_aab_says_the_same_in_protocol_buffers() -> None:
    built = aab({"base/" + PATH: proto.xml(pinning(H, G))})

    artefact = read(built)

    (one,) = artefact.found
    assert artefact == Artefact(Kind.AAB, "com.acme.shop", "3.1", "31", False, "24", (one,), ())
    assert (one.member, texts(one.pin_set)) == ("base/" + PATH, [("api.example.com", True, [H, G])])


def test_pins_and_rules_stand_on_the_lines_of_the_source() -> None:
    (one,) = read(apk(compiled(pinning(H, G)))).found

    (rule,) = one.pin_set.rules
    assert (rule.place, [pin.place for pin in rule.pins or ()]) == (Place(3), [Place(5), Place(6)])


@pytest.mark.parametrize("flavour", ["", "sparse", "offset16", "compact"])
@pytest.mark.parametrize("is_utf8", [True, False])
def test_every_layout_of_a_table_leads_to_the_file(flavour: str, is_utf8: bool) -> None:
    others = [Entry("xml", f"other{number}", f"res/{number}.xml") for number in range(3)]
    table = arsc(*others, Entry("xml", "config", "res/aB.xml"), flavour=flavour, is_utf8=is_utf8)
    about = manifest(Ref(0x7F010003))

    artefact = read(apk({"res/aB.xml": axml(pinning(H), is_utf8=is_utf8)}, about=about, table=table))

    assert (found(artefact), artefact.problems) == ([("res/aB.xml", "certain", "android_nsc")], ())


def test_an_alias_leads_on_to_the_file() -> None:
    table = arsc(Entry("xml", "config", Ref(0x7F010001)), Entry("xml", "real", "res/r.xml"))

    assert found(read(apk(compiled(pinning(H), "res/r.xml"), table=table))) == [("res/r.xml", "certain", "android_nsc")]


def test_aliases_that_lead_in_a_circle_lead_nowhere() -> None:
    table = arsc(Entry("xml", "config", Ref(0x7F010001)), Entry("xml", "other", Ref(0x7F010000)))

    artefact = read(apk(table=table))

    assert (found(artefact), problems(artefact)) == ([], [("missing_member", "AndroidManifest.xml")])


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([("res/a.xml", 0, ""), ("res/b.xml", 28, "")], [("res/a.xml", 0, 28), ("res/b.xml", 28, None)]),
        ([("res/a.xml", 0, ""), ("res/b.xml", 24, "")], [("res/b.xml", 24, None)]),
        ([("res/a.xml", 0, ""), ("res/b.xml", 0, "DE")], [("res/a.xml", 0, None), ("res/b.xml", 0, None)]),
    ],
)
def test_every_configuration_that_some_device_takes_is_read(
    entries: list[tuple[str, int, str]], expected: list[tuple[str, int, int | None]]
) -> None:
    table = [Entry("xml", "config", path, sdk, country) for path, sdk, country in entries]
    members = {path: pinning(H) for path, _, _ in entries}

    in_apk = read(apk({path: axml(one) for path, one in members.items()}, table=arsc(*table)))
    in_aab = read(aab({"base/" + path: proto.xml(one) for path, one in members.items()}, table=proto.table(*table)))

    assert [(one.member, one.since, one.below) for one in in_apk.found] == expected
    assert [(one.member.removeprefix("base/"), one.since, one.below) for one in in_aab.found] == expected


def test_a_configuration_counts_on_its_own_levels() -> None:
    table = arsc(Entry("xml", "config", "res/a.xml"), Entry("xml", "config", "res/b.xml", 28))
    old, new = read(apk({"res/a.xml": axml(pinning(H)), "res/b.xml": axml(pinning(G))}, table=table)).found

    assert [old.counts_on(Device(level)) for level in (27, 28, None)] == [True, False, True]
    assert [new.counts_on(Device(level)) for level in (27, 28, None)] == [False, True, True]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), (False, False), (1, True), (0, False), (-1, True), ("true", True), ("yes", False), (None, False)],
)
def test_booleans_are_typed_or_written(value: Value, expected: bool) -> None:
    (one,) = read(apk(compiled(pinning(H, subdomains=value)))).found

    assert texts(one.pin_set) == [("api.example.com", expected, [H])]


def test_two_texts_in_a_domain_are_refused_by_android() -> None:
    config = pinning(H)
    split = E("domain", {}, ["api.", "example.com"], line=3)
    rule = E("domain-config", {}, [split, E("pin-set", {}, [E("pin", {"digest": "SHA-256"}, [H])])])

    (one,) = read(apk(compiled(E(config.name, {}, [rule])))).found

    assert [(two.code, two.is_refused, two.place) for two in one.pin_set.problems] == [("split_text", True, Place(3))]


def test_anchors_name_their_resource_and_bring_its_certificates() -> None:
    root = Authority.root("Root")
    anchors = E(
        "trust-anchors", {}, [E("certificates", {"src": Ref(0x7F020000)}), E("certificates", {"src": "system"})]
    )
    config = E("network-security-config", {}, [E("base-config", {}, [anchors])])
    table = arsc(*apps.TABLE, Entry("raw", "ca", "res/Zz.pem"))

    (one,) = read(apk({PATH: axml(config), "res/Zz.pem": pem(root)}, table=table)).found

    assert [anchor.src for anchor in one.pin_set.default_anchors or ()] == ["@raw/ca", "system"]
    assert [(two.src, two.members, two.certificates) for two in one.anchors] == [
        ("@raw/ca", ("res/Zz.pem",), (root.facts,))
    ]


def test_a_debuggable_app_takes_debug_anchors_from_the_file_beside() -> None:
    user = E("trust-anchors", {}, [E("certificates", {"src": "user"})])
    extra = E("network-security-config", {}, [E("debug-overrides", {}, [user])])
    entries = (*apps.TABLE, Entry("xml", "network_security_config_debug", "res/d.xml"))
    members = {PATH: pinning(H), "res/d.xml": extra}

    for about, expected in ((manifest(is_debuggable=True), ["user"]), (manifest(), [])):
        in_apk = read(apk({path: axml(one) for path, one in members.items()}, about=about, table=arsc(*entries)))
        bundled = {"base/" + path: proto.xml(one) for path, one in members.items()}
        in_aab = read(aab(bundled, about=about, table=proto.table(*entries)))

        for artefact in (in_apk, in_aab):
            assert [anchor.src for anchor in artefact.found[0].pin_set.debug_anchors] == expected


def test_names_that_are_references_are_followed() -> None:
    table = arsc(*apps.TABLE, Entry("string", "version", "4.2"), Entry("bool", "debug", True))
    about = manifest(version=Ref(0x7F020000), is_debuggable=Ref(0x7F030000))

    artefact = read(apk(compiled(pinning(H)), about=about, table=table))

    assert (artefact.version_name, artefact.is_debuggable) == ("4.2", True)


def test_an_app_without_a_config_has_the_systems_own() -> None:
    (one,) = read(apk(about=manifest(None))).found

    assert (one.member, one.pin_set.format, one.pin_set.rules) == ("AndroidManifest.xml", "android_nsc", ())


def test_a_config_without_pins_gives_way_to_pins_in_the_code() -> None:
    empty = E("network-security-config", {}, [E("base-config", {"cleartextTrafficPermitted": False})])

    alone = read(apk(compiled(empty)))
    beside = read(apk({**compiled(empty), "classes.dex": dex(A)}))

    assert [one.member for one in alone.deciding(Device())] == [PATH]
    assert [one.member for one in beside.deciding(Device())] == ["classes.dex"]
    assert [one.member for one in beside.found] == [PATH, "classes.dex"]


def test_the_file_of_the_plugin_counts_before_android_7_only() -> None:
    artefact = read(apk({**compiled(pinning(H)), "assets/www/pinning/pins.json": JSON}))

    config, file = artefact.found
    assert (file.member, file.confidence, file.below) == ("assets/www/pinning/pins.json", Confidence.LIKELY, 24)
    assert [(config.counts_on(Device(level)), file.counts_on(Device(level))) for level in (None, 24, 23)] == [
        (True, False),
        (True, False),
        (True, True),
    ]
    assert problems(artefact) == [("superseded_pin_file", "assets/www/pinning/pins.json")]


def test_pins_that_the_build_step_left_out_are_told() -> None:
    artefact = read(apk({"assets/www/pinning/pins.json": JSON}, about=manifest(None)))

    assert found(artefact) == [
        ("AndroidManifest.xml", "certain", "android_nsc"),
        ("assets/www/pinning/pins.json", "likely", "outsystems_json"),
    ]
    assert [one.member for one in artefact.deciding(Device())] == ["AndroidManifest.xml"]
    assert problems(artefact) == [("pins_not_built_in", "assets/www/pinning/pins.json")]


@pytest.mark.parametrize(
    "member",
    [
        "lib/arm64-v8a/libapp.so",
        "assets/index.android.bundle",
        "assemblies/assemblies.blob",
        "lib/x86_64/libassemblies.x86_64.blob.so",
        "lib/arm64-v8a/libil2cpp.so",
    ],
)
def test_code_that_is_not_read_is_named(member: str) -> None:
    artefact = read(apk({**compiled(pinning(H)), member: b"x"}))

    assert [one for one in problems(artefact) if one[0] != "pins_bypassed"] == [("code_not_read", member)]


def test_certificates_are_told_or_read_once_their_format_is_known() -> None:
    from pins.formats import FORMATS

    artefact = read(apk({**compiled(pinning(H)), "assets/www/certificates/a.cer": Authority.root("Root").facts.der}))

    if "certificates" in FORMATS:
        assert found(artefact)[1:] == [("assets/www/certificates/", "likely", "certificates")]
    else:
        assert problems(artefact) == [("unsupported_member", "assets/www/certificates/a.cer")]


@pytest.mark.parametrize(
    ("source", "beginning"),
    [
        (apk({"AndroidManifest.xml": b"<manifest/>"}), "The manifest is not compiled"),
        (apk({"AndroidManifest.xml": b"\x03\0\x08\0"}), "AndroidManifest.xml is cut off"),
        (apk({"AndroidManifest.xml": axml(E("manifest", {"split": "config.de"}))}), "This is one part of an app"),
        (aab({"base/manifest/AndroidManifest.xml": b"\xff"}), "base/manifest/AndroidManifest.xml is damaged"),
        (apps.archive({"base.apk": b"", "split.apk": b""}), "app.zip holds an app in several .apk files."),
        (apps.archive({"x": b""}), "app.zip is a ZIP archive and no built app."),
    ],
)
def test_what_is_no_app_is_called_by_its_name(source: bytes, beginning: str) -> None:
    with pytest.raises(PinError) as caught:
        read(source, "app.zip")

    assert caught.value.sentence[: len(beginning)] == beginning


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, ("missing_member", PATH)),
        ({PATH: b"junk junk"}, ("unreadable_member", PATH)),
        ({PATH: axml(E("wrong-root"))}, ("unreadable_member", PATH)),
        ({**compiled(pinning(H)), "resources.arsc": b"junk"}, ("unreadable_member", "resources.arsc")),
    ],
)
def test_a_config_that_cannot_be_read_is_a_problem_of_the_app(
    members: dict[str, bytes], expected: tuple[str, str]
) -> None:
    artefact = read(apk(members))

    assert (artefact.found, problems(artefact)[0]) == ((), expected)
    assert artefact.unread_file == artefact.problems[0]


def test_more_configurations_than_any_app_has_are_told() -> None:
    table = arsc(*(Entry("xml", "config", PATH, 24 + level) for level in range(17)))

    artefact = read(apk(compiled(pinning(H)), table=table))

    assert (len(artefact.found), problems(artefact)) == (16, [("oversized_member", "resources.arsc")])


def test_more_plugin_files_than_any_app_has_are_told() -> None:
    artefact = read(apk({f"assets/www/pinning/{number}.json": JSON for number in range(5)}, about=manifest(None)))

    assert problems(artefact)[-1] == ("oversized_member", "assets/www/pinning/4.json")


def test_pin_files_share_one_budget() -> None:
    large = JSON + b" " * 400_000
    artefact = read(apk({f"assets/www/pinning/{number}.json": large for number in range(4)}, about=manifest(None)))

    assert ("oversized_member", "assets/www/pinning/3.json") in problems(artefact)


def test_a_private_key_in_an_app_is_refused() -> None:
    anchors = E("trust-anchors", {}, [E("certificates", {"src": Ref(0x7F020000)})])
    config = E("network-security-config", {}, [E("base-config", {}, [anchors])])
    table = arsc(*apps.TABLE, Entry("raw", "ca", "res/ca.pem"))

    artefact = read(apk({PATH: axml(config), "res/ca.pem": Authority.root("Root").key_pem}, table=table))

    assert problems(artefact) == [("unreadable_member", "res/ca.pem")]
    assert artefact.found[0].anchors[0].certificates == ()
